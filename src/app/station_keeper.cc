#include "app/station_keeper.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/log.h"

namespace earshot::app {
namespace {

/// The operation by which an agent who has just logged in says so; nothing for NotReady, which they
/// are then (DD-33).
std::optional<Operation> operation_for(AgentState state) {
  switch (state) {
    case AgentState::Ready:
      return Operation::Ready;
    case AgentState::AfterCallWork:
      return Operation::AfterCallWork;
    case AgentState::AuxWork:
      return Operation::AuxWork;
    case AgentState::LoggedOut:
    case AgentState::NotReady:
      return std::nullopt;
  }
  return std::nullopt;
}

DeviceRequest request_for(const MonitoringSubscription& subscription) {
  DeviceRequest request{};
  switch (subscription.state) {
    case SupervisorMode::Coach:
      request.operation = Operation::Coach;
      break;
    case SupervisorMode::ListenIn:
      request.operation = Operation::ListenIn;
      break;
    case SupervisorMode::BargeIn:
      request.operation = Operation::BargeIn;
      break;
  }
  request.target = subscription.target;
  request.scope = subscription.scope;
  request.mode = subscription.mode;
  return request;
}

void tell_refused(std::string_view what, const Device& device, const User& user,
                  const Refusal& refusal) {
  log(LogLevel::Warn, std::string{what} + ": " + refusal.message,
      {{"number", device.phone_number}, {"user", user.user_name}, {"user_id", user.id.value}});
}

/// @return false where the agent stays logged out
bool log_in(const KeptStation& station, const Directory& directory, VoiceApi& voice) {
  const Device* device = directory.device(station.device);
  const User* user = directory.owner_of(station.device);
  if (!device || !user || station.agent_state == AgentState::LoggedOut) return false;
  const auto logged_in = voice.start_session(user->id, {}, Run::Real);
  if (!logged_in)
    tell_refused("an agent is not logged in again", *device, *user, logged_in.error());
  return logged_in.has_value();
}

void monitor_again(const KeptStation& station, const User& user, const Directory& directory,
                   VoiceApi& voice) {
  const auto subscribed =
      voice.operate(user.id, station.device, request_for(*station.monitoring), Run::Real);
  if (!subscribed)
    tell_refused("a supervisor monitors nobody any more", *directory.device(station.device), user,
                 subscribed.error());
}

}  // namespace

void StationKeeper::publish(const std::vector<Event>& events) {
  if (kept_)
    for (const Event& event : events)
      if (const auto* changed = std::get_if<DeviceEvent>(&event))
        kept_->keep(KeptStation{changed->device.id, changed->device.agent_state,
                                changed->device.monitoring});
  next_.publish(events);
}

std::vector<UserId> StationKeeper::bring_back(const RestoredState& restored,
                                              const Directory& directory, VoiceApi& voice,
                                              Duration grace) {
  const bool is_recent = grace == Duration{} || restored.down <= grace;
  std::vector<const KeptStation*> back;
  for (const KeptStation& station : restored.stations) {
    if (is_recent && log_in(station, directory, voice))
      back.push_back(&station);
    else if (kept_)
      kept_->keep(KeptStation{station.device, AgentState::LoggedOut, {}});
  }
  std::vector<UserId> agents;
  for (const KeptStation* station : back) {
    const User& user = *directory.owner_of(station->device);
    if (const auto state = operation_for(station->agent_state))
      (void)voice.set_agent_state(user.id, *state, Run::Real);
    if (station->monitoring) monitor_again(*station, user, directory, voice);
    agents.push_back(user.id);
  }
  return agents;
}

}  // namespace earshot::app
