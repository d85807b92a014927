#pragma once

#include <optional>

#include "model/ids.h"
#include "model/supervision.h"

namespace earshot {

/// An agent's voice state (supervision-and-devices.md §C.3). The JSON's state, displayName and id
/// follow from it.
enum class AgentState { LoggedOut, Ready, NotReady, AfterCallWork, AuxWork };

/// A device as it is now, with its user's state: what the API's device resource shows beside the
/// Directory's facts. A value; core decides its next one.
struct Station {
  DeviceId device;
  bool registered = false;  ///< its phone has a SIP contact; deviceState Active
  AgentState agent_state = AgentState::LoggedOut;
  std::optional<MonitoringSubscription> monitoring;  ///< what this device's user monitors
  bool operator==(const Station&) const = default;
};

}  // namespace earshot
