#pragma once

#include "base/result.h"
#include "core/command.h"
#include "model/refusal.h"

namespace earshot::core {

/// A call about to exist, with the ids the engine drew for it.
struct NewCall {
  CallId id;
  std::string conn_id;
  BridgeId bridge;
  LegId caller;  ///< the caller's leg
  std::variant<DeviceId, TrunkId> from;
  std::string caller_number;
  std::string caller_name{};  ///< display name; "" where none is known
  std::string dialled;
  bool by_api = false;  ///< Dial: the caller's own phone is called first
  UserData user_data;
  unsigned diverted = 0;  ///< how often, before it came to us
};

/// The refusal that an obstacle to an operation means, with its reason.
Refusal not_possible(Operation operation, const Obstacle* obstacle);

/// Starts a call. An unknown number or a device that dials itself ends it in the same decision.
Decision begin(const NewCall& call, const Surroundings& around);

/// Why a call that `begin` has ended at once cannot be dialled by API.
Refusal refusal_of_dial(const Decision& ended, const std::string& destination);

/// Decides what `command` makes of `call`. Pure: the same input gives the same answer.
/// Only Operate is ever refused.
Result<Decision, Refusal> decide(const Call& call, const Command& command,
                                 const Surroundings& around);

/// The events that tell every owner what changed between two values of a call: whatever differs in
/// the owner's view is told, by one notification, so that a snapshot plus notifications is the
/// later snapshot. `first` are told first, then supervisors, then the others in order of joining
/// (DD-19).
/// @param after  nothing when the call is over
std::vector<Event> tell_changes(const Call* before, const Call* after,
                                const std::vector<LegId>& first, const Surroundings& around);

}  // namespace earshot::core
