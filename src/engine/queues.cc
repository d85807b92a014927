// How the call loop looks after what waits in queues.
#include <algorithm>

#include "core/distribution.h"
#include "engine/call_loop.h"

namespace earshot::engine {

std::vector<QueueId> CallLoop::full_queues() const {
  std::map<QueueId, std::size_t> lengths;
  for (const BridgeId bridge : waiting_)
    for (const Conversation& conversation : calls_.at(bridge).call.conversations)
      if (conversation.is_waiting()) ++lengths[conversation.queueing->queue];
  std::vector<QueueId> full;
  for (const auto& [id, length] : lengths)
    if (length >= directory_->queue(id)->max_waiting) full.push_back(id);
  return full;
}

void CallLoop::look_at_queues() {
  if (waiting_.empty() || looks_at_queues_) return;
  looks_at_queues_ = true;
  take([this] {
    looks_at_queues_ = false;
    distribute();
  });
}

void CallLoop::distribute() {
  struct Waiter {
    TimePoint since;
    BridgeId bridge;
    ConversationId conversation;
    auto operator<=>(const Waiter&) const = default;
  };
  std::vector<Waiter> waiters;
  for (const BridgeId bridge : waiting_) {
    const Call& call = calls_.at(bridge).call;
    for (const Conversation& conversation : call.conversations)
      if (core::is_offerable(call, conversation))
        waiters.push_back({conversation.queueing->since, bridge, conversation.id});
  }
  std::sort(waiters.begin(), waiters.end());  // first come, first served
  std::optional<TimePoint> again;
  for (const Waiter& waiter : waiters) {
    const auto live = calls_.find(waiter.bridge);
    if (live == calls_.end()) continue;  // ended with another conversation of it
    const Call& call = live->second.call;
    const auto conversation =
        std::find_if(call.conversations.begin(), call.conversations.end(),
                     [&](const Conversation& each) { return each.id == waiter.conversation; });
    if (conversation == call.conversations.end() || !conversation->is_waiting()) continue;
    const Queueing queueing = *conversation->queueing;
    const bool has_room = call.legs.size() < policy_.calls.max_legs;
    const Queue& queue = *directory_->queue(queueing.queue);
    if (loop_.now() >= queueing.since + queue.patience) {
      (void)decide(waiter.bridge, core::PatienceEnded{waiter.conversation});
    } else if (const Station* agent =
                   has_room ? core::next_agent(queueing, queue, stations_, loop_.now()) : nullptr) {
      (void)decide(waiter.bridge, core::AgentFound{waiter.conversation, agent->device});
    } else {
      const TimePoint look = core::next_look(queueing, queue, loop_.now());
      again = again ? std::min(*again, look) : look;
    }
  }
  loop_.cancel(queue_timer_);
  if (again) queue_timer_ = loop_.wake_at(*again, [this] { look_at_queues(); });
}

}  // namespace earshot::engine
