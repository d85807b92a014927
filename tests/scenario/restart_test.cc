// What outlives the server with server.state_directory (docs/restart.md).
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sim/scratch_directory.h"
#include "sim/world.h"

namespace earshot {
namespace {

class Restart : public testing::Test {
 protected:
  app::Config config() const {
    app::Config config = sim::World::config();
    config.server.state_directory = scratch.path() / "state";
    config.orphan_grace = seconds{20};
    return config;
  }
  /// By its own session; asking counts as a sign of life.
  static std::string state_of(sim::Desk& desk) {
    const json::value device = desk.device();
    return std::string{device.at("userState").at("displayName").as_string()};
  }
  static bool is_monitoring(sim::Desk& desk) {
    const json::value device = desk.device();
    return device.as_object().contains("supervisorMonitoringState");
  }

  sim::ScratchDirectory scratch;
};

TEST_F(Restart, phones_are_reachable_at_once) {
  sim::World world{1, config()};
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.restart(seconds{10}));
  EXPECT_TRUE(world.connect()) << "nobody has registered again";
  EXPECT_TRUE(world.hears(5000, 5001) || world.until([&] { return world.hears(5000, 5001); }));
}

TEST_F(Restart, without_a_directory_they_are_not) {
  app::Config forgetful = config();
  forgetful.server.state_directory.clear();
  sim::World world{1, forgetful};
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.restart(seconds{10}));
  EXPECT_FALSE(world.connect());
}

TEST_F(Restart, registrations_that_ran_out_meanwhile_are_gone) {
  app::Config brief = config();
  brief.sip.max_expires = brief.sip.default_expires = seconds{120};
  for (const seconds down : {seconds{100}, seconds{125}}) {
    brief.server.state_directory = scratch.path() / std::to_string(down.count());
    {
      sim::World world{1, brief};
      ASSERT_TRUE(world.open());
    }
    sim::World world{2, brief};  // whose phones have never registered
    world.run(down);
    ASSERT_TRUE(world.centre().start());
    for (const int number : {5000, 5001}) ASSERT_TRUE(world.phone(number).start());
    EXPECT_EQ(world.connect(), down < seconds{120}) << down.count();
  }
}

TEST_F(Restart, agents_and_supervisors_go_on_where_they_were) {
  sim::World world{1, config()};
  ASSERT_TRUE(world.open());
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Ready").status, 200);
  ASSERT_EQ(world.desk("colleague").operate("/api/v2/me/channels/voice", "AuxWork").status, 200);
  ASSERT_EQ(world.supervisor().monitor("BargeIn", "5001").status, 200);
  ASSERT_TRUE(world.restart(seconds{5}));
  for (const char* name : {"agent", "colleague", "supervisor"}) world.desk(name).come_back();
  EXPECT_EQ(state_of(world.agent()), "Ready");
  EXPECT_EQ(state_of(world.desk("colleague")), "AuxWork");
  EXPECT_TRUE(is_monitoring(world.supervisor()));
  world.phone(5000).dial("8000");
  EXPECT_TRUE(world.until([&] { return world.phone(5001).is_up() && world.phone(5005).is_up(); }))
      << "the queue found the agent, and the supervisor was brought along";
  world.run(seconds{60});
  EXPECT_NE(state_of(world.agent()), "Offline") << "their desks have come back";
}

TEST_F(Restart, whose_desk_does_not_come_back_is_logged_out) {
  sim::World world{1, config()};
  ASSERT_TRUE(world.open());
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Ready").status, 200);
  ASSERT_TRUE(world.restart(seconds{5}));
  world.supervisor().come_back();
  world.run(seconds{21});
  EXPECT_NE(state_of(world.supervisor()), "Offline");
  world.phone(5000).dial("8000");
  world.run(seconds{3});
  EXPECT_FALSE(world.phone(5001).is_up()) << "nobody sits there";
}

TEST_F(Restart, after_a_long_time_everybody_is_logged_out_and_phones_are_reachable) {
  sim::World world{1, config()};
  ASSERT_TRUE(world.open());
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_TRUE(world.restart(seconds{120}));
  world.supervisor().come_back();
  EXPECT_EQ(state_of(world.supervisor()), "Offline");
  EXPECT_FALSE(is_monitoring(world.supervisor()));
  EXPECT_TRUE(world.connect());
  ASSERT_TRUE(world.restart(seconds{1}));
  world.supervisor().come_back();
  EXPECT_EQ(state_of(world.supervisor()), "Offline")
      << "what was given up does not return with the next restart";
}

TEST_F(Restart, a_change_just_before_it_counts) {
  sim::World world{1, config()};
  ASSERT_TRUE(world.open());
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_EQ(world.supervisor()
                .operate(world.supervisor().device_path(), "CancelSupervisorMonitoring")
                .status,
            200);
  ASSERT_EQ(world.agent().operate("/api/v2/me", "EndContactCenterSession").status, 200);
  ASSERT_TRUE(world.restart(seconds{1}));
  world.supervisor().come_back();
  world.agent().come_back();
  EXPECT_FALSE(is_monitoring(world.supervisor()));
  EXPECT_EQ(state_of(world.agent()), "Offline");
}

/// Another world begins with another clock, which shows the time of an earlier day.
TEST_F(Restart, a_device_that_is_not_configured_any_more_is_forgotten) {
  {
    sim::World world{1, config()};
    ASSERT_TRUE(world.open());
  }
  app::Config fewer = config();
  std::erase_if(fewer.directory.devices,
                [](const Device& device) { return device.phone_number == "5002"; });
  std::erase_if(fewer.directory.users,
                [](const User& user) { return user.user_name == "colleague"; });
  for (Queue& queue : fewer.directory.queues) std::erase(queue.agents, DeviceId{"device-5002"});
  {
    sim::World world{2, fewer};
    ASSERT_TRUE(world.centre().start());
    for (const int number : {5000, 5001}) ASSERT_TRUE(world.phone(number).start());
    EXPECT_TRUE(world.connect());
  }
  sim::World world{3, config()};
  ASSERT_TRUE(world.centre().start());
  for (const int number : {5000, 5002}) ASSERT_TRUE(world.phone(number).start());
  world.phone(5000).dial("5002");
  world.run(seconds{5});
  EXPECT_FALSE(world.phone(5002).is_up());
}

TEST_F(Restart, a_phone_whose_password_was_changed_registers_again_first) {
  {
    sim::World world{1, config()};
    ASSERT_TRUE(world.open());
  }
  app::Config changed = config();
  for (Device& device : changed.directory.devices)
    if (device.phone_number == "5001") device.sip_password = "another";
  sim::World world{2, changed};
  ASSERT_TRUE(world.centre().start());
  for (const int number : {5000, 5001, 5002}) ASSERT_TRUE(world.phone(number).start());
  EXPECT_FALSE(world.connect());
  world.phone(5000).dial("5002");
  EXPECT_TRUE(world.until([&] { return world.phone(5002).is_up(); })) << "the others are there";
}

/// 8000 gives AfterCallWork for two seconds; here it is longer.
TEST_F(Restart, a_wrap_up_ends_when_it_would_have_ended) {
  app::Config slow = config();
  for (Queue& queue : slow.directory.queues) queue.wrap_up = seconds{60};
  sim::World world{1, slow};
  ASSERT_TRUE(world.open());
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Ready").status, 200);
  const auto serve = [&] {
    world.phone(5000).dial("8000");
    ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up(); }));
    world.phone(5000).hang_up();
    ASSERT_TRUE(world.until([&] { return state_of(world.agent()) == "AfterCallWork"; }));
  };
  serve();
  world.run(seconds{20});
  ASSERT_TRUE(world.restart(seconds{5}));
  world.agent().come_back();
  EXPECT_EQ(state_of(world.agent()), "AfterCallWork");
  world.run(seconds{30});
  EXPECT_EQ(state_of(world.agent()), "AfterCallWork");
  world.run(seconds{6});
  EXPECT_EQ(state_of(world.agent()), "Ready");

  serve();
  world.run(seconds{55});
  ASSERT_TRUE(world.restart(seconds{10}));
  world.agent().come_back();
  world.run(milliseconds{100});
  EXPECT_EQ(state_of(world.agent()), "Ready") << "it ended while there was no server";

  serve();
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "AfterCallWork").status, 200);
  ASSERT_TRUE(world.restart(seconds{5}));
  world.agent().come_back();
  world.run(seconds{120});
  EXPECT_EQ(state_of(world.agent()), "AfterCallWork") << "as they said, not as the queue did";
}

TEST_F(Restart, how_calls_go_outlives_it_whoever_is_logged_in) {
  sim::World world{1, config()};
  ASSERT_TRUE(world.open());
  const auto forward = [&](const char* desk, const char* number) {
    return world.desk(desk)
        .post(world.desk(desk).device_path(),
              R"({"operationName":"ForwardCallsOn","destination":")" + std::string{number} + "\"}")
        .status;
  };
  ASSERT_EQ(forward("agent", "5005"), 200);
  ASSERT_EQ(world.desk("colleague")
                .operate(world.desk("colleague").device_path(), "DoNotDisturbOn")
                .status,
            200);
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Offline").status, 200);
  for (const seconds down : {seconds{5}, seconds{120}}) {
    ASSERT_TRUE(world.restart(down));
    for (const char* name : {"agent", "colleague", "supervisor"}) world.desk(name).come_back();
    EXPECT_EQ(world.agent().device().at("forwardTo"), "5005") << down.count();
    EXPECT_EQ(world.desk("colleague").device().at("doNotDisturb"), "On") << down.count();
    world.phone(5000).dial("5001");
    EXPECT_TRUE(world.until([&] { return world.phone(5005).is_up(); })) << down.count();
    world.phone(5000).hang_up();
    const auto call = world.phone(5000).dial("5002");
    EXPECT_TRUE(world.until([&] { return world.phone(5000).status(call).end_status == 486; }));
    world.run(seconds{2});
  }
}

TEST_F(Restart, calls_are_not_forwarded_to_a_number_that_nobody_has_any_more) {
  {
    sim::World world{1, config()};
    ASSERT_TRUE(world.open());
    ASSERT_EQ(world.agent()
                  .post(world.agent().device_path(),
                        R"({"operationName":"ForwardCallsOn","destination":"5002"})")
                  .status,
              200);
    world.run(seconds{1});
  }
  app::Config fewer = config();
  std::erase_if(fewer.directory.devices,
                [](const Device& device) { return device.phone_number == "5002"; });
  std::erase_if(fewer.directory.users,
                [](const User& user) { return user.user_name == "colleague"; });
  for (Queue& queue : fewer.directory.queues) std::erase(queue.agents, DeviceId{"device-5002"});
  sim::World world{2, fewer};
  ASSERT_TRUE(world.centre().start());
  for (const int number : {5000, 5001}) ASSERT_TRUE(world.phone(number).start());
  EXPECT_TRUE(world.connect());
}

TEST_F(Restart, reasons_and_defined_states_outlive_it_as_far_as_they_are_defined) {
  app::Config defined = config();
  defined.directory.agent_states = {{AgentStateId{"efe1ab32-53f9-43ce-b65e-5768c61f7d4a"}, "Lunch",
                                     "Lunch break", AgentState::AuxWork, "1001"}};
  {
    sim::World world{1, defined};
    ASSERT_TRUE(world.open());
    ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Lunch").status, 200);
    ASSERT_EQ(
        world.desk("colleague")
            .post("/api/v2/me/channels/voice", R"({"operationName":"NotReady","reasonCode":"17"})")
            .status,
        200);
    ASSERT_TRUE(world.restart(seconds{5}));
    for (const char* name : {"agent", "colleague"}) world.desk(name).come_back();
    const json::value state = world.agent().device().at("userState");
    EXPECT_EQ(state.at("displayName"), "Lunch break");
    EXPECT_EQ(state.at("workMode"), "AuxWork");
    EXPECT_EQ(state.at("reason"), "1001");
    EXPECT_EQ(world.desk("colleague").device().at("userState").at("reason"), "17");
  }
  sim::World world{2, config()};
  ASSERT_TRUE(world.centre().start());
  world.agent().come_back();
  const json::value state = world.agent().device().at("userState");
  EXPECT_EQ(state.at("displayName"), "AuxWork") << "what it amounted to";
  EXPECT_FALSE(state.as_object().contains("reason"));
}

TEST_F(Restart, two_servers_on_one_directory_are_refused) {
  sim::World world{1, config()};
  ASSERT_TRUE(world.open());
  sim::World second{2, config()};
  const auto started = second.centre().start();
  ASSERT_FALSE(started);
  EXPECT_TRUE(started.error().starts_with(
      "server.state_directory " + config().server.state_directory + ": another Earshot (process "))
      << started.error();
}

TEST_F(Restart, an_end_in_order_keeps_it_as_well) {
  sim::World world{1, config()};
  ASSERT_TRUE(world.open());
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Ready").status, 200);
  ASSERT_TRUE(world.connect());
  bool stopped = false;
  world.centre().stop([&] { stopped = true; });
  ASSERT_TRUE(world.until([&] { return stopped; }, seconds{60}));
  ASSERT_TRUE(world.restart(seconds{2}));
  world.agent().come_back();
  EXPECT_EQ(state_of(world.agent()), "Ready");
  EXPECT_TRUE(world.connect());
}

}  // namespace
}  // namespace earshot
