#include "tests/histories/pages.h"

#include <algorithm>
#include <vector>

namespace earshot::pages {

using enum Operation;

namespace {

template <class Is>
std::size_t count(const Call& call, const Leg& leg, Is is) {
  return std::size_t(std::count_if(call.legs.begin(), call.legs.end(), [&](const Leg& other) {
    return other.in == leg.in && is(other);
  }));
}
bool is_up(const Leg& leg) { return std::holds_alternative<Established>(leg.state); }
bool is_held_by_operation(const Leg& leg) {
  const auto* up = std::get_if<Established>(&leg.state);
  return up && up->held;
}
/// Neither held by its owner nor by its phone.
bool is_in_mix(const Leg& leg) {
  return is_up(leg) && !is_held_by_operation(leg) && !leg.phone_holds;
}

/// The owner's other calls on the same phone: a consultation, or what it was begun from.
std::vector<const Leg*> other_calls(const Call& call, const Leg& leg) {
  std::vector<const Leg*> out;
  for (const Leg& other : call.legs)
    if (other.line == leg.line && other.id != leg.id) out.push_back(&other);
  return out;
}
/// Whether `consult` was begun from `parent` by its owner.
bool is_consult_of(const Call& call, const Leg& consult, const Leg& parent) {
  const auto& of = call.conversation_of(consult).consultation;
  return of && of->from == parent.id && consult.line == parent.line && consult.id != parent.id;
}

/// The agent a supervisor monitors: there, of ours, no supervisor, and has answered.
const Leg* monitored(const Call& call, const Leg& supervisor) {
  for (const Leg& leg : call.legs)
    if (leg.id == supervisor.monitoring->target && leg.in == supervisor.in && !leg.monitoring &&
        is_up(leg))
      return &leg;
  return nullptr;
}
/// Somebody at the agent's end speaks with the customer (DD-23, decisions A11).
bool is_served(const Call& call, const Leg& supervisor) {
  return monitored(call, supervisor) ||
         count(call, supervisor, [&](const Leg& leg) {
           return !leg.monitoring && leg.side == supervisor.side && is_up(leg);
         }) > 0;
}
bool is_muted_by_supervisor(const Call& call, const Leg& agent) {
  return std::any_of(call.legs.begin(), call.legs.end(), [&](const Leg& leg) {
    return leg.monitoring && leg.monitoring->target_muted && leg.monitoring->target == agent.id;
  });
}

/// §A.5, and DD-9's extended profile.
Set switches(const Call& call, const Leg& supervisor, bool free_mode_graph) {
  Set out;
  const auto mode = supervisor.monitoring->mode;
  if (mode != SupervisorMode::ListenIn) out.insert(SwitchToListenIn);
  if (mode != SupervisorMode::BargeIn && is_served(call, supervisor)) out.insert(SwitchToBargeIn);
  if (free_mode_graph && mode != SupervisorMode::Coach && monitored(call, supervisor))
    out.insert(SwitchToCoach);
  return out;
}

/// The rows of two related calls.
Set related(const Call& call, const Leg& leg) {
  Set out;
  const bool is_held = is_up(leg) && !is_in_mix(leg);
  for (const Leg* other : other_calls(call, leg)) {
    const bool other_is_held = is_up(*other) && !is_in_mix(*other);
    if (!leg.phone_holds && (is_held || (is_in_mix(leg) && other_is_held))) out.insert(SwapCalls);
    const Leg* consult = is_consult_of(call, *other, leg)   ? other
                         : is_consult_of(call, leg, *other) ? &leg
                                                            : nullptr;
    if (!consult) continue;
    out.insert(CompleteTransfer);
    if (is_up(*consult)) out.insert(CompleteConference);
  }
  return out;
}

/// The rows of recording: beside EST, for parties.
Set recording(const Call& call, const Leg& leg) {
  const auto& now = call.conversation_of(leg).recording;
  if (now) return {now->paused ? ResumeCallRecording : PauseCallRecording, StopCallRecording};
  for (const Leg& party : call.legs)  // a phone has one stem
    if (party.in == leg.in)
      for (const Leg& other : call.legs)
        if (other.line == party.line && other.in != leg.in && call.conversation_of(other).recording)
          return {};
  return {StartCallRecording};
}

}  // namespace

Set listed(const Call& call, const Leg& leg, const core::Policy& policy) {
  const Conversation& conversation = call.conversation_of(leg);
  const bool is_party = !leg.monitoring;
  const Set clear = is_party && policy.calls.offers_clear ? Set{ClearCall} : Set{};
  if (std::holds_alternative<Dialing>(leg.state)) return DIAL + related(call, leg);
  if (const auto* ringing = std::get_if<Ringing>(&leg.state)) {
    Set out = UD + clear;
    if (ringing->answerable) out.insert(Answer);
    if (leg.from_queue && conversation.queueing && conversation.queueing->waiting)
      out.insert(Reject);
    return out;
  }
  if (!is_in_mix(leg)) {
    const bool can_retrieve = !leg.phone_holds && other_calls(call, leg).empty();
    return (can_retrieve ? HELD : HELD - Set{Retrieve}) + clear + related(call, leg);
  }
  const Set all = EST + related(call, leg);
  if (!is_party) {
    if (leg.monitoring->guest) return all;
    return all + Set{RemoveParticipantFromConference} +
           switches(call, leg, policy.supervision.free_mode_graph);
  }
  Set out = all + clear;
  if (policy.calls.offers_mute) out.insert(leg.muted ? UnmuteCall : MuteCall);
  if (policy.calls.offers_recording) out = out + recording(call, leg);
  const auto parties =
      count(call, leg, [](const Leg& each) { return !each.monitoring && is_up(each); });
  if (conversation.owner == leg.id && parties > 2) out.insert(RemoveParticipantFromConference);
  return out;
}

Set listed(const Station& station, const User& owner) {
  if (!station.registered || station.agent_state == AgentState::LoggedOut) return {};
  Set out{station.do_not_disturb ? DoNotDisturbOff : DoNotDisturbOn,
          station.forward_to.empty() ? ForwardCallsOn : ForwardCallsOff};
  if (std::find(owner.roles.begin(), owner.roles.end(), Role::Supervisor) == owner.roles.end())
    return out;
  out = out + Set{ListenIn, Coach, BargeIn};
  if (station.monitoring) out.insert(CancelSupervisorMonitoring);
  if (station.barging == Barging::AgentAudible) out.insert(MuteMonitoredUser);
  if (station.barging == Barging::AgentMuted) out.insert(UnmuteMonitoredUser);
  return out;
}

Set accepted_unlisted(const Call& call, const Leg& leg) {
  Set out{SetCallDisposition};
  if (std::holds_alternative<Ringing>(leg.state)) out.insert(Hangup);
  if (!leg.monitoring || leg.monitoring->guest || !is_in_mix(leg)) return out;
  if (leg.monitoring->mode != SupervisorMode::BargeIn) return out;
  if (leg.monitoring->target_muted)
    out.insert(UnmuteMonitoredUser);
  else if (monitored(call, leg))
    out.insert(MuteMonitoredUser);
  return out;
}

std::string silence(const Call& call, const Leg& listener, const Leg& source,
                    const SupervisionSettings& settings) {
  if (listener.id == source.id) return "nobody hears themselves";
  if (listener.in != source.in) return "they are in different calls";
  if (!is_in_mix(listener)) return "the listener holds, or has not answered";
  if (!is_in_mix(source)) return "the source holds, or has not answered";
  if (source.muted) return "the source has muted itself";
  if (is_muted_by_supervisor(call, source)) return "a supervisor has muted the source";
  if (source.monitoring) {
    if (!is_served(call, source)) return "nobody serves the customer: a supervisor is not heard";
    if (source.monitoring->mode == SupervisorMode::ListenIn) return "who listens is not heard";
    if (source.monitoring->mode == SupervisorMode::Coach && monitored(call, source) != &listener)
      return "a coach is heard by the agent alone";
    return "";
  }
  // Customer-on-hold privacy (§E.3)
  if (!listener.monitoring || settings.monitor_party_on_hold ||
      listener.monitoring->mode == SupervisorMode::BargeIn)
    return "";
  const Leg* agent = call.leg(listener.monitoring->target);
  if (!agent || !is_up(*agent) || is_in_mix(*agent)) return "";
  const bool outsiders =
      count(call, listener, [](const Leg& leg) { return !leg.monitoring && !leg.device; }) > 0;
  if (source.device && outsiders) return "";  // the customer is the outsider
  const auto colleagues = count(call, listener, [&](const Leg& leg) {
    return !leg.monitoring && leg.device && leg.id != source.id && is_in_mix(leg);
  });
  return colleagues > 0 ? "" : "a held customer is private";
}

Shown shown(const Call& call, const Leg& leg, const SupervisionSettings& settings) {
  Shown out;
  const auto& monitoring = leg.monitoring;
  out.monitoring = monitoring.has_value();
  if (monitoring) {  // DD-13; who holds is not asked: the mode says who may hear
    out.mute = monitoring->mode == SupervisorMode::ListenIn || !is_served(call, leg) ||
               (monitoring->mode == SupervisorMode::Coach && !monitored(call, leg));
    out.monitored_user_muted = monitoring->target_muted;
  } else {  // DD-16
    out.mute = leg.muted || is_muted_by_supervisor(call, leg);
    out.monitored_user_muted = is_muted_by_supervisor(call, leg);
  }
  for (const Leg& other : call.legs) {
    const bool watches = other.monitoring && other.monitoring->target == leg.id && is_up(other);
    if (watches && (settings.notify_agent || other.monitoring->mode != SupervisorMode::ListenIn))
      out.supervisor_listening_in = true;
    if (other.in != leg.in || other.id == leg.id) continue;
    const bool is_invited = other.invited || other.from_queue || other.monitoring;
    if (is_invited && !is_up(other)) continue;  // "once it joined, not while ringing"
    if (other.monitoring && other.monitoring->mode != SupervisorMode::BargeIn) continue;  // DD-17
    out.participants.insert(other.number);
  }
  const auto& queueing = call.conversation_of(leg).queueing;
  if (queueing && queueing->waiting && !leg.from_queue) out.participants.insert(queueing->number);
  return out;
}

std::string text(const Shown& shown) {
  std::string out = std::string{"mute "} + (shown.mute ? "On" : "Off");
  if (shown.supervisor_listening_in) out += ", supervisorListeningIn";
  if (shown.monitored_user_muted) out += ", monitoredUserMuted";
  if (shown.monitoring) out += ", monitoring";
  for (const std::string& number : shown.participants) out += ", with " + number;
  return out;
}

}  // namespace earshot::pages
