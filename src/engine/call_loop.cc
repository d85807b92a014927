#include "engine/call_loop.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "core/carry_out.h"
#include "core/hearing.h"
#include "core/segments.h"
#include "core/station.h"
#include "core/user_data.h"
#include "core/views.h"

namespace earshot::engine {
namespace {

constexpr std::string_view kCallIdAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool begins_conversation(Operation operation) {
  return operation == Operation::InitiateTransfer || operation == Operation::InitiateConference;
}

Error<Refusal> no_such_call() {
  return Error{Refusal{RefusalCode::NotFound, "You have no such call."}};
}

}  // namespace

CallLoop::CallLoop(DirectorySnapshot directory, const core::Policy& policy, Loop& loop,
                   Entropy& entropy, EventSink& sink, CallRecords& records)
    : policy_(policy),
      loop_(loop),
      entropy_(entropy),
      sink_(sink),
      records_(records),
      floor_(core::open_floor(std::move(directory))),
      lines_(loop, records, [this](Fact fact) { take(std::move(fact)); }) {}

CallLoop::~CallLoop() { loop_.cancel(look_timer_); }

void CallLoop::connect(Signalling& signalling, Media& media) { lines_.connect(signalling, media); }

void CallLoop::change_directory(const DirectorySnapshot& to) {
  (void)ask(core::FloorFact{core::DirectoryChanged{to}}, Run::Real);
  (void)ask(core::FloorFact{core::DirectoryInForce{to}}, Run::Real);
  released_.forget_others(*to);
}

void CallLoop::stop() {
  drain();
  stopped_ = true;
  while (LiveCall* live = calls_.any()) (void)decide(*live, core::ServerEnds{});
}

// ---- facts ----

void CallLoop::take(Fact fact) {
  facts_.push_back(std::move(fact));
  if (std::exchange(drain_is_due_, true)) return;
  loop_.post([this] {
    drain_is_due_ = false;
    drain();
  });
}

void CallLoop::drain() {
  if (draining_) return;
  draining_ = true;
  while (!facts_.empty()) {
    const Fact fact = std::move(facts_.front());
    facts_.pop_front();
    (void)std::visit([&](const auto& each) { return handle(each, Run::Real); }, fact);
  }
  draining_ = false;
}

Status<Refusal> CallLoop::ask(const Fact& fact, Run run) {
  drain();
  return std::visit([&](const auto& each) { return handle(each, run); }, fact);
}

Status<Refusal> CallLoop::handle(const CallOffered& offered, Run) {
  const core::NewCall& call = offered.call;
  const LineId line = own_line_of(call.caller);
  if (stopped_) {
    lines_.turn_away(line);
    return Nothing{};
  }
  log(LogLevel::Info, "call offered",
      {{"call_id", call.id.value}, {"from", call.caller_number}, {"to", call.dialled}});
  lines_.add(line, call.id, call.bridge, call.caller_number);
  const core::Surroundings around = surroundings({});
  core::Decision decision = core::begin(call, around);
  if (!decision.call) records_.keep(core::segment_of_failed(call, decision.effects, around));
  commit(calls_.add(call.bridge, call.caller_number, call.dialled), std::move(decision));
  return Nothing{};
}

Status<Refusal> CallLoop::handle(const LineTold& told, Run) {
  const auto bridge = lines_.bridge_of(told.line);
  LiveCall* live = bridge ? calls_.find(*bridge) : nullptr;
  return live ? decide(*live, told.command) : Nothing{};
}

Status<Refusal> CallLoop::handle(const PlanApplied& applied, Run) {
  if (LiveCall* live = calls_.find(applied.bridge)) {
    if (applied.revision > live->applied) {
      live->applied = applied.revision;
      live->applied_at_tick = applied.tick;
    }
    publish_applied(*live);
  }
  return Nothing{};
}

Status<Refusal> CallLoop::handle(const LineSilent& silent, Run) {
  lines_.on_silent(silent.line, silent.silent);
  return Nothing{};
}

Status<Refusal> CallLoop::handle(const LineClosed& closed, Run) {
  lines_.on_closed(closed.line, closed.quality);
  return Nothing{};
}

Status<Refusal> CallLoop::handle(const core::FloorFact& fact, Run run) {
  if (auto refusal = core::refusal_of(floor_, fact, policy_)) return Error{*std::move(refusal)};
  if (const auto* asked = std::get_if<core::DeviceAsked>(&fact))
    if (const auto order = core::muting(floor_, *asked)) {
      LiveCall* live = calls_.find(order->bridge);
      return live ? decide(*live, order->command, run) : no_such_call();
    }
  if (run == Run::Dry) return Nothing{};
  if (std::holds_alternative<core::LookAtQueues>(fact)) look_is_due_ = false;
  core::FloorDecision decision = core::decide(std::move(floor_), fact, policy_, loop_.now());
  floor_ = std::move(decision.floor);
  for (const DeviceId& device : decision.changed) keep(device);
  if (!decision.events.empty()) sink_.publish(decision.events);
  for (const core::Order& order : decision.orders)
    if (LiveCall* live = calls_.find(order.bridge)) (void)decide(*live, order.command);
  look_at_queues();
  return Nothing{};
}

void CallLoop::keep(const DeviceId& device) {
  const core::Desk* desk = kept_ ? floor_.desk(device) : nullptr;
  if (!desk) return;
  const Station& station = desk->station;
  kept_->keep(KeptStation{device, station.agent_state, station.monitoring,
                          AgentStateId{station.label ? station.label->id : ""}, station.reason,
                          desk->wrap_up_until, station.do_not_disturb, station.forward_to});
}

void CallLoop::look_at_queues() {
  if (!floor_.to_look_at.empty() && !std::exchange(look_is_due_, true))
    take(core::FloorFact{core::LookAtQueues{}});
  const auto at = core::next_look(floor_);
  if (at == look_at_) return;
  look_at_ = at;
  loop_.cancel(look_timer_);
  if (at)
    look_timer_ = loop_.wake_at(*at, [this] {
      look_at_.reset();
      take(core::FloorFact{core::LookAtQueues{}});
    });
}

// ---- decide, commit, perform ----

core::Surroundings CallLoop::surroundings(const Call& call) {
  core::Surroundings around{*floor_.directory,
                            policy_,
                            floor_.full,
                            core::watches_on(floor_, call),
                            {},
                            std::nullopt,
                            loop_.now(),
                            [this](const DeviceId& device) {
                              const core::Desk* desk = floor_.desk(device);
                              return desk ? &desk->station : nullptr;
                            }};
  for (LegId& leg : around.fresh) leg = LegId{++last_leg_};
  return around;
}

core::FreshConversation CallLoop::fresh_conversation() {
  return {CallId{entropy_.text(32, kCallIdAlphabet)}, "00" + entropy_.hex(7)};
}

core::NewCall CallLoop::new_call() {
  auto [id, conn_id] = fresh_conversation();
  core::NewCall call;
  call.id = std::move(id);
  call.conn_id = std::move(conn_id);
  call.bridge = BridgeId{++last_bridge_};
  call.caller = LegId{++last_leg_};
  return call;
}

Status<Refusal> CallLoop::decide(LiveCall& live, const core::Command& command, Run run) {
  core::Surroundings around = surroundings(live.call);
  if (const auto* operate = std::get_if<core::Operate>(&command);
      operate && begins_conversation(operate->request.operation))
    around.fresh_conversation = run == Run::Real ? fresh_conversation() : core::FreshConversation{};
  auto decision = core::decide(live.call, command, around);
  if (!decision) return Error{decision.error()};
  if (run == Run::Real) commit(live, *std::move(decision), &command);
  return Nothing{};
}

/// A segment is recorded when it ends; one that ends with its phone a little later, with what the
/// media loop counted for the phone.
void CallLoop::record(LiveCall& live, const core::Decision& decision,
                      const core::Command* command) {
  const Call* after = decision.call ? &*decision.call : nullptr;
  const core::Surroundings around{*floor_.directory, policy_,    {}, {}, {},
                                  std::nullopt,      loop_.now()};
  for (const Segment& segment :
       core::follow_segments(live.segments, after, decision.effects, command, around)) {
    if (after && after->first_on(segment.line))
      records_.keep(segment);
    else
      lines_.keep(segment);
  }
}

void CallLoop::commit(LiveCall& live, core::Decision decision, const core::Command* command) {
  record(live, decision, command);
  const BridgeId bridge = live.call.bridge;
  const bool over = !decision.call;
  const std::uint64_t revision = over ? live.call.revision : decision.call->revision;
  floor_ = core::follow_call(std::move(floor_), &live.call, over ? nullptr : &*decision.call,
                             policy_, loop_.now());
  if (!over) live.call = *std::move(decision.call);
  calls_.name(live);
  for (const Event& event : decision.events)
    if (const auto* told = std::get_if<CallEvent>(&event);
        told && told->call.state == CallViewState::Released)
      released_.note(told->user, told->call.id, loop_.now());
  for (const core::Effect& effect : decision.effects)
    if (const auto* apply = std::get_if<core::Apply>(&effect)) live.plan = apply->plan;
  std::vector<HearingView> hearing;
  if (!over)
    hearing = core::hearing_views(live.call, live.plan, policy_.supervision, *floor_.directory);
  if (!decision.events.empty() || !decision.barging.empty() || !hearing.empty())
    live.telling.push_back(
        {revision, std::move(decision.events), std::move(decision.barging), std::move(hearing)});
  const CallId id = live.id();
  for (const core::Effect& effect : decision.effects) lines_.perform(id, bridge, effect);
  if (over) live.applied = revision;  // nobody hears anybody any more
  publish_applied(live);
  look_at_queues();
  if (!over) return;
  log(LogLevel::Info, "call over", {{"call_id", id.value}, {"from", live.from}, {"to", live.to}});
  calls_.erase(live);
}

void CallLoop::publish_applied(LiveCall& live) {
  while (!live.telling.empty() && live.telling.front().revision <= live.applied) {
    Telling due = std::move(live.telling.front());
    live.telling.pop_front();
    for (const DeviceId& id : due.devices) {
      const core::Desk* desk = floor_.desk(id);
      const User* owner = floor_.directory->owner_of(id);
      if (!desk || !owner) continue;
      const Device& device = *floor_.directory->device(id);
      due.events.push_back(
          DeviceEvent{owner->id, core::view_of(desk->station, device, owner), false});
    }
    tell_hearing(live, std::move(due.hearing), due.events);
    sink_.publish(due.events);
  }
}

void CallLoop::tell_hearing(LiveCall& live, std::vector<HearingView> heard,
                            std::vector<Event>& events) {
  for (HearingView& is : heard) {
    is.tick = live.applied_at_tick;
    const auto found =
        std::find_if(live.hearing.begin(), live.hearing.end(),
                     [&](const HearingView& each) { return each.viewer == is.viewer; });
    const HearingView* was = found == live.hearing.end() ? nullptr : &*found;
    core::date_ways(is, was, loop_.now());
    if (was && is.parties == was->parties && is.ways == was->ways) continue;
    const User* user = floor_.directory->owner_of(is.device);
    if (user && std::count(live.lookers.begin(), live.lookers.end(), is.viewer) > 0)
      events.push_back(HearingEvent{user->id, is});
  }
  live.hearing = std::move(heard);
}

// ---- what the API asks ----

Status<Refusal> CallLoop::handle(const CallAsked& asked, Run run) {
  const User* user = floor_.directory->user(asked.user);
  if (!user || !user->default_device) return no_such_call();
  const auto [live, leg] = calls_.known_as(asked.call, *user->default_device);
  if (!leg && asked.request.operation == Operation::SetCallDisposition)
    return disposition_after_release(asked, run);
  if (!leg) return no_such_call();
  if (asked.request.call &&
      calls_.known_as(*asked.request.call, *user->default_device).second != leg)
    return Error{Refusal{RefusalCode::ParameterInvalid, "callUuid: it names another call"}};
  if (run == Run::Real)
    log(LogLevel::Info, "operation",
        {{"call_id", asked.call.value},
         {"op", name_of(asked.request.operation)},
         {"user", user->user_name},
         {"user_id", user->id.value}});
  return decide(*live, core::Operate{leg->id, asked.request}, run);
}

Status<Refusal> CallLoop::disposition_after_release(const CallAsked& asked, Run run) {
  const CallRequest& request = asked.request;
  if (!released_.knows(asked.user, asked.call, loop_.now())) return no_such_call();
  if (request.call && *request.call != asked.call)
    return Error{Refusal{RefusalCode::ParameterInvalid, "callUuid: it names another call"}};
  if (!request.disposition) return Error{core::missing("disposition")};
  const std::string& key = policy_.calls.disposition_key;
  if (run == Run::Real && request.disposition_key.value_or(key) == key)
    records_.keep(LateDisposition{asked.call, asked.user, loop_.now(), *request.disposition});
  return Nothing{};
}

Status<Refusal> CallLoop::handle(const DialAsked& asked, Run run) {
  const core::Desk* desk = core::desk_of(floor_, asked.user, asked.device);
  if (!desk) return Error{Refusal{RefusalCode::NotFound, "You have no such device."}};
  if (stopped_) return Error{Refusal{RefusalCode::Unavailable, "the server is stopping"}};
  if (auto refusal = core::refusal_to_dial(desk->station)) return Error{*std::move(refusal)};
  UserData user_data;
  if (auto refusal = core::attach(user_data, asked.request.user_data, policy_.calls.max_user_data))
    return Error{*refusal};
  core::NewCall call = run == Run::Real ? new_call() : core::NewCall{};
  call.from = asked.device;
  call.caller_number = floor_.directory->device(asked.device)->phone_number;
  call.dialled = asked.request.destination;
  call.by_api = true;
  call.user_data = std::move(user_data);
  core::Decision decision = core::begin(call, surroundings({}));
  if (!decision.call) return Error{core::refusal_of_dial(decision, asked.request.destination)};
  if (run == Run::Dry) return Nothing{};
  log(LogLevel::Info, "call dialled",
      {{"call_id", call.id.value},
       {"user", floor_.directory->user(asked.user)->user_name},
       {"from", call.caller_number},
       {"to", call.dialled}});
  commit(calls_.add(call.bridge, call.caller_number, call.dialled), std::move(decision));
  return Nothing{};
}

}  // namespace earshot::engine
