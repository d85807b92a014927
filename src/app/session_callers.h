#pragma once

#include <optional>
#include <string>

#include "edge/api/access.h"
#include "edge/auth/sessions.h"
#include "edge/notify/caller.h"
#include "model/directory.h"

namespace earshot::app {

/// Callers of the notification endpoint are those of the HTTP sessions.
class SessionCallers final : public notify::Callers {
 public:
  /// Both outlive this.
  SessionCallers(auth::Sessions& sessions, const DirectorySnapshot& directory)
      : sessions_(sessions), directory_(directory) {}

  Result<notify::Caller, http::Response> identify(const http::Request& request) override {
    const auto identity = sessions_.identify(
        request.header("Cookie"), request.header("Authorization"), request.peer.address());
    if (!identity) return Error{api::access_refused(identity.error())};
    if (sessions_.is_forged(*identity, request.method, request.header("X-CSRF-TOKEN")))
      return Error{api::forgery_refused()};
    notify::Caller caller{identity->user, identity->session.value, std::nullopt};
    if (const User* user = directory_->user(identity->user)) caller.user_name = user->user_name;
    caller.is_new = identity->is_new;
    if (identity->is_new)
      caller.set_cookie = sessions_.set_cookie(identity->session, request.by_https);
    return caller;
  }
  void touch(const std::string& http_session) override { sessions_.touch(http_session); }

 private:
  auth::Sessions& sessions_;
  const DirectorySnapshot& directory_;
};

}  // namespace earshot::app
