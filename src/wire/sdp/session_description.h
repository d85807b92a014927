#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "base/result.h"

namespace earshot::sdp {

/// `a=` direction as its owner states it (RFC 4566 §6); SendRecv where none is written.
enum class Direction { SendRecv, SendOnly, RecvOnly, Inactive };
/// What the answerer says to an offered direction when it wishes `own` (RFC 3264 §6.1).
Direction answer_direction(Direction offered, Direction own);

/// One `a=rtpmap` (RFC 4566 §6).
struct RtpMap {
  std::uint8_t payload_type = 0;
  std::string encoding;  ///< as written; compare without case
  std::uint32_t clock_rate_hz = 8000;
};

/// One m= section.
struct Media {
  std::string type;                    ///< "audio", "video"…
  std::uint16_t port = 0;              ///< 0: refused or removed
  std::string protocol;                ///< "RTP/AVP"…
  std::vector<std::string> formats;    ///< as written, in order of preference
  std::optional<Endpoint> connection;  ///< own c=, else the session's, with port filled in; nothing
                                       ///< where neither is an IP literal
  std::string connection_name;  ///< what stands there instead, a host name mostly: printable ASCII,
                                ///< cut after 40 octets
  std::vector<RtpMap>
      rtpmaps;  ///< static types (RFC 3551: 0 PCMU, 8 PCMA) are filled in when absent
  Direction direction = Direction::SendRecv;  ///< own a=, else the session's
  std::optional<Endpoint> rtcp;               ///< a=rtcp (RFC 3605)
  std::optional<std::uint32_t> ptime_ms;
  /// A section calls can use: audio over plain RTP that is not refused.
  bool is_audio_rtp() const { return type == "audio" && protocol == "RTP/AVP" && port != 0; }
  /// The first of that encoding, whatever its case; null where there is none. Valid as long as this
  /// section is.
  const RtpMap* rtpmap(std::string_view encoding, std::uint32_t clock_rate_hz) const;
};

/// What calls need of a session description (RFC 4566 §5).
struct SessionDescription {
  std::uint64_t session_id = 0;
  std::uint64_t session_version = 0;
  std::string origin_address = "0.0.0.0";
  std::vector<Media> media;
};

/// Parses RFC 4566 text, at most 16 KiB and 16 media sections. Unknown lines are passed over.
/// @return the description, or a sentence naming the line ("line 4: port 70000 is out of range")
Result<SessionDescription, std::string> parse(std::string_view text);

/// The text of `description`, as Earshot writes it: v o s t, then per section m c a. Sections
/// with port 0 are written as refused.
std::string to_string(const SessionDescription& description);

}  // namespace earshot::sdp
