#include <algorithm>
#include <utility>

#include "base/digest_hash.h"
#include "base/hex.h"
#include "base/number.h"
#include "wire/sip/digest.h"

namespace earshot::sip {
namespace {

// A nonce: when it was issued (ms), random digits, and a signature over both; all in hex.
constexpr std::size_t kTimeDigits = 16;
constexpr std::size_t kRandomOctets = 8;
constexpr std::size_t kSignedDigits = kTimeDigits + 2 * kRandomOctets;
constexpr std::size_t kSignatureDigits = 32;
constexpr std::size_t kKeyOctets = 32;

std::string print_time(TimePoint at) {
  const auto ms = std::chrono::duration_cast<milliseconds>(at.time_since_epoch()).count();
  return hex_number(static_cast<std::uint64_t>(ms), kTimeDigits);
}

}  // namespace

DigestVerifier::DigestVerifier(Entropy& entropy, std::string realm, Duration nonce_lifetime,
                               std::vector<DigestAlgorithm> algorithms, std::size_t most_remembered)
    : entropy_(entropy),
      realm_(std::move(realm)),
      key_(entropy.hex(kKeyOctets)),
      lifetime_(nonce_lifetime),
      algorithms_(std::move(algorithms)),
      most_remembered_(most_remembered) {}

std::string DigestVerifier::sign(std::string_view text) const {
  return hmac_sha256_hex(key_, text).substr(0, kSignatureDigits);
}

std::string DigestVerifier::make_nonce(TimePoint issued, std::string_view seed) const {
  const std::string salt =
      seed.empty() ? entropy_.hex(kRandomOctets)
                   : sign(std::string{"seed "}.append(seed)).substr(0, 2 * kRandomOctets);
  const std::string unsigned_part = print_time(issued) + salt;
  return unsigned_part + sign(unsigned_part);
}

bool DigestVerifier::offers(DigestAlgorithm algorithm) const {
  return std::find(algorithms_.begin(), algorithms_.end(), algorithm) != algorithms_.end();
}

/// Nothing for a nonce that is not ours.
std::optional<TimePoint> DigestVerifier::issued_at(std::string_view nonce) const {
  if (nonce.size() != kSignedDigits + kSignatureDigits) return std::nullopt;
  const std::string_view unsigned_part = nonce.substr(0, kSignedDigits);
  if (!equal_in_constant_time(sign(unsigned_part), nonce.substr(kSignedDigits)))
    return std::nullopt;
  return TimePoint{} +
         milliseconds{whole_number<std::int64_t, 16>(nonce.substr(0, kTimeDigits)).value_or(0)};
}

std::vector<std::string> DigestVerifier::challenges(TimePoint issued, bool stale, bool md5_only,
                                                    std::string_view seed) const {
  const std::string nonce = make_nonce(issued, seed);
  const bool md5 = offers(DigestAlgorithm::Md5);
  std::vector<std::string> values;
  for (const DigestAlgorithm algorithm : algorithms_) {
    if (md5_only && md5 && algorithm != DigestAlgorithm::Md5) continue;
    std::string& value = values.emplace_back("Digest realm=\"");
    for (const char c : realm_) {
      if (c == '"' || c == '\\') value += '\\';
      value += c;
    }
    value.append("\", nonce=\"").append(nonce).append("\", ");
    if (md5 && algorithm == DigestAlgorithm::Sha256) value.append("legacy-algorithm=MD5, ");
    value.append("algorithm=");
    value.append(algorithm == DigestAlgorithm::Sha256 ? "SHA-256" : "MD5");
    value.append(", qop=\"auth\"");
    if (stale) value.append(", stale=true");
  }
  return values;
}

/// When the oldest counts must go before their time, all nonces as old go with them, so that none
/// can be used again.
void DigestVerifier::forget_oldest() {
  const auto oldest = forget_at_.begin();
  not_before_ = std::max(not_before_, oldest->first - lifetime_);
  counts_.erase(oldest->second);
  forget_at_.erase(oldest);
}

/// Takes the count, where it is higher than all before it.
bool DigestVerifier::count_is_new(const DigestCredentials& credentials, TimePoint issued) {
  const std::uint32_t count = credentials.nc.value_or(1);
  const auto known = counts_.find(credentials.nonce);
  if (known != counts_.end()) {
    if (!credentials.nc || count <= known->second) return false;
    known->second = count;
    return true;
  }
  if (count == 0) return false;
  if (counts_.size() >= most_remembered_) forget_oldest();
  counts_.emplace(credentials.nonce, count);
  forget_at_.emplace(issued + lifetime_, credentials.nonce);
  return true;
}

DigestVerifier::Verdict DigestVerifier::verify(const DigestCredentials& credentials,
                                               std::string_view method,
                                               std::optional<std::string_view> password,
                                               TimePoint now) {
  while (!forget_at_.empty() && forget_at_.begin()->first < now) {
    counts_.erase(forget_at_.begin()->second);
    forget_at_.erase(forget_at_.begin());
  }
  const auto issued = issued_at(credentials.nonce);
  const std::string expected = digest_response(credentials, method, password.value_or(""));
  const bool response_fits = equal_in_constant_time(expected, credentials.response);
  if (!response_fits || !password || !issued || credentials.realm != realm_) return Verdict::Wrong;
  if (!offers(credentials.algorithm)) return Verdict::Wrong;
  if (credentials.qop.empty() ? credentials.algorithm != DigestAlgorithm::Md5
                              : credentials.qop != "auth" || !credentials.nc)
    return Verdict::Wrong;
  if (now > *issued + lifetime_ || *issued <= not_before_) return Verdict::Expired;
  return count_is_new(credentials, *issued) ? Verdict::Good : Verdict::Replayed;
}

}  // namespace earshot::sip
