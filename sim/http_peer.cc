#include "sim/http_peer.h"

#include <cstdint>

#include "base/base64.h"
#include "base/text.h"

namespace earshot::sim {
namespace {}  // namespace

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
