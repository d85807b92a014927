#pragma once

#include <optional>

#include "core/draft.h"
#include "model/refusal.h"

namespace earshot::core {

// Two calls of one agent on one phone (calls.md §4.2). As in carry_out: `first` are the legs told
// first, and a refusal means that the draft is thrown away.

/// InitiateTransfer, InitiateConference: holds `leg`, and calls the destination in a conversation
/// of its own, on the same line. Told: Held, then Dialing.
std::optional<Refusal> consult(Draft& draft, Leg& leg, const CallRequest& request,
                               std::vector<LegId>& first);

/// The held one of two calls becomes the active one. Told: Established, then Held.
std::optional<Refusal> swap_calls(Draft& draft, Leg& leg, const CallRequest& request,
                                  std::vector<LegId>& first);

/// Joins the consulted parties to the call they were consulted about, and leaves both. Told: the
/// call Released, then the consultation.
std::optional<Refusal> complete_transfer(Draft& draft, Leg& leg, const CallRequest& request,
                                         std::vector<LegId>& first);

/// Joins the consulted parties to the call, and comes back to it as its owner. Told: the
/// consultation Released, then the call Established.
std::optional<Refusal> complete_conference(Draft& draft, Leg& leg, const CallRequest& request,
                                           std::vector<LegId>& first);

/// Nothing where `request` names a destination that is not in the call yet.
std::optional<Refusal> refusal_of_destination(const Call& call, const CallRequest& request);
/// Nothing where `by` may bring the call to the destination, should that be a queue: to transfer it
/// there, or to consult an agent of it; not from a supervisor's seat.
std::optional<Refusal> refusal_of_queue(const Draft& draft, const Leg& by,
                                        const CallRequest& request);
/// Why nobody can be called there.
Refusal refusal_of_destination(ReleaseCause cause);

}  // namespace earshot::core
