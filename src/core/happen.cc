#include "core/happen.h"

#include <algorithm>

#include "core/routing.h"
#include "core/seats.h"

namespace earshot::core {
namespace {

bool is_phone_up(const Leg& leg) {
  const auto* dialing = std::get_if<Dialing>(&leg.state);
  return leg.is_established() || (dialing && dialing->phone_up);
}

/// What the API asked for when `failed`, which it brought about, was called.
Operation operation_behind(const Call& call, const Leg& failed) {
  if (failed.invited)
    return failed.invited->is_transfer ? Operation::SingleStepTransfer
                                       : Operation::SingleStepConference;
  const auto& consultation = call.conversation_of(failed).consultation;
  if (!consultation) return Operation::Dial;
  return consultation->for_transfer ? Operation::InitiateTransfer : Operation::InitiateConference;
}

/// Why a leg could not be made, in words.
std::string words_of(const LineEnded& ended) {
  return ended.why.empty() ? std::string{words_for(ended.cause)} : ended.why;
}

/// What became of the call to `failed`, as a sentence for `asking`.
std::string what_became(const Leg& asking, const Leg& failed, const LineEnded& ended) {
  if (asking.id != failed.id) return words_of(ended);
  switch (ended.cause) {
    case ReleaseCause::Rejected:
      return "your own phone declined the call";
    case ReleaseCause::Busy:
      return "your own phone is busy";
    case ReleaseCause::NoAnswer:
      return "nobody picked up your own phone";
    case ReleaseCause::Unreachable:
      return "your own phone is not registered, or it does not respond";
    default:
      return "your own phone could not be called: " + words_of(ended);
  }
}

/// Tells whoever asked for `failed` by API, in an operation that was accepted, that it did not come
/// about (decisions A6): the caller of a Dial or a consultation, the party that invited it, or the
/// supervisor to whom a call was to be brought.
void tell_failed(Draft& draft, const Leg& failed, const LineEnded& ended) {
  const ReleaseCause cause = ended.cause;
  if (cause == ReleaseCause::Normal || cause == ReleaseCause::Cancelled) return;  // as they wished
  const Call& call = draft.call();
  if (failed.monitoring && !failed.invited && failed.device) {
    const bool declined = cause == ReleaseCause::Rejected || cause == ReleaseCause::NoAnswer;
    if (!declined) draft.tell_not_brought(failed, what_became(failed, failed, ended));
    return;
  }
  for (const Leg& leg : call.legs) {
    const bool dialled =
        leg.in == failed.in && std::holds_alternative<Dialing>(leg.state) && !leg.incoming;
    const bool invited = failed.invited && failed.invited->by == leg.id;
    if (dialled || invited)
      draft.tell_owner(
          leg, CallNotification::Error,
          OperationFailure{operation_behind(call, failed), 4, what_became(leg, failed, ended)});
  }
}

/// The called party is there: whoever dialled it is connected, or is about to be. One who has gone
/// back to their other call meanwhile finds this one held.
void connect_caller(Draft& draft, ConversationId conversation) {
  for (Leg& leg : draft.call().legs) {
    auto* dialing = std::get_if<Dialing>(&leg.state);
    if (!dialing || leg.in != conversation) continue;
    if (leg.incoming && !dialing->phone_up) {
      draft.effect(AnswerIncoming{leg.line});
    } else if (dialing->phone_up) {
      const auto others = others_on_line(draft.call(), leg);
      leg.state = Established{.held = std::any_of(others.begin(), others.end(),
                                                  [](const Leg* each) { return each->in_mix(); })};
    }
  }
}

bool leads_to(const Route& way, const Leg& leg) {
  if (way.number != leg.number) return false;
  if (const auto* device = std::get_if<DeviceId>(&way.to)) return leg.device == *device;
  const auto* trunk = std::get_if<TrunkId>(&way.to);
  return trunk && leg.trunk == *trunk;
}

/// The own phone is up: whom its owner dialled is called, as things are by now (DD-32).
void call_dialled(Draft& draft, LegId id) {
  const Call& call = draft.call();
  const Leg& caller = *call.leg(id);
  const auto called = std::find_if(call.legs.begin(), call.legs.end(), [&](const Leg& leg) {
    return leg.in == caller.in && std::holds_alternative<Offered>(leg.state);
  });
  if (called == call.legs.end()) return;  // in a queue
  const std::string number = call.conversation_of(caller).dnis;
  const Route way = route(draft.around(), number, caller, 0);
  if (leads_to(way, *called)) return draft.dial(*called, caller.number);
  const Leg was = *called, from = caller;
  draft.remove(was.id, ReleaseCause::Cancelled);  // it was never called
  const auto called_now = draft.add_called(from, number, Side::Called);
  if (called_now && !called_now->empty()) return draft.dial(*call.leg(*called_now), from.number);
  if (called_now) return;  // in a queue
  tell_failed(draft, was, LineEnded{was.line, called_now.error()});
  draft.drop(from.id, called_now.error());
}

/// An invited party has answered. A transfer is complete: who asked for it leaves, and whoever
/// watches the call rather than the agent watches the newcomer from now on (DD-23).
void join(Draft& draft, const Leg& joined) {
  const Invitation invitation = *joined.invited;
  if (!invitation.is_transfer) {
    if (is_party(joined)) draft.call().conversation_of(joined).owner = invitation.by;
    return;
  }
  if (is_party(joined)) draft.hand_over_supervisors(invitation.by, joined.id);
  draft.drop(invitation.by, ReleaseCause::Normal);
}

/// For so long a call is not offered again to an agent who declined it.
constexpr Duration kDeclinedFor = seconds{10};

bool is_hold(const RemoteMedia& remote) {
  return remote.direction == MediaDirection::SendOnly ||
         remote.direction == MediaDirection::Inactive || remote.rtp.is_unspecified();
}

}  // namespace

void happen(Draft& draft, const LineRang& rang) {
  Leg* leg = draft.call().first_on(rang.line);
  if (!leg) return;
  if (auto* dialing = std::get_if<Dialing>(&leg->state);
      dialing && rang.answerable && !leg->incoming && !dialing->asked_to_answer) {
    dialing->asked_to_answer = true;  // Dial: the own phone, which rings first
    draft.effect(MakeAnswer{leg->line});
    return;
  }
  if (auto* ringing = std::get_if<Ringing>(&leg->state)) ringing->answerable |= rang.answerable;
  if (!std::holds_alternative<Offered>(leg->state)) return;
  leg->state = Ringing{rang.answerable};
  if (!is_party(*leg)) return;
  for (const Leg& caller : draft.call().legs)
    if (caller.in == leg->in && caller.incoming && std::holds_alternative<Dialing>(caller.state))
      draft.effect(RingIncoming{caller.line});
}

void happen(Draft& draft, const LineAnswered& answered) {
  Leg* leg = draft.call().first_on(answered.line);
  if (!leg || is_phone_up(*leg)) return;
  draft.effect(Connect{leg->line, answered.remote});
  auto* dialing = std::get_if<Dialing>(&leg->state);
  if (dialing && !leg->incoming) {  // dialled by API: now that the own phone is up, call the other
    dialing->phone_up = true;
    return call_dialled(draft, LegId{leg->id});
  }
  Conversation& conversation = draft.call().conversation_of(*leg);
  if (leg->incoming && conversation.is_waiting()) {
    leg->state = Dialing{.phone_up = true};  // they hear the queue, and have reached nobody yet
    return;
  }
  if (leg->from_queue) conversation.queueing->waiting = false;
  leg->state = Established{};
  if (leg->invited)
    join(draft, *leg);
  else if (is_party(*leg) && !leg->incoming)
    connect_caller(draft, leg->in);
}

/// A phone of ours that stops listening holds its call; behind a trunk it is the other side's
/// matter, and no state of ours (calls.md §2).
void happen(Draft& draft, const LineMediaChanged& changed) {
  const Leg* first = draft.call().first_on(changed.line);
  if (!first) return;
  draft.effect(Connect{changed.line, changed.remote});
  for (Leg& leg : draft.call().legs)
    if (leg.line == changed.line && leg.device && is_phone_up(leg))
      leg.phone_holds = is_hold(changed.remote);
}

void happen(Draft& draft, const LineEnded& ended) {
  const Leg* leg = draft.call().first_on(ended.line);
  if (!leg) return;
  const bool was_up = leg->is_established();
  if (!was_up) tell_failed(draft, *leg, ended);
  if (!was_up) decline(draft, *leg, ended.cause);
  draft.drop_line(ended.line, was_up ? ReleaseCause::Normal : ended.cause);
}

void happen(Draft& draft, const RingTimedOut& timed_out) {
  const Leg* leg = draft.call().first_on(timed_out.line);
  if (!leg || is_phone_up(*leg)) return;
  tell_failed(draft, *leg, LineEnded{timed_out.line, ReleaseCause::NoAnswer});
  decline(draft, *leg, ReleaseCause::NoAnswer);
  draft.drop(leg->id, ReleaseCause::NoAnswer);
}

void happen(Draft& draft, const WatchBegan& began) {
  const auto& watches = draft.around().watches;
  if (std::find(watches.begin(), watches.end(), began.watch) == watches.end()) return;
  std::erase(draft.call().watched_by,
             began.watch.supervisor);  // asked for again: they may come once more
  draft.bring_in(began.watch);
}

void happen(Draft& draft, const WatchReplaced& replaced) {
  const auto is_pending = [&](const Leg& leg) {
    return leg.monitoring && !leg.monitoring->guest && leg.device == replaced.supervisor &&
           !leg.is_established();
  };
  auto& legs = draft.call().legs;
  const auto pending = std::find_if(legs.begin(), legs.end(), is_pending);
  if (pending == legs.end()) return;
  Monitoring& monitoring = *pending->monitoring;
  if (replaced.by && replaced.by->target == monitoring.agent) {
    monitoring.mode = replaced.by->state;
    monitoring.scope = replaced.by->scope;
    monitoring.subscription = replaced.by->mode;
  } else {
    draft.remove(LegId{pending->id}, ReleaseCause::Cancelled);
  }
}

void happen(Draft& draft, const WatcherLeft& left) {
  for (const Leg& leg : draft.call().legs)
    if (leg.monitoring && leg.device == left.supervisor) {
      draft.drop(LegId{leg.id}, ReleaseCause::Normal);
      return;
    }
}

void happen(Draft& draft, const DeviceRemoved& removed) {
  const auto& legs = draft.call().legs;
  const auto is_its = [&](const Leg& leg) { return leg.device == removed.device; };
  for (auto leg = std::find_if(legs.begin(), legs.end(), is_its); leg != legs.end();
       leg = std::find_if(legs.begin(), legs.end(), is_its)) {
    const ReleaseCause cause = is_phone_up(*leg) ? ReleaseCause::Normal : ReleaseCause::Unreachable;
    tell_failed(draft, *leg, LineEnded{leg->line, cause});
    decline(draft, *leg, cause);
    draft.drop(LegId{leg->id}, cause);
  }
}

void decline(Draft& draft, const Leg& leg, ReleaseCause cause) {
  Conversation& conversation = draft.call().conversation_of(leg);
  if (!leg.from_queue || !conversation.is_waiting()) return;
  conversation.queueing->declined.push_back({*leg.device, draft.around().now + kDeclinedFor});
  if (cause != ReleaseCause::Rejected) draft.effect(NotServed{*leg.device});
}

void happen(Draft& draft, const AgentFound& found) {
  for (const Conversation& conversation : draft.call().conversations)
    if (conversation.id == found.conversation && conversation.is_waiting())
      draft.offer(conversation, found.agent);
}

/// A recording that lacks a party is none: it is stopped, and its parties are told.
void happen(Draft& draft, const RecordingFailed& failed) {
  Call& call = draft.call();
  for (Conversation& conversation : call.conversations) {
    const auto is_of_it = [&](const Leg& leg) {
      return leg.in == conversation.id && is_party(leg);
    };
    if (!conversation.recording ||
        std::none_of(call.legs.begin(), call.legs.end(),
                     [&](const Leg& leg) { return is_of_it(leg) && leg.line == failed.line; }))
      continue;
    for (const Leg& leg : call.legs)
      if (is_of_it(leg) && leg.is_established())
        draft.tell_owner(leg, CallNotification::Error,
                         OperationFailure{Operation::StartCallRecording, 4,
                                          "the recording cannot be written: " + failed.reason});
    conversation.recording.reset();
    conversation.user_data.insert_or_assign("GSIP_RECORD", UserDataValue{std::string{"OFF"}});
  }
}

/// Each phone is let go once. One that has reached nobody yet is told to try elsewhere (503).
void happen(Draft& draft, const ServerEnds&) {
  const Call& call = draft.call();
  while (!call.legs.empty()) {
    const Leg& leg = call.legs.front();
    draft.remove(LegId{leg.id}, is_phone_up(leg) ? ReleaseCause::Normal : ReleaseCause::Overload);
  }
}

/// The call goes to the overflow number, which may be another queue's; where there is none, or
/// nobody can be called there, it ends, unless others talk in it: a conference that one of them
/// transferred to the queue.
void happen(Draft& draft, const PatienceEnded& ended) {
  Call& call = draft.call();
  const auto caller = std::find_if(call.legs.begin(), call.legs.end(), [&](const Leg& leg) {
    return leg.in == ended.conversation && is_party(leg);
  });
  if (caller == call.legs.end() || !call.conversation_of(*caller).is_waiting()) return;
  const Leg from = *caller;
  Queueing& queueing = *call.conversation_of(from).queueing;
  const Queue* queue = draft.around().directory.queue(queueing.queue);
  queueing.waiting = false;
  const auto called = queue && !queue->overflow.empty()
                          ? draft.add_called(from, queue->overflow, queueing.side,
                                             call.conversation_of(from).diverted + 1)
                          : Result<LegId, ReleaseCause>{Error{ReleaseCause::NoAnswer}};
  if (!called)
    draft.end_if_alone(from.in, ReleaseCause::NoAnswer);
  else if (!called->empty())
    draft.dial(*call.leg(*called), from.number, from.name);
}

}  // namespace earshot::core
