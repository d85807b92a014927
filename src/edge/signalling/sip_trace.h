#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/endpoint.h"

namespace earshot::signalling {

/// A SIP message as it may be shown to whoever looks for a fault: without what proves who somebody
/// is (passwords in URIs, digest responses, other schemes' tokens, media keys), and without bodies
/// that may hold digits (all but SDP). Takes any octets.
std::string masked(std::string_view message);

/// Writes SIP messages to the log, masked, at whatever level. Control loop only.
class SipTrace {
 public:
  /// @param number  only messages that name it (request URI, From, To, identities), and those with
  /// their Call-IDs; "": all
  explicit SipTrace(std::string number) : number_(std::move(number)) {}

  /// A datagram that is about to go out.
  void sent(std::string_view message, const Endpoint& to) { tell("SIP sent", "to", message, to); }
  /// A datagram that came, before anything looks at it.
  void received(std::string_view message, const Endpoint& from) {
    tell("SIP received", "from", message, from);
  }

 private:
  void tell(std::string_view what, std::string_view way, std::string_view message,
            const Endpoint& peer);
  bool is_wanted(std::string_view message);

  const std::string number_;
  std::unordered_set<std::string> call_ids_;  ///< of messages that named the number
  std::deque<std::string> oldest_;            ///< of them, to be forgotten first
};

}  // namespace earshot::signalling
