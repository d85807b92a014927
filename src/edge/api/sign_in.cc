#include "edge/api/sign_in.h"

#include <array>
#include <string>

#include "base/json.h"
#include "edge/api/access.h"
#include "edge/api/asking.h"
#include "view/api_fault.h"
#include "view/user_json.h"

namespace earshot::api {
namespace {

/// Nothing where it is a string.
std::optional<Refusal> wrong_member(const json::object& body, std::string_view name) {
  const auto* member = json::find(body, name);
  if (!member) return Refusal{RefusalCode::ParameterMissing, std::string{name} + " is required"};
  if (!member->is_string())
    return Refusal{RefusalCode::ParameterInvalid, std::string{name} + ": a string is expected"};
  return std::nullopt;
}

Result<auth::BasicCredentials, Refusal> read_credentials(const std::string& text) {
  const auto body = json::parse(text);
  if (!body)
    return Error{Refusal{RefusalCode::ParameterInvalid, "body: not JSON at " + body.error()}};
  if (!body->is_object())
    return Error{Refusal{RefusalCode::ParameterInvalid, "body: an object is expected"}};
  for (const std::string_view name : {"userName", "password"})
    if (auto wrong = wrong_member(body->get_object(), name)) return Error{*std::move(wrong)};
  return auth::BasicCredentials{std::string{body->at("userName").get_string()},
                                std::string{body->at("password").get_string()}};
}

http::Response user_of(const auth::Identity& identity, const SignIn& here) {
  const User* const user = here.directory->user(identity.user);
  if (!user) return access_refused({auth::Sessions::Failure::NoCredentials});
  http::Response response = ok(view::success_json("user", view::user_json(*user, here.settings)));
  add_csrf_token(response, here.sessions, identity.session);
  return response;
}

http::Response log_in(const http::Request& request, const SignIn& here) {
  const auto credentials = read_credentials(request.body);
  if (!credentials) return refused(credentials.error());
  const auto identity =
      here.sessions.log_in(request.header("Cookie"), *credentials, request.peer.address());
  if (!identity) return access_refused(identity.error());
  http::Response response = user_of(*identity, here);
  response.headers.emplace_back("Set-Cookie",
                                here.sessions.set_cookie(identity->session, request.by_https));
  return response;
}

Result<auth::Identity, http::Response> signed_in(const http::Request& request, const SignIn& here) {
  const auto identity = here.sessions.identify(
      request.header("Cookie"), request.header("Authorization"), request.peer.address());
  if (!identity) return Error{access_refused(identity.error())};
  return *identity;
}

http::Response log_out(const http::Request& request, const SignIn& here) {
  const auto identity = signed_in(request, here);
  if (!identity) return identity.error();
  if (here.sessions.is_forged(*identity, request.method, request.header("X-CSRF-TOKEN")))
    return forgery_refused();
  here.sessions.end(identity->session);
  http::Response response = ok(json::serialize(view::success()));
  response.headers.emplace_back("Set-Cookie", here.sessions.forget_cookie(request.by_https));
  return response;
}

http::Response who_am_i(const http::Request& request, const SignIn& here) {
  const auto identity = signed_in(request, here);
  if (!identity) return identity.error();
  http::Response response = user_of(*identity, here);
  if (identity->is_new)
    response.headers.emplace_back("Set-Cookie",
                                  here.sessions.set_cookie(identity->session, request.by_https));
  return response;
}

json::object with_password(const User& user, const view::ViewSettings& settings) {
  json::object out =
      view::with_fields(view::user_json(user, settings), "userName,firstName,lastName,roles");
  out["password"] = user.password;
  return out;
}

http::Response how_to(const http::Request&, const SignIn& here) {
  json::object auth{{"loginPath", "/auth/login"}};
  if (here.is_demo) {
    json::array users;
    for (const User& user : here.directory->users())
      users.push_back(with_password(user, here.settings));
    auth["demoUsers"] = std::move(users);
  }
  return ok(view::success_json("auth", std::move(auth)));
}

struct Route {
  std::string_view path;
  std::string_view method;
  http::Response (*answer)(const http::Request&, const SignIn&);
};
constexpr std::array kRoutes{Route{"auth", "GET", how_to}, Route{"auth/login", "POST", log_in},
                             Route{"auth/logout", "POST", log_out},
                             Route{"auth/session", "GET", who_am_i}};

}  // namespace

http::Response answer_sign_in(const http::Request& request, std::string_view path,
                              const SignIn& here) {
  for (const Route& route : kRoutes) {
    if (route.path != path) continue;
    const bool reads = route.method == "GET";
    if (request.method == route.method || (reads && request.method == "HEAD"))
      return route.answer(request, here);
    return method_not_allowed(request.method, reads ? "GET, HEAD" : std::string{route.method});
  }
  return refused({RefusalCode::NotFound, "There is no resource at " + request.path + "."});
}

}  // namespace earshot::api
