// What the API asks of the call loop.
#include <algorithm>

#include "base/log.h"
#include "core/capabilities.h"
#include "core/carry_out.h"
#include "core/station.h"
#include "core/supervision.h"
#include "core/user_data.h"
#include "core/views.h"
#include "engine/call_loop.h"

namespace earshot::engine {
namespace {

Refusal no_such_device() { return {RefusalCode::NotFound, "You have no such device."}; }

}  // namespace

std::pair<const CallLoop::LiveCall*, const Leg*> CallLoop::leg_of(const User& user,
                                                                  const CallId& id) const {
  const auto bridge = ids_.find(id);
  if (bridge == ids_.end()) return {};
  const LiveCall& live = calls_.at(bridge->second);
  const Leg* found = nullptr;
  for (const Leg& leg : live.call.legs) {
    if (!core::is_shown(leg) || leg.device != user.default_device) continue;
    if (leg.known_as == id) return {&live, &leg};
    // A call that took over a consultation answers to both ids (calls.md §8.1).
    if (live.call.conversation_of(leg).call == id) found = &leg;
  }
  return {&live, found};
}

Status<Refusal> CallLoop::operate(const UserId& user, const CallId& id, const CallRequest& request,
                                  Run run) {
  drain();
  const User* asking = directory_->user(user);
  const auto [live, leg] = asking ? leg_of(*asking, id) : std::pair<const LiveCall*, const Leg*>{};
  if (!leg && request.operation == Operation::SetCallDisposition)
    return disposition_after_release(user, id, request, run);
  if (!leg) return Error{no_such_call()};
  if (request.call && leg_of(*asking, *request.call).second != leg)
    return Error{Refusal{RefusalCode::ParameterInvalid, "callUuid: it names another call"}};
  if (run == Run::Real)
    log(LogLevel::Info, "operation",
        {{"call_id", id.value},
         {"op", name_of(request.operation)},
         {"user", asking->user_name},
         {"user_id", user.value}});
  return decide(live->call.bridge, core::Operate{leg->id, request}, run);
}

Status<Refusal> CallLoop::disposition_after_release(const UserId& user, const CallId& call,
                                                    const CallRequest& request, Run run) {
  if (!released_.knows(user, call, loop_.now())) return Error{no_such_call()};
  if (request.call && *request.call != call)
    return Error{Refusal{RefusalCode::ParameterInvalid, "callUuid: it names another call"}};
  if (!request.disposition) return Error{core::missing("disposition")};
  const std::string& key = policy_.calls.disposition_key;
  if (run == Run::Real && request.disposition_key.value_or(key) == key)
    records_.keep(LateDisposition{call, user, loop_.now(), *request.disposition});
  return Nothing{};
}

Status<Refusal> CallLoop::dial(const UserId& user, const DeviceId& device_id,
                               const DialRequest& request, Run run) {
  drain();
  const User* asking = directory_->user(user);
  const Device* device = directory_->device(device_id);
  if (!asking || !device || asking->default_device != device_id) return Error{no_such_device()};
  if (stopped_) return Error{Refusal{RefusalCode::Unavailable, "the server is stopping"}};
  if (!station_of(device_id)->registered)
    return Error{Refusal{RefusalCode::BackendFailure, "Device is not registered"}};
  UserData user_data;
  if (auto refusal = core::attach(user_data, request.user_data, policy_.calls.max_user_data))
    return Error{*refusal};
  core::NewCall call = run == Run::Real ? new_call() : core::NewCall{};
  call.caller = fresh_leg();
  call.from = device_id;
  call.caller_number = device->phone_number;
  call.dialled = request.destination;
  call.by_api = true;
  call.user_data = std::move(user_data);
  core::Decision decision = core::begin(call, surroundings());
  if (!decision.call)
    return Error{
        Refusal{RefusalCode::ParameterInvalid,
                "destination.phoneNumber: nobody can be called at " + request.destination}};
  if (run == Run::Dry) return Nothing{};
  log(LogLevel::Info, "call dialled",
      {{"call_id", call.id.value},
       {"user", asking->user_name},
       {"from", call.caller_number},
       {"to", call.dialled}});
  name(call);
  commit(call.bridge, std::move(decision));
  return Nothing{};
}

Status<Refusal> CallLoop::operate(const UserId& user, const DeviceId& device_id,
                                  const DeviceRequest& request, Run run) {
  drain();
  const User* asking = directory_->user(user);
  Station* station = station_of(device_id);
  if (!asking || !station || asking->default_device != device_id) return Error{no_such_device()};
  auto next = core::decide(*station, request, {*directory_, policy_.supervision, stations_});
  if (!next) return Error{next.error()};
  if (request.operation == Operation::MuteMonitoredUser ||
      request.operation == Operation::UnmuteMonitoredUser)
    return mute_agent(*station, request.operation, run);
  if (run == Run::Dry) return Nothing{};
  const bool subscribed = core::subscribed_mode(request.operation).has_value();
  commit(*std::move(next));
  if (subscribed) tell_intrusion(*station);
  return Nothing{};
}

Status<Refusal> CallLoop::set_agent_state(const UserId& user, Operation state, Run run) {
  drain();
  const User* asking = directory_->user(user);
  if (!asking || !asking->default_device) return Error{no_such_device()};
  auto next = core::decide(*station_of(*asking->default_device), state);
  if (!next) return Error{next.error()};
  if (run == Run::Dry) return Nothing{};
  if (const auto wrap_up = wrap_ups_.find(*asking->default_device); wrap_up != wrap_ups_.end()) {
    loop_.cancel(wrap_up->second);  // from now on the agent says when they are Ready
    wrap_ups_.erase(wrap_up);
  }
  commit(*std::move(next));
  return Nothing{};
}

Status<Refusal> CallLoop::start_session(const UserId& user, const SessionRequest& request,
                                        Run run) {
  drain();
  const User* asking = directory_->user(user);
  if (!asking || !asking->default_device ||
      (request.device && *request.device != *asking->default_device))
    return Error{Refusal{RefusalCode::ParameterInvalid, "devicePath: not a device of this user"}};
  auto next = core::log_in(*station_of(*asking->default_device));
  if (!next) return Error{next.error()};
  if (run == Run::Real) commit(*std::move(next));
  return Nothing{};
}

void CallLoop::end_session(const UserId& user) {
  (void)set_agent_state(user, Operation::Offline, Run::Real);
}

std::vector<CallView> CallLoop::calls_of(const UserId& user) const {
  std::vector<CallView> views;
  const User* asking = directory_->user(user);
  if (!asking) return views;
  for (const auto& [bridge, live] : calls_)
    for (const Leg& leg : live.call.legs)
      if (core::is_shown(leg) && leg.device == asking->default_device)
        views.push_back(core::view_of(live.call, leg, policy_, loop_.now()));
  std::sort(views.begin(), views.end(), [](const CallView& a, const CallView& b) {
    return std::pair{b.duration, a.id} < std::pair{a.duration, b.id};  // oldest first
  });
  return views;
}

std::optional<CallView> CallLoop::call_of(const UserId& user, const CallId& call) const {
  const User* asking = directory_->user(user);
  const auto [live, leg] =
      asking ? leg_of(*asking, call) : std::pair<const LiveCall*, const Leg*>{};
  if (!leg) return std::nullopt;
  return core::view_of(live->call, *leg, policy_, loop_.now());
}

std::optional<std::vector<Availability>> CallLoop::availabilities_of(const UserId& user,
                                                                     const CallId& call) const {
  const User* asking = directory_->user(user);
  const auto [live, leg] =
      asking ? leg_of(*asking, call) : std::pair<const LiveCall*, const Leg*>{};
  if (!leg) return std::nullopt;
  return core::availabilities(live->call, *leg, policy_);
}

std::vector<DeviceView> CallLoop::devices_of(const UserId& user) const {
  std::vector<DeviceView> views;
  const User* asking = directory_->user(user);
  if (!asking || !asking->default_device) return views;
  for (const Station& station : stations_)
    if (station.device == *asking->default_device)
      views.push_back(core::view_of(station, *directory_->device(station.device), asking));
  return views;
}

}  // namespace earshot::engine
