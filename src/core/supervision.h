#pragma once

#include <array>
#include <optional>

#include "model/call.h"
#include "model/operation.h"
#include "model/station.h"
#include "model/supervision.h"

namespace earshot::core {

/// `operation` leads from one mode to the other.
struct SupervisorRule {
  SupervisorMode from;
  Operation operation;
  SupervisorMode to;
  bool free_mode_graph = false;  ///< only with supervision.free_mode_graph (decisions A5)
};

//             SwitchToListenIn   SwitchToBargeIn   SwitchToCoach (free mode graph)
//  Coach      ListenIn           BargeIn           (refused)
//  ListenIn   (refused)          BargeIn           Coach
//  BargeIn    ListenIn           (refused)         Coach
// Sources: Voice API pages SwitchToListenIn, SwitchToBargeIn, Coach; supervision-and-devices.md
// §A.5.
inline constexpr std::array kSupervisorRules{
    SupervisorRule{SupervisorMode::Coach, Operation::SwitchToListenIn, SupervisorMode::ListenIn},
    SupervisorRule{SupervisorMode::Coach, Operation::SwitchToBargeIn, SupervisorMode::BargeIn},
    SupervisorRule{SupervisorMode::ListenIn, Operation::SwitchToBargeIn, SupervisorMode::BargeIn},
    SupervisorRule{SupervisorMode::BargeIn, Operation::SwitchToListenIn, SupervisorMode::ListenIn},
    SupervisorRule{SupervisorMode::ListenIn, Operation::SwitchToCoach, SupervisorMode::Coach, true},
    SupervisorRule{SupervisorMode::BargeIn, Operation::SwitchToCoach, SupervisorMode::Coach, true},
};

/// The mode `operation` leads to, or nothing where the API refuses it.
constexpr std::optional<SupervisorMode> next_mode(SupervisorMode from, Operation operation,
                                                  bool free_mode_graph = false) {
  for (const auto& rule : kSupervisorRules)
    if (rule.from == from && rule.operation == operation &&
        (free_mode_graph || !rule.free_mode_graph))
      return rule.to;
  return std::nullopt;
}

/// The mode a subscribing device operation starts its sessions in: ListenIn, Coach, BargeIn.
constexpr std::optional<SupervisorMode> subscribed_mode(Operation operation) {
  if (operation == Operation::ListenIn) return SupervisorMode::ListenIn;
  if (operation == Operation::Coach) return SupervisorMode::Coach;
  if (operation == Operation::BargeIn) return SupervisorMode::BargeIn;
  return std::nullopt;
}

/// The party that `supervisor`, a monitoring leg, monitors now: the internal party who serves the
/// customer (decisions A11). Null between agents, and where only outsiders are left.
const Leg* monitored_by(const Call& call, const Leg& supervisor);

/// Whether somebody serves the customer: the monitored party, or another who has answered on the
/// same side. Where nobody does, a supervisor is heard by nobody, in any mode: the voice meant for
/// an agent never falls through to the customer (DD-23).
bool is_served(const Call& call, const Leg& supervisor);

/// Whether `listener` may hear the supervisor on `supervisor`, a monitoring leg, as far as the mode
/// goes: ListenIn nobody, Coach the monitored party alone, BargeIn everybody. The supervisor's
/// own hearing is not limited by the mode.
bool mode_lets_hear(const Call& call, const Leg& supervisor, const Leg& listener);

/// A supervisor's `mute` as the API shows it: "On" exactly when nobody at all can hear them
/// (DD-13). Derived from mode_lets_hear, so that what is shown is what is heard.
bool shown_mute(const Call& call, const Leg& supervisor);

/// Whether a supervisor keeps the party `leg` from being heard (MuteMonitoredUser).
bool muted_by_supervisor(const Call& call, const Leg& leg);

/// What the supervisor at `device` may do to the agent in `call` (decisions A4).
Barging barging_in(const Call& call, const DeviceId& device);

/// `supervisor` monitors `target` from now on, in its conversation.
void monitor(Leg& supervisor, const Leg& target);

/// Brings what a decision did to the parties to their supervisors, at its end: who monitors the
/// call rather than the agent monitors whoever serves the customer now (DD-23); with
/// monitor_consult_calls a supervisor goes with the agent to the consultation and back (DD-28);
/// nobody stays muted but by a supervisor who is barged in and takes part (DD-15).
void settle_supervisors(Call& call, const SupervisionSettings& settings);

/// Whether `other` is shown in others' `participants` (DD-17): a supervisor in BargeIn only.
constexpr bool shown_as_participant(SupervisorMode mode) { return mode == SupervisorMode::BargeIn; }

/// Whether the monitored agent's `supervisorListeningIn` tells of a supervisor (DD-17).
constexpr bool shown_to_agent(SupervisorMode mode, const SupervisionSettings& settings) {
  return mode != SupervisorMode::ListenIn || settings.notify_agent;
}

}  // namespace earshot::core
