#include "edge/api/asking.h"
#include "edge/api/collection.h"
#include "view/api_fault.h"
#include "view/operation_json.h"
#include "view/user_json.h"

namespace earshot::api {

namespace {

json::array channels_of(const Asking& asking) {
  json::array channels;
  for (const DeviceView& device : asking.voice.devices_of(asking.user.id))
    channels.push_back(view::busy_channel_json(device, asking.voice.active_call_at(device.id)));
  return channels;
}

}  // namespace

http::Response get_channels(const Asking& asking) {
  return answer(asking, "channels", channels_of(asking), true);
}

http::Response get_channel(const Asking& asking) {
  for (json::value& channel : channels_of(asking))
    if (channel.at("channel") == json::value(asking.names[0]))
      return answer(asking, "channel", std::move(channel.as_object()));
  return refused(
      {RefusalCode::NotFound, "You have no channel " + std::string{asking.names[0]} + "."});
}

view::Outcome post_voice_channel(const Asking& asking, Run run) {
  const auto state = view::parse_state_request(asking.request.body);
  if (!state) return Error{state.error()};
  if (auto refusal = no_device(asking)) return Error{*std::move(refusal)};
  return done(asking.voice.set_agent_state(asking.user.id, *state, run));
}

}  // namespace earshot::api
