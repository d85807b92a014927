#include "view/agent_states.h"

#include <array>
#include <string_view>

#include "model/operation.h"

namespace earshot::view {
namespace {

struct Names {
  std::string_view id;
  std::string_view display_name;
  std::string_view state;
  std::string_view work_mode;
};

/// The system's states with their published ids (rest-and-sessions.md §E.2).
constexpr Names names_of(AgentState state) {
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

struct SystemState {
  Operation operation;
  AgentState state;
};
constexpr std::array kSystemStates{SystemState{Operation::Ready, AgentState::Ready},
                                   SystemState{Operation::NotReady, AgentState::NotReady},
                                   SystemState{Operation::AfterCallWork, AgentState::AfterCallWork},
                                   SystemState{Operation::AuxWork, AgentState::AuxWork},
                                   SystemState{Operation::Offline, AgentState::LoggedOut}};

json::object state_json(std::string_view id, std::string_view operation,
                        std::string_view display_name, const Names& names) {
  json::object out{{"id", id}, {"operationName", operation}, {"displayName", display_name}};
  out["state"] = names.state == "LoggedOut" ? "Logout" : names.state;  // as the definition has it
  if (!names.work_mode.empty()) out["workMode"] = names.work_mode;
  return out;
}

}  // namespace

json::object user_state_json(const DeviceView& device, const json::storage_ptr& memory) {
  const Names names = names_of(device.agent_state);
  json::object out(memory);
  if (device.label) {
    out["id"] = device.label->id;
    out["displayName"] = device.label->display_name;
  } else {
    out["id"] = names.id;
    out["displayName"] = names.display_name;
  }
  out["state"] = names.state;
  if (!names.work_mode.empty()) out["workMode"] = names.work_mode;
  if (!device.reason.empty()) out["reason"] = device.reason;
  return out;
}

json::array agent_states_json(const Directory& directory) {
  json::array out;
  for (const auto& [operation, state] : kSystemStates) {
    const Names names = names_of(state);
    out.push_back(state_json(names.id, name_of(operation), names.display_name, names));
  }
  for (const DefinedState& each : directory.agent_states()) {
    json::object state =
        state_json(each.id.value, each.operation_name, each.display_name, names_of(each.state));
    if (!each.reason_code.empty()) state["reasonCode"] = each.reason_code;
    out.push_back(std::move(state));
  }
  return out;
}

}  // namespace earshot::view
