#include "edge/api/asking.h"
#include "view/api_fault.h"
#include "view/device_json.h"
#include "view/operation_json.h"

namespace earshot::api {

http::Response get_channels(const Asking& asking) {
  std::vector<json::object> channels;
  for (const DeviceView& device : asking.voice.devices_of(asking.user.id))
    channels.push_back(view::channel_json(device));
  return ok(view::success_json("channels", selected(asking, std::move(channels), {})));
}

view::Outcome post_voice_channel(const Asking& asking, Run run) {
  const auto state = view::parse_state_request(asking.request.body);
  if (!state) return Error{state.error()};
  if (auto refusal = no_device(asking)) return Error{*std::move(refusal)};
  return done(asking.voice.set_agent_state(asking.user.id, *state, run));
}

}  // namespace earshot::api
