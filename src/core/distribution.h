#pragma once

#include <set>

#include "model/call.h"
#include "model/directory.h"

namespace earshot::core {

// Which agent a call that waits in a queue is offered to; the floor asks (floor.h).

/// An agent who could be offered a call: Ready, with a registered phone that is in no call. In
/// order: the one idle longest first; of two the one whose device was configured first.
struct ReadyAgent {
  TimePoint since;
  std::size_t place;  ///< of the device in the directory
  DeviceId device;
  auto operator<=>(const ReadyAgent&) const = default;
};

/// Whether `conversation` waits, its caller is there to be talked to, and no agent's phone rings
/// for it already.
bool is_offerable(const Call& call, const Conversation& conversation);

/// Of the queue's ready agents who are not `taken`, and have not declined this call just now: the
/// one idle longest. Null for none.
const ReadyAgent* next_agent(const Queueing& queueing, const std::set<ReadyAgent>& ready,
                             const std::set<DeviceId>& taken, TimePoint now);

/// When to ask again though nothing changes: somebody's refusal is forgotten, or patience ends.
TimePoint next_look(const Queueing& queueing, const Queue& queue, TimePoint now);

}  // namespace earshot::core
