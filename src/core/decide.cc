#include "core/decide.h"

#include <algorithm>

#include "core/capabilities.h"
#include "core/hearing.h"
#include "core/routing.h"
#include "core/supervision.h"
#include "core/views.h"

namespace earshot::core {
namespace {

using enum Operation;

bool is_party(const Leg& leg) { return !leg.monitoring; }

/// A decision in the making: the next value of the call, and the effects so far.
class Draft {
 public:
  Draft(const Call* before, Call call, const Surroundings& around)
      : before_(before), call_(std::move(call)), around_(around) {}

  Call& call() { return call_; }
  const Surroundings& around() const { return around_; }
  void effect(Effect effect) { effects_.push_back(std::move(effect)); }
  void tell_first(Event event) { told_first_.push_back(std::move(event)); }
  /// An unused id; 0 when a decision wants more legs than it may add.
  LegId fresh_leg() { return used_ < around_.fresh.size() ? around_.fresh[used_++] : LegId{}; }

  /// Takes `leg` out of the call, and whoever cannot stay without it.
  void drop(LegId leg, ReleaseCause cause, bool ended_itself = false);

  Decision finish(LegId first);

 private:
  void remove(LegId leg, ReleaseCause cause, bool ended_itself);
  void follow_target(const Leg& gone);
  void end_if_alone(ReleaseCause cause);

  const Call* before_;
  Call call_;
  const Surroundings& around_;
  std::vector<Effect> effects_;
  std::vector<Event> told_first_;
  std::size_t used_ = 0;
};

void Draft::remove(LegId id, ReleaseCause cause, bool ended_itself) {
  const auto found = std::find_if(call_.legs.begin(), call_.legs.end(),
                                  [&](const Leg& leg) { return leg.id == id; });
  if (found == call_.legs.end()) return;
  const Leg gone = *found;
  call_.legs.erase(found);
  effect(Drop{id, cause, ended_itself});
  if (gone.monitoring && gone.monitoring->subscription == MonitoringMode::NextCall)
    effect(UseUp{*gone.device});
  follow_target(gone);
}

/// What becomes of the supervisors of a party that left (supervision-and-devices.md §A.10): with
/// scope Agent they go too; with scope Call they stay with the call, and one who barged in takes it
/// over when a single party remains (DD-20). A coach whose agent is gone is heard by nobody
/// (DD-23).
void Draft::follow_target(const Leg& gone) {
  const auto parties = std::count_if(call_.legs.begin(), call_.legs.end(), is_party);
  std::vector<LegId> leaving;
  for (Leg& leg : call_.legs) {
    if (!leg.monitoring || leg.monitoring->target != gone.id) continue;
    if (leg.monitoring->scope == MonitoringScope::Agent) {
      leaving.push_back(leg.id);
    } else if (parties == 1 && leg.monitoring->mode == SupervisorMode::BargeIn &&
               leg.is_established()) {
      if (leg.monitoring->subscription == MonitoringMode::NextCall) effect(UseUp{*leg.device});
      leg.monitoring.reset();
    }
  }
  for (const LegId id : leaving) remove(id, ReleaseCause::Normal, false);
}

/// A call needs two parties; supervisors alone do not make one.
void Draft::end_if_alone(ReleaseCause cause) {
  if (std::count_if(call_.legs.begin(), call_.legs.end(), is_party) >= 2) return;
  while (!call_.legs.empty()) remove(call_.legs.front().id, cause, false);
}

void Draft::drop(LegId leg, ReleaseCause cause, bool ended_itself) {
  remove(leg, cause, ended_itself);
  end_if_alone(cause);
}

/// Brings the supervisor of `watch` to the call where the rules allow it: the target's conversation
/// is established, the call is not brought twice, and he is not a party of it himself.
void bring_in(Draft& draft, const Watch& watch) {
  Call& call = draft.call();
  const auto& around = draft.around();
  const Leg* target = nullptr;
  bool another = false;
  bool external = false;
  for (const Leg& leg : call.legs) {
    if (leg.device == watch.supervisor) return;
    if (!is_party(leg)) continue;
    external = external || !leg.device;
    if (leg.device == watch.subscription.target && leg.is_established())
      target = &leg;
    else
      another = another || leg.is_established();
  }
  const Device* device = around.directory.device(watch.supervisor);
  const bool wanted = target && another && device &&
                      (external || around.supervision.monitor_internal_calls) &&
                      std::find(call.watched_by.begin(), call.watched_by.end(), watch.supervisor) ==
                          call.watched_by.end();
  if (!wanted || call.legs.size() >= around.calls.max_legs) return;
  Leg leg;
  leg.id = draft.fresh_leg();
  if (leg.id.empty()) return;
  leg.device = watch.supervisor;
  leg.number = device->phone_number;
  leg.state = Offered{};
  leg.since = around.now;
  leg.monitoring = Monitoring{watch.subscription.state, watch.subscription.scope,
                              watch.subscription.mode, target->id};
  draft.effect(DialOut{leg.id, watch.supervisor, leg.number, target->number,
                       around.calls.supervisor_ring_time});
  call.watched_by.push_back(watch.supervisor);
  call.legs.push_back(std::move(leg));
}

Decision Draft::finish(LegId first) {
  for (const Watch& watch : around_.watches) bring_in(*this, watch);
  Decision decision;
  const bool over = call_.legs.empty();
  const MediaPlan was = before_ ? plan_of(*before_, around_.supervision) : MediaPlan{};
  const MediaPlan is = plan_of(call_, around_.supervision);
  if (!over && (was.hears != is.hears || was.tones != is.tones)) {
    call_.revision += 1;
    // Before any leg is dropped or connected: nobody is heard a frame longer than decided.
    effects_.insert(effects_.begin(), Apply{plan_of(call_, around_.supervision)});
  }
  decision.effects = std::move(effects_);
  decision.events = std::move(told_first_);
  for (Event& event : tell_changes(before_, over ? nullptr : &call_, first, around_))
    decision.events.push_back(std::move(event));
  if (!over) decision.call = std::move(call_);
  return decision;
}

/// Adds the party at `number`, who is called by `dial` now or later. @return its leg, or why there
/// is none
Result<LegId, ReleaseCause> add_called(Draft& draft, const Leg& caller, const std::string& number) {
  Call& call = draft.call();
  const Route to = route(draft.around().directory, number, caller);
  if (const auto* cause = std::get_if<ReleaseCause>(&to)) return Error{*cause};
  if (call.legs.size() >= draft.around().calls.max_legs) return Error{ReleaseCause::Overload};
  Leg leg;
  leg.id = draft.fresh_leg();
  leg.number = number;
  leg.state = Offered{};
  leg.since = draft.around().now;
  if (const auto* device = std::get_if<DeviceId>(&to)) {
    leg.device = *device;
  } else {
    leg.trunk = std::get<TrunkId>(to);
    if (call.legs.size() == 1) call.type = CallType::Outbound;
  }
  call.legs.push_back(leg);
  return leg.id;
}

void dial(Draft& draft, const Leg& called, const std::string& caller_number, Duration ring_time) {
  DialOut effect{called.id, {}, called.number, caller_number, ring_time};
  if (called.device)
    effect.to = *called.device;
  else
    effect.to = *called.trunk;
  draft.effect(std::move(effect));
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

/// Tells whoever asked for `failed` by API, in an operation that was accepted, that it did not come
/// about (decisions A6): the caller of a Dial, or the party that invited it.
void tell_failed(Draft& draft, const Leg& failed, ReleaseCause cause) {
  if (cause == ReleaseCause::Normal || cause == ReleaseCause::Cancelled) return;  // as he wished
  const Call& call = draft.call();
  for (const Leg& leg : call.legs) {
    const bool dialled = std::holds_alternative<Dialing>(leg.state) && !leg.incoming;
    const bool invited = failed.invited && failed.invited->by == leg.id;
    const User* owner = (dialled || invited) && leg.device
                            ? draft.around().directory.owner_of(*leg.device)
                            : nullptr;
    if (!owner) continue;
    const Operation operation = !invited                      ? Dial
                                : failed.invited->is_transfer ? SingleStepTransfer
                                                              : SingleStepConference;
    draft.tell_first(CallEvent{owner->id, CallNotification::Error,
                               view_of(call, leg, draft.around().supervision, draft.around().now),
                               OperationFailure{operation, 4, std::string{words_for(cause)}}});
  }
}

/// The called party is there: whoever dialled it is connected, or is about to be.
void connect_caller(Draft& draft) {
  for (Leg& leg : draft.call().legs) {
    auto* dialing = std::get_if<Dialing>(&leg.state);
    if (!dialing) continue;
    if (leg.incoming)
      draft.effect(AnswerIncoming{leg.id});
    else if (dialing->phone_up)
      leg.state = Established{};
  }
}

/// An invited party has answered. A transfer is complete: who asked for it leaves, and whoever
/// watches the call rather than the agent watches the newcomer from now on (DD-23).
void join(Draft& draft, const Leg& joined) {
  const Invitation invitation = *joined.invited;
  if (!invitation.is_transfer) {
    if (is_party(joined)) draft.call().owner = invitation.by;
    return;
  }
  for (Leg& leg : draft.call().legs)
    if (leg.monitoring && leg.monitoring->target == invitation.by &&
        leg.monitoring->scope == MonitoringScope::Call && joined.device && is_party(joined))
      leg.monitoring->target = joined.id;
  draft.drop(invitation.by, ReleaseCause::Normal);
}

// ---- what the world tells ----

void happen(Draft& draft, const LegRang& rang) {
  Leg* leg = draft.call().leg(rang.leg);
  if (!leg) return;
  if (auto* ringing = std::get_if<Ringing>(&leg->state)) ringing->answerable |= rang.answerable;
  if (!std::holds_alternative<Offered>(leg->state)) return;
  leg->state = Ringing{rang.answerable};
  if (!is_party(*leg)) return;
  for (const Leg& caller : draft.call().legs)
    if (caller.incoming && std::holds_alternative<Dialing>(caller.state))
      draft.effect(RingIncoming{caller.id});
}

bool is_hold(const RemoteMedia& remote) {
  return remote.direction == MediaDirection::SendOnly ||
         remote.direction == MediaDirection::Inactive || remote.rtp.is_unspecified();
}

void happen(Draft& draft, const LegAnswered& answered) {
  Leg* leg = draft.call().leg(answered.leg);
  if (!leg || leg->is_established()) return;
  draft.effect(Connect{leg->id, answered.remote});
  auto* dialing = std::get_if<Dialing>(&leg->state);
  if (dialing && !leg->incoming) {  // dialled by API: now that the own phone is up, call the other
    if (dialing->phone_up) return;
    dialing->phone_up = true;
    for (const Leg& called : draft.call().legs)
      if (std::holds_alternative<Offered>(called.state))
        dial(draft, called, leg->number, draft.around().calls.ring_time);
    return;
  }
  leg->state = Established{};
  if (leg->invited)
    join(draft, *leg);
  else if (is_party(*leg) && !leg->incoming)
    connect_caller(draft);
}

/// A phone of ours that stops listening holds its call; behind a trunk it is the other side's
/// matter, and no state of ours (calls.md §2).
void happen(Draft& draft, const LegMediaChanged& changed) {
  Leg* leg = draft.call().leg(changed.leg);
  if (!leg) return;
  draft.effect(Connect{leg->id, changed.remote});
  auto* established = std::get_if<Established>(&leg->state);
  if (!established || !leg->device) return;
  if (is_hold(changed.remote) && !established->held)
    established->held = HeldBy::Phone;
  else if (!is_hold(changed.remote) && established->held == HeldBy::Phone)
    established->held.reset();
}

void happen(Draft& draft, const LegEnded& ended) {
  const Leg* leg = draft.call().leg(ended.leg);
  if (!leg) return;
  const bool was_up = leg->is_established();
  if (!was_up) tell_failed(draft, *leg, ended.cause);
  draft.drop(ended.leg, was_up ? ReleaseCause::Normal : ended.cause, true);
}

void happen(Draft& draft, const RingTimedOut& timed_out) {
  const Leg* leg = draft.call().leg(timed_out.leg);
  if (!leg || leg->is_established()) return;
  const auto* dialing = std::get_if<Dialing>(&leg->state);
  if (dialing && dialing->phone_up) return;
  tell_failed(draft, *leg, ReleaseCause::NoAnswer);
  draft.drop(timed_out.leg, ReleaseCause::NoAnswer);
}

void happen(Draft& draft, const WatchBegan& began) {
  auto& watched_by = draft.call().watched_by;
  std::erase(watched_by, began.watch.supervisor);  // asked anew: he may come again
  bring_in(draft, began.watch);
}

void happen(Draft& draft, const WatcherLeft& left) {
  for (const Leg& leg : draft.call().legs)
    if (leg.monitoring && leg.device == left.supervisor) {
      const LegId id = leg.id;
      draft.drop(id, ReleaseCause::Normal);
      return;
    }
}

// ---- what the API asks; the capability table has let it through ----

std::optional<Refusal> missing(std::string_view parameter) {
  return Refusal{RefusalCode::ParameterMissing, std::string{parameter} + " is required"};
}

ReleaseCause cause_of_hangup(const Leg& leg) {
  return std::holds_alternative<Ringing>(leg.state) ? ReleaseCause::Rejected : ReleaseCause::Normal;
}

std::optional<Refusal> remove_participant(Draft& draft, const CallRequest& request) {
  if (!request.participant) return missing("participant");
  for (const Leg& leg : draft.call().legs)
    if (is_party(leg) && leg.number == *request.participant) {
      const LegId id = leg.id;
      draft.drop(id, ReleaseCause::Normal);
      return std::nullopt;
    }
  return Refusal{RefusalCode::ParameterInvalid,
                 "participant: " + *request.participant + " is not in this call"};
}

/// Tells the leg's owner of what does not show in the call itself.
void tell_owner(Draft& draft, const Leg& leg, CallNotification type) {
  const auto& around = draft.around();
  const User* owner = leg.device ? around.directory.owner_of(*leg.device) : nullptr;
  if (owner)
    draft.tell_first(CallEvent{
        owner->id, type, view_of(draft.call(), leg, around.supervision, around.now), std::nullopt});
}

/// calls.md §4.3. An operation that changes nothing is still told to its sender, who waits for it.
std::optional<Refusal> change_user_data(Draft& draft, const Leg& leg, const CallRequest& request) {
  UserData& data = draft.call().user_data;
  const UserData before = data;
  if (request.operation == AttachUserData || request.operation == UpdateUserData) {
    if (!request.user_data) return missing("userData");
    for (const auto& [key, value] : *request.user_data) data.insert_or_assign(key, value);
  } else if (request.operation == DeleteUserDataPair) {
    if (!request.key) return missing("key");
    data.erase(*request.key);
  } else {
    data.clear();
  }
  if (data == before) tell_owner(draft, leg, CallNotification::AttachedDataChanged);
  return std::nullopt;
}

/// SingleStepConference, SingleStepTransfer. Whoever a supervisor brings along enters in the mode
/// of his leg, so that none of it makes a silent leg audible (decisions A2).
std::optional<Refusal> invite(Draft& draft, const Leg& by, const CallRequest& request) {
  if (!request.destination) return missing("destination");
  const std::string& number = *request.destination;
  for (const Leg& leg : draft.call().legs)
    if (leg.number == number)
      return Refusal{RefusalCode::ParameterInvalid,
                     "destination.phoneNumber: " + number + " is in this call already"};
  const auto monitoring = by.monitoring;
  const Invitation invitation{by.id, request.operation == SingleStepTransfer};
  const std::string caller_number = by.number;
  const auto added = add_called(draft, by, number);
  if (!added)
    return Refusal{RefusalCode::ParameterInvalid,
                   "destination.phoneNumber: " + std::string{words_for(added.error())}};
  Leg& leg = *draft.call().leg(*added);
  leg.invited = invitation;
  leg.monitoring = monitoring;
  // The subscription stays its owner's: a guest, perhaps without a device, uses none up.
  if (leg.monitoring) leg.monitoring->subscription = MonitoringMode::AllCalls;
  dial(draft, leg, caller_number, draft.around().calls.ring_time);
  return std::nullopt;
}

std::optional<Refusal> send_dtmf(Draft& draft, const Leg& leg, const CallRequest& request) {
  if (!request.digits) return missing("digits");
  constexpr std::string_view kDigits = "0123456789*#ABCD";
  if (request.digits->empty() || request.digits->size() > 32 ||
      request.digits->find_first_not_of(kDigits) != std::string::npos)
    return Refusal{RefusalCode::ParameterInvalid, "digits: 1 to 32 of 0-9 * # A-D are expected"};
  draft.effect(SendDigits{leg.id, *request.digits});
  tell_owner(draft, leg, CallNotification::DtmfSent);
  return std::nullopt;
}

std::optional<Refusal> carry_out(Draft& draft, Leg& leg, const CallRequest& request) {
  switch (request.operation) {
    case Answer:
      draft.effect(MakeAnswer{leg.id});
      return std::nullopt;
    case Hangup:
      draft.drop(leg.id, cause_of_hangup(leg));
      return std::nullopt;
    case Hold:
      std::get<Established>(leg.state).held = HeldBy::Api;
      return std::nullopt;
    case Retrieve:
      std::get<Established>(leg.state).held.reset();
      return std::nullopt;
    case SwitchToListenIn:
    case SwitchToBargeIn:
    case SwitchToCoach:
      leg.monitoring->mode = *next_mode(leg.monitoring->mode, request.operation,
                                        draft.around().supervision.free_mode_graph);
      leg.monitoring->target_muted = false;  // nobody leaves BargeIn with the agent muted (A4)
      return std::nullopt;
    case SendDtmf:
      return send_dtmf(draft, leg, request);
    case SingleStepConference:
    case SingleStepTransfer:
      return invite(draft, leg, request);
    case RemoveParticipantFromConference:
      return remove_participant(draft, request);
    case AttachUserData:
    case UpdateUserData:
    case DeleteUserDataPair:
    case DeleteUserData:
      return change_user_data(draft, leg, request);
    default:
      return Refusal{RefusalCode::BackendFailure,
                     std::string{name_of(request.operation)} + " is not built yet"};
  }
}

}  // namespace

Decision begin(const NewCall& fresh, const Surroundings& around) {
  Call call;
  call.id = fresh.id;
  call.conn_id = fresh.conn_id;
  call.bridge = fresh.bridge;
  call.dnis = fresh.dialled;
  call.user_data = fresh.user_data;
  Leg caller;
  caller.id = fresh.caller;
  caller.number = fresh.caller_number;
  caller.incoming = !fresh.by_api;
  caller.state = Dialing{};
  caller.since = around.now;
  if (const auto* device = std::get_if<DeviceId>(&fresh.from)) {
    caller.device = *device;
  } else {
    caller.trunk = std::get<TrunkId>(fresh.from);
    call.type = CallType::Inbound;
    call.ani = fresh.caller_number;
  }
  call.legs.push_back(caller);
  Draft draft{nullptr, std::move(call), around};
  const auto called = add_called(draft, caller, fresh.dialled);
  if (!called)
    draft.drop(caller.id, called.error());
  else if (fresh.by_api)
    dial(draft, caller, fresh.dialled, around.calls.ring_time);
  else
    dial(draft, *draft.call().leg(*called), caller.number, around.calls.ring_time);
  return draft.finish(caller.id);
}

Result<Decision, Refusal> decide(const Call& call, const Command& command,
                                 const Surroundings& around) {
  Draft draft{&call, call, around};
  if (const auto* operate = std::get_if<Operate>(&command)) {
    Leg* leg = draft.call().leg(operate->leg);
    if (!leg) return Error{Refusal{RefusalCode::NotFound, "no such call"}};
    const Operation operation = operate->request.operation;
    if (!accepts(call, *leg, operation, around.supervision))
      return Error{Refusal{RefusalCode::NotAllowedNow,
                           std::string{name_of(operation)} + " is not possible now"}};
    if (auto refusal = carry_out(draft, *leg, operate->request)) return Error{*refusal};
    return draft.finish(operate->leg);
  }
  return std::visit(
      [&](const auto& each) -> Decision {
        if constexpr (requires { happen(draft, each); }) happen(draft, each);
        if constexpr (requires { each.leg; }) return draft.finish(each.leg);
        return draft.finish(LegId{});
      },
      command);
}

}  // namespace earshot::core
