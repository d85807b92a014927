// The call loop as the ports see it: each call becomes a fact, or looks at what is there.
#include <algorithm>

#include "base/log.h"
#include "core/capabilities.h"
#include "core/views.h"
#include "engine/call_loop.h"

namespace earshot::engine {

// ---- what the API asks ----

Status<Refusal> CallLoop::operate(const UserId& user, const CallId& call,
                                  const CallRequest& request, Run run) {
  return ask(CallAsked{user, call, request}, run);
}
Status<Refusal> CallLoop::dial(const UserId& user, const DeviceId& device,
                               const DialRequest& request, Run run) {
  return ask(DialAsked{user, device, request}, run);
}
Status<Refusal> CallLoop::operate(const UserId& user, const DeviceId& device,
                                  const DeviceRequest& request, Run run) {
  return ask(core::FloorFact{core::DeviceAsked{user, device, request}}, run);
}
Status<Refusal> CallLoop::set_agent_state(const UserId& user, const StateRequest& state, Run run) {
  return ask(core::FloorFact{core::StateAsked{user, state}}, run);
}
Status<Refusal> CallLoop::set_state_of(const UserId& supervisor, const UserId& agent,
                                       Operation state, Run run) {
  const auto status = ask(core::FloorFact{core::AgentStateAsked{supervisor, agent, state}}, run);
  if (status && run == Run::Real)
    log(LogLevel::Info, "a supervisor sets an agent's state",
        {{"user", floor_.directory->user(agent)->user_name},
         {"op", name_of(state)},
         {"supervisor", floor_.directory->user(supervisor)->user_name}});
  return status;
}
Status<Refusal> CallLoop::start_session(const UserId& user, const SessionRequest& request,
                                        Run run) {
  return ask(core::FloorFact{core::SessionAsked{user, request}}, run);
}
void CallLoop::end_session(const UserId& user) {
  (void)set_agent_state(user, {Operation::Offline}, Run::Real);
}
Status<Refusal> CallLoop::restore(const KeptStation& station) {
  return ask(core::FloorFact{core::StationRestored{station.device, station.do_not_disturb,
                                                   station.forward_to, station.wrap_up_until}},
             Run::Real);
}

std::vector<CallView> CallLoop::calls_of(const UserId& user) const {
  std::vector<CallView> views;
  const core::Desk* desk = core::desk_of(floor_, user);
  if (!desk) return views;
  for (const core::Part& part : desk->parts) {
    const Call& call = calls_.find(part.bridge)->call;
    const Leg& leg = *call.leg(part.leg);
    if (core::is_shown(leg)) views.push_back(core::view_of(call, leg, policy_, loop_.now()));
  }
  std::sort(views.begin(), views.end(), [](const CallView& a, const CallView& b) {
    return std::pair{b.duration, a.id} < std::pair{a.duration, b.id};  // oldest first
  });
  return views;
}

std::optional<CallView> CallLoop::call_of(const UserId& user, const CallId& call) const {
  const core::Desk* desk = core::desk_of(floor_, user);
  if (!desk) return std::nullopt;
  const auto [live, leg] = calls_.known_as(call, desk->station.device);
  if (!leg) return std::nullopt;
  return core::view_of(live->call, *leg, policy_, loop_.now());
}

std::optional<std::vector<Availability>> CallLoop::availabilities_of(const UserId& user,
                                                                     const CallId& call) const {
  const core::Desk* desk = core::desk_of(floor_, user);
  if (!desk) return std::nullopt;
  const auto [live, leg] = calls_.known_as(call, desk->station.device);
  if (!leg) return std::nullopt;
  return core::availabilities(live->call, *leg, policy_);
}

std::vector<DeviceView> CallLoop::devices_of(const UserId& user) const {
  const core::Desk* desk = core::desk_of(floor_, user);
  if (!desk) return {};
  const Device& device = *floor_.directory->device(desk->station.device);
  return {core::view_of(desk->station, device, floor_.directory->user(user))};
}

Result<HeardCall, Refusal> CallLoop::hearing_of(const UserId& user, const CallId& call) {
  drain();
  const core::Desk* desk = core::desk_of(floor_, user);
  const auto [live, leg] =
      desk ? calls_.known_as(call, desk->station.device) : std::pair<LiveCall*, const Leg*>{};
  if (!leg) return Error{Refusal{RefusalCode::NotFound, "You have no such call."}};
  const auto seen = std::find_if(
      live->hearing.begin(), live->hearing.end(),
      [&, viewer = leg->id](const HearingView& each) { return each.viewer == viewer; });
  if (seen == live->hearing.end())
    return Error{Refusal{RefusalCode::NotAllowedNow,
                         "Who hears whom is shown to those who supervise the call."}};
  if (std::count(live->lookers.begin(), live->lookers.end(), leg->id) == 0)
    live->lookers.push_back(leg->id);
  HeardCall heard{*seen, {}};
  for (const HearingParty& party : seen->parties)
    heard.readings.push_back(lines_.watch(party.line));
  return heard;
}

std::optional<DeviceView> CallLoop::device(const DeviceId& id) const {
  const core::Desk* desk = floor_.desk(id);
  if (!desk) return std::nullopt;
  DeviceView view =
      core::view_of(desk->station, *floor_.directory->device(id), floor_.directory->owner_of(id));
  view.state_since = desk->state_since;
  return view;
}

std::optional<CallSummary> CallLoop::active_call_at(const DeviceId& device) const {
  const core::Desk* desk = floor_.desk(device);
  if (!desk) return std::nullopt;
  const auto rank = [](const core::Part& part) { return std::pair{!part.in_mix, part.leg}; };
  const core::Part* busiest = nullptr;
  for (const core::Part& part : desk->parts)
    if (core::is_shown(*calls_.find(part.bridge)->call.leg(part.leg)) &&
        (!busiest || rank(part) < rank(*busiest)))
      busiest = &part;
  if (!busiest) return std::nullopt;
  const Call& call = calls_.find(busiest->bridge)->call;
  return core::summary_of(call, *call.leg(busiest->leg));
}

// ---- what the phones tell ----

NamedLine CallLoop::line_offered(IncomingLine offered) {
  core::NewCall call = new_call();
  call.from = std::move(offered.from);
  call.caller_number = std::move(offered.caller_number);
  call.caller_name = std::move(offered.caller_name);
  call.dialled = std::move(offered.dialled_number);
  call.diverted = offered.diverted;
  const NamedLine named{own_line_of(call.caller), call.id};
  take(CallOffered{std::move(call)});
  return named;
}
void CallLoop::line_ringing(LineId line, bool answerable) {
  take(LineTold{line, core::LineRang{line, answerable}});
}
void CallLoop::line_answered(LineId line, RemoteMedia remote) {
  take(LineTold{line, core::LineAnswered{line, remote}});
}
void CallLoop::line_media_changed(LineId line, RemoteMedia remote) {
  take(LineTold{line, core::LineMediaChanged{line, remote}});
}
void CallLoop::line_ended(LineId line, ReleaseCause cause, std::string why) {
  take(LineTold{line, core::LineEnded{line, cause, std::move(why)}});
}
void CallLoop::device_registered(DeviceId device, bool registered) {
  take(core::FloorFact{core::PhoneRegistered{std::move(device), registered}});
}

// ---- what their audio tells ----

/// At once: it was posted to this loop by itself.
void CallLoop::plan_applied(BridgeId bridge, std::uint64_t revision, std::uint64_t tick) {
  (void)ask(PlanApplied{bridge, revision, tick}, Run::Real);
}
void CallLoop::line_read(LineId line, const LineReading& reading) { lines_.on_read(line, reading); }
void CallLoop::line_silent(LineId line, bool silent) { take(LineSilent{line, silent}); }
void CallLoop::recording_failed(LineId line, const std::string& reason) {
  take(LineTold{line, core::RecordingFailed{line, reason}});
}
void CallLoop::line_closed(LineId line, LineQuality quality) { take(LineClosed{line, quality}); }

}  // namespace earshot::engine
