#include <algorithm>

#include "edge/api/asking.h"
#include "edge/api/collection.h"
#include "view/api_fault.h"
#include "view/operation_json.h"
#include "view/session_json.h"
#include "view/user_json.h"

namespace earshot::api {
namespace {

view::Outcome start_session(const Asking& asking, const SessionRequest& request, Run run) {
  const auto& channels = request.channels;
  const auto voices = std::count(channels.begin(), channels.end(), "voice");
  if (voices == 0)
    return Error{Refusal{RefusalCode::BackendFailure, "channels: only voice is supported"}};
  if (auto refusal = no_device(asking)) return Error{*std::move(refusal)};
  if (const auto started = asking.voice.start_session(asking.user.id, request, run); !started)
    return Error{started.error()};
  const bool all = static_cast<std::size_t>(voices) == channels.size();
  return all || asking.settings.tolerate_other_channels ? view::success() : view::partial_session();
}

view::UserSubresources subresources_of(const Asking& asking) {
  const auto& device = asking.user.default_device;
  return {asking.voice.devices_of(asking.user.id), asking.voice.calls_of(asking.user.id),
          device ? asking.voice.active_call_at(*device) : std::nullopt,
          asking.directory.groups_of(asking.user.id)};
}

}  // namespace

http::Response get_me(const Asking& asking) {
  return answer(asking, "user", view::user_json(asking.user, asking.settings),
                [&](json::object& to, std::string_view wanted) {
                  view::add_subresources(to, asking.user, subresources_of(asking), wanted,
                                         asking.settings);
                });
}

view::Outcome post_me(const Asking& asking, Run run) {
  const auto request = view::parse_me_request(asking.request.body);
  if (!request) return Error{request.error()};
  if (request->operation == Operation::StartContactCenterSession)
    return start_session(asking, request->session, run);
  if (request->operation != Operation::EndContactCenterSession) {
    if (auto refusal = no_device(asking)) return Error{*std::move(refusal)};
    if (request->operation)
      return done(asking.voice.operate(asking.user.id, *asking.user.default_device,
                                       DeviceRequest{*request->operation}, run));
    return done(asking.voice.set_agent_state(asking.user.id, request->state, run));
  }
  if (run == Run::Real) {
    asking.voice.end_session(asking.user.id);
    asking.sessions.end(asking.session);
  }
  return view::success();
}

}  // namespace earshot::api
