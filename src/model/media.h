#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/endpoint.h"
#include "base/time.h"
#include "model/ids.h"

namespace earshot {

/// What a line may agree on: G.711 in µ-law or A-law, 8000 Hz, mono (RFC 3551 §4.5.14).
enum class Codec { Pcmu, Pcma };

/// `a=` direction of RFC 3264 §5, always as its owner states it.
enum class MediaDirection { SendRecv, SendOnly, RecvOnly, Inactive };

/// Where one of our lines receives. Given out by the media port; goes into SDP.
struct LocalMedia {
  Endpoint rtp;                          ///< RTCP is one port higher
  std::optional<Endpoint> advertised{};  ///< told to peers beyond our networks; nothing: `rtp`
  bool operator==(const LocalMedia&) const = default;
};

/// What a peer's SDP said. Replaced as a whole by each new offer or answer.
struct RemoteMedia {
  Endpoint rtp;                  ///< unspecified address: RFC 2543 hold, send nothing
  std::optional<Endpoint> rtcp;  ///< where `a=rtcp` named one; else rtp's port + 1
  Codec codec = Codec::Pcmu;     ///< the one agreed; 8000 Hz, mono
  std::optional<std::uint8_t> telephone_event;  ///< RFC 4733 payload type
  MediaDirection direction = MediaDirection::SendRecv;
  /// The host this peer's SIP comes from; its port is not looked at. Unspecified: not known.
  Endpoint sip_host{};
  bool operator==(const RemoteMedia&) const = default;
};

/// `listener` hears `source`.
struct HearingEdge {
  LineId listener;
  LineId source;
  auto operator<=>(const HearingEdge&) const = default;
  bool operator==(const HearingEdge&) const = default;
};

/// What the bridge can play by itself (edge/media/tones.h): music while nobody is there to talk to,
/// ringback while a phone rings.
enum class Tone { HoldMusic, Ringback };

/// What the bridge itself plays to `listener`, beside whom they hear.
struct ToneEdge {
  LineId listener;
  Tone tone = Tone::HoldMusic;
  bool operator==(const ToneEdge&) const = default;
};

/// Who hears whom in one bridge: the whole truth, not a change. Whoever is not named as a listener
/// hears silence. Newer revisions replace older ones; an older one arriving late is dropped.
struct MediaPlan {
  BridgeId bridge;
  std::uint64_t revision = 0;
  std::vector<HearingEdge> hears;
  std::vector<ToneEdge> tones;
  bool operator==(const MediaPlan&) const = default;
};

/// What the media loop counted for a line, from its opening to its closing.
struct LineQuality {
  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_lost = 0;     ///< by sequence number
  std::uint64_t packets_refused = 0;  ///< wrong source, not RTP, wrong payload type
  Duration jitter{};                  ///< RFC 3550 §6.4.1
};

}  // namespace earshot
