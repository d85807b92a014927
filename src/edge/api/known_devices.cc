// Anybody's devices: /devices. One's own stand in devices.cc.
#include "edge/api/asking.h"
#include "edge/api/collection.h"
#include "model/oversight.h"
#include "view/directory_json.h"
#include "view/user_json.h"

namespace earshot::api {
namespace {

/// As it is now where whoever asks may see that, else what is known of it.
json::object shown(const Asking& asking, const Device& device, const json::storage_ptr& memory) {
  const User* owner = asking.directory.owner_of(device.id);
  const bool live =
      owner ? may_see(asking.directory, asking.user, *owner) : administers(asking.user);
  if (!live) return view::known_device_json(device, asking.settings, memory);
  return view::other_device_json(*asking.voice.device(device.id), asking.settings, memory);
}

const Device* named_device(const Asking& asking) {
  return asking.directory.device(DeviceId{std::string{asking.names[0]}});
}

/// What is configured of a device, as names and values.
json::array options_of(const Device& device) {
  const auto option = [](std::string_view name, std::string_view value) {
    json::object out;
    out["name"] = name;
    out["value"] = value;
    return out;
  };
  return {option("number", device.phone_number), option("sip_user", device.sip_user),
          option("auto_answer", device.auto_answer ? "true" : "false")};
}

http::Response options(const Device& device) {
  json::object body = view::success();
  body["settings"] = options_of(device);
  body["key"] = "name";
  return ok(json::serialize(body));
}

}  // namespace

http::Response get_known_devices(const Asking& asking) {
  if (!administers(asking.user))
    return refused({RefusalCode::RoleMissing, "the admin role is required"});
  const auto& devices = asking.directory.devices();
  Collection collection;
  collection.name = "devices";
  collection.size = devices.size();
  collection.render = [&](std::size_t place, const json::storage_ptr& memory) {
    return shown(asking, devices[place], memory);
  };
  return answer(asking, collection);
}

http::Response get_known_device(const Asking& asking) {
  const Device* device = named_device(asking);
  if (!device) return not_found("device", asking.names[0]);
  return answer(asking, "device", shown(asking, *device, {}));
}

http::Response get_device_options(const Asking& asking) {
  const Device* device = named_device(asking);
  if (!device) return not_found("device", asking.names[0]);
  if (!administers(asking.user) && asking.user.default_device != device->id)
    return refused(
        {RefusalCode::RoleMissing, "Settings of a device are for its user and administrators."});
  return options(*device);
}

http::Response get_own_device_options(const Asking& asking) {
  const Device* device = named_device(asking);
  if (!device || asking.user.default_device != device->id)
    return refused({RefusalCode::NotFound, "You have no such device."});
  return options(*device);
}

}  // namespace earshot::api
