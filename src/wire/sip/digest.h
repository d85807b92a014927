#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/entropy.h"
#include "base/time.h"
#include "wire/sip/message.h"

namespace earshot::sip {

/// SHA-256 (RFC 8760), and MD5 for phones that know no other; no -sess variant.
enum class DigestAlgorithm { Sha256, Md5 };

/// A parsed WWW-Authenticate or Proxy-Authenticate challenge (RFC 7616 §3.3, RFC 8760).
struct DigestChallenge {
  std::string realm;
  std::string nonce;
  std::string opaque;
  DigestAlgorithm algorithm = DigestAlgorithm::Md5;
  bool qop_auth = false;
  bool stale = false;
};
/// @return nothing for another scheme or algorithm, without realm or nonce, for a parameter that
/// comes twice, and where qop is offered without "auth"
std::optional<DigestChallenge> parse_challenge(std::string_view value);

/// A parsed Authorization or Proxy-Authorization (RFC 7616 §3.4).
struct DigestCredentials {
  std::string username;
  std::string realm;
  std::string nonce;
  std::string uri;
  std::string response;
  std::string opaque;
  std::string cnonce;
  std::string qop;
  std::optional<std::uint32_t> nc;
  DigestAlgorithm algorithm = DigestAlgorithm::Md5;
};
/// @return nothing for another scheme or algorithm, for a parameter that is missing or comes twice,
/// and for a qop other than "auth" or one without cnonce and nc
std::optional<DigestCredentials> parse_credentials(std::string_view value);

/// The response a user with `password` would give: RFC 7616 §3.4.1, or without qop RFC 2069 §2.1.2.
/// Lower-case hex. `credentials.response` is not looked at.
std::string digest_response(const DigestCredentials& credentials, std::string_view method,
                            std::string_view password);

/// The Authorization value that answers `challenge`, with qop=auth where it is offered.
std::string answer_challenge(const DigestChallenge& challenge, std::string_view username,
                             std::string_view password, std::string_view method,
                             std::string_view uri, std::uint32_t nc, std::string_view cnonce);

/// The server's side: makes nonces and checks answers. Nonces are signed with a key made at start,
/// so that an unknown caller costs no memory; only nonces that were used rightly once are
/// remembered, for their counts, until they expire or `most_remembered` newer ones are. An answer
/// without qop (RFC 2069, MD5 only) has no count, so its nonce is good once.
class DigestVerifier {
 public:
  /// @param algorithms       what is offered, in this order, and accepted; one or more
  /// @param most_remembered  nonces; 1 or more
  DigestVerifier(Entropy& entropy, std::string realm, Duration nonce_lifetime = seconds{300},
                 std::vector<DigestAlgorithm> algorithms = {DigestAlgorithm::Sha256,
                                                            DigestAlgorithm::Md5},
                 std::size_t most_remembered = 100'000);

  /// The challenge values to send, one an algorithm (RFC 8760 §2.4), all with one nonce. The one
  /// for SHA-256 also names MD5 in a parameter of its own (RFC 7616 §3.3: unknown ones are
  /// ignored), because sipp 3.6 and sipsak take the first text `algorithm=` of all challenges.
  ///
  /// @param issued    goes into the nonce, which lives from then on
  /// @param md5_only  leave out all but MD5, where MD5 is offered at all
  /// @param seed      the same text gives the same nonce at the same time; empty: never the same
  std::vector<std::string> challenges(TimePoint issued, bool stale, bool md5_only = false,
                                      std::string_view seed = {}) const;

  /// What verify() thinks of an answer, and what the phone is told.
  enum class Verdict {
    Good,
    Wrong,    ///< no such user or password, a foreign nonce or realm: challenge again, or 403
    Expired,  ///< right, but the nonce is too old: challenge with stale=true
    Replayed  ///< a nonce count used before: challenge with stale=true
  };
  /// @param password  what the user's must be; nothing for an unknown user (costs the same time)
  Verdict verify(const DigestCredentials& credentials, std::string_view method,
                 std::optional<std::string_view> password, TimePoint now);

 private:
  std::string sign(std::string_view text) const;
  std::string make_nonce(TimePoint issued, std::string_view seed) const;
  bool offers(DigestAlgorithm algorithm) const;
  std::optional<TimePoint> issued_at(std::string_view nonce) const;
  bool count_is_new(const DigestCredentials& credentials, TimePoint issued);
  void forget_oldest();

  Entropy& entropy_;  ///< outlives us
  std::string realm_;
  std::string key_;
  Duration lifetime_;
  std::vector<DigestAlgorithm> algorithms_;
  std::size_t most_remembered_;
  std::unordered_map<std::string, std::uint32_t> counts_;  ///< nonce → highest nc seen
  std::multimap<TimePoint, std::string> forget_at_;
  TimePoint not_before_{};  ///< nonces issued until then are too old: their counts were forgotten
};

}  // namespace earshot::sip
