#include "edge/http/origin_guard.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "edge/http/refusal.h"

namespace earshot::http {

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

bool is_host_character(char character) {
  return is_alphanumeric(character) || character == '.' || character == '-';
}

/// Patterns are the operator's own and short, so the recursion stays shallow.
bool matches(std::string_view text, std::string_view pattern) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return equal_without_case(text, pattern);
  if (text.size() <= star || !equal_without_case(text.substr(0, star), pattern.substr(0, star)))
    return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t end = star; end < text.size() && is_host_character(text[end]); ++end)
    if (matches(text.substr(end + 1), rest)) return true;
  return false;
}

/// The scheme is not compared: behind a proxy that ends TLS we do not know ours.
bool is_own(std::string_view origin, const Request& request) {
  const auto host = request.header("Host");
  const auto scheme_end = origin.find("://");
  return host && !host->empty() && scheme_end != std::string_view::npos &&
         equal_without_case(origin.substr(scheme_end + 3), *host);
}

Headers grant(std::string_view origin) {
  return {{"Access-Control-Allow-Origin", std::string(origin)},
          {"Access-Control-Allow-Credentials", "true"},
          {"Access-Control-Expose-Headers",
           "ETag, Idempotency-Replayed, Retry-After, X-CSRF-HEADER, X-CSRF-TOKEN"},
          {"Vary", "Origin"}};
}

/// What the browser asks before it sends the request itself (Fetch §3.2.2).
Response preflight_answer(Headers headers) {
  Response response;
  response.headers = std::move(headers);
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
  response.headers.emplace_back("Access-Control-Allow-Headers",
                                "Authorization, Content-Type, X-Requested-With, X-CSRF-TOKEN, "
                                "ContactCenterId, ssid, surl, Idempotency-Key, If-Match");
  response.headers.emplace_back("Access-Control-Max-Age", "600");
  response.body = R"({"statusCode":0})";
  return response;
}

/// What outsiders send must not fill the log.
constexpr Duration kLogPause = seconds{10};

/// As far as it is shown to people: what is no URL's character cannot be.
std::string shown(std::string_view origin) {
  std::string text{origin.substr(0, 100)};
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; }, '?');
  return text;
}

/// Adds the grant to whatever is answered.
class GrantedExchange final : public Exchange {
 public:
  GrantedExchange(std::unique_ptr<Exchange> exchange, Headers grant)
      : exchange_(std::move(exchange)), grant_(std::move(grant)) {}
  const Request& request() const override { return exchange_->request(); }
  void drop_request() override { exchange_->drop_request(); }
  bool respond(Response response, const WhomToTell& whom) override {
    std::move(grant_.begin(), grant_.end(), std::back_inserter(response.headers));
    return exchange_->respond(std::move(response), whom);
  }
  void on_gone(std::function<void()> gone) override { exchange_->on_gone(std::move(gone)); }

 private:
  std::unique_ptr<Exchange> exchange_;
  Headers grant_;
};

}  // namespace

bool matches_origin(std::string_view origin, std::span<const std::string> patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(origin, pattern); });
}

void OriginGuard::log_refusal(std::string_view origin) {
  const TimePoint now = loop_.now();
  if (logged_at_ && now - *logged_at_ < kLogPause) {
    ++unlogged_;
    return;
  }
  logged_at_ = now;
  log(LogLevel::Warn, "a page's origin is not allowed; http.allowed_origins would allow it",
      {{"origin", shown(origin)}, {"others", std::exchange(unlogged_, 0)}});
}

void OriginGuard::handle(std::unique_ptr<Exchange> exchange) {
  const Request& request = exchange->request();
  const auto origin = request.header("Origin");
  if (!origin || is_own(*origin, request)) return behind_.handle(std::move(exchange));
  if (!matches_origin(*origin, allowed_)) {
    log_refusal(*origin);
    return exchange->respond(refusal(
        403, "Origin " + shown(*origin) + " is not allowed. Add it to http.allowed_origins."));
  }
  if (request.header("Upgrade")) return behind_.handle(std::move(exchange));  // knows no CORS
  auto headers = grant(*origin);
  if (request.method == "OPTIONS" && request.header("Access-Control-Request-Method"))
    return exchange->respond(preflight_answer(std::move(headers)));
  behind_.handle(std::make_unique<GrantedExchange>(std::move(exchange), std::move(headers)));
}

}  // namespace earshot::http
