#include "edge/api/api.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/log.h"
#include "edge/api/access.h"
#include "edge/api/operation.h"
#include "edge/api/sign_in.h"
#include "view/api_fault.h"

namespace earshot::api {
namespace {

constexpr std::string_view kPrefix = "/api/v2";
constexpr std::string_view kInternalPrefix = "/internal-api";

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< below the prefix; {} stands for one segment
  http::Response (*handler)(const Asking&);
};

constexpr std::string_view kPing = "diagnostics/version";  // without login (DD-42)
constexpr std::array kRoutes{
    Route{"GET", "me", get_me},
    Route{"POST", "me", operation<post_me>},
    Route{"GET", "me/devices", get_devices},
    Route{"GET", "me/devices/{}", get_device},
    Route{"POST", "me/devices/{}", operation<post_device>},
    Route{"POST", "me/devices/{}/calls", operation<post_device_calls>},
    Route{"GET", "me/calls", get_calls},
    Route{"GET", "me/calls/{}", get_call},
    Route{"POST", "me/calls/{}", operation<post_call, call_tag>},
    Route{"GET", "me/calls/{}/capabilities", get_call_capabilities},
    Route{"GET", "me/calls/{}/hearing", get_call_hearing},
    Route{"GET", "me/devices/{}/settings/tserver", get_own_device_options},
    Route{"GET", "me/channels", get_channels},
    Route{"GET", "me/channels/{}", get_channel},
    Route{"GET", "me/groups", get_my_groups},
    Route{"GET", "me/skills", get_my_skills},
    Route{"GET", "me/features", get_features},
    Route{"GET", "me/settings", get_my_settings},
    Route{"GET", "me/workbins", get_workbins},
    Route{"GET", "me/events", get_events},
    Route{"POST", "me/channels/voice", operation<post_voice_channel>},
    Route{"POST", "users/{}/channels/{}", operation<post_user_channel>},
    Route{"GET", "users", get_users},
    Route{"GET", "users/{}", get_user},
    Route{"GET", "users/{}/devices", get_user_devices},
    Route{"GET", "users/{}/skills", get_user_skills},
    Route{"GET", "users/{}/channels", get_user_channels},
    Route{"GET", "devices", get_known_devices},
    Route{"GET", "devices/{}", get_known_device},
    Route{"GET", "devices/{}/settings/tserver", get_device_options},
    Route{"GET", "groups", get_groups},
    Route{"GET", "groups/{}", get_group},
    Route{"GET", "groups/{}/users", get_group_users},
    Route{"GET", "groups/{}/supervisors", get_group_supervisors},
    Route{"GET", "contacts", get_contacts},
    Route{"GET", "contacts/{}", get_contact},
    Route{"GET", "skills", get_skills},
    Route{"GET", "skills/{}", get_skill},
    Route{"GET", "queues", get_queues},
    Route{"GET", "queues/{}", get_queue},
    Route{"GET", "features", get_features},
    Route{"GET", "features/{}", get_feature},
    Route{"GET", "services", get_services},
    Route{"GET", "services/{}", get_service},
    Route{"GET", "voice-environments/{}", get_voice_environment},
    Route{"GET", "settings", get_settings},
    Route{"GET", "settings/agent-states", get_agent_states},
    Route{"GET", "workbins", get_workbins},
};
constexpr std::array kInternalRoutes{
    Route{"GET", "me/settings", get_internal_settings},
    Route{"GET", "contact-center", get_internal_contact_center},
    Route{"GET", "business-attributes", get_internal_business_attributes},
    Route{"POST", "operations", operation<post_internal_operation>},
};

/// What a path asks for.
struct Asked {
  std::span<const Route> routes;  ///< those below its prefix
  std::string_view path;          ///< below it, without slashes at its ends
};

std::string_view next_segment(std::string_view& path) {
  const std::size_t slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return segment;
}

/// The segments that stood for {}, where `path` has the form of `pattern`.
std::optional<std::vector<std::string_view>> match(std::string_view pattern,
                                                   std::string_view path) {
  std::vector<std::string_view> names;
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = next_segment(pattern);
    const auto given = next_segment(path);
    if (wanted == "{}" && !given.empty())
      names.push_back(given);
    else if (wanted != given)
      return std::nullopt;
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return names;
}

/// A trailing slash is tolerated (rest-and-sessions.md §A.1).
Asked asked(std::string_view path) {
  const bool internal = path.starts_with(kInternalPrefix);
  path.remove_prefix(std::min((internal ? kInternalPrefix : kPrefix).size(), path.size()));
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return {internal ? std::span<const Route>{kInternalRoutes} : std::span<const Route>{kRoutes},
          path};
}

/// HEAD is GET whose body stays away (RFC 9110 §9.3.2); the HTTP layer leaves it out.
bool serves(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

std::string methods_of(std::span<const Route> routes, std::string_view path) {
  std::string methods;
  for (const Route& route : routes)
    if (match(route.pattern, path))
      methods.append(methods.empty() ? "" : ", ")
          .append(route.method == "GET" ? "GET, HEAD" : route.method);
  return methods;
}

}  // namespace

std::optional<Refusal> no_device(const Asking& asking) {
  if (asking.user.default_device) return std::nullopt;
  return Refusal{RefusalCode::NotAllowedNow, "The user " + asking.user.user_name +
                                                 " has no device. Name one in the configuration, "
                                                 "as `device` of the user."};
}

http::Response ok(std::string body) {
  http::Response response;
  response.body = std::move(body);
  return response;
}

http::Response refused(const Refusal& refusal) {
  http::Response response;
  response.status = view::fault_of(refusal.code).http_status;
  response.body = view::fault_json(refusal);
  return response;
}

http::Response method_not_allowed(std::string_view method, std::string allow) {
  http::Response response;
  response.status = 405;
  response.body =
      view::fault_json(3, "This resource has no " + std::string{method} + ", only " + allow + ".");
  response.headers.emplace_back("Allow", std::move(allow));
  return response;
}

view::Outcome done(const Status<Refusal>& status) {
  if (!status) return Error{status.error()};
  return view::success();
}

Api::Api(VoiceApi& voice, EventHistory& history, const DirectorySnapshot& directory,
         auth::Sessions& sessions, const view::ViewSettings& settings, const Loop& loop,
         About about)
    : voice_(voice),
      history_(history),
      directory_(directory),
      sessions_(sessions),
      settings_(settings),
      loop_(loop),
      about_(std::move(about)) {}

void Api::handle(std::unique_ptr<http::Exchange> exchange) {
  http::Response response = answer(exchange->request());
  exchange->respond(std::move(response));
}

http::Response Api::answer(const http::Request& request) {
  const auto [routes, path] = asked(request.path);
  if (path == kPing) {
    if (request.method != "GET" && request.method != "HEAD")
      return method_not_allowed(request.method, "GET, HEAD");
    return ok(view::success_json("version", json::value(about_.version)));
  }

  if (path == "auth" || path.starts_with("auth/"))
    return answer_sign_in(request, path, {sessions_, directory_, settings_, about_.is_demo});

  const auto identity = sessions_.identify(request.header("Cookie"),
                                           request.header("Authorization"), request.peer.address());
  if (!identity) return access_refused(identity.error());
  const User* user = directory_->user(identity->user);
  if (!user) return refused({RefusalCode::NotAuthenticated, "Access denied"});
  if (sessions_.is_forged(*identity, request.method, request.header("X-CSRF-TOKEN")))
    return forgery_refused();

  for (const Route& route : routes) {
    auto names = match(route.pattern, path);
    if (!names || !serves(route, request.method)) continue;
    http::Response response =
        route.handler({request, path, *user, *directory_, identity->session, *std::move(names),
                       voice_, history_, sessions_, settings_, kept_, loop_.now()});
    if (identity->is_new && sessions_.is_live(identity->session))
      response.headers.emplace_back("Set-Cookie",
                                    sessions_.set_cookie(identity->session, request.by_https));
    if (request.method == "GET") add_csrf_token(response, sessions_, identity->session);
    return response;
  }
  if (auto allowed = methods_of(routes, path); !allowed.empty())
    return method_not_allowed(request.method, std::move(allowed));
  return refused({RefusalCode::NotFound, "There is no resource at " + request.path + "."});
}

}  // namespace earshot::api
