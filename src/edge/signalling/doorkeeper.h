#pragma once

#include <string_view>
#include <variant>

#include "edge/signalling/challenged.h"
#include "edge/signalling/ground.h"
#include "edge/signalling/guesses.h"
#include "edge/signalling/registrar.h"
#include "edge/signalling/source_gates.h"
#include "wire/sip/digest.h"

namespace earshot::signalling {

/// Knows a phone by its digest (RFC 7616, RFC 3261 §22). Keeps nothing of who is challenged but a
/// bounded memory of who gave up; who guesses passwords gets 503 more and more often.
class Doorkeeper {
 public:
  Doorkeeper(Ground& ground, const Registrar& registrar)
      : ground_(ground),
        registrar_(registrar),
        verifier_(ground.entropy, ground.settings.realm, ground.settings.nonce_lifetime,
                  ground.settings.digest_algorithms),
        challenged_(ground.loop) {}

  /// The device that proved to have sent `request`, or the 401 or 503 to answer it with. An unknown
  /// user and a wrong password look alike from outside, in the answer and in the time it takes.
  std::variant<const Device*, sip::Response> admit(const sip::Request& request,
                                                   std::string_view to_tag, const Endpoint& from);

 private:
  sip::Response challenge(const sip::Request& request, std::string_view to_tag,
                          const Endpoint& from, bool stale);
  bool is_bound(const Device* device, const Endpoint& from) const;
  void log_failure(const sip::Request& request, const std::string& user, const Device* device,
                   const Endpoint& from, int status, std::string_view why);

  Ground& ground_;
  const Registrar& registrar_;
  sip::DigestVerifier verifier_;
  Guesses guesses_;
  Challenged challenged_;
  SourceGates refusals_;
};

}  // namespace earshot::signalling
