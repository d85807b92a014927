#pragma once

#include <algorithm>
#include <vector>

#include "model/call.h"

namespace earshot::core {

// Who stands how to whom in a call.

/// Whether it talks for itself: no supervisor's leg, nor that of a guest they brought.
inline bool is_party(const Leg& leg) { return !leg.monitoring; }

/// The legs of the same phone in other conversations: an agent's call and their consultation.
inline std::vector<const Leg*> others_on_line(const Call& call, const Leg& leg) {
  std::vector<const Leg*> out;
  for (const Leg& other : call.legs)
    if (other.line == leg.line && other.id != leg.id) out.push_back(&other);
  return out;
}

/// Parties of the conversation that fulfil `is`.
template <class Predicate>
std::size_t count_parties(const Call& call, ConversationId in, Predicate is) {
  return std::size_t(std::count_if(call.legs.begin(), call.legs.end(), [&](const Leg& leg) {
    return leg.in == in && is_party(leg) && is(leg);
  }));
}

/// Whether `leg` is rung as the target of a transfer by somebody who is still in the call: as long
/// as they are, it is no party for anybody to talk to.
inline bool is_transfer_target(const Call& call, const Leg& leg) {
  return leg.invited && leg.invited->is_transfer && !leg.is_established() &&
         call.leg(leg.invited->by);
}

/// Whether the conversation can go on: it has two parties, or waits in a queue for the second. An
/// agent whom the queue rings is none yet, nor is the target of a transfer whose customer has left.
inline bool is_alive(const Call& call, const Conversation& conversation) {
  const bool waits = conversation.is_waiting();
  return count_parties(call, conversation.id, [&](const Leg& leg) {
           return (!waits || !leg.from_queue) && !is_transfer_target(call, leg);
         }) >= (waits ? 1u : 2u);
}

/// The held leg from which the conversation of `leg` was begun to consult; null where `leg` is
/// none of who began it, and where that leg is gone: then the conversation stands for itself.
inline const Leg* parent_of(const Call& call, const Leg& leg) {
  const auto& consultation = call.conversation_of(leg).consultation;
  const Leg* from = consultation ? call.leg(consultation->from) : nullptr;
  return from && from->line == leg.line ? from : nullptr;
}

/// A call and the consultation begun from it: the two legs of the agent who consults.
struct Consulting {
  LegId parent;
  LegId consult;
  bool operator==(const Consulting&) const = default;
};

/// The consultations that completing, addressed to `leg`, may mean, the likeliest first: that in
/// which it takes part, then those begun from it, the youngest first.
inline std::vector<Consulting> consultations_of(const Call& call, const Leg& leg) {
  std::vector<Consulting> out;
  if (const Leg* parent = parent_of(call, leg)) out.push_back({parent->id, leg.id});
  for (auto other = call.legs.rbegin(); other != call.legs.rend(); ++other)
    if (parent_of(call, *other) == call.leg(leg.id)) out.push_back({leg.id, other->id});
  return out;
}

/// Whether somebody has answered the consultation of `consult`.
inline bool is_answered(const Call& call, const Consulting& consulting) {
  return call.leg(consulting.consult)->is_established();
}

}  // namespace earshot::core
