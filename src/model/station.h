#pragma once

#include <optional>

#include "model/ids.h"
#include "model/supervision.h"

namespace earshot {

/// An agent's voice state (supervision-and-devices.md §C.3). The JSON's state, displayName and id
/// follow from it.
enum class AgentState { LoggedOut, Ready, NotReady, AfterCallWork, AuxWork };

/// What a supervisor's part in a call lets them do to the agent (decisions A4).
enum class Barging { No, AgentAudible, AgentMuted };

/// A device as it is now, with its user's state: what the API's device resource shows beside the
/// Directory's facts. A value; core decides its next one.
struct Station {
  DeviceId device;
  bool registered = false;  ///< its phone has a SIP contact; deviceState Active
  AgentState agent_state = AgentState::LoggedOut;
  bool do_not_disturb = false;  ///< new calls find the device busy, queues pass it over (DD-32)
  std::optional<MonitoringSubscription> monitoring;  ///< what this device's user monitors
  Barging barging = Barging::No;  ///< of its user as a supervisor, in the call they are on
  bool operator==(const Station&) const = default;
};

}  // namespace earshot
