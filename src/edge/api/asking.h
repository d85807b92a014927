#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "edge/api/kept_answers.h"
#include "edge/auth/sessions.h"
#include "edge/http/exchange.h"
#include "model/directory.h"
#include "model/refusal.h"
#include "ports/event_history.h"
#include "ports/voice_api.h"
#include "view/api_fault.h"
#include "view/settings.h"

namespace earshot::api {

/// An authenticated request on its way to a resource's handler.
struct Asking {
  const http::Request& request;
  std::string_view path;  ///< below /api/v2, without slashes at its ends
  const User& user;
  const auth::HttpSessionId& session;
  std::vector<std::string_view> names;  ///< what stood for each {} of the route
  VoiceApi& voice;
  EventHistory& history;
  auth::Sessions& sessions;
  const view::ViewSettings& settings;
  KeptAnswers& kept;
  TimePoint now;

  std::string_view parameter(std::string_view name) const {
    return request.parameter(name).value_or("");
  }
};

/// A collection that asks for `query`: filtered, then with the members named by `fields`; without
/// these whole.
json::array selected(const Asking& asking, std::vector<json::object> resources,
                     std::span<const std::string_view> optional);
/// One resource with the members named by `fields`; without these whole.
json::object selected(const Asking& asking, json::object resource);

/// Why a user without a device can do nothing that needs one; nothing where they have one.
std::optional<Refusal> no_device(const Asking& asking);

// Replies.
http::Response ok(std::string body);
http::Response refused(const Refusal& refusal);
/// {"statusCode":0}, or the refusal.
view::Outcome done(const Status<Refusal>& status);

// One function a route; the files are named for the resources. What operates is answered by
// answer_operation().
http::Response get_me(const Asking& asking);
view::Outcome post_me(const Asking& asking, Run run);
http::Response get_devices(const Asking& asking);
http::Response get_device(const Asking& asking);
view::Outcome post_device(const Asking& asking, Run run);
view::Outcome post_device_calls(const Asking& asking, Run run);
http::Response get_calls(const Asking& asking);
http::Response get_call(const Asking& asking);
http::Response get_call_capabilities(const Asking& asking);
view::Outcome post_call(const Asking& asking, Run run);
/// The entity tag of the call named by the path.
std::optional<std::string> call_tag(const Asking& asking);
http::Response get_events(const Asking& asking);
http::Response get_channels(const Asking& asking);
view::Outcome post_voice_channel(const Asking& asking, Run run);

}  // namespace earshot::api
