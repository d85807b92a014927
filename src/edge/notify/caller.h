#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "edge/http/exchange.h"
#include "model/ids.h"

namespace earshot::notify {

/// Who sends a request to the notification endpoint.
struct Caller {
  UserId user;
  std::string http_session;               ///< names the HTTP session; never logged
  std::optional<std::string> set_cookie;  ///< a Set-Cookie value the answer must carry
  bool is_new = false;                    ///< its credentials began the HTTP session just now
  std::string user_name{};                ///< for the log
  std::string address{};                  ///< without port; the hub takes it from the request
};

/// Tells callers apart. app implements it over the HTTP sessions. Control loop only.
class Callers {
 public:
  virtual ~Callers() = default;
  /// @return what to answer where the request is not authenticated. Counts as activity.
  virtual Result<Caller, http::Response> identify(const http::Request& request) = 0;
  /// A poll of that HTTP session was held until now: counts as activity (DD-18).
  virtual void touch(const std::string& http_session) = 0;
};

}  // namespace earshot::notify
