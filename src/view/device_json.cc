#include "view/device_json.h"

#include "view/agent_states.h"
#include "view/service_json.h"
#include "view/supervision_names.h"

namespace earshot::view {
namespace {

constexpr std::string_view on_or_off(bool on) { return on ? "On" : "Off"; }

}  // namespace

json::object device_json(const DeviceView& device, const ViewSettings& settings,
                         const json::storage_ptr& memory) {
  json::array capabilities(memory);
  for (const Operation operation : device.capabilities)
    capabilities.emplace_back(name_of(operation));
  json::object out(memory);
  out["id"] = device.id.value;
  out["deviceState"] = device.active ? "Active" : "Inactive";
  out["userState"] = user_state_json(device, memory);
  out["phoneNumber"] = device.phone_number;
  out["description"] = device.description;
  out["e164Number"] = device.phone_number;  // as the device pages print it, unlike participants
  out["telephonyNetwork"] = "Private";
  out["doNotDisturb"] = on_or_off(device.do_not_disturb);
  if (!device.forward_to.empty()) out["forwardTo"] = device.forward_to;
  out["voiceEnvironmentUri"] = voice_environment_uri(settings);
  out["capabilities"] = std::move(capabilities);
  out["channels"] = json::array({"voice"}, memory);
  out["dynamicPhoneNumber"] = "";
  out["uri"] = settings.base + "/devices/" + device.id.value;
  out["path"] = "/devices/" + device.id.value;
  if (device.monitoring) {
    json::object monitoring(memory);
    monitoring["state"] = wire_name(device.monitoring->state);
    monitoring["mode"] = wire_name(device.monitoring->mode);
    monitoring["scope"] = wire_name(device.monitoring->scope);
    monitoring["targetDeviceUri"] = settings.base + "/devices/" + device.monitoring->target.value;
    out["supervisorMonitoringState"] = std::move(monitoring);
  }
  return out;
}

json::object channel_json(const DeviceView& device, const json::storage_ptr& memory) {
  json::object out(memory);
  out["channel"] = "voice";
  out["phoneNumber"] = device.phone_number;
  out["dndState"] = on_or_off(device.do_not_disturb);
  out["userState"] = user_state_json(device, memory);
  return out;
}

}  // namespace earshot::view
