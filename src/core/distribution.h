#pragma once

#include <span>

#include "model/call.h"
#include "model/directory.h"
#include "model/station.h"

namespace earshot::core {

// Which agent a call that waits in a queue is offered to. All the queue's rules are here; the
// engine asks whenever a call or a station has changed.

/// Whether `conversation` waits, its caller is there to be talked to, and no agent's phone rings
/// for it already.
bool is_offerable(const Call& call, const Conversation& conversation);

/// Of the queue's agents who are Ready, with a registered phone that is in no call, and who have
/// not declined this call just now: the one idle longest. Null for none.
const Station* next_agent(const Queueing& queueing, const Queue& queue,
                          std::span<const Station> stations, TimePoint now);

/// When to ask again though nothing changes: somebody's refusal is forgotten, or patience ends.
TimePoint next_look(const Queueing& queueing, const Queue& queue, TimePoint now);

}  // namespace earshot::core
