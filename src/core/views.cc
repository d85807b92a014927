#include "core/views.h"

#include <algorithm>

#include "core/capabilities.h"
#include "core/seats.h"
#include "core/supervision.h"

namespace earshot::core {
namespace {

template <class Predicate>
bool watched(const Call& call, const Leg& leg, Predicate is) {
  return std::any_of(call.legs.begin(), call.legs.end(), [&](const Leg& other) {
    return other.monitoring && other.monitoring->target == leg.id && other.is_established() &&
           is(*other.monitoring);
  });
}

std::vector<Participant> participants_of(const Call& call, const Leg& leg) {
  const Conversation& conversation = call.conversation_of(leg);
  std::vector<Participant> out;
  for (const Leg& other : call.legs)
    if (other.in == leg.in && other.id != leg.id && is_shown_to_others(other))
      out.push_back({other.number, other.device.has_value()});
  if (conversation.is_waiting() && !leg.from_queue)
    out.push_back({conversation.queueing->number, true});
  return out;
}

}  // namespace

CallViewState shown_state(const Leg& leg) {
  struct Namer {
    const Leg& leg;
    CallViewState operator()(const Dialing&) const { return CallViewState::Dialing; }
    CallViewState operator()(const Offered&) const { return CallViewState::Ringing; }
    CallViewState operator()(const Ringing&) const { return CallViewState::Ringing; }
    CallViewState operator()(const Established&) const {
      return leg.is_held() ? CallViewState::Held : CallViewState::Established;
    }
  };
  return std::visit(Namer{leg}, leg.state);
}

bool is_shown_to_others(const Leg& leg) {
  if ((leg.invited || leg.from_queue) && !leg.is_established()) return false;
  return !leg.monitoring || (leg.is_established() && shown_as_participant(leg.monitoring->mode));
}

bool is_shown(const Leg& leg) { return leg.device && !std::holds_alternative<Offered>(leg.state); }

CallView view_of(const Call& call, const Leg& leg, const Policy& policy, TimePoint now) {
  const Conversation& conversation = call.conversation_of(leg);
  CallView view;
  view.id = leg.known_as;
  view.conn_id = conversation.conn_id;
  view.device = *leg.device;
  view.phone_number = leg.number;
  view.state = shown_state(leg);
  view.type = conversation.type;
  view.participants = participants_of(call, leg);
  view.dnis = conversation.dnis;
  view.ani = conversation.ani;
  view.capabilities = capabilities(call, leg, policy);
  view.user_data = conversation.user_data;
  view.duration = std::chrono::floor<seconds>(std::max(Duration{}, now - leg.since));
  view.mute = leg.monitoring ? shown_mute(call, leg) : leg.muted || muted_by_supervisor(call, leg);
  view.supervisor_listening_in = watched(call, leg, [&](const Monitoring& monitoring) {
    return shown_to_agent(monitoring.mode, policy.supervision);
  });
  view.monitored_user_muted =
      muted_by_supervisor(call, leg) || (leg.monitoring && leg.monitoring->target_muted);
  view.monitoring = leg.monitoring.has_value();
  if (policy.calls.offers_recording)
    view.recording = !conversation.recording          ? RecordingState::Stopped
                     : conversation.recording->paused ? RecordingState::Paused
                                                      : RecordingState::Recording;
  if (const Leg* parent = parent_of(call, leg)) view.parent = parent->known_as;
  return view;
}

CallSummary summary_of(const Call& call, const Leg& leg) {
  const Conversation& conversation = call.conversation_of(leg);
  CallSummary summary{leg.known_as,      shown_state(leg),
                      conversation.type, watched(call, leg, [](const Monitoring&) { return true; }),
                      leg.since,         participants_of(call, leg)};
  if (conversation.queueing) summary.queue = conversation.queueing->queue;
  return summary;
}

CallView released_view_of(const Call& before, const Leg& leg, const Policy& policy, TimePoint now) {
  CallView view = view_of(before, leg, policy, now);
  view.state = CallViewState::Released;
  view.capabilities.clear();
  view.supervisor_listening_in = false;
  return view;
}

DeviceView view_of(const Station& station, const Device& device, const User* owner) {
  DeviceView view;
  view.id = device.id;
  view.phone_number = device.phone_number;
  view.description = device.description;
  view.active = station.registered && station.agent_state != AgentState::LoggedOut;
  view.agent_state = station.agent_state;
  view.label = station.label;
  view.reason = station.reason;
  view.do_not_disturb = station.do_not_disturb;
  view.forward_to = station.forward_to;
  view.capabilities = capabilities(station, owner);
  view.monitoring = station.monitoring;
  return view;
}

}  // namespace earshot::core
