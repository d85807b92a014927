#include "core/draft.h"

#include <algorithm>

#include "core/hearing.h"
#include "core/recording.h"
#include "core/routing.h"
#include "core/seats.h"
#include "core/supervision.h"
#include "core/views.h"

namespace earshot::core {

void Draft::tell_owner(const Leg& leg, CallNotification type,
                       std::optional<OperationFailure> failure) {
  const User* owner = leg.device ? around_.directory.owner_of(*leg.device) : nullptr;
  if (owner)
    tell_first(CallEvent{owner->id, type, view_of(call_, leg, around_.policy, around_.now),
                         std::move(failure)});
}

Result<LegId, ReleaseCause> Draft::add_called(const Leg& caller, const std::string& number,
                                              Side side, std::size_t diverted) {
  const Route way = route(around_, number, caller, diverted);
  if (const auto* cause = std::get_if<ReleaseCause>(&way.to)) return Error{*cause};
  call_.conversation_of(caller).diverted = way.diverted.count();
  if (const auto* queue = std::get_if<QueueId>(&way.to)) return enqueue(caller.in, *queue, side);
  if (!way.diverted.by.empty() && is_in_call(way.number)) return Error{ReleaseCause::Busy};
  if (call_.legs.size() >= around_.policy.calls.max_legs) return Error{ReleaseCause::Overload};
  Leg& leg = add_leg(caller.in, way.number, side);
  leg.diverted = way.diverted;
  if (const auto* device = std::get_if<DeviceId>(&way.to))
    leg.device = *device;
  else
    leg.trunk = std::get<TrunkId>(way.to);
  return leg.id;
}

bool Draft::is_in_call(const std::string& number) const {
  return std::any_of(call_.legs.begin(), call_.legs.end(),
                     [&](const Leg& leg) { return leg.number == number; });
}

Result<LegId, ReleaseCause> Draft::enqueue(ConversationId conversation, const QueueId& queue,
                                           Side side) {
  const auto& full = around_.full_queues;
  if (std::find(full.begin(), full.end(), queue) != full.end()) return Error{ReleaseCause::Busy};
  call_.conversation(conversation).queueing =
      Queueing{queue, around_.directory.queue(queue)->phone_number, around_.now, side, true, {}};
  return LegId{};
}

Leg& Draft::add_leg(ConversationId conversation, const std::string& number, Side side) {
  Leg leg;
  leg.id = fresh_leg();
  leg.line = own_line_of(leg.id);
  leg.in = conversation;
  leg.known_as = call_.conversation(conversation).call;
  leg.side = side;
  leg.number = number;
  leg.state = Offered{};
  leg.since = around_.now;
  return call_.legs.emplace_back(std::move(leg));
}

void Draft::dial(const Leg& called, const std::string& caller_number,
                 const std::string& caller_name) {
  DialOut effect{
      called.line,    {}, called.number, caller_number, around_.policy.calls.ring_time, caller_name,
      called.diverted};
  if (called.device)
    effect.to = *called.device;
  else
    effect.to = *called.trunk;
  this->effect(std::move(effect));
}

void Draft::offer(const Conversation& conversation, const DeviceId& agent) {
  const Device* device = around_.directory.device(agent);
  const Queue* queue = around_.directory.queue(conversation.queueing->queue);
  if (!device || !queue || call_.legs.size() >= around_.policy.calls.max_legs) return;
  const auto caller = std::find_if(call_.legs.begin(), call_.legs.end(), [&](const Leg& leg) {
    return leg.in == conversation.id && is_party(leg);
  });
  const std::string caller_number = caller == call_.legs.end() ? "" : caller->number;
  const std::string caller_name = caller == call_.legs.end() ? "" : caller->name;
  Leg& leg = add_leg(conversation.id, device->phone_number, conversation.queueing->side);
  leg.device = agent;
  leg.from_queue = queue->id;
  effect(DialOut{leg.line, agent, leg.number, caller_number, queue->ring_time, caller_name});
}

// ---- leaving ----

void Draft::remove(LegId id, ReleaseCause cause, bool ended_itself) {
  const auto found = std::find_if(call_.legs.begin(), call_.legs.end(),
                                  [&](const Leg& leg) { return leg.id == id; });
  if (found == call_.legs.end()) return;
  const Leg gone = *found;
  call_.legs.erase(found);
  if (others_on_line(call_, gone).empty()) effect(Drop{gone.line, cause, ended_itself});
  if (gone.monitoring && gone.monitoring->subscription == MonitoringMode::NextCall)
    effect(UseUp{*gone.device, gone.monitoring->agent});
  if (gone.from_queue && gone.is_established()) {
    const Queue* queue = around_.directory.queue(*gone.from_queue);
    if (queue && queue->wrap_up > seconds{0}) effect(WrapUp{*gone.device, queue->wrap_up});
  }
  follow_target(gone);
  std::erase_if(call_.conversations, [&](const Conversation& conversation) {
    return std::none_of(call_.legs.begin(), call_.legs.end(),
                        [&](const Leg& leg) { return leg.in == conversation.id; });
  });
}

/// Whether a supervisor who barged in for the sake of the call becomes a party of it: nobody is
/// left, or rung, to serve the customer (DD-20).
bool Draft::takes_over(const Leg& supervisor) const {
  return supervisor.monitoring->scope == MonitoringScope::Call &&
         supervisor.monitoring->mode == SupervisorMode::BargeIn && supervisor.is_established() &&
         !call_.conversation_of(supervisor).is_waiting() &&
         count_parties(call_, supervisor.in, [](const Leg&) { return true; }) > 0 &&
         count_parties(call_, supervisor.in, [&](const Leg& leg) {
           return leg.side == supervisor.side && leg.device;
         }) == 0;
}

/// What becomes of the supervisors of a party that left (supervision-and-devices.md §A.10): from a
/// consultation they return to the call it was about; with scope Agent they go too; with scope Call
/// they stay with the call (settle_supervisors finds whom they monitor then), or take it over.
void Draft::follow_target(const Leg& gone) {
  std::vector<LegId> leaving;
  for (Leg& leg : call_.legs) {
    if (!leg.monitoring || leg.in != gone.in) continue;
    const bool lost_target = leg.monitoring->target == gone.id;
    const Leg* home = leg.monitoring->home ? call_.leg(*leg.monitoring->home) : nullptr;
    if (lost_target && home) {
      monitor(leg, *home);
    } else if (lost_target && leg.monitoring->scope == MonitoringScope::Agent) {
      leaving.push_back(leg.id);
    } else if (is_party(gone) && takes_over(leg)) {
      if (leg.monitoring->subscription == MonitoringMode::NextCall)
        effect(UseUp{*leg.device, leg.monitoring->agent});
      leg.monitoring.reset();
    }
  }
  for (const LegId id : leaving) remove(id, ReleaseCause::Normal);
}

void Draft::end_if_alone(ConversationId conversation, ReleaseCause cause) {
  const auto here = std::find_if(call_.conversations.begin(), call_.conversations.end(),
                                 [&](const auto& each) { return each.id == conversation; });
  if (here == call_.conversations.end() || is_alive(call_, *here)) return;
  const auto is_here = [&](const Leg& leg) { return leg.in == conversation; };
  for (;;) {  // parties first: their supervisors may have a call to return to
    auto leg = std::find_if(call_.legs.begin(), call_.legs.end(),
                            [&](const Leg& each) { return is_here(each) && is_party(each); });
    if (leg == call_.legs.end()) leg = std::find_if(call_.legs.begin(), call_.legs.end(), is_here);
    if (leg == call_.legs.end()) return;
    remove(LegId{leg->id}, cause);
  }
}

void Draft::drop(LegId id, ReleaseCause cause) {
  const Leg* leg = call_.leg(id);
  if (!leg) return;
  const ConversationId conversation = leg->in;
  remove(id, cause);
  end_if_alone(conversation, cause);
}

void Draft::drop_line(LineId line, ReleaseCause cause) {
  std::vector<ConversationId> left;
  for (;;) {
    const auto leg = std::find_if(call_.legs.begin(), call_.legs.end(),
                                  [&](const Leg& each) { return each.line == line; });
    if (leg == call_.legs.end()) break;
    left.push_back(leg->in);
    remove(LegId{leg->id}, cause, true);
  }
  for (const ConversationId conversation : left) end_if_alone(conversation, cause);
}

// ---- supervisors ----

namespace {

/// The part of the device `agent` in the conversation, where the rules let it be monitored: it is
/// established with somebody, outside where internal calls are left alone, and no consultation
/// where those are.
const Leg* to_be_monitored(const Call& call, const Conversation& conversation,
                           const DeviceId& agent, const SupervisionSettings& rules) {
  if (conversation.consultation && call.leg(conversation.consultation->from) &&
      !rules.monitor_consult_calls)
    return nullptr;
  const Leg* target = nullptr;
  bool another = false;
  bool external = false;
  for (const Leg& leg : call.legs) {
    if (leg.in != conversation.id || !is_party(leg)) continue;
    external = external || !leg.device;
    if (leg.device == agent && leg.is_established())
      target = &leg;
    else
      another = another || leg.is_established();
  }
  return another && (external || rules.monitor_internal_calls) ? target : nullptr;
}

Operation operation_of(SupervisorMode mode) {
  switch (mode) {
    case SupervisorMode::Coach:
      return Operation::Coach;
    case SupervisorMode::ListenIn:
      return Operation::ListenIn;
    case SupervisorMode::BargeIn:
      return Operation::BargeIn;
  }
  return Operation::ListenIn;
}

}  // namespace

void Draft::bring_in(const Watch& watch) {
  for (std::size_t i = 0; i < call_.conversations.size(); ++i)
    bring_in(watch, call_.conversations[i], true);
}

/// A call is brought to a supervisor once, and not where they take part already. Unless asked for
/// now, only as it begins: intrusion is WatchBegan's matter alone.
void Draft::bring_in(const Watch& watch, const Conversation& conversation, bool running) {
  const SupervisionSettings& rules = around_.policy.supervision;
  const DeviceId& agent = watch.subscription.target;
  const Leg* target = to_be_monitored(call_, conversation, agent, rules);
  const Device* device = around_.directory.device(watch.supervisor);
  if (!target || !device) return;
  if (!running && before_) {
    SupervisionSettings before = rules;
    if (!rules.intrusion_enabled)  // a call runs, whether or not it was one to be monitored
      before.monitor_internal_calls = before.monitor_consult_calls = true;
    const auto was = std::find_if(before_->conversations.begin(), before_->conversations.end(),
                                  [&](const auto& each) { return each.id == conversation.id; });
    if (was != before_->conversations.end() && to_be_monitored(*before_, *was, agent, before))
      return;
  }
  const auto is_supervisors = [&](const Leg& leg) { return leg.device == watch.supervisor; };
  auto& watched_by = call_.watched_by;
  if (std::any_of(call_.legs.begin(), call_.legs.end(), is_supervisors) ||
      std::find(watched_by.begin(), watched_by.end(), watch.supervisor) != watched_by.end())
    return;
  Leg seat;  // a copy of the target's: adding a leg moves it
  seat.device = watch.supervisor;
  seat.number = target->number;
  seat.monitoring = Monitoring{watch.subscription.state,
                               watch.subscription.scope,
                               watch.subscription.mode,
                               agent,
                               target->id,
                               std::nullopt};
  watched_by.push_back(watch.supervisor);
  if (call_.legs.size() >= around_.policy.calls.max_legs || used_ == around_.fresh.size())
    return tell_not_brought(seat, "the call has as many parties as it may have");
  const CallId known_as = target->known_as;
  Leg& leg = add_leg(conversation.id, device->phone_number, target->side);
  leg.known_as = known_as;
  leg.device = watch.supervisor;
  leg.monitoring = seat.monitoring;
  effect(DialOut{leg.line, watch.supervisor, leg.number, seat.number,
                 around_.policy.calls.supervisor_ring_time});
}

void Draft::tell_not_brought(const Leg& supervisor, std::string_view why) {
  const User* owner = around_.directory.owner_of(*supervisor.device);
  const Device* agent = around_.directory.device(supervisor.monitoring->agent);
  if (!owner || !agent) return;
  tell_first(DeviceErrorEvent{owner->id,
                              *supervisor.device,
                              {operation_of(supervisor.monitoring->mode), 4,
                               "You could not be brought into the call of " + agent->phone_number +
                                   ": " + std::string{why} + "."}});
}

void Draft::seat_beside(Leg& leg, const Leg& seat) {
  if (!seat.monitoring) return;
  const User* owner = leg.device ? around_.directory.owner_of(*leg.device) : nullptr;
  leg.monitoring = seat.monitoring;
  // The subscription stays its owner's: a guest, perhaps without a device, uses none up.
  leg.monitoring->subscription = MonitoringMode::AllCalls;
  leg.monitoring->home.reset();
  leg.monitoring->guest = !owner || !owner->has(Role::Supervisor);
}

void Draft::hand_over_supervisors(LegId from, LegId to) {
  if (!call_.leg(to)->device) return;
  for (Leg& leg : call_.legs)
    if (leg.monitoring && leg.monitoring->target == from &&
        leg.monitoring->scope == MonitoringScope::Call)
      monitor(leg, *call_.leg(to));
}

// ---- the result ----

namespace {

std::vector<DeviceId> barging_changes(const Call* before, const Call& after) {
  std::vector<DeviceId> changed;
  const auto look_at = [&](const Call& call) {
    for (const Leg& leg : call.legs) {
      if (!leg.monitoring || !leg.device) continue;
      const Barging was = before ? barging_in(*before, *leg.device) : Barging::No;
      if (was != barging_in(after, *leg.device) &&
          std::find(changed.begin(), changed.end(), *leg.device) == changed.end())
        changed.push_back(*leg.device);
    }
  };
  if (before) look_at(*before);
  look_at(after);
  return changed;
}

}  // namespace

Decision Draft::finish(const std::vector<LegId>& first) {
  for (const Watch& watch : around_.watches)
    for (std::size_t i = 0; i < call_.conversations.size(); ++i)
      bring_in(watch, call_.conversations[i], false);
  settle_supervisors(call_, around_.policy.supervision);
  Decision decision;
  const bool over = call_.legs.empty();
  const MediaPlan was = before_ ? plan_of(*before_, around_.policy.supervision) : MediaPlan{};
  MediaPlan is = plan_of(call_, around_.policy.supervision);
  if (!over && (was.hears != is.hears || was.tones != is.tones)) {
    is.revision = call_.revision += 1;
    // Before any leg is dropped or connected: nobody is heard a frame longer than decided.
    effects_.insert(effects_.begin(), Apply{std::move(is)});
  }
  for (Effect& change : recording_changes(before_, call_)) effect(std::move(change));
  decision.effects = std::move(effects_);
  decision.events = std::move(told_first_);
  for (Event& event : tell_changes(before_, over ? nullptr : &call_, first, around_))
    decision.events.push_back(std::move(event));
  decision.barging = barging_changes(before_, call_);
  if (!over) decision.call = std::move(call_);
  return decision;
}

std::string_view words_for(ReleaseCause cause) {
  switch (cause) {
    case ReleaseCause::Normal:
    case ReleaseCause::Cancelled:
      return "the caller gave up";
    case ReleaseCause::Rejected:
      return "the call was declined";
    case ReleaseCause::Busy:
      return "the number is busy";
    case ReleaseCause::NoAnswer:
      return "nobody answered";
    case ReleaseCause::Unreachable:
      return "no phone is registered there, or it does not respond";
    case ReleaseCause::WrongNumber:
      return "there is no such number";
    case ReleaseCause::NotAcceptable:
      return "the phones have no codec in common";
    case ReleaseCause::ForwardingLoop:
      return "it is forwarded in a circle";
    case ReleaseCause::TooManyForwards:
      return "it is forwarded more than five times";
    case ReleaseCause::Overload:
      return "this call has as many parties as calls.max_parties allows";
    case ReleaseCause::PeerOverload:
      return "the other side has no room for another call";
    case ReleaseCause::Failure:
      return "the call failed";
  }
  return "the call failed";
}

}  // namespace earshot::core
