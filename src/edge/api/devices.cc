#include "edge/api/asking.h"
#include "view/api_fault.h"
#include "view/device_json.h"
#include "view/operation_json.h"
#include "view/user_json.h"

namespace earshot::api {

http::Response get_devices(const Asking& asking) {
  json::array out;
  const auto fields = asking.parameter("fields");
  for (const DeviceView& device : asking.voice.devices_of(asking.user.id)) {
    json::object each = view::device_json(device, asking.settings);
    out.push_back(fields.empty() ? std::move(each) : view::with_fields(each, fields));
  }
  return ok(view::success_json("devices", std::move(out)));
}

http::Response get_device(const Asking& asking) {
  for (const DeviceView& device : asking.voice.devices_of(asking.user.id))
    if (device.id.value == asking.names[0])
      return ok(view::success_json("device", view::device_json(device, asking.settings)));
  return refused({RefusalCode::NotFound, "no such device"});
}

http::Response post_device(const Asking& asking) {
  const auto request = view::parse_device_request(asking.request.body);
  if (!request) return refused(request.error());
  return done(
      asking.voice.operate(asking.user.id, DeviceId{std::string{asking.names[0]}}, *request));
}

http::Response post_device_calls(const Asking& asking) {
  const auto request = view::parse_dial_request(asking.request.body);
  if (!request) return refused(request.error());
  return done(asking.voice.dial(asking.user.id, DeviceId{std::string{asking.names[0]}}, *request));
}

}  // namespace earshot::api
