#pragma once

#include "model/ids.h"

namespace earshot {

/// Who hears a supervisor (supervision-and-devices.md §E.1). Spelled as the API's operations.
enum class SupervisorMode { Coach, ListenIn, BargeIn };
/// `supervisorMonitoringMode`: which calls a subscription covers.
enum class MonitoringMode { NextCall, AllCalls };
/// `supervisorMonitoringScope`: the target agent's part of a call, or the whole call.
enum class MonitoringScope { Agent, Call };

/// A supervisor device's standing wish to be brought into an agent's calls. At most one a device.
struct MonitoringSubscription {
  SupervisorMode state = SupervisorMode::ListenIn;  ///< how each session starts
  MonitoringMode mode = MonitoringMode::AllCalls;
  MonitoringScope scope = MonitoringScope::Call;
  DeviceId target;
  bool operator==(const MonitoringSubscription&) const = default;
};

/// The defaults are the vendor's documented ones (decisions A8). Config table [supervision].
struct SupervisionSettings {
  MonitoringScope default_scope = MonitoringScope::Call;
  MonitoringMode default_mode = MonitoringMode::AllCalls;
  bool intrusion_enabled = true;       ///< may join a call that is already established
  bool monitor_internal_calls = true;  ///< false: only calls with an external party
  bool monitor_consult_calls = false;  ///< an agent's consultations are brought to them too
  bool monitor_party_on_hold = true;   ///< false: a held customer is private
  bool notify_agent = true;            ///< supervisorListeningIn is shown while listened to
  bool free_mode_graph = false;        ///< offers SwitchToCoach (decisions A5)
};

}  // namespace earshot
