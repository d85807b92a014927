#include "edge/http/websocket.h"

#include <algorithm>
#include <utility>

#include "base/digest_hash.h"
#include "base/text.h"
#include "edge/http/refusal.h"

namespace earshot::http {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 §1.3

/// Whether one of the fields of that name has `token` in its comma-separated list.
bool lists(const Request& request, std::string_view name, std::string_view token) {
  for (std::string_view rest : request.headers_named(name))
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (equal_without_case(trimmed(rest.substr(0, comma)), token)) return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  return false;
}

/// 16 octets in base64.
bool is_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") &&
         std::all_of(key.begin(), key.end() - 2,
                     [](char c) { return is_alphanumeric(c) || c == '+' || c == '/'; });
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
