#include "edge/desk/desk.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "edge/http/refusal.h"

namespace earshot::desk {
namespace {

constexpr std::pair<std::string_view, std::string_view> kHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
     "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
    {"Vary", "Accept-Encoding"},
};

/// The next element of a comma list, without the blanks around it; it is taken from `list`.
std::string_view next_element(std::string_view& list) {
  const auto comma = list.find(',');
  const std::string_view element = trimmed(list.substr(0, comma));
  list = comma == std::string_view::npos ? "" : list.substr(comma + 1);
  return element;
}

/// RFC 9110 §12.5.3: named with any weight but 0.
bool takes_gzip(const http::Request& request) {
  std::string_view list = request.header("Accept-Encoding").value_or("");
  while (!list.empty()) {
    std::string_view coding = next_element(list);
    const auto parameters = coding.find(';');
    const std::string_view weight =
        parameters == std::string_view::npos ? "" : trimmed(coding.substr(parameters + 1));
    coding = trimmed(coding.substr(0, parameters));
    if (!equal_without_case(coding, "gzip") && coding != "*") continue;
    return weight.find_first_not_of("qQ=0. ") != std::string_view::npos || weight.empty();
  }
  return false;
}

/// RFC 9110 §13.1.2: compared weakly.
bool is_known(const http::Request& request, std::string_view tag) {
  std::string_view list = request.header("If-None-Match").value_or("");
  while (!list.empty()) {
    std::string_view one = next_element(list);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag || one == "*") return true;
  }
  return false;
}

}  // namespace

void Desk::handle(std::unique_ptr<http::Exchange> exchange) {
  http::Response response = answer(exchange->request());
  exchange->respond(std::move(response));
}

http::Response Desk::answer(const http::Request& request) const {
  const auto page = std::find_if(pages_.begin(), pages_.end(),
                                 [&](const Page& each) { return each.path == request.path; });
  if (page == pages_.end()) return http::refusal(404, "Not found");
  http::Response response;
  if (request.method != "GET" && request.method != "HEAD") {
    response = http::refusal(405, "A page is only read, with GET or HEAD.");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  for (const auto& [name, value] : kHeaders) response.headers.emplace_back(name, value);
  // Weak: one for both codings.
  response.headers.emplace_back("ETag", "W/" + std::string{page->tag});
  response.headers.emplace_back(
      "Cache-Control", page->is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (is_known(request, page->tag)) {
    response.status = 304;
    return response;
  }
  response.type = page->type;
  const bool compressed = takes_gzip(request);
  if (compressed) response.headers.emplace_back("Content-Encoding", "gzip");
  response.body = compressed ? page->compressed : page->plain;
  return response;
}

}  // namespace earshot::desk
