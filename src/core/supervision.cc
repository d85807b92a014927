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

}  // namespace earshot::core
