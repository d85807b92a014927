#include "core/floor.h"

#include <algorithm>
#include <utility>

#include "core/station.h"
#include "core/supervision.h"
#include "core/views.h"
#include "model/oversight.h"

namespace earshot::core {
namespace {

Refusal no_such_device() { return {RefusalCode::NotFound, "You have no such device."}; }

bool is_muting(Operation operation) {
  return operation == Operation::MuteMonitoredUser || operation == Operation::UnmuteMonitoredUser;
}

StationSurroundings surroundings(const Floor& floor, const Policy& policy) {
  return {*floor.directory, policy.supervision, [&floor](const DeviceId& device) {
            const Desk* desk = floor.desk(device);
            return desk ? desk->monitored_by : std::nullopt;
          }};
}

bool same_state(const DeviceView& one, const DeviceView& other) {
  return one.agent_state == other.agent_state && one.label == other.label &&
         one.reason == other.reason;
}

/// Whether the change shows on the voice channel too (§C.4).
bool shows_on_channel(const DeviceView& was, const DeviceView& is) {
  return !same_state(was, is) || was.do_not_disturb != is.do_not_disturb;
}

/// Whether the subscription is to the next call, and has it already.
bool has_its_call(const Desk& supervisor) {
  const auto& monitoring = supervisor.station.monitoring;
  return monitoring && monitoring->mode == MonitoringMode::NextCall &&
         std::any_of(supervisor.parts.begin(), supervisor.parts.end(), [&](const Part& part) {
           return part.next_call && part.monitors == monitoring->target;
         });
}

/// The calls in which `desk` has a part that is so.
template <class Predicate>
std::vector<BridgeId> calls_of(const Desk& desk, Predicate is) {
  std::vector<BridgeId> calls;
  for (const Part& part : desk.parts)
    if (is(part) && std::find(calls.begin(), calls.end(), part.bridge) == calls.end())
      calls.push_back(part.bridge);
  return calls;
}

/// A decision in the making.
class FloorDraft {
 public:
  FloorDraft(Floor floor, const Policy& policy, TimePoint now)
      : floor_(std::move(floor)), policy_(policy), now_(now) {}

  void happen(const PhoneRegistered& phone);
  void happen(const DeviceAsked& asked);
  void happen(const StateAsked& asked);
  void happen(const AgentStateAsked& asked) { happen(StateAsked{asked.agent, {asked.state}}); }
  void happen(const SessionAsked& asked);
  void happen(const StationRestored& restored);
  void happen(const UseUp& use_up);
  void happen(const NotServed& not_served);
  void happen(const WrapUp& wrap_up);
  void happen(const LookAtQueues& look);
  void happen(const DirectoryChanged& changed);
  void happen(const DirectoryInForce& in_force);

  void leave_call(const Call& call);
  void enter_call(const Call& call);
  /// Brings the desks of the legs up to date with their parts in calls.
  void settle(const Call& call);
  FloorDecision take() {
    return {std::move(floor_), std::move(events_), std::move(orders_), std::move(changed_)};
  }
  Floor take_floor() { return std::move(floor_); }

 private:
  void set(const Station& next);
  void log_out(const Desk& desk);
  void begin_wrap_up(Desk& desk, TimePoint until);
  void end_wrap_up(Desk& desk);
  void lose_supervisor(const Desk& desk);
  void tell_watcher_left(const Desk& supervisor);
  void leave_others_agents(const Desk& desk, const User& owner, const Directory& after);
  void intrude(const Desk& supervisor);

  bool is_ready(const Desk& desk) const;
  void refresh(Desk& desk);
  void put_in_line(Desk& desk);
  void take_out_of_line(Desk& desk);
  void touch(const QueueId& queue) { floor_.to_look_at.insert(queue); }
  void wait(const QueueId& queue, const Waiter& waiter, Waiting waiting);
  void stop_waiting(const QueueId& queue, const Waiter& waiter);
  void look_again(const QueueId& queue, const Waiter& waiter);
  void note_if_full(const QueueId& queue);
  bool lose_patience(const QueueId& queue);
  void offer_to_agents(const std::set<QueueId>& queues);

  Floor floor_;
  const Policy& policy_;
  const TimePoint now_;
  std::vector<Event> events_;
  std::vector<Order> orders_;
  std::vector<DeviceId> changed_;
};

// ---- stations ----

/// Replaces a station, and tells whoever is concerned.
void FloorDraft::set(const Station& next) {
  Desk& desk = *floor_.desk(next.device);
  if (desk.station == next) return;
  const Device* device = floor_.directory->device(next.device);
  const User* owner = floor_.directory->owner_of(next.device);
  const Station before = std::exchange(desk.station, next);
  changed_.push_back(next.device);
  const DeviceView was = view_of(before, *device, owner);
  const DeviceView is = view_of(next, *device, owner);
  if (!same_state(was, is)) desk.state_since = now_;
  if (before.agent_state != next.agent_state) {
    desk.idle_since = now_;
    if (next.agent_state != AgentState::AfterCallWork) end_wrap_up(desk);
  }
  if (before.monitoring != next.monitoring) {
    if (before.monitoring) floor_.desk(before.monitoring->target)->monitored_by.reset();
    if (next.monitoring) floor_.desk(next.monitoring->target)->monitored_by = next.device;
  }
  refresh(desk);
  if (owner && was != is) events_.push_back(DeviceEvent{owner->id, is, shows_on_channel(was, is)});
  if (before.monitoring && before.monitoring != next.monitoring)
    for (const BridgeId bridge :
         calls_of(desk, [](const Part& part) { return part.monitors && !part.established; }))
      orders_.push_back({bridge, WatchReplaced{next.device, next.monitoring}});
  if (before.agent_state != next.agent_state && next.agent_state == AgentState::LoggedOut) {
    lose_supervisor(desk);
    tell_watcher_left(desk);
  }
}

/// Whose device it is no longer: the next user begins without what this one wished.
void FloorDraft::log_out(const Desk& desk) {
  Station next = desk.station;
  next.enter(AgentState::LoggedOut);
  next.monitoring.reset();
  next.do_not_disturb = false;
  next.forward_to.clear();
  set(next);
}

void FloorDraft::begin_wrap_up(Desk& desk, TimePoint until) {
  desk.wrap_up_until = until;
  floor_.wrap_ups.insert({until, desk.station.device});
  changed_.push_back(desk.station.device);
}

void FloorDraft::end_wrap_up(Desk& desk) {
  if (!desk.wrap_up_until) return;
  changed_.push_back(desk.station.device);
  floor_.wrap_ups.erase({*desk.wrap_up_until, desk.station.device});
  desk.wrap_up_until.reset();
}

/// Who monitors this desk loses the subscription (supervision-and-devices.md §A.4).
void FloorDraft::lose_supervisor(const Desk& desk) {
  if (!desk.monitored_by) return;
  Station losing = floor_.desk(*desk.monitored_by)->station;
  losing.monitoring.reset();
  set(losing);
}

void FloorDraft::tell_watcher_left(const Desk& supervisor) {
  for (const BridgeId bridge :
       calls_of(supervisor, [](const Part& part) { return part.monitors.has_value(); }))
    orders_.push_back({bridge, WatcherLeft{supervisor.station.device}});
}

void FloorDraft::happen(const PhoneRegistered& phone) {
  const Desk* desk = floor_.desk(phone.device);
  if (!desk) return;
  Station next = desk->station;
  next.registered = phone.registered;
  set(next);
}

void FloorDraft::happen(const DeviceAsked& asked) {
  const Desk& desk = *floor_.desk(asked.device);
  if (is_muting(asked.request.operation)) return;  // the call's matter
  set(*decide(desk.station, asked.request, surroundings(floor_, policy_)));
  if (subscribed_mode(asked.request.operation)) intrude(desk);
}

/// Brings the supervisor to what the agent talks in now, where intrusion is allowed; to the call
/// the agent takes part in first.
void FloorDraft::intrude(const Desk& supervisor) {
  if (!policy_.supervision.intrusion_enabled) return;
  const Watch watch{supervisor.station.device, *supervisor.station.monitoring};
  const Desk& agent = *floor_.desk(watch.subscription.target);
  auto calls = calls_of(agent, [](const Part& part) { return part.established; });
  const auto active = calls_of(agent, [](const Part& part) { return part.in_mix; });
  const auto rank = [&](BridgeId call) {
    return std::pair{std::find(active.begin(), active.end(), call) == active.end(), call};
  };
  std::sort(calls.begin(), calls.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
  for (const BridgeId call : calls) orders_.push_back({call, WatchBegan{watch}});
}

/// From now on the agent says when they are Ready.
void FloorDraft::happen(const StateAsked& asked) {
  const DeviceId device = desk_of(floor_, asked.user)->station.device;
  Desk& desk = *floor_.desk(device);
  end_wrap_up(desk);
  set(*decide(desk.station, asked.state, *floor_.directory));
}

void FloorDraft::happen(const StationRestored& restored) {
  Desk& desk = *floor_.desk(restored.device);
  Station next = desk.station;
  next.do_not_disturb = restored.do_not_disturb;
  next.forward_to = restored.forward_to;
  set(next);
  if (restored.wrap_up_until && desk.station.agent_state == AgentState::AfterCallWork)
    begin_wrap_up(desk, *restored.wrap_up_until);
}

void FloorDraft::happen(const SessionAsked& asked) {
  set(*log_in(desk_of(floor_, asked.user)->station));
}

void FloorDraft::happen(const UseUp& use_up) {
  const Desk* desk = floor_.desk(use_up.supervisor);
  if (!desk || !desk->station.monitoring || desk->station.monitoring->target != use_up.agent ||
      desk->station.monitoring->mode != MonitoringMode::NextCall)
    return;  // another subscription by now
  Station next = desk->station;
  next.monitoring.reset();
  set(next);
}

void FloorDraft::happen(const NotServed& not_served) {
  const Desk* desk = floor_.desk(not_served.agent);
  if (!desk || desk->station.agent_state != AgentState::Ready) return;
  Station next = desk->station;
  next.enter(AgentState::NotReady);
  set(next);
}

void FloorDraft::happen(const WrapUp& wrap_up) {
  Desk* desk = floor_.desk(wrap_up.agent);
  if (!desk || desk->station.agent_state != AgentState::Ready) return;  // they said what comes next
  Station next = desk->station;
  next.enter(AgentState::AfterCallWork);
  set(next);
  begin_wrap_up(*desk, now_ + wrap_up.time);
}

// ---- queues ----

bool FloorDraft::is_ready(const Desk& desk) const {
  return desk.station.registered && desk.station.agent_state == AgentState::Ready &&
         !desk.station.do_not_disturb && desk.station.forward_to.empty() && desk.parts.empty();
}

/// Keeps what the queues know of the agent at `desk`.
void FloorDraft::refresh(Desk& desk) {
  const bool stays = is_ready(desk) && desk.ready_since == desk.idle_since;
  if (stays) return;
  take_out_of_line(desk);
  if (is_ready(desk)) put_in_line(desk);
}

void FloorDraft::put_in_line(Desk& desk) {
  const DeviceId& device = desk.station.device;
  const std::size_t place =
      std::size_t(floor_.directory->device(device) - floor_.directory->devices().data());
  for (const Queue* queue : floor_.directory->queues_of(device)) {
    floor_.queues[queue->id].ready.insert({desk.idle_since, place, device});
    touch(queue->id);
  }
  desk.ready_since = desk.idle_since;
}

void FloorDraft::take_out_of_line(Desk& desk) {
  if (!desk.ready_since) return;
  const DeviceId& device = desk.station.device;
  const std::size_t place =
      std::size_t(floor_.directory->device(device) - floor_.directory->devices().data());
  for (const Queue* queue : floor_.directory->queues_of(device)) {
    const auto line = floor_.queues.find(queue->id);
    line->second.ready.erase({*desk.ready_since, place, device});
    if (line->second == QueueLine{}) floor_.queues.erase(line);
  }
  desk.ready_since.reset();
}

void FloorDraft::wait(const QueueId& queue, const Waiter& waiter, Waiting waiting) {
  floor_.queues[queue].waiting.insert_or_assign(waiter, std::move(waiting));
  look_again(queue, waiter);
  note_if_full(queue);
  touch(queue);
}

/// Has time alone bring the queue back to mind, where there is something to wait for.
void FloorDraft::look_again(const QueueId& queue, const Waiter& waiter) {
  Waiting& waiting = floor_.queues.at(queue).waiting.at(waiter);
  floor_.looks.erase({waiting.look_at, queue, waiter});
  const Queue* known = floor_.directory->queue(queue);
  if (!known || waiting.queueing.since + known->patience <= now_) return;  // it ends at once
  waiting.look_at = next_look(waiting.queueing, *known, now_);
  floor_.looks.insert({waiting.look_at, queue, waiter});
}

void FloorDraft::stop_waiting(const QueueId& queue, const Waiter& waiter) {
  const auto line = floor_.queues.find(queue);
  if (line == floor_.queues.end()) return;
  const auto found = line->second.waiting.find(waiter);
  if (found == line->second.waiting.end()) return;
  floor_.looks.erase({found->second.look_at, queue, waiter});
  line->second.waiting.erase(found);
  if (line->second == QueueLine{}) floor_.queues.erase(line);
  note_if_full(queue);
}

void FloorDraft::note_if_full(const QueueId& queue) {
  std::erase(floor_.full, queue);
  const auto line = floor_.queues.find(queue);
  const Queue* known = floor_.directory->queue(queue);
  if (known && line != floor_.queues.end() && line->second.waiting.size() >= known->max_waiting)
    floor_.full.push_back(queue);
}

void FloorDraft::happen(const LookAtQueues&) {
  while (!floor_.wrap_ups.empty() && floor_.wrap_ups.begin()->first <= now_) {
    Station ready = floor_.desk(floor_.wrap_ups.begin()->second)->station;
    ready.enter(AgentState::Ready);
    set(ready);
  }
  while (!floor_.looks.empty() && floor_.looks.begin()->at <= now_) {
    const Floor::LookAt due = *floor_.looks.begin();
    look_again(due.queue, due.waiter);
    touch(due.queue);
  }
  const auto queues = std::exchange(floor_.to_look_at, {});
  std::set<QueueId> offering;
  for (const QueueId& queue : queues) {
    if (lose_patience(queue))
      touch(queue);  // whoever is called now may be one of the agents
    else
      offering.insert(queue);
  }
  if (orders_.empty())
    offer_to_agents(offering);
  else
    floor_.to_look_at.merge(offering);
}

/// Sends on what has waited too long, or in a queue that is gone. @return whether there was any
bool FloorDraft::lose_patience(const QueueId& queue) {
  const auto line = floor_.queues.find(queue);
  if (line == floor_.queues.end()) return false;
  const Queue* known = floor_.directory->queue(queue);
  const std::size_t before = orders_.size();
  for (const auto& [waiter, waiting] : line->second.waiting)
    if (!known || waiter.since + known->patience <= now_)
      orders_.push_back({waiter.bridge, PatienceEnded{waiter.conversation}});
  return orders_.size() > before;
}

void FloorDraft::offer_to_agents(const std::set<QueueId>& queues) {
  struct Offer {
    const Waiting* waiting;
    const std::set<ReadyAgent>* ready;
  };
  std::map<Waiter, Offer> offers;  // first come, first served
  for (const QueueId& queue : queues) {
    const auto line = floor_.queues.find(queue);
    if (line == floor_.queues.end() || line->second.ready.empty()) continue;
    for (const auto& [waiter, waiting] : line->second.waiting)
      if (waiting.offerable) offers.emplace(waiter, Offer{&waiting, &line->second.ready});
  }
  std::set<DeviceId> taken;
  for (const auto& [waiter, offer] : offers) {
    const ReadyAgent* agent = next_agent(offer.waiting->queueing, *offer.ready, taken, now_);
    if (!agent) continue;
    taken.insert(agent->device);
    orders_.push_back({waiter.bridge, AgentFound{waiter.conversation, agent->device}});
  }
}

// ---- calls ----

void FloorDraft::leave_call(const Call& call) {
  for (const Leg& leg : call.legs) {
    Desk* desk = leg.device ? floor_.desk(*leg.device) : nullptr;
    if (!desk) continue;
    std::erase_if(desk->parts, [&](const Part& part) { return part.bridge == call.bridge; });
    desk->idle_since = now_;
  }
  for (const Conversation& conversation : call.conversations)
    if (conversation.is_waiting())
      stop_waiting(conversation.queueing->queue,
                   {conversation.queueing->since, call.bridge, conversation.id});
}

void FloorDraft::enter_call(const Call& call) {
  for (const Leg& leg : call.legs) {
    Desk* desk = leg.device ? floor_.desk(*leg.device) : nullptr;
    if (!desk) continue;
    Part part{call.bridge, leg.id, leg.is_established(), leg.in_mix(), std::nullopt};
    if (leg.monitoring) {
      part.monitors = leg.monitoring->agent;
      part.barging = barging_in(call, *leg.device);
      part.next_call = leg.monitoring->subscription == MonitoringMode::NextCall;
    }
    desk->parts.push_back(std::move(part));
  }
  for (const Conversation& conversation : call.conversations)
    if (conversation.is_waiting())
      wait(conversation.queueing->queue,
           {conversation.queueing->since, call.bridge, conversation.id},
           {*conversation.queueing,
            is_offerable(call, conversation) && call.legs.size() < policy_.calls.max_legs,
            {}});
}

void FloorDraft::settle(const Call& call) {
  for (const Leg& leg : call.legs) {
    Desk* desk = leg.device ? floor_.desk(*leg.device) : nullptr;
    if (!desk) continue;
    desk->station.barging = Barging::No;  // they may be on two calls
    for (const Part& part : desk->parts)
      desk->station.barging = std::max(desk->station.barging, part.barging);
    refresh(*desk);
  }
}

// ---- the directory ----

void FloorDraft::happen(const DirectoryChanged& changed) {
  const Directory& before = *floor_.directory;
  const Directory& after = *changed.to;
  for (const Device& device : before.devices()) {
    const Desk& desk = *floor_.desk(device.id);
    const bool is_removed = !after.device(device.id);
    const User* owner = before.owner_of(device.id);
    const User* next_owner = is_removed ? nullptr : after.owner_of(device.id);
    const bool stays = owner && next_owner && owner->id == next_owner->id;
    if (is_removed) {
      for (const BridgeId bridge : calls_of(desk, [](const Part&) { return true; }))
        orders_.push_back({bridge, DeviceRemoved{device.id}});
      lose_supervisor(desk);
    }
    if (owner && !stays) {
      lose_supervisor(desk);
      log_out(desk);
    } else if (stays && owner->has(Role::Supervisor)) {
      leave_others_agents(desk, *owner, after);
    }
  }
  for (const auto& [queue, line] : floor_.queues)
    if (!after.queue(queue))
      for (const auto& [waiter, waiting] : line.waiting)
        orders_.push_back({waiter.bridge, PatienceEnded{waiter.conversation}});
}

/// Takes the supervisor at `desk` from the agents who are theirs no longer: what they subscribed
/// to, and the calls it brought them into. Without the role nobody is theirs.
void FloorDraft::leave_others_agents(const Desk& desk, const User& owner, const Directory& after) {
  const Directory& before = *floor_.directory;
  const User& next_owner = *after.user(owner.id);
  const bool supervises = next_owner.has(Role::Supervisor);
  const auto is_lost = [&](const DeviceId& agent) {
    const User* was = before.owner_of(agent);
    const User* is = after.owner_of(agent);
    return !supervises || (was && is && may_supervise(before, owner, *was) &&
                           !may_supervise(after, next_owner, *is));
  };
  if (desk.station.monitoring && is_lost(desk.station.monitoring->target)) {
    Station next = desk.station;
    next.monitoring.reset();
    set(next);
  }
  for (const BridgeId bridge :
       calls_of(desk, [&](const Part& part) { return part.monitors && is_lost(*part.monitors); }))
    orders_.push_back({bridge, WatcherLeft{desk.station.device}});
}

void FloorDraft::happen(const DirectoryInForce& in_force) {
  const DirectorySnapshot before = std::exchange(floor_.directory, in_force.directory);
  const Directory& after = *floor_.directory;
  for (auto& [id, line] : floor_.queues) line.ready.clear();
  for (auto& [id, desk] : floor_.desks) desk.ready_since.reset();
  for (const Device& device : before->devices())
    if (!after.device(device.id)) {
      end_wrap_up(*floor_.desk(device.id));
      floor_.desks.erase(device.id);
    }
  for (const Device& device : after.devices()) {
    Desk& desk = floor_.desks[device.id];
    desk.station.device = device.id;
    refresh(desk);
    const Device* known = before->device(device.id);
    const User* owner = after.owner_of(device.id);
    if (!known || !owner) continue;
    const DeviceView is = view_of(desk.station, device, owner);
    if (is != view_of(desk.station, *known, before->owner_of(device.id)))
      events_.push_back(DeviceEvent{owner->id, is, false});
  }
  std::erase_if(floor_.queues, [](const auto& queue) { return queue.second == QueueLine{}; });
  floor_.full.clear();
  for (const auto& [queue, line] : floor_.queues) {
    for (const auto& [waiter, waiting] : line.waiting) look_again(queue, waiter);
    note_if_full(queue);
    touch(queue);
  }
}

// ---- what the API asks ----

/// Whether there is such a user, whether they are the supervisor's, then the state (DD-10).
std::optional<Refusal> refusal_of(const Floor& floor, const AgentStateAsked& asked) {
  const User* supervisor = floor.directory->user(asked.supervisor);
  const User* agent = floor.directory->user(asked.agent);
  if (!supervisor || !agent)
    return Refusal{RefusalCode::NotFound,
                   "There is no user with the id " + asked.agent.value + "."};
  if (auto refusal = refusal_to_supervise(*floor.directory, *supervisor, *agent)) return refusal;
  const Desk* desk = desk_of(floor, asked.agent);
  if (!desk)
    return Refusal{RefusalCode::NotFound,
                   "The user " + agent->user_name + " has no device, and so no voice channel."};
  if (desk->station.agent_state == AgentState::LoggedOut)
    return Refusal{RefusalCode::NotAllowedNow,
                   "The user " + agent->user_name +
                       " is logged out. Their state can be set once they have logged in."};
  const auto next = decide(desk->station, StateRequest{asked.state}, *floor.directory);
  return next ? std::nullopt : std::optional{next.error()};
}

}  // namespace

// ---- the floor ----

const Desk* Floor::desk(const DeviceId& device) const {
  const auto found = desks.find(device);
  return found == desks.end() ? nullptr : &found->second;
}
Desk* Floor::desk(const DeviceId& device) {
  return const_cast<Desk*>(std::as_const(*this).desk(device));
}

Floor open_floor(DirectorySnapshot directory) {
  Floor floor;
  floor.directory = std::move(directory);
  for (const Device& device : floor.directory->devices())
    floor.desks[device.id].station.device = device.id;
  return floor;
}

std::optional<Refusal> refusal_of(const Floor& floor, const FloorFact& fact, const Policy& policy) {
  const auto of = [](const auto& asked) -> std::optional<Refusal> {
    if (!asked) return asked.error();
    return std::nullopt;
  };
  if (const auto* asked = std::get_if<DeviceAsked>(&fact)) {
    const Desk* desk = desk_of(floor, asked->user, asked->device);
    if (!desk) return no_such_device();
    return of(decide(desk->station, asked->request, surroundings(floor, policy)));
  }
  if (const auto* asked = std::get_if<StateAsked>(&fact)) {
    const Desk* desk = desk_of(floor, asked->user);
    return desk ? of(decide(desk->station, asked->state, *floor.directory)) : no_such_device();
  }
  if (const auto* restored = std::get_if<StationRestored>(&fact)) {
    if (!floor.desk(restored->device)) return no_such_device();
    if (restored->forward_to.empty()) return std::nullopt;
    return refusal_to_forward(*floor.directory->device(restored->device), restored->forward_to,
                              *floor.directory);
  }
  if (const auto* asked = std::get_if<AgentStateAsked>(&fact)) return refusal_of(floor, *asked);
  if (const auto* asked = std::get_if<SessionAsked>(&fact)) {
    const Desk* desk = desk_of(floor, asked->user);
    if (!desk || asked->request.device.value_or(desk->station.device) != desk->station.device)
      return Refusal{RefusalCode::ParameterInvalid, "devicePath: not a device of this user"};
    return of(log_in(desk->station));
  }
  return std::nullopt;
}

FloorDecision decide(Floor floor, const FloorFact& fact, const Policy& policy, TimePoint now) {
  FloorDraft draft{std::move(floor), policy, now};
  std::visit([&](const auto& each) { draft.happen(each); }, fact);
  return draft.take();
}

Floor follow_call(Floor floor, const Call* before, const Call* after, const Policy& policy,
                  TimePoint now) {
  FloorDraft draft{std::move(floor), policy, now};
  if (before) draft.leave_call(*before);
  if (after) draft.enter_call(*after);
  if (before) draft.settle(*before);
  if (after) draft.settle(*after);
  return draft.take_floor();
}

std::optional<TimePoint> next_look(const Floor& floor) {
  std::optional<TimePoint> next;
  if (!floor.looks.empty()) next = floor.looks.begin()->at;
  if (!floor.wrap_ups.empty())
    next = std::min(next.value_or(TimePoint::max()), floor.wrap_ups.begin()->first);
  return next;
}

std::vector<Watch> watches_on(const Floor& floor, const Call& call) {
  std::vector<Watch> watches;
  for (const Leg& leg : call.legs) {
    const Desk* agent = leg.device ? floor.desk(*leg.device) : nullptr;
    if (!agent || !agent->monitored_by) continue;
    const Desk& supervisor = *floor.desk(*agent->monitored_by);
    if (has_its_call(supervisor)) continue;
    const Watch watch{*agent->monitored_by, *supervisor.station.monitoring};
    if (std::find(watches.begin(), watches.end(), watch) == watches.end()) watches.push_back(watch);
  }
  std::sort(watches.begin(), watches.end(),
            [](const Watch& a, const Watch& b) { return a.supervisor < b.supervisor; });
  return watches;
}

std::optional<Order> muting(const Floor& floor, const DeviceAsked& asked) {
  if (!is_muting(asked.request.operation)) return std::nullopt;
  for (const Part& part : floor.desk(asked.device)->parts) {
    if (part.barging == Barging::No) continue;
    CallRequest request;
    request.operation = asked.request.operation;
    return Order{part.bridge, Operate{part.leg, std::move(request)}};
  }
  return std::nullopt;
}

const Desk* desk_of(const Floor& floor, const UserId& user, const DeviceId& device) {
  const User* asking = floor.directory->user(user);
  return asking && asking->default_device == device ? floor.desk(device) : nullptr;
}

const Desk* desk_of(const Floor& floor, const UserId& user) {
  const User* asking = floor.directory->user(user);
  return asking && asking->default_device ? floor.desk(*asking->default_device) : nullptr;
}

}  // namespace earshot::core
