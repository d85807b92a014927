#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edge/auth/sessions.h"
#include "edge/http/exchange.h"
#include "model/directory.h"
#include "model/refusal.h"
#include "ports/event_history.h"
#include "ports/voice_api.h"
#include "view/settings.h"

namespace earshot::api {

/// An authenticated request on its way to a resource's handler.
struct Asking {
  const http::Request& request;
  const User& user;
  const auth::HttpSessionId& session;
  std::vector<std::string_view> names;  ///< what stood for each {} of the route
  VoiceApi& voice;
  EventHistory& history;
  auth::Sessions& sessions;
  const view::ViewSettings& settings;

  std::string_view parameter(std::string_view name) const {
    return request.parameter(name).value_or("");
  }
};

// Replies.
http::Response ok(std::string body);
http::Response refused(const Refusal& refusal);
/// {"statusCode":0}, or the refusal.
http::Response done(const Status<Refusal>& status);

// One function a route; the files are named for the resources.
http::Response get_me(const Asking& asking);
http::Response post_me(const Asking& asking);
http::Response get_devices(const Asking& asking);
http::Response get_device(const Asking& asking);
http::Response post_device(const Asking& asking);
http::Response post_device_calls(const Asking& asking);
http::Response get_calls(const Asking& asking);
http::Response get_call(const Asking& asking);
http::Response post_call(const Asking& asking);
http::Response get_events(const Asking& asking);
http::Response get_channels(const Asking& asking);
http::Response post_voice_channel(const Asking& asking);

}  // namespace earshot::api
