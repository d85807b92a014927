#pragma once

#include <string_view>

#include "edge/auth/sessions.h"
#include "edge/http/exchange.h"
#include "model/directory.h"
#include "view/settings.h"

namespace earshot::api {

/// What signing in needs. All outlive it.
struct SignIn {
  auth::Sessions& sessions;
  const DirectorySnapshot& directory;
  const view::ViewSettings& settings;
  bool is_demo = false;
};

/// The resources below auth, for pages, which show a form of their own and keep no password:
///
///   GET  auth          how to sign in; of the demo the users with their passwords. Public
///   POST auth/login    {"userName":…,"password":…}: the user, and the session's cookie
///   GET  auth/session  the user whose session this is; 403 with statusCode 20 where there is none
///   POST auth/logout   ends the HTTP session. The agent stays logged in on their phone, which
///                      EndContactCenterSession ends
///
/// Log-ins count as all others do (Sessions). A log-in needs no CSRF token, for there is no session
/// yet: the origin guard keeps strange pages from it. docs/decisions/0010 says why.
/// @param path  below /api/v2: "auth" or what begins with "auth/"
http::Response answer_sign_in(const http::Request& request, std::string_view path,
                              const SignIn& here);

}  // namespace earshot::api
