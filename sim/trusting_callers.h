#pragma once

#include <string>
#include <vector>

#include "edge/notify/caller.h"

namespace earshot::sim {

/// Believes the header X-User; X-Web names the HTTP session, else one a user.
class TrustingCallers final : public notify::Callers {
 public:
  std::optional<notify::Caller> identify(const http::Request& request) override {
    const auto user = request.header("X-User");
    if (!user) return std::nullopt;
    notify::Caller caller;
    caller.user = UserId{std::string(*user)};
    caller.http_session = std::string(request.header("X-Web").value_or(*user));
    if (request.header("X-New")) caller.set_cookie = "JSESSIONID=fresh; Path=/";
    return caller;
  }
  void touch(const std::string& http_session) override { touched.push_back(http_session); }
  std::vector<std::string> touched;
};

}  // namespace earshot::sim
