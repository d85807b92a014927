#include "edge/api/asking.h"
#include "view/api_fault.h"
#include "view/device_json.h"
#include "view/operation_json.h"

namespace earshot::api {

http::Response get_channels(const Asking& asking) {
  json::array out;
  for (const DeviceView& device : asking.voice.devices_of(asking.user.id))
    out.push_back(view::channel_json(device));
  return ok(view::success_json("channels", std::move(out)));
}

view::Outcome post_voice_channel(const Asking& asking, Run run) {
  const auto state = view::parse_state_request(asking.request.body);
  if (!state) return Error{state.error()};
  return done(asking.voice.set_agent_state(asking.user.id, *state, run));
}

}  // namespace earshot::api
