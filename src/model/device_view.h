#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/operation.h"
#include "model/station.h"

namespace earshot {

/// A device as the API's device resource shows it (supervision-and-devices.md §B.1).
struct DeviceView {
  DeviceId id;
  std::string phone_number;
  std::string description{};
  bool active = false;  ///< registered, and its user is logged in
  AgentState agent_state = AgentState::LoggedOut;
  std::optional<StateLabel> label{};       ///< of a state an administrator has defined
  std::string reason{};                    ///< `userState.reason`; "": none
  std::optional<TimePoint> state_since{};  ///< where it is known; for those who look after others
  bool do_not_disturb = false;
  std::string forward_to{};  ///< "": calls come here
  std::vector<Operation> capabilities;
  std::optional<MonitoringSubscription> monitoring;
  bool operator==(const DeviceView&) const = default;
};

}  // namespace earshot
