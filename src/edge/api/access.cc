#include "edge/api/access.h"

#include <string>

#include "view/api_fault.h"

namespace earshot::api {

http::Response access_refused(const auth::Sessions::Unidentified& unidentified) {
  const bool waits = unidentified.why == auth::Sessions::Failure::TooManyFailures;
  const auto fault = waits ? view::kTooManyFailures : view::fault_of(RefusalCode::NotAuthenticated);
  const std::string after = std::to_string(unidentified.retry_after.count());
  http::Response response;
  response.status = fault.http_status;
  response.body = view::fault_json(
      fault.status_code,
      waits ? "Too many wrong passwords. Try again in " + after + " seconds." : "Access denied");
  if (waits) response.headers.emplace_back("Retry-After", after);
  return response;
}

http::Response forgery_refused() {
  const auto fault = view::fault_of(RefusalCode::NotAllowedNow);
  http::Response response;
  response.status = fault.http_status;
  response.body = view::fault_json(fault.status_code, "Missing or invalid Csrf token");
  return response;
}

void add_csrf_token(http::Response& response, const auth::Sessions& sessions,
                    const auth::HttpSessionId& session) {
  auto token = sessions.csrf_token(session);
  if (!token) return;
  response.headers.emplace_back("X-CSRF-HEADER", "X-CSRF-TOKEN");
  response.headers.emplace_back("X-CSRF-TOKEN", *std::move(token));
}

}  // namespace earshot::api
