#include "core/hearing.h"

#include <algorithm>
#include <vector>

#include "core/seats.h"
#include "core/supervision.h"

namespace earshot::core {
namespace {

/// Customer-on-hold privacy (§E.3): with monitor_party_on_hold=false, a silent supervisor does not
/// hear a party whose agent holds, and who has no other agent to talk to. The way back needs no
/// rule: nobody but the agent hears a silent supervisor.
bool private_on_hold(const Call& call, const Leg& supervisor, const Leg& party,
                     const SupervisionSettings& settings) {
  if (settings.monitor_party_on_hold || supervisor.monitoring->mode == SupervisorMode::BargeIn)
    return false;
  const Leg* agent = call.leg(supervisor.monitoring->target);
  if (!agent || !agent->is_held()) return false;
  const bool outsider_there =
      count_parties(call, party.in, [](const Leg& leg) { return !leg.device; }) > 0;
  if (party.device && outsider_there) return false;  // a colleague, not the customer
  return count_parties(call, party.in, [&](const Leg& other) {
           return other.device && other.id != party.id && other.in_mix();
         }) == 0;
}

/// Whether the bridge may play something to `leg`: its phone is up, and its owner, if they
/// consult, is not with their other call.
bool listens(const Call& call, const Leg& leg) {
  if (leg.in_mix()) return true;
  const auto* dialing = std::get_if<Dialing>(&leg.state);
  if (!dialing || !dialing->phone_up || leg.phone_holds) return false;
  const auto others = others_on_line(call, leg);
  return std::none_of(others.begin(), others.end(), [](const Leg* each) { return each->in_mix(); });
}

/// Of a supervisor whom the mode lets nobody else hear.
HearingRule why_unheard(const Call& call, const Leg& supervisor) {
  if (supervisor.monitoring->mode == SupervisorMode::ListenIn) return HearingRule::ListensOnly;
  return monitored_by(call, supervisor) ? HearingRule::CoachesAgentOnly : HearingRule::NobodyServes;
}

/// What is played to who waits in a queue is played to who supervises there as well (DD-23).
void add_treatment(const Call& call, MediaPlan& plan) {
  const std::vector<ToneEdge> played = plan.tones;
  const auto is_played_to = [&](const Leg& party) {
    return std::any_of(played.begin(), played.end(),
                       [&](const ToneEdge& edge) { return edge.listener == party.line; });
  };
  for (const Leg& supervisor : call.legs)
    if (supervisor.monitoring && supervisor.in_mix() &&
        call.conversation_of(supervisor).is_waiting() &&
        count_parties(call, supervisor.in, is_played_to) > 0)
      plan.tones.push_back({supervisor.line, Tone::HoldMusic});
}

}  // namespace

HearingRule hearing_rule(const Call& call, const Leg& listener, const Leg& source,
                         const SupervisionSettings& settings) {
  using enum HearingRule;
  if (!source.is_established()) return SpeakerNotConnected;
  if (!listener.is_established()) return ListenerNotConnected;
  if (source.is_held()) return SpeakerHolds;
  if (listener.is_held()) return ListenerHolds;
  if (source.muted) return SpeakerMuted;
  if (muted_by_supervisor(call, source)) return MutedBySupervisor;
  if (source.monitoring && !mode_lets_hear(call, source, listener))
    return why_unheard(call, source);
  if (listener.monitoring && is_party(source) && private_on_hold(call, listener, source, settings))
    return PrivateOnHold;
  if (source.monitoring)
    return source.monitoring->mode == SupervisorMode::Coach ? CoachReachesAgent : BargedIn;
  return listener.monitoring ? SupervisorListens : Conversation;
}

bool hears(const Call& call, const Leg& listener, const Leg& source,
           const SupervisionSettings& settings) {
  return listener.id != source.id && listener.in == source.in &&
         is_open(hearing_rule(call, listener, source, settings));
}

MediaPlan plan_of(const Call& call, const SupervisionSettings& settings) {
  MediaPlan plan;
  plan.bridge = call.bridge;
  plan.revision = call.revision;
  const auto someone = [&](const Leg& listener, auto is) {
    return count_parties(call, listener.in, is) > 0;
  };
  for (const Leg& listener : call.legs) {
    const std::size_t before = plan.hears.size();
    for (const Leg& source : call.legs)
      if (hears(call, listener, source, settings))
        plan.hears.push_back({listener.line, source.line});
    if (plan.hears.size() > before || !is_party(listener) || !listens(call, listener)) continue;
    if (call.conversation_of(listener).is_waiting() ||
        someone(listener, [](const Leg& leg) { return leg.is_held(); }))
      plan.tones.push_back({listener.line, Tone::HoldMusic});
    else if (someone(listener,
                     [](const Leg& leg) { return std::holds_alternative<Ringing>(leg.state); }))
      plan.tones.push_back({listener.line, Tone::Ringback});
  }
  add_treatment(call, plan);
  return plan;
}

}  // namespace earshot::core
