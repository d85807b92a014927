// Calls that wait in a queue for the agent who has been ready longest.

#include <gtest/gtest.h>

#include "sim/world.h"

namespace earshot::scenario {
namespace {

using sim::World;

/// 8000 is served by 5001 and 5002. Customers come over the trunk, or from 5000.
struct Queues : testing::Test {
  explicit Queues(app::Config config = World::config()) : world(1, std::move(config)) {}
  World world;
  void SetUp() override { ASSERT_TRUE(world.open()); }
  void TearDown() override {
    for (const int number : {5000, 5001, 5002, 5005}) world.phone(number).hang_up();
    for (const auto call : world.trunk().live_calls()) world.trunk().hang_up(call);
    EXPECT_TRUE(world.until([&] { return world.is_empty(); }, seconds{70})) << world.story();
  }

  void state(const std::string& desk, const std::string& operation) {
    EXPECT_EQ(world.desk(desk).operate("/api/v2/me/channels/voice", operation).status, 200);
    world.desk(desk).forget();
  }
  std::string shown_state(const std::string& desk) {
    const json::value user = world.desk(desk).device().at("userState");
    return std::string{user.as_object().contains("workMode") ? user.at("workMode").as_string()
                                                             : user.at("state").as_string()};
  }
  void customer_calls() {
    world.trunk().dial("8000", {.offerless = false, .from_number = "+4930123456"});
  }
  bool rings(int number) {
    return world.until([&] { return world.phone(number).is_ringing(); }, seconds{3});
  }
  bool told(const std::string& desk, const std::string& expected) {
    return world.until([&] { return world.desk(desk).told() == expected; }, seconds{3});
  }
};

TEST_F(Queues, a_customer_waits_with_music_until_an_agent_is_ready) {
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); })) << "answered, to hear the music";
  world.run(seconds{2});
  EXPECT_GT(world.trunk().received().packets, 50u);
  EXPECT_EQ(world.agent().told(), "");
  state("agent", "Ready");
  ASSERT_TRUE(rings(5001));
  ASSERT_TRUE(told("agent", "Ringing"));
  const json::value ringing = *world.agent().last_call();
  EXPECT_EQ(ringing.at("dnis"), "8000");
  EXPECT_EQ(ringing.at("callType"), "Inbound");
  EXPECT_EQ(ringing.at("participants").at(0).at("phoneNumber"), "+4930123456");
  const auto& listed = ringing.at("capabilities").as_array();
  EXPECT_NE(std::find(listed.begin(), listed.end(), json::value("Reject")), listed.end());
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up(); }));
  world.run(milliseconds{400});
  EXPECT_TRUE(world.phone(5001).hears(milliseconds{200}).contains(2300));
  EXPECT_TRUE(world.trunk().hears(milliseconds{200}).contains(700));
  EXPECT_EQ(world.agent().told(), "Ringing, Established");
}

TEST_F(Queues, a_supervisor_is_shown_which_queue_brought_whom) {
  state("agent", "Ready");
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up(); })) << world.story();
  const auto call = world.supervisor()
                        .get("/api/v2/users/a1?subresources=activeCall")
                        .body.at("user")
                        .at("activeCall");
  EXPECT_EQ(call.at("queue"), json::value(world.settings().directory.queues[0].id.value));
  ASSERT_EQ(call.at("participants").as_array().size(), 1u);
  EXPECT_EQ(call.at("participants").at(0).at("phoneNumber"), "+4930123456");
}

TEST_F(Queues, the_agent_idle_longest_is_next_and_wraps_up) {
  state("colleague", "Ready");
  world.run(seconds{1});
  state("agent", "Ready");
  world.run(seconds{1});
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); })) << world.story();
  EXPECT_EQ(world.agent().told(), "");
  world.trunk().hang_up();
  ASSERT_TRUE(world.until([&] { return shown_state("colleague") == "AfterCallWork"; }));
  ASSERT_TRUE(world.until([&] { return shown_state("colleague") == "Ready"; }, seconds{3}));
  customer_calls();
  ASSERT_TRUE(rings(5001)) << "5002 has just had one";
}

TEST_F(Queues, who_sets_his_state_in_wrap_up_is_not_made_ready) {
  state("agent", "Ready");
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up(); }));
  world.trunk().hang_up();
  ASSERT_TRUE(world.until([&] { return shown_state("agent") == "AfterCallWork"; }));
  state("agent", "AfterCallWork");
  world.run(seconds{10});
  EXPECT_EQ(shown_state("agent"), "AfterCallWork");
}

TEST_F(Queues, a_rejected_call_goes_back_and_to_the_next) {
  state("agent", "Ready");
  world.run(seconds{1});
  state("colleague", "Ready");
  customer_calls();
  ASSERT_TRUE(rings(5001));
  ASSERT_TRUE(told("agent", "Ringing"));
  EXPECT_EQ(world.agent().on_call("Reject").status, 200);
  ASSERT_TRUE(rings(5002));
  EXPECT_TRUE(told("agent", "Ringing, Released"));
  EXPECT_TRUE(world.agent().calls().empty());
  EXPECT_TRUE(world.trunk().is_up()) << "the customer hears nothing of it";
  EXPECT_EQ(shown_state("agent"), "Ready");
}

TEST_F(Queues, a_call_rejected_by_all_is_offered_again_later) {
  state("agent", "Ready");
  customer_calls();
  ASSERT_TRUE(rings(5001));
  world.phone(5001).reject(603);
  ASSERT_TRUE(world.until([&] { return !world.phone(5001).is_ringing(); }));
  world.run(seconds{8});
  EXPECT_FALSE(world.phone(5001).is_ringing()) << "not at once";
  ASSERT_TRUE(rings(5001));
}

TEST_F(Queues, an_agent_who_does_not_answer_is_ready_no_more) {
  world.phone(5001).vanish();
  state("agent", "Ready");
  world.run(seconds{1});
  state("colleague", "Ready");
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); })) << world.story();
  EXPECT_EQ(shown_state("agent"), "NotReady");
  world.phone(5001).come_back();
}

TEST_F(Queues, the_only_agent_is_not_rung_again_when_they_do_not_answer) {
  world.phone(5001).unregister();
  world.run(seconds{1});
  sim::PhoneSettings settings = world.phone(5001).settings();
  settings.local = *Endpoint::parse("198.51.100.77", 5060);
  settings.answer_after.reset();
  sim::Phone lazy{world.loop, world.network, world.entropy, settings};
  ASSERT_TRUE(lazy.start());
  lazy.register_with_server();
  ASSERT_TRUE(world.until([&] { return lazy.is_registered(); }));
  state("agent", "Ready");
  customer_calls();
  world.run(seconds{12});
  EXPECT_EQ(shown_state("agent"), "NotReady");
  EXPECT_EQ(world.agent().told(), "Ringing, Released") << "once, for 5 s";
  EXPECT_TRUE(world.trunk().is_up()) << "and the customer waits on";
}

TEST_F(Queues, a_caller_who_gives_up_leaves_nothing_behind) {
  state("agent", "Ready");
  customer_calls();
  ASSERT_TRUE(rings(5001));
  world.trunk().hang_up();
  ASSERT_TRUE(told("agent", "Ringing, Released"));
  EXPECT_EQ(shown_state("agent"), "Ready") << "it was not their fault";
}

TEST_F(Queues, patience_ends) {
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); }));
  EXPECT_TRUE(world.until([&] { return !world.trunk().is_up(); }, seconds{31}));
}

TEST_F(Queues, an_agent_transfers_to_the_queue_and_is_free) {
  state("colleague", "NotReady");
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  world.agent().forget();
  const auto call = std::string{world.agent().calls().at(0).at("id").as_string()};
  ASSERT_EQ(world.agent()
                .post("/api/v2/me/calls/" + call, R"({"operationName":"SingleStepTransfer",)"
                                                  R"("destination":{"phoneNumber":"8000"}})")
                .status,
            200);
  EXPECT_TRUE(told("agent", "Released"));
  state("colleague", "Ready");
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); })) << world.story();
  world.run(milliseconds{400});
  EXPECT_TRUE(world.hears(5000, 5002));
  EXPECT_FALSE(world.phone(5001).is_up());
}

TEST_F(Queues, a_consultation_may_wait_in_the_queue) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  world.agent().forget();
  const auto call = std::string{world.agent().calls().at(0).at("id").as_string()};
  ASSERT_EQ(world.agent()
                .post("/api/v2/me/calls/" + call, R"({"operationName":"InitiateTransfer",)"
                                                  R"("destination":{"phoneNumber":"8000"}})")
                .status,
            200);
  EXPECT_TRUE(told("agent", "Held, Dialing"));
  EXPECT_EQ(world.agent().last_call()->at("participants").at(0).at("phoneNumber"), "8000");
  ASSERT_EQ(world.agent().operate("/api/v2/me/calls/" + call, "CompleteTransfer").status, 200);
  EXPECT_TRUE(told("agent", "Held, Dialing, Released, Released"));
  state("colleague", "Ready");
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); })) << world.story();
  world.run(milliseconds{400});
  EXPECT_TRUE(world.hears(5000, 5002));
}

TEST_F(Queues, a_phone_of_ours_calls_the_queue) {
  world.phone(5000).dial("8000");
  ASSERT_TRUE(world.until([&] { return world.phone(5000).is_up(); }));
  state("agent", "Ready");
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up(); }));
  world.run(milliseconds{400});
  EXPECT_TRUE(world.hears(5000, 5001) && world.hears(5001, 5000));
}

app::Config small_queue() {
  app::Config config = World::config();
  config.directory.queues[0].max_waiting = 1;
  config.directory.queues[0].patience = seconds{5};
  config.directory.queues[0].overflow = "5005";
  return config;
}
struct SmallQueue : Queues {
  SmallQueue() : Queues(small_queue()) {}
};

TEST_F(SmallQueue, overflows_to_its_number) {
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.phone(5005).is_up(); }, seconds{8})) << world.story();
  world.run(milliseconds{400});
  EXPECT_TRUE(world.phone(5005).hears(milliseconds{200}).contains(2300));
}

TEST_F(SmallQueue, is_busy_when_full) {
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); }));
  const auto second = world.phone(5000).dial("8000");
  ASSERT_TRUE(world.until([&] { return !world.phone(5000).current_call().value; }));
  EXPECT_EQ(world.phone(5000).status(second).end_status, 486);
}

TEST_F(Queues, an_answered_call_has_left_the_queue) {
  state("agent", "Ready");
  world.run(seconds{1});
  state("colleague", "Ready");
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up(); }));
  world.run(seconds{60});
  EXPECT_EQ(world.desk("colleague").told(), "") << "nobody else is offered it";
  EXPECT_TRUE(world.phone(5001).is_up()) << "and patience does not end it";
}

TEST_F(Queues, who_said_not_ready_during_the_call_is_not_ready_after_it) {
  state("agent", "Ready");
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up(); }));
  state("agent", "NotReady");
  world.trunk().hang_up();
  world.run(seconds{6});
  EXPECT_EQ(shown_state("agent"), "NotReady");
}

struct QueuesWithoutWrapUp : Queues {
  QueuesWithoutWrapUp() : Queues(config()) {}
  static app::Config config() {
    app::Config config = World::config();
    config.directory.queues[0].wrap_up = seconds{0};
    return config;
  }
};

TEST_F(QueuesWithoutWrapUp, a_call_ends_the_idle_time) {
  state("colleague", "Ready");
  world.run(seconds{1});
  state("agent", "Ready");
  world.run(seconds{1});
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); }));
  world.trunk().hang_up();
  ASSERT_TRUE(world.until([&] { return world.is_empty(); }));
  world.run(seconds{1});
  customer_calls();
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up() || world.phone(5002).is_up(); }));
  EXPECT_TRUE(world.phone(5001).is_up()) << "5002 has just had one";
}

}  // namespace
}  // namespace earshot::scenario
