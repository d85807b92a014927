#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "model/media.h"
#include "wire/sdp/session_description.h"

namespace earshot::sim {

/// What a phone says of its own side.
struct PhoneMedia {
  Endpoint rtp;
  std::vector<Codec> codecs;  ///< in order of preference
  bool telephone_event = true;
  sdp::Direction direction = sdp::Direction::SendRecv;
  bool zero_address = false;  ///< RFC 2543 hold: c=0.0.0.0
  std::uint64_t session_id = 0;
  std::uint64_t version = 0;
};

/// What the other side's SDP means to a phone that knows `codecs`.
struct RemoteSdp {
  sdp::SessionDescription description;
  std::size_t section = 0;  ///< the audio section taken
  Endpoint rtp;
  Codec codec = Codec::Pcmu;
  std::optional<std::uint8_t> telephone_event;
  sdp::Direction direction = sdp::Direction::SendRecv;  ///< as the other side states it
  /// Whether it listens to us (RFC 3264 §8.4 and RFC 2543 holds do not).
  bool listens() const;
};

/// Nothing where `text` is no SDP or has no audio section in a codec of ours; of several the first
/// counts.
std::optional<RemoteSdp> read_sdp(std::string_view text, const std::vector<Codec>& codecs);

std::string write_offer(const PhoneMedia& own);
/// Answers `offer` with the one codec taken from it, other sections refused (RFC 3264 §6).
std::string write_answer(const PhoneMedia& own, const RemoteSdp& offer);

}  // namespace earshot::sim
