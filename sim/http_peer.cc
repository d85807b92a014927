#include "sim/http_peer.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace earshot::sim {
namespace {

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

/// RFC 4648 §4, padded.
std::string base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t octet = 0; octet < 3; ++octet) {
      const std::uint8_t value =
          at + octet < text.size() ? static_cast<std::uint8_t>(text[at + octet]) : std::uint8_t{0};
      group = group << 8 | value;
    }
    for (std::size_t digit = 0; digit < 4; ++digit)
      out += at + digit > text.size() ? '=' : kDigits[group >> (18 - 6 * digit) & 63];
  }
  return out;
}

}  // namespace

std::optional<std::string_view> HttpReply::header(std::string_view name) const {
  for (const auto& [field, value] : headers)
    if (equal_without_case(field, name)) return value;
  return std::nullopt;
}

HttpIdentity::HttpIdentity(std::optional<HttpLogin> login) {
  if (login) authorization_ = "Basic " + base64(login->user + ":" + login->password);
}

std::vector<std::pair<std::string, std::string>> HttpIdentity::headers() const {
  std::vector<std::pair<std::string, std::string>> out;
  if (authorization_) out.emplace_back("Authorization", *authorization_);
  std::string jar;
  for (const auto& [name, value] : cookies_) jar += (jar.empty() ? "" : "; ") + name + "=" + value;
  if (!jar.empty()) out.emplace_back("Cookie", jar);
  return out;
}

void HttpIdentity::take(const HttpReply& reply) {
  for (const auto& [field, text] : reply.headers) {
    if (!equal_without_case(field, "Set-Cookie")) continue;
    const std::string pair = text.substr(0, text.find(';'));
    const auto equals = pair.find('=');
    if (equals == std::string::npos) continue;
    const std::string value = pair.substr(equals + 1);
    if (value.empty() || text.find("Max-Age=0") != std::string::npos)
      cookies_.erase(pair.substr(0, equals));
    else
      cookies_[pair.substr(0, equals)] = value;
  }
}

}  // namespace earshot::sim
