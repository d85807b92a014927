#include "core/distribution.h"

#include <algorithm>

#include "core/seats.h"

namespace earshot::core {
namespace {

bool is_there(const Leg& leg) {
  const auto* dialing = std::get_if<Dialing>(&leg.state);
  return !leg.from_queue && (leg.is_established() || (dialing && dialing->phone_up));
}

bool has_declined(const Queueing& queueing, const DeviceId& agent, TimePoint now) {
  return std::any_of(
      queueing.declined.begin(), queueing.declined.end(),
      [&](const Queueing::Declined& each) { return each.agent == agent && each.until > now; });
}

}  // namespace

bool is_offerable(const Call& call, const Conversation& conversation) {
  const auto rings = [](const Leg& leg) { return leg.from_queue && !leg.is_established(); };
  return conversation.is_waiting() && count_parties(call, conversation.id, is_there) > 0 &&
         count_parties(call, conversation.id, rings) == 0;
}

const ReadyAgent* next_agent(const Queueing& queueing, const std::set<ReadyAgent>& ready,
                             const std::set<DeviceId>& taken, TimePoint now) {
  const auto next = std::find_if(ready.begin(), ready.end(), [&](const ReadyAgent& each) {
    return !taken.contains(each.device) && !has_declined(queueing, each.device, now);
  });
  return next == ready.end() ? nullptr : &*next;
}

TimePoint next_look(const Queueing& queueing, const Queue& queue, TimePoint now) {
  TimePoint next = queueing.since + queue.patience;
  for (const Queueing::Declined& each : queueing.declined)
    if (each.until > now) next = std::min(next, each.until);
  return next;
}

}  // namespace earshot::core
