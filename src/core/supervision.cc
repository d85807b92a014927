#include "core/supervision.h"

#include <algorithm>

#include "core/seats.h"

namespace earshot::core {
namespace {

/// Who serves the customer after the monitored party has left: of the monitored side, in the same
/// conversation, the device of ours that has taken part longest.
const Leg* successor(const Call& call, const Leg& supervisor) {
  const auto found = std::find_if(call.legs.begin(), call.legs.end(), [&](const Leg& leg) {
    return leg.in == supervisor.in && is_party(leg) && leg.device && leg.is_established() &&
           leg.side == supervisor.side;
  });
  return found == call.legs.end() ? nullptr : &*found;
}

/// The agent's other call in which they take part now, where `supervisor` may go with them: to a
/// consultation begun from the monitored call, or back.
const Leg* where_agent_is(const Call& call, const Leg& supervisor, bool monitor_consult_calls) {
  const Leg& agent = *call.leg(supervisor.monitoring->target);
  const LegId home = supervisor.monitoring->home.value_or(agent.id);
  for (const Leg* other : others_on_line(call, agent)) {
    if (!other->in_mix()) continue;
    const Leg* parent = parent_of(call, *other);
    if (other->id == home || (monitor_consult_calls && parent && parent->id == home)) return other;
  }
  return nullptr;
}

}  // namespace

const Leg* monitored_by(const Call& call, const Leg& supervisor) {
  const Leg* target = call.leg(supervisor.monitoring->target);
  const bool there =
      target && is_party(*target) && target->in == supervisor.in && target->is_established();
  return there ? target : nullptr;
}

bool is_served(const Call& call, const Leg& supervisor) {
  return monitored_by(call, supervisor) ||
         count_parties(call, supervisor.in, [&](const Leg& leg) {
           return leg.side == supervisor.side && leg.is_established();
         }) > 0;
}

bool mode_lets_hear(const Call& call, const Leg& supervisor, const Leg& listener) {
  switch (supervisor.monitoring->mode) {  // no default: a new mode does not compile undecided
    case SupervisorMode::Coach:
      return monitored_by(call, supervisor) && listener.id == supervisor.monitoring->target;
    case SupervisorMode::ListenIn:
      return false;
    case SupervisorMode::BargeIn:
      return is_served(call, supervisor);
  }
  return false;
}

bool shown_mute(const Call& call, const Leg& supervisor) {
  return std::none_of(call.legs.begin(), call.legs.end(), [&](const Leg& leg) {
    return leg.in == supervisor.in && leg.id != supervisor.id && leg.is_established() &&
           mode_lets_hear(call, supervisor, leg);
  });
}

bool muted_by_supervisor(const Call& call, const Leg& leg) {
  return std::any_of(call.legs.begin(), call.legs.end(), [&](const Leg& other) {
    return other.monitoring && other.monitoring->target_muted && other.monitoring->target == leg.id;
  });
}

Barging barging_in(const Call& call, const DeviceId& device) {
  for (const Leg& leg : call.legs)
    if (leg.device == device && leg.monitoring && !leg.monitoring->guest && leg.in_mix() &&
        leg.monitoring->mode == SupervisorMode::BargeIn && monitored_by(call, leg))
      return leg.monitoring->target_muted ? Barging::AgentMuted : Barging::AgentAudible;
  return Barging::No;
}

void monitor(Leg& supervisor, const Leg& target) {
  supervisor.in = target.in;
  supervisor.side = target.side;
  supervisor.monitoring->target = target.id;
  supervisor.monitoring->home.reset();
  supervisor.monitoring->target_muted = false;
}

void settle_supervisors(Call& call, const SupervisionSettings& settings) {
  for (Leg& leg : call.legs) {
    if (!leg.monitoring) continue;
    Monitoring& monitoring = *leg.monitoring;
    const Leg* target = call.leg(monitoring.target);
    if (!target || !is_party(*target) || target->in != leg.in) {
      const Leg* next = monitoring.scope == MonitoringScope::Call ? successor(call, leg) : nullptr;
      if (next) monitor(leg, *next);
    } else if (leg.is_established()) {
      if (const Leg* other = where_agent_is(call, leg, settings.monitor_consult_calls)) {
        const LegId home = monitoring.home.value_or(target->id);
        monitor(leg, *other);
        if (other->id != home) monitoring.home = home;
      }
    }
    monitoring.target_muted = monitoring.target_muted && leg.in_mix() &&
                              monitoring.mode == SupervisorMode::BargeIn && monitored_by(call, leg);
  }
}

}  // namespace earshot::core
