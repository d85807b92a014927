#pragma once

#include <optional>
#include <string>

#include "model/ids.h"
#include "model/supervision.h"

namespace earshot {

/// An agent's voice state (supervision-and-devices.md §C.3). The JSON's state, displayName and id
/// follow from it.
enum class AgentState { LoggedOut, Ready, NotReady, AfterCallWork, AuxWork };

/// What a supervisor's part in a call lets them do to the agent (decisions A4).
enum class Barging { No, AgentAudible, AgentMuted };

/// What a state that an administrator has defined shows in place of the system's own.
struct StateLabel {
  std::string id;
  std::string display_name;
  bool operator==(const StateLabel&) const = default;
};

/// A device as it is now, with its user's state: what the API's device resource shows beside the
/// Directory's facts. A value; core decides its next one.
struct Station {
  DeviceId device;
  bool registered = false;  ///< its phone has a SIP contact; deviceState Active
  AgentState agent_state = AgentState::LoggedOut;
  std::optional<StateLabel> label{};  ///< of a defined state; nothing: it is the system's own
  std::string reason{};               ///< why they are in it, a code; "": none is given
  bool do_not_disturb = false;  ///< new calls find the device busy, queues pass it over (DD-32)
  std::string forward_to{};  ///< the number new calls go to instead, whatever the line above says
  std::optional<MonitoringSubscription> monitoring;  ///< what this device's user monitors
  Barging barging = Barging::No;  ///< of its user as a supervisor, in the call they are on
  /// Enters a state of the system, for no reason.
  void enter(AgentState state) {
    agent_state = state;
    label.reset();
    reason.clear();
  }
  bool operator==(const Station&) const = default;
};

}  // namespace earshot
