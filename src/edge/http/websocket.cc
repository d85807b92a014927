#include "edge/http/websocket.h"

#include <algorithm>
#include <utility>

#include "base/digest_hash.h"
#include "edge/http/refusal.h"

namespace earshot::http {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 §1.3

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Whether one of the fields of that name has `token` in its comma-separated list.
bool lists(const Request& request, std::string_view name, std::string_view token) {
  for (const auto& [field, value] : request.headers) {
    if (lower(field) != name) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      std::string_view one = rest.substr(0, comma);
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      while (one.starts_with(' ') || one.starts_with('\t')) one.remove_prefix(1);
      while (one.ends_with(' ') || one.ends_with('\t')) one.remove_suffix(1);
      if (lower(one) == token) return true;
    }
  }
  return false;
}

/// 16 octets in base64.
bool is_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") &&
         std::all_of(key.begin(), key.end() - 2, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '+' || c == '/';
         });
}

}  // namespace

bool asks_for_websocket(const Request& request) {
  return request.method == "GET" && lists(request, "upgrade", "websocket") &&
         lists(request, "connection", "upgrade");
}

Response websocket_handshake(const Request& request, bool is_http_1_0) {
  if (!asks_for_websocket(request) || is_http_1_0 || !request.body.empty())
    return refusal(400, "Malformed request: this is not a WebSocket handshake");
  if (request.header("Sec-WebSocket-Version") != "13") {
    Response response = refusal(400, "Only version 13 of the WebSocket protocol is supported");
    response.headers.emplace_back("Sec-WebSocket-Version", "13");
    return response;
  }
  const auto key = request.header("Sec-WebSocket-Key");
  if (!key || !is_key(*key)) return refusal(400, "Malformed request: bad Sec-WebSocket-Key");
  Response response;
  response.status = 101;
  response.headers.emplace_back("Sec-WebSocket-Accept",
                                sha1_base64(std::string(*key) + std::string(kGuid)));
  return response;
}

}  // namespace earshot::http
