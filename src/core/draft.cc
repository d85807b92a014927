#include "core/draft.h"

#include <algorithm>
#include <tuple>

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

Result<LegId, ReleaseCause> Draft::add_called(const Leg& caller, const std::string& number) {
  const Route to = route(around_.directory, number, caller);
  if (const auto* cause = std::get_if<ReleaseCause>(&to)) return Error{*cause};
  if (const auto* queue = std::get_if<QueueId>(&to)) return enqueue(caller.in, *queue);
  if (call_.legs.size() >= around_.policy.calls.max_legs) return Error{ReleaseCause::Overload};
  Leg& leg = add_leg(caller.in, number);
  if (const auto* device = std::get_if<DeviceId>(&to))
    leg.device = *device;
  else
    leg.trunk = std::get<TrunkId>(to);
  return leg.id;
}

Result<LegId, ReleaseCause> Draft::enqueue(ConversationId conversation, const QueueId& queue) {
  const auto& full = around_.full_queues;
  if (std::find(full.begin(), full.end(), queue) != full.end()) return Error{ReleaseCause::Busy};
  call_.conversation(conversation).queueing =
      Queueing{queue, around_.directory.queue(queue)->phone_number, around_.now, true, {}};
  return LegId{};
}

Leg& Draft::add_leg(ConversationId conversation, const std::string& number) {
  Leg leg;
  leg.id = leg.line = fresh_leg();
  leg.in = conversation;
  leg.known_as = call_.conversation(conversation).call;
  leg.number = number;
  leg.state = Offered{};
  leg.since = around_.now;
  return call_.legs.emplace_back(std::move(leg));
}

void Draft::dial(const Leg& called, const std::string& caller_number) {
  DialOut effect{called.line, {}, called.number, caller_number, around_.policy.calls.ring_time};
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
  Leg& leg = add_leg(conversation.id, device->phone_number);
  leg.device = agent;
  leg.from_queue = queue->id;
  effect(DialOut{leg.line, agent, leg.number, caller_number, queue->ring_time});
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
    effect(UseUp{*gone.device});
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

/// What becomes of the supervisors of a party that left (supervision-and-devices.md §A.10): with
/// scope Agent they go too; with scope Call they stay with the call, and one who barged in takes it
/// over when a single party remains (DD-20). A coach whose agent is gone is heard by nobody
/// (DD-23).
void Draft::follow_target(const Leg& gone) {
  const bool takes_over = count_parties(call_, gone.in, [](const Leg&) { return true; }) == 1 &&
                          !call_.conversation_of(gone).is_waiting();
  std::vector<LegId> leaving;
  for (Leg& leg : call_.legs) {
    if (!leg.monitoring || leg.monitoring->target != gone.id) continue;
    if (leg.monitoring->scope == MonitoringScope::Agent) {
      leaving.push_back(leg.id);
    } else if (takes_over && leg.monitoring->mode == SupervisorMode::BargeIn &&
               leg.is_established()) {
      if (leg.monitoring->subscription == MonitoringMode::NextCall) effect(UseUp{*leg.device});
      leg.monitoring.reset();
    }
  }
  for (const LegId id : leaving) remove(id, ReleaseCause::Normal);
}

void Draft::end_if_alone(ConversationId conversation, ReleaseCause cause) {
  const auto here = std::find_if(call_.conversations.begin(), call_.conversations.end(),
                                 [&](const auto& each) { return each.id == conversation; });
  if (here == call_.conversations.end() || is_alive(call_, *here)) return;
  for (;;) {
    const auto leg = std::find_if(call_.legs.begin(), call_.legs.end(),
                                  [&](const Leg& each) { return each.in == conversation; });
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

void Draft::drop_line(LegId line, ReleaseCause cause) {
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

void Draft::bring_in(const Watch& watch) {
  for (std::size_t i = 0; i < call_.conversations.size(); ++i)
    bring_in(watch, call_.conversations[i]);
}

/// Brings the supervisor of `watch` to the conversation where the rules allow it: the target's part
/// in it is established, the call is not brought twice, and he is not a party of it himself.
void Draft::bring_in(const Watch& watch, const Conversation& conversation) {
  const SupervisionSettings& rules = around_.policy.supervision;
  if (conversation.consultation && call_.leg(conversation.consultation->from) &&
      !rules.monitor_consult_calls)
    return;
  const Leg* target = nullptr;
  bool another = false;
  bool external = false;
  for (const Leg& leg : call_.legs) {
    if (leg.device == watch.supervisor) return;
    if (leg.in != conversation.id || !is_party(leg)) continue;
    external = external || !leg.device;
    if (leg.device == watch.subscription.target && leg.is_established())
      target = &leg;
    else
      another = another || leg.is_established();
  }
  const Device* device = around_.directory.device(watch.supervisor);
  const bool wanted = target && another && device && (external || rules.monitor_internal_calls) &&
                      std::find(call_.watched_by.begin(), call_.watched_by.end(),
                                watch.supervisor) == call_.watched_by.end();
  if (!wanted || call_.legs.size() >= around_.policy.calls.max_legs ||
      used_ == around_.fresh.size())
    return;
  const auto [agent, agent_number, known_as] =
      std::tuple{target->id, target->number, target->known_as};
  Leg& leg = add_leg(conversation.id, device->phone_number);  // moves `target`
  leg.known_as = known_as;
  leg.device = watch.supervisor;
  leg.monitoring = Monitoring{watch.subscription.state, watch.subscription.scope,
                              watch.subscription.mode, agent};
  effect(DialOut{leg.line, watch.supervisor, leg.number, agent_number,
                 around_.policy.calls.supervisor_ring_time});
  call_.watched_by.push_back(watch.supervisor);
}

void Draft::seat_beside(Leg& leg, const Leg& seat) {
  if (!seat.monitoring) return;
  const User* owner = leg.device ? around_.directory.owner_of(*leg.device) : nullptr;
  leg.monitoring = seat.monitoring;
  // The subscription stays its owner's: a guest, perhaps without a device, uses none up.
  leg.monitoring->subscription = MonitoringMode::AllCalls;
  leg.monitoring->guest = !owner || !owner->has(Role::Supervisor);
}

void Draft::hand_over_supervisors(LegId from, LegId to) {
  if (!call_.leg(to)->device) return;
  for (Leg& leg : call_.legs)
    if (leg.monitoring && leg.monitoring->target == from &&
        leg.monitoring->scope == MonitoringScope::Call)
      leg.monitoring->target = to;
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
  for (const Watch& watch : around_.watches) bring_in(watch);
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
      return "the call was given up";
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
    case ReleaseCause::Overload:
      return "the server is at its limit";
    case ReleaseCause::Failure:
      return "the call failed";
  }
  return "the call failed";
}

}  // namespace earshot::core
