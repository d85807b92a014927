#include "core/supervision.h"

namespace earshot::core {

bool mode_lets_hear(const Leg& supervisor, const Leg& listener) {
  switch (supervisor.monitoring->mode) {  // no default: a new mode does not compile undecided
    case SupervisorMode::Coach:
      return listener.id == supervisor.monitoring->target;
    case SupervisorMode::ListenIn:
      return false;
    case SupervisorMode::BargeIn:
      return true;
  }
  return false;
}

Barging barging_in(const Call& call, const DeviceId& device) {
  for (const Leg& leg : call.legs)
    if (leg.device == device && leg.monitoring && !leg.monitoring->guest && leg.in_mix() &&
        leg.monitoring->mode == SupervisorMode::BargeIn)
      return leg.monitoring->target_muted ? Barging::AgentMuted : Barging::AgentAudible;
  return Barging::No;
}

}  // namespace earshot::core
