#pragma once

#include <string>
#include <vector>

#include "edge/notify/caller.h"

namespace earshot::sim {

/// Believes the header X-User; X-Web names the HTTP session, else one a user; X-New says that it
/// began just now.
class TrustingCallers final : public notify::Callers {
 public:
  Result<notify::Caller, http::Response> identify(const http::Request& request) override {
    const auto user = request.header("X-User");
    if (!user)
      return Error{http::Response{.status = 403,
                                  .headers = {},
                                  .body = R"({"statusCode":20,"statusMessage":"Access denied"})"}};
    notify::Caller caller;
    caller.user = UserId{std::string(*user)};
    caller.http_session = std::string(request.header("X-Web").value_or(*user));
    caller.is_new = request.header("X-New").has_value();
    if (caller.is_new) caller.set_cookie = "JSESSIONID=fresh; Path=/";
    return caller;
  }
  void touch(const std::string& http_session) override { touched.push_back(http_session); }
  std::vector<std::string> touched;
};

}  // namespace earshot::sim
