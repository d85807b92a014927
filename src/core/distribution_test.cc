#include "core/distribution.h"

#include <gtest/gtest.h>

namespace earshot::core {
namespace {

constexpr TimePoint kNow{seconds{1000}};

DeviceId device(int number) { return DeviceId{std::to_string(number)}; }

TEST(Distribution, the_agent_idle_longest_of_those_who_can) {
  const std::set<ReadyAgent> ready{{kNow - seconds{5}, 0, device(1)},
                                   {kNow - seconds{9}, 1, device(2)},
                                   {kNow - seconds{5}, 2, device(3)}};
  const auto next = [&](std::vector<Queueing::Declined> declined, const std::set<DeviceId>& taken) {
    Queueing queueing;
    queueing.declined = std::move(declined);
    const ReadyAgent* agent = next_agent(queueing, ready, taken, kNow);
    return agent ? agent->device.value : "nobody";
  };
  EXPECT_EQ(next({}, {}), "2") << "idle longest";
  EXPECT_EQ(next({}, {device(2)}), "1") << "of two the one configured first";
  EXPECT_EQ(next({{device(2), kNow + seconds{1}}}, {}), "1") << "declined just now";
  EXPECT_EQ(next({{device(2), kNow}}, {}), "2") << "declined long ago";
  EXPECT_EQ(next({{device(2), kNow + seconds{1}}}, {device(1), device(3)}), "nobody");
}

TEST(Distribution, looks_again_when_a_refusal_is_forgotten_or_patience_ends) {
  Queue queue;
  queue.patience = seconds{30};
  Queueing queueing;
  queueing.since = kNow - seconds{10};
  EXPECT_EQ(next_look(queueing, queue, kNow), kNow + seconds{20});
  queueing.declined = {{device(1), kNow - seconds{1}}, {device(2), kNow + seconds{7}}};
  EXPECT_EQ(next_look(queueing, queue, kNow), kNow + seconds{7});
}

TEST(Distribution, a_call_is_offered_to_one_phone_at_a_time_and_once_its_caller_is_there) {
  Call call;
  Conversation conversation;
  conversation.id = ConversationId{1};
  conversation.queueing = Queueing{};
  call.conversations = {conversation};
  Leg caller;
  caller.id = LegId{1};
  caller.line = own_line_of(caller.id);
  caller.in = conversation.id;
  caller.state = Dialing{};
  call.legs = {caller};
  EXPECT_FALSE(is_offerable(call, conversation)) << "their phone is not up";
  call.legs[0].state = Dialing{.phone_up = true};
  EXPECT_TRUE(is_offerable(call, conversation));
  Leg agent = caller;
  agent.id = LegId{2};
  agent.line = own_line_of(agent.id);
  agent.state = Offered{};
  agent.from_queue = QueueId{"service"};
  call.legs.push_back(agent);
  EXPECT_FALSE(is_offerable(call, conversation)) << "it rings already";
  call.legs.pop_back();
  conversation.queueing->waiting = false;
  EXPECT_FALSE(is_offerable(call, conversation));
}

}  // namespace
}  // namespace earshot::core
