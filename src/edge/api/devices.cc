#include "edge/api/asking.h"
#include "edge/api/collection.h"
#include "view/api_fault.h"
#include "view/device_json.h"
#include "view/operation_json.h"

namespace earshot::api {
namespace {

Refusal no_such_device() { return {RefusalCode::NotFound, "You have no such device."}; }

DeviceId named_id(const Asking& asking) { return DeviceId{std::string{asking.names[0]}}; }

std::optional<DeviceView> named_device(const Asking& asking) {
  for (DeviceView& device : asking.voice.devices_of(asking.user.id))
    if (device.id == named_id(asking)) return std::move(device);
  return std::nullopt;
}

}  // namespace

http::Response get_devices(const Asking& asking) {
  json::array devices;
  for (const DeviceView& device : asking.voice.devices_of(asking.user.id))
    devices.push_back(view::device_json(device, asking.settings));
  return answer(asking, "devices", devices, true);
}

http::Response get_device(const Asking& asking) {
  const auto device = named_device(asking);
  if (!device) return refused(no_such_device());
  return answer(asking, "device", view::device_json(*device, asking.settings));
}

view::Outcome post_device(const Asking& asking, Run run) {
  if (!named_device(asking)) return Error{no_such_device()};
  const auto request = view::parse_device_request(asking.request.body);
  if (!request) return Error{request.error()};
  if (const auto* on_device = std::get_if<DeviceRequest>(&*request))
    return done(asking.voice.operate(asking.user.id, named_id(asking), *on_device, run));
  const auto& on_call = std::get<CallRequest>(*request);
  return done(asking.voice.operate(asking.user.id, *on_call.call, on_call, run));
}

view::Outcome post_device_calls(const Asking& asking, Run run) {
  if (!named_device(asking)) return Error{no_such_device()};
  const auto request = view::parse_dial_request(asking.request.body);
  if (!request) return Error{request.error()};
  return done(asking.voice.dial(asking.user.id, named_id(asking), *request, run));
}

}  // namespace earshot::api
