#include "view/device_json.h"

#include "view/service_json.h"
#include "view/supervision_names.h"

namespace earshot::view {
namespace {

struct StateNames {
  std::string_view id;
  std::string_view display_name;
  std::string_view state;
  std::string_view work_mode;
};

/// The system's states with their published ids (rest-and-sessions.md §E.2).
constexpr StateNames names_of(AgentState state) {
  switch (state) {
    case AgentState::LoggedOut:
      return {"0F7F5003-EF26-4D13-A6EF-D0C7EC819BEB", "Offline", "LoggedOut", ""};
    case AgentState::Ready:
      return {"9430250E-0A1B-421F-B372-F29E69366DED", "Ready", "Ready", ""};
    case AgentState::NotReady:
      return {"900D55CC-2BB0-431F-8BF9-D3525B383BE6", "Not Ready", "NotReady", ""};
    case AgentState::AfterCallWork:
      return {"D3663509-3D82-4DD3-A82E-2EA8EFA02AEF", "AfterCallWork", "NotReady", "AfterCallWork"};
    case AgentState::AuxWork:
      return {"2B36138D-C564-4562-A8CB-3C32D564F296", "AuxWork", "NotReady", "AuxWork"};
  }
  return {};
}

constexpr std::string_view on_or_off(bool on) { return on ? "On" : "Off"; }

}  // namespace

json::object user_state_json(AgentState state, const json::storage_ptr& memory) {
  const StateNames names = names_of(state);
  json::object out(memory);
  out["id"] = names.id;
  out["displayName"] = names.display_name;
  out["state"] = names.state;
  if (!names.work_mode.empty()) out["workMode"] = names.work_mode;
  return out;
}

json::object device_json(const DeviceView& device, const ViewSettings& settings,
                         const json::storage_ptr& memory) {
  json::array capabilities(memory);
  for (const Operation operation : device.capabilities)
    capabilities.emplace_back(name_of(operation));
  json::object out(memory);
  out["id"] = device.id.value;
  out["deviceState"] = device.active ? "Active" : "Inactive";
  out["userState"] = user_state_json(device.agent_state, memory);
  out["phoneNumber"] = device.phone_number;
  out["description"] = device.description;
  out["e164Number"] = device.phone_number;  // as the device pages print it, unlike participants
  out["telephonyNetwork"] = "Private";
  out["doNotDisturb"] = on_or_off(device.do_not_disturb);
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
  out["userState"] = user_state_json(device.agent_state, memory);
  return out;
}

}  // namespace earshot::view
