#include "app/station_keeper.h"

#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"

namespace earshot::app {
namespace {

/// What an agent who has just logged in asks for to be as they were: of a state that is not defined
/// any more, what it amounted to. Nothing for who was logged out.
std::optional<StateRequest> request_for(const KeptStation& station, const Directory& directory) {
  if (const DefinedState* defined = directory.agent_state(station.defined))
    return StateRequest{std::nullopt, defined->operation_name};
  const std::string reason = station.defined.empty() ? station.reason : std::string{};
  switch (station.agent_state) {
    case AgentState::Ready:
      return StateRequest{Operation::Ready};
    case AgentState::AfterCallWork:
      return StateRequest{Operation::AfterCallWork};
    case AgentState::AuxWork:
      return StateRequest{Operation::AuxWork, {}, reason};
    case AgentState::NotReady:
      return StateRequest{Operation::NotReady, {}, reason};
    case AgentState::LoggedOut:
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

/// How calls to the device go, which outlives a log-out, and when a wrap-up ends.
void restore_calls(KeptStation station, const Directory& directory, engine::CallLoop& engine) {
  const Device* device = directory.device(station.device);
  const User* user = directory.owner_of(station.device);
  if (!device || !user) return;
  const auto restored = engine.restore(station);
  if (restored) return;
  tell_refused("calls to an agent are not forwarded any more", *device, *user, restored.error());
  station.forward_to.clear();
  (void)engine.restore(station);
}

}  // namespace

std::vector<UserId> bring_back(const RestoredState& restored, const Directory& directory,
                               engine::CallLoop& engine, KeptState& kept, Duration grace) {
  const bool is_recent = grace == Duration{} || restored.down <= grace;
  std::vector<const KeptStation*> back;
  for (const KeptStation& station : restored.stations) {
    if (is_recent && log_in(station, directory, engine))
      back.push_back(&station);
    else
      kept.keep(KeptStation{station.device});
  }
  std::vector<UserId> agents;
  for (const KeptStation* station : back) {
    const User& user = *directory.owner_of(station->device);
    if (const auto state = request_for(*station, directory))
      (void)engine.set_agent_state(user.id, *state, Run::Real);
    if (station->monitoring) monitor_again(*station, user, directory, engine);
    agents.push_back(user.id);
  }
  for (const KeptStation& station : restored.stations) restore_calls(station, directory, engine);
  return agents;
}

}  // namespace earshot::app
