#pragma once

#include <string_view>
#include <variant>

#include "edge/signalling/ground.h"
#include "edge/signalling/log_gate.h"
#include "wire/sip/digest.h"

namespace earshot::signalling {

/// Knows a phone by its digest (RFC 7616, RFC 3261 §22).
class Doorkeeper {
 public:
  explicit Doorkeeper(Ground& ground)
      : ground_(ground),
        verifier_(ground.entropy, ground.settings.realm, ground.settings.nonce_lifetime,
                  ground.settings.digest_algorithms) {}

  /// The device that proved to have sent `request`, or the 401 to answer it with. An unknown user
  /// and a wrong password look alike from outside, in the answer and in the time it takes.
  std::variant<const Device*, sip::Response> admit(const sip::Request& request,
                                                   std::string_view to_tag, const Endpoint& from);

 private:
  sip::Response challenge(const sip::Request& request, std::string_view to_tag, bool stale) const;

  Ground& ground_;
  sip::DigestVerifier verifier_;
  LogGate refusals_;
};

}  // namespace earshot::signalling
