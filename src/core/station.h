#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/directory.h"
#include "model/refusal.h"
#include "model/requests.h"
#include "model/station.h"

namespace earshot::core {

/// What a supervisor's device operation is judged by.
struct StationSurroundings {
  const Directory& directory;
  const SupervisionSettings& supervision;
  /// Who monitors a device already.
  std::function<std::optional<DeviceId>(const DeviceId&)> monitored_by;
};

/// ListenIn, Coach, BargeIn, CancelSupervisorMonitoring (supervision-and-devices.md §A.1, §A.4);
/// DoNotDisturbOn and ForwardCallsOn with their ends (§B.2). Pure. A new subscription replaces the
/// device's earlier one. Refused: RoleMissing, also where the target's user is in no group of the
/// supervisor's; NotAllowedNow (not listed); ParameterMissing/ParameterInvalid (no target, the own
/// device, one without a user; no destination, the own number, one that nobody can be called at);
/// NotFound (unknown target); InUse (another supervisor monitors it).
Result<Station, Refusal> decide(const Station& station, const DeviceRequest& request,
                                const StationSurroundings& around);

/// Why calls to `device` cannot go to `number` instead: it is its own, or nobody can be called
/// there. Nothing: they can.
std::optional<Refusal> refusal_to_forward(const Device& device, const std::string& number,
                                          const Directory& directory);

/// Ready, NotReady, AfterCallWork, AuxWork, Offline (§C.2), and what `directory` defines beside
/// them: refused while logged out. Logging out ends what the device monitors.
Result<Station, Refusal> decide(const Station& station, const StateRequest& request,
                                const Directory& directory);

/// Dial, and a session (below), need a phone: BackendFailure while none is registered, as the
/// original does. Nothing: it may.
std::optional<Refusal> refusal_to_dial(const Station& station);

/// StartContactCenterSession on voice: logs in as NotReady (DD-33); again changes nothing. Refused
/// while no phone is registered.
Result<Station, Refusal> log_in(const Station& station);

}  // namespace earshot::core
