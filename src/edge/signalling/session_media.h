#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/media.h"
#include "wire/sdp/session_description.h"
#include "wire/sip/message.h"

namespace earshot::signalling {

/// Why a session description is of no use to us.
struct SdpFault {
  int status;   ///< of the answer to an offer: 400 where it is not SDP, 488 where we cannot
  int warning;  ///< beside it (RFC 3261 §20.43): 301 the address, 302 the transport, 304 the
                ///< media, 305 the formats, 399 anything else
  std::string
      reason;  ///< with the value: "c= names the host 'a.example'; an IP address is expected"
};
/// The Warning header of a refusal.
sip::Header warning_of(const SdpFault& fault);

/// Whether `offer` can be answered at all; asked before anybody is bothered with the call.
Status<SdpFault> check_offer(std::string_view offer);

/// One leg's side of offer and answer (RFC 3264): one audio section, PCMU or PCMA in the offerer's
/// order of preference, telephone-event; every other section is refused. We always wish sendrecv:
/// who hears whom is the bridge's affair, never SDP's (decisions B2).
class SessionMedia {
 public:
  SessionMedia(std::uint64_t session_id, const LocalMedia& local)
      : session_id_(session_id), local_(local) {}

  /// An offer; a later one keeps the sections of the session (RFC 3264 §8).
  std::string make_offer();
  /// Takes the answer to make_offer's. A fault leaves what was agreed before.
  Status<SdpFault> take_answer(std::string_view answer);
  /// @return the answer to send. A fault leaves what was agreed before.
  Result<std::string, SdpFault> answer(std::string_view offer);

  /// What the peer said last; nothing before the first exchange.
  const std::optional<RemoteMedia>& remote() const { return remote_; }

 private:
  sdp::Media own_section() const;
  /// `layout` with ours in place of section `audio`, the others refused.
  std::string print(std::vector<sdp::Media> layout, std::size_t audio, sdp::Media ours);

  std::uint64_t session_id_;
  std::uint64_t version_ = 1;
  LocalMedia local_;
  std::string printed_;             ///< the last text, to know whether the version grows
  std::vector<sdp::Media> layout_;  ///< sections of the session so far
  std::size_t audio_ = 0;           ///< ours among them
  std::optional<RemoteMedia> remote_;
};

}  // namespace earshot::signalling
