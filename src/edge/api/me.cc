#include <algorithm>

#include "edge/api/asking.h"
#include "view/api_fault.h"
#include "view/operation_json.h"
#include "view/session_json.h"
#include "view/user_json.h"

namespace earshot::api {
namespace {

http::Response start_session(const Asking& asking, const SessionRequest& request) {
  const auto& channels = request.channels;
  const auto voices = std::count(channels.begin(), channels.end(), "voice");
  if (voices == 0)
    return refused({RefusalCode::BackendFailure, "only the voice channel is served here"});
  if (const auto started = asking.voice.start_session(asking.user.id, request); !started)
    return refused(started.error());
  const bool all = static_cast<std::size_t>(voices) == channels.size();
  return ok(all ? view::success_json() : view::partial_session_json());
}

}  // namespace

http::Response get_me(const Asking& asking) {
  json::object user = view::user_json(asking.user, asking.settings);
  if (const auto fields = asking.parameter("fields"); !fields.empty())
    user = view::with_fields(user, fields);
  if (const auto wanted = asking.parameter("subresources"); !wanted.empty())
    view::add_subresources(
        user, {asking.voice.devices_of(asking.user.id), asking.voice.calls_of(asking.user.id)},
        wanted, asking.settings);
  return ok(view::success_json("user", std::move(user)));
}

http::Response post_me(const Asking& asking) {
  const auto request = view::parse_me_request(asking.request.body);
  if (!request) return refused(request.error());
  if (request->operation == Operation::StartContactCenterSession)
    return start_session(asking, request->session);
  if (request->operation != Operation::EndContactCenterSession)
    return done(asking.voice.set_agent_state(asking.user.id, request->operation));
  asking.voice.end_session(asking.user.id);
  asking.sessions.end(asking.session);
  return ok(view::success_json());
}

}  // namespace earshot::api
