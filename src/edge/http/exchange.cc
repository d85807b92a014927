#include "edge/http/exchange.h"

#include <algorithm>

#include "base/text.h"
#include "edge/http/refusal.h"
#include "edge/http/websocket.h"

namespace earshot::http {
namespace {

/// "/api/v2" covers itself and "/api/v2/…", not "/api/v20"; "/" covers everything.
bool covers(std::string_view prefix, std::string_view path) {
  if (!path.starts_with(prefix)) return false;
  return prefix.ends_with('/') || path.size() == prefix.size() || path[prefix.size()] == '/';
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [field, value] : headers)
    if (equal_without_case(field, name)) return value;
  return std::nullopt;
}

std::vector<std::string_view> Request::headers_named(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [field, value] : headers)
    if (equal_without_case(field, name)) values.push_back(value);
  return values;
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
  for (const auto& [parameter, value] : query)
    if (parameter == name) return value;
  return std::nullopt;
}

std::unique_ptr<WebSocket> Exchange::upgrade(std::vector<std::pair<std::string, std::string>>) {
  respond(refusal(400, "There is no WebSocket at this address"));
  return nullptr;
}

void PrefixRouter::add(std::string prefix, Handler& handler) {
  const auto shorter = [&](const auto& route) { return route.first.size() < prefix.size(); };
  const auto place = std::find_if(routes_.begin(), routes_.end(), shorter);
  routes_.emplace(place, std::move(prefix), &handler);
}

void PrefixRouter::handle(std::unique_ptr<Exchange> exchange) {
  for (const auto& [prefix, handler] : routes_)
    if (covers(prefix, exchange->request().path)) {
      handler->handle(std::move(exchange));
      return;
    }
  exchange->respond(refusal(404, "Not found"));
}

}  // namespace earshot::http
