#pragma once

#include <string>

#include "edge/http/exchange.h"

namespace earshot::http {

/// What the request and the connection say about an answer's form.
struct ResponseForm {
  bool close = false;        ///< the connection ends after it
  bool is_http_1_0 = false;  ///< keeping the connection must be said
  bool is_head = false;      ///< the length is told, the body is not sent
  bool upgrades = false;     ///< to a WebSocket, with 101
};

/// The response as it goes over the wire (RFC 9112). The handler's words cannot break its framing:
/// CR, LF and NUL are taken out of values, fields with unusable names or ours (Content-Length, …)
/// are left out. Nothing is to be stored (Cache-Control) unless the handler says otherwise.
std::string response_text(const Response& response, ResponseForm form);

}  // namespace earshot::http
