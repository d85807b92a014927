#include "edge/http/response_text.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace earshot::http {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "";  // RFC 9112 §4: may be empty
  }
}

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
  });
}

/// Fields this layer alone may write.
bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 7> kOurs{
      "content-length", "transfer-encoding",      "connection", "content-type",
      "server",         "x-content-type-options", "upgrade"};
  return std::any_of(kOurs.begin(), kOurs.end(),
                     [name](std::string_view ours) { return equal_without_case(name, ours); });
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  const auto splits = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  if (std::none_of(value.begin(), value.end(), splits))
    out += value;
  else
    std::remove_copy_if(value.begin(), value.end(), std::back_inserter(out), splits);
  out += "\r\n";
}

}  // namespace

std::string response_text(const Response& response, ResponseForm form) {
  const bool has_body = response.status >= 200 && response.status != 204 && response.status != 304;
  std::string out;
  out.reserve(256 + response.body.size());
  out += "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += reason_of(response.status);
  out += "\r\nServer: Earshot\r\n";
  if (has_body) append_field(out, "Content-Type", response.type);
  if (has_body) append_field(out, "Content-Length", std::to_string(response.body.size()));
  bool cache_told = false;
  for (const auto& [name, value] : response.headers) {
    if (!is_token(name) || is_ours(name)) continue;
    cache_told = cache_told || equal_without_case(name, "cache-control");
    append_field(out, name, value);
  }
  if (!cache_told) append_field(out, "Cache-Control", "no-store");
  append_field(out, "X-Content-Type-Options", "nosniff");
  if (form.upgrades)
    out += "Connection: Upgrade\r\nUpgrade: websocket\r\n";
  else if (form.close)
    append_field(out, "Connection", "close");
  else if (form.is_http_1_0)
    append_field(out, "Connection", "keep-alive");
  out += "\r\n";
  if (has_body && !form.is_head) out += response.body;
  return out;
}

}  // namespace earshot::http
