#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "base/network.h"
#include "base/time.h"
#include "wire/sip/digest.h"
#include "wire/sip/transaction.h"
#include "wire/sip/transaction_layer.h"

namespace earshot {

/// How SipSignalling listens and what it grants. Config table [sip].
struct SipSettings {
  Endpoint listen = Endpoint::v4({127, 0, 0, 1}, 5060);  ///< UDP; port 0 lets the system choose
  /// Written into Via, Contact and From, for peers beyond the local networks. Needed where `listen`
  /// is 0.0.0.0 or ::; its port 0 means the bound one. Nothing: `listen` itself.
  std::optional<Endpoint> advertised;
  /// Peers in these are told the addresses we listen at, of SIP and of media.
  std::vector<Network> local_networks;
  std::string realm = "earshot";
  std::string user_agent = "Earshot";

  // Registrations (RFC 3261 §10.3).
  seconds min_expires{60};        ///< shorter ones get a 423
  seconds default_expires{3600};  ///< where the phone names none
  seconds max_expires{7200};      ///< longer ones are cut to it
  seconds nonce_lifetime{300};
  /// Offered in this order; no other is accepted. Some phones fail on a challenge they do not know.
  std::vector<sip::DigestAlgorithm> digest_algorithms{sip::DigestAlgorithm::Sha256,
                                                      sip::DigestAlgorithm::Md5};

  std::size_t max_calls = 2000;       ///< lines made by phones and trunks at once; beyond it a 503
  std::size_t calls_per_device = 20;  ///< of these, made by one phone; beyond it a 503
  // Requests outside calls (REGISTER, INVITE) that are open at once; beyond it a 503. One stays
  // open for 32 s (RFC 3261 §17.2: Timers H, J and L), or 5 s after the ACK to a refusal.
  std::size_t requests_per_device = 1000;
  std::size_t requests_per_trunk = 30'000;       ///< some 900 calls a second
  seconds retry_after{5};                        ///< told with each such 503
  std::size_t receive_buffer = 4 * 1024 * 1024;  ///< bytes (sip-and-media.md §3)

  sip::TransactionTimers timers;
  sip::TransactionLimits limits;

  /// Messages are shown in the log (sip_trace.h): all for "", else those of a number.
  std::optional<std::string> trace;
};

}  // namespace earshot
