#pragma once

#include <span>
#include <vector>

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
  std::span<const Station> stations;  ///< all of them
};

/// ListenIn, Coach, BargeIn, CancelSupervisorMonitoring (supervision-and-devices.md §A.1, §A.4).
/// Pure. A new subscription replaces the device's earlier one. Refused: RoleMissing; NotAllowedNow
/// (not listed); ParameterMissing/ParameterInvalid (no target, the own device, one without a user);
/// NotFound (unknown target); InUse (another supervisor monitors it).
Result<Station, Refusal> decide(const Station& station, const DeviceRequest& request,
                                const StationSurroundings& around);

/// Ready, NotReady, AfterCallWork, AuxWork, Offline (§C.2): refused while logged out. Logging out
/// ends what the device monitors.
Result<Station, Refusal> decide(const Station& station, Operation state);

/// StartContactCenterSession on voice: logs in as NotReady (DD-33); again changes nothing. Refused
/// with BackendFailure while no phone is registered, as the original does.
Result<Station, Refusal> log_in(const Station& station);

/// The stations of the supervisors who lose `target`, whose agent has logged out (§A.4), without
/// their subscription.
std::vector<Station> lose_target(std::span<const Station> stations, const DeviceId& target);

}  // namespace earshot::core
