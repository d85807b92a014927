#include "core/distribution.h"

#include <gtest/gtest.h>

namespace earshot::core {
namespace {

constexpr TimePoint kNow{seconds{1000}};

DeviceId device(int number) { return DeviceId{std::to_string(number)}; }

Station ready(int number, seconds idle) {
  Station station;
  station.device = device(number);
  station.registered = true;
  station.agent_state = AgentState::Ready;
  station.idle_since = kNow - idle;
  return station;
}

struct Row {
  const char* what;
  void (*change)(std::vector<Station>&, Queueing&);
  int next;  ///< 0: nobody
};

TEST(Distribution, the_agent_idle_longest_of_those_who_can) {
  Queue queue;
  queue.agents = {device(1), device(2), device(3)};
  using Stations = std::vector<Station>;
  const Row rows[] = {
      {"idle longest", [](Stations&, Queueing&) {}, 2},
      {"on the phone", [](Stations& all, Queueing&) { all[1].legs = 1; }, 1},
      {"phone gone", [](Stations& all, Queueing&) { all[1].registered = false; }, 1},
      {"not ready",
       [](Stations& all, Queueing&) { all[1].agent_state = AgentState::AfterCallWork; }, 1},
      {"declined just now",
       [](Stations&, Queueing& queueing) {
         queueing.declined = {{device(2), kNow + seconds{1}}};
       },
       1},
      {"declined long ago",
       [](Stations&, Queueing& queueing) {
         queueing.declined = {{device(2), kNow}};
       },
       2},
      {"all busy",
       [](Stations& all, Queueing&) {
         for (Station& each : all) each.legs = 1;
       },
       0},
      {"4 serves another queue", [](Stations& all, Queueing&) { all = {ready(4, seconds{100})}; },
       0},
  };
  for (const Row& row : rows) {
    Stations all{ready(1, seconds{5}), ready(2, seconds{9}), ready(4, seconds{99})};
    Queueing queueing;
    row.change(all, queueing);
    const Station* next = next_agent(queueing, queue, all, kNow);
    EXPECT_EQ(next ? next->device.value : "0", std::to_string(row.next)) << row.what;
  }
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
