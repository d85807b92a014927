#include "core/station.h"

#include "core/capabilities.h"
#include "core/carry_out.h"
#include "core/decide.h"
#include "core/supervision.h"
#include "model/oversight.h"

namespace earshot::core {
namespace {

/// targetDeviceUri, or the phoneNumber alone; both must name the same device (DD-3).
Result<DeviceId, Refusal> target_of(const DeviceRequest& request, const Directory& directory) {
  if (!request.target && !request.target_number)
    return Error{Refusal{RefusalCode::ParameterMissing, "targetDeviceUri is required"}};
  const Device* by_number = nullptr;
  if (request.target_number) {
    by_number = directory.device_numbered(*request.target_number);
    if (!by_number)
      return Error{Refusal{RefusalCode::NotFound,
                           "phoneNumber: no device has the number " + *request.target_number}};
  }
  if (!request.target) return by_number->id;
  if (!directory.device(*request.target))
    return Error{Refusal{RefusalCode::NotFound, "targetDeviceUri: there is no such device"}};
  if (by_number && by_number->id != *request.target)
    return Error{Refusal{RefusalCode::ParameterInvalid,
                         "phoneNumber and targetDeviceUri name different devices"}};
  return *request.target;
}

Result<Station, Refusal> subscribe(const Station& station, const User& supervisor,
                                   SupervisorMode mode, const DeviceRequest& request,
                                   const StationSurroundings& around) {
  const auto target = target_of(request, around.directory);
  if (!target) return Error{target.error()};
  if (*target == station.device)
    return Error{
        Refusal{RefusalCode::ParameterInvalid, "targetDeviceUri: a device cannot monitor itself"}};
  const User* agent = around.directory.owner_of(*target);
  if (!agent)
    return Error{Refusal{RefusalCode::ParameterInvalid,
                         "targetDeviceUri: that device has no user to monitor"}};
  if (auto refusal = refusal_to_supervise(around.directory, supervisor, *agent))
    return Error{*std::move(refusal)};
  if (around.monitored_by(*target).value_or(station.device) != station.device)
    return Error{Refusal{RefusalCode::InUse, "another supervisor monitors that device"}};
  Station next = station;
  next.monitoring =
      MonitoringSubscription{mode, request.mode.value_or(around.supervision.default_mode),
                             request.scope.value_or(around.supervision.default_scope), *target};
  return next;
}

Result<Station, Refusal> forward(Station station, const DeviceRequest& request,
                                 const Directory& directory) {
  if (!request.destination) return Error{missing("destination")};
  const Device& device = *directory.device(station.device);
  if (auto refusal = refusal_to_forward(device, *request.destination, directory))
    return Error{*std::move(refusal)};
  station.forward_to = *request.destination;
  return station;
}

}  // namespace

std::optional<Refusal> refusal_to_forward(const Device& device, const std::string& number,
                                          const Directory& directory) {
  const auto invalid = [](std::string why) {
    return Refusal{RefusalCode::ParameterInvalid, "destination: " + std::move(why)};
  };
  if (number == device.phone_number)
    return invalid(number + " is this phone's own number; name another");
  const bool is_there = directory.device_numbered(number) || directory.queue_numbered(number) ||
                        directory.trunk_for(number);
  if (!is_there) return invalid("nobody can be called at " + number);
  return std::nullopt;
}

Result<Station, Refusal> decide(const Station& station, const DeviceRequest& request,
                                const StationSurroundings& around) {
  const User* owner = around.directory.owner_of(station.device);
  const auto mode = subscribed_mode(request.operation);
  if (is_for_supervisors(request.operation) && (!owner || !owner->has(Role::Supervisor)))
    return Error{Refusal{RefusalCode::RoleMissing, "the supervisor role is required"}};
  if (const Obstacle* obstacle = obstacle_to(station, request.operation))
    return Error{not_possible(request.operation, obstacle)};
  if (mode) return subscribe(station, *owner, *mode, request, around);
  Station next = station;
  switch (request.operation) {
    case Operation::CancelSupervisorMonitoring:
      next.monitoring.reset();
      break;
    case Operation::DoNotDisturbOn:
    case Operation::DoNotDisturbOff:
      next.do_not_disturb = request.operation == Operation::DoNotDisturbOn;
      break;
    case Operation::ForwardCallsOn:
      return forward(station, request, around.directory);
    case Operation::ForwardCallsOff:
      next.forward_to.clear();
      break;
    default:  // muting changes the call
      break;
  }
  return next;
}

namespace {

/// The state that an operation of the voice channel leads to; nothing for another operation.
std::optional<AgentState> state_after(Operation operation) {
  switch (operation) {
    case Operation::Ready:
      return AgentState::Ready;
    case Operation::NotReady:
      return AgentState::NotReady;
    case Operation::AfterCallWork:
      return AgentState::AfterCallWork;
    case Operation::AuxWork:
      return AgentState::AuxWork;
    case Operation::Offline:
      return AgentState::LoggedOut;
    default:
      return std::nullopt;
  }
}

Refusal no_such_state(std::string_view name, const Directory& directory) {
  std::string all = "Ready, NotReady, AfterCallWork, AuxWork, Offline";
  for (const DefinedState& each : directory.agent_states()) all += ", " + each.operation_name;
  return {RefusalCode::ParameterInvalid, "operationName: there is no such operation as \"" +
                                             std::string{name} + "\" here. The states are " + all +
                                             "."};
}

}  // namespace

Result<Station, Refusal> decide(const Station& station, const StateRequest& request,
                                const Directory& directory) {
  const auto state = request.operation ? state_after(*request.operation) : std::nullopt;
  const DefinedState* defined =
      request.operation ? nullptr : directory.agent_state_named(request.defined);
  if (!state && !defined)
    return Error{no_such_state(request.operation ? name_of(*request.operation) : request.defined,
                               directory)};
  if (station.agent_state == AgentState::LoggedOut)
    return Error{Refusal{RefusalCode::NotAllowedNow,
                         "StartContactCenterSession comes first: the voice channel is logged out"}};
  Station next = station;
  next.enter(state ? *state : defined->state);
  if (defined) {
    next.label = StateLabel{defined->id.value, defined->display_name};
    next.reason = defined->reason_code;
  } else if (state == AgentState::NotReady || state == AgentState::AuxWork) {
    next.reason = request.reason;
  }
  if (state == AgentState::LoggedOut) next.monitoring.reset();
  return next;
}

std::optional<Refusal> refusal_to_dial(const Station& station) {
  if (station.registered) return std::nullopt;
  return Refusal{RefusalCode::BackendFailure, "Device is not registered"};
}

Result<Station, Refusal> log_in(const Station& station) {
  if (auto refusal = refusal_to_dial(station)) return Error{*std::move(refusal)};
  Station next = station;
  if (next.agent_state == AgentState::LoggedOut) next.enter(AgentState::NotReady);
  return next;
}

}  // namespace earshot::core
