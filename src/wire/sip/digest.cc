#include "wire/sip/digest.h"

#include "base/digest_hash.h"
#include "base/hex.h"
#include "base/number.h"
#include "base/text.h"
#include "wire/sip/grammar.h"

namespace earshot::sip {
namespace {

constexpr std::size_t kMaxParams = 32;

/// `Digest name=value, name="value"…` without names that come twice.
std::optional<Params> parse_digest(std::string_view text) {
  text = trimmed(text);
  if (!equal_without_case(grammar::take(text, grammar::CharSet::Token), "Digest") || text.empty() ||
      !is_blank(text.front()))
    return std::nullopt;
  Params params;
  const bool read = grammar::for_each_value(text, [&params](std::string_view one) {
    const std::string_view name = grammar::take(one, grammar::CharSet::Token);
    if (name.empty() || params.size() == kMaxParams || find_param(params, name) ||
        !grammar::take_separator(one, '='))
      return false;
    std::string value;
    if (!one.empty() && one.front() == '"') {
      if (!grammar::take_quoted(one, value)) return false;
    } else {
      value = grammar::take(one, grammar::CharSet::Token);
      if (value.empty()) return false;
    }
    params.push_back({std::string{name}, std::move(value)});
    return one.empty();
  });
  if (!read) return std::nullopt;
  return params;
}

std::string text_of(const Params& params, std::string_view name) {
  return std::string{find_param(params, name).value_or("")};
}

/// MD5 where none is named (RFC 7616 §3.3).
std::optional<DigestAlgorithm> algorithm_of(const Params& params) {
  const auto name = find_param(params, "algorithm");
  if (!name || equal_without_case(*name, "MD5")) return DigestAlgorithm::Md5;
  if (equal_without_case(*name, "SHA-256")) return DigestAlgorithm::Sha256;
  return std::nullopt;
}

std::string_view name_of(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::Md5 ? "MD5" : "SHA-256";
}

/// nc-value = 8LHEX
std::optional<std::uint32_t> parse_count(std::string_view text) {
  if (text.size() != 8 || text.find_first_not_of(kHexDigits) != std::string_view::npos)
    return std::nullopt;
  return whole_number<std::uint32_t, 16>(text);
}

std::string print_count(std::uint32_t count) { return hex_number(count, 8); }

std::string hash(DigestAlgorithm algorithm, std::string_view text) {
  return algorithm == DigestAlgorithm::Md5 ? md5_hex(text) : sha256_hex(text);
}

void append_quoted(std::string& out, std::string_view name, std::string_view value) {
  out.append(", ").append(name).append("=\"");
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace

std::optional<DigestChallenge> parse_challenge(std::string_view value) {
  const auto params = parse_digest(value);
  if (!params || !find_param(*params, "realm")) return std::nullopt;
  const auto algorithm = algorithm_of(*params);
  DigestChallenge challenge;
  challenge.realm = text_of(*params, "realm");
  challenge.nonce = text_of(*params, "nonce");
  challenge.opaque = text_of(*params, "opaque");
  if (!algorithm || challenge.nonce.empty()) return std::nullopt;
  challenge.algorithm = *algorithm;
  challenge.stale = equal_without_case(text_of(*params, "stale"), "true");
  if (const auto qop = find_param(*params, "qop")) {
    grammar::for_each_value(*qop, [&challenge](std::string_view one) {
      challenge.qop_auth |= equal_without_case(one, "auth");
      return true;
    });
    if (!challenge.qop_auth) return std::nullopt;  // auth-int alone is not spoken here
  }
  return challenge;
}

std::optional<DigestCredentials> parse_credentials(std::string_view value) {
  const auto params = parse_digest(value);
  if (!params) return std::nullopt;
  for (const std::string_view needed : {"username", "realm", "nonce", "uri", "response"})
    if (!find_param(*params, needed)) return std::nullopt;
  const auto algorithm = algorithm_of(*params);
  if (!algorithm) return std::nullopt;
  DigestCredentials credentials;
  credentials.username = text_of(*params, "username");
  credentials.realm = text_of(*params, "realm");
  credentials.nonce = text_of(*params, "nonce");
  credentials.uri = text_of(*params, "uri");
  credentials.response = text_of(*params, "response");
  credentials.opaque = text_of(*params, "opaque");
  credentials.algorithm = *algorithm;
  if (!find_param(*params, "qop")) return credentials;
  credentials.qop = text_of(*params, "qop");
  credentials.cnonce = text_of(*params, "cnonce");
  credentials.nc = parse_count(text_of(*params, "nc"));
  if (credentials.qop != "auth" || credentials.cnonce.empty() || !credentials.nc)
    return std::nullopt;
  return credentials;
}

std::string digest_response(const DigestCredentials& credentials, std::string_view method,
                            std::string_view password) {
  const DigestAlgorithm algorithm = credentials.algorithm;
  std::string user = credentials.username;
  user.append(":").append(credentials.realm).append(":").append(password);
  std::string text = hash(algorithm, user).append(":").append(credentials.nonce).append(":");
  if (!credentials.qop.empty()) {
    text.append(print_count(credentials.nc.value_or(0))).append(":");
    text.append(credentials.cnonce).append(":").append(credentials.qop).append(":");
  }
  std::string request{method};
  request.append(":").append(credentials.uri);
  return hash(algorithm, text.append(hash(algorithm, request)));
}

std::string answer_challenge(const DigestChallenge& challenge, std::string_view username,
                             std::string_view password, std::string_view method,
                             std::string_view uri, std::uint32_t nc, std::string_view cnonce) {
  DigestCredentials credentials;
  credentials.username = username;
  credentials.realm = challenge.realm;
  credentials.nonce = challenge.nonce;
  credentials.uri = uri;
  credentials.algorithm = challenge.algorithm;
  if (challenge.qop_auth) {
    credentials.qop = "auth";
    credentials.nc = nc;
    credentials.cnonce = cnonce;
  }
  std::string out{"Digest algorithm="};
  out += name_of(challenge.algorithm);
  append_quoted(out, "username", username);
  append_quoted(out, "realm", challenge.realm);
  append_quoted(out, "nonce", challenge.nonce);
  append_quoted(out, "uri", uri);
  append_quoted(out, "response", digest_response(credentials, method, password));
  if (!challenge.opaque.empty()) append_quoted(out, "opaque", challenge.opaque);
  if (challenge.qop_auth) {
    append_quoted(out, "cnonce", cnonce);
    out.append(", qop=auth, nc=").append(print_count(nc));
  }
  return out;
}

}  // namespace earshot::sip
