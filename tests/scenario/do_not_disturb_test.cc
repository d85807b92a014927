// DoNotDisturbOn and DoNotDisturbOff (supervision-and-devices.md §B.2, §B.3, DD-32): new calls find
// the device busy, whoever makes them, and everything else goes on as before.

#include <string>

#include "tests/scenario/supervised.h"

namespace earshot::scenario {
namespace {

constexpr const char* kVoice = "/api/v2/me/channels/voice";

struct DoNotDisturb : Supervised {
  int switch_to(const std::string& desk, const std::string& operation) {
    return world.desk(desk).operate(world.desk(desk).device_path(), operation).status;
  }
  std::string shown_dnd(const std::string& desk) {
    return std::string{world.desk(desk).device().at("doNotDisturb").as_string()};
  }
  /// How a call of 5000 to `number` ends; 0: it does not within a second.
  int status_of_dialling(const std::string& number) {
    const auto call = world.phone(5000).dial(number);
    world.until([&] { return world.phone(5000).status(call).end_status != 0; }, seconds{1});
    return world.phone(5000).status(call).end_status;
  }
  sim::Reply dial(const std::string& desk, const std::string& number) {
    return world.desk(desk).post(
        world.desk(desk).device_path() + "/calls",
        R"({"operationName":"Dial","destination":{"phoneNumber":")" + number + R"("}})");
  }
};

TEST_F(DoNotDisturb, is_shown_and_told_and_its_capability_flips) {
  EXPECT_TRUE(lists(world.agent().device(), "DoNotDisturbOn"));
  world.agent().forget();
  ASSERT_EQ(switch_to("agent", "DoNotDisturbOn"), 200);
  EXPECT_EQ(shown_dnd("agent"), "On");
  EXPECT_TRUE(lists(world.agent().device(), "DoNotDisturbOff"));
  EXPECT_FALSE(lists(world.agent().device(), "DoNotDisturbOn"));
  ASSERT_TRUE(world.until([&] { return world.agent().events.size() == 2; }));
  const json::value& device = world.agent().events[0].at("data");
  EXPECT_EQ(device.at("messageType"), "DeviceStateChangeMessage");
  EXPECT_EQ(device.at("devices").at(0).at("doNotDisturb"), "On");
  const json::value& channel = world.agent().events[1].at("data");
  EXPECT_EQ(channel.at("messageType"), "ChannelStateChangeMessageV2");
  EXPECT_EQ(channel.at("channels").at(0).at("dndState"), "On");
  EXPECT_EQ(channel.at("channels").at(0).at("userState").at("state"), "NotReady");
  EXPECT_EQ(world.agent().get("/api/v2/me/channels").body.at("channels").at(0).at("dndState"),
            "On");
}

TEST_F(DoNotDisturb, is_refused_where_it_is_not_listed) {
  EXPECT_EQ(switch_to("agent", "DoNotDisturbOff"), 403);
  ASSERT_EQ(switch_to("agent", "DoNotDisturbOn"), 200);
  const sim::Reply again = world.agent().operate(world.agent().device_path(), "DoNotDisturbOn");
  EXPECT_EQ(again.status, 403);
  EXPECT_EQ(again.status_code(), 3);
  EXPECT_EQ(again.body.at("statusMessage"),
            "DoNotDisturbOn is not possible now. Do not disturb is already on. "
            "DoNotDisturbOff ends it.");
}

TEST_F(DoNotDisturb, can_be_asked_for_everything_at_once) {
  EXPECT_EQ(world.agent().operate("/api/v2/me", "DoNotDisturbOn").status, 200);
  EXPECT_EQ(shown_dnd("agent"), "On");
  EXPECT_EQ(world.agent().operate("/api/v2/me", "DoNotDisturbOn").status, 403);
  EXPECT_EQ(world.agent().operate("/api/v2/me", "DoNotDisturbOff").status, 200);
  EXPECT_EQ(shown_dnd("agent"), "Off");
}

TEST_F(DoNotDisturb, a_dry_run_changes_nothing) {
  EXPECT_EQ(world.agent()
                .post(world.agent().device_path() + "?dryRun=true",
                      R"({"operationName":"DoNotDisturbOn"})")
                .status,
            200);
  EXPECT_EQ(shown_dnd("agent"), "Off");
}

TEST_F(DoNotDisturb, a_call_by_phone_finds_it_busy) {
  ASSERT_EQ(switch_to("agent", "DoNotDisturbOn"), 200);
  EXPECT_EQ(status_of_dialling("5001"), 486);
  EXPECT_FALSE(world.phone(5001).is_ringing());
  world.trunk().dial("5001", {.offerless = false, .from_number = "+4930123456"});
  world.run(seconds{2});
  EXPECT_FALSE(world.phone(5001).is_ringing()) << "from outside too";
  ASSERT_EQ(switch_to("agent", "DoNotDisturbOff"), 200);
  EXPECT_TRUE(world.connect());
}

TEST_F(DoNotDisturb, a_call_by_api_finds_it_busy) {
  ASSERT_EQ(switch_to("agent", "DoNotDisturbOn"), 200);
  const sim::Reply refused = dial("colleague", "5001");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body.at("statusMessage"), "destination.phoneNumber: the number is busy");
  EXPECT_TRUE(world.desk("colleague").calls().empty());
}

/// The own phone of who dials rings first: what counts is how things are when the other would.
TEST_F(DoNotDisturb, switched_on_before_the_caller_s_own_phone_picks_up_counts) {
  world.phone(5002).vanish();
  ASSERT_EQ(dial("colleague", "5001").status, 200);
  ASSERT_EQ(switch_to("agent", "DoNotDisturbOn"), 200);
  world.phone(5002).come_back();
  ASSERT_TRUE(world.until([&] { return world.desk("colleague").told().ends_with("Released"); }))
      << world.desk("colleague").told();
  EXPECT_NE(world.desk("colleague").told().find("Error"), std::string::npos);
  EXPECT_FALSE(world.phone(5001).is_ringing() || world.phone(5001).is_up());
}

TEST_F(DoNotDisturb, consultations_and_transfers_to_it_are_refused) {
  ASSERT_EQ(switch_to("colleague", "DoNotDisturbOn"), 200);
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  for (const char* operation :
       {"InitiateTransfer", "InitiateConference", "SingleStepTransfer", "SingleStepConference"})
    EXPECT_EQ(ask("agent", operation, to("5002")), 400) << operation;
  EXPECT_EQ(shown("agent", "state"), R"("Established")");
  EXPECT_TRUE(world.phone(5000).is_up());
}

TEST_F(DoNotDisturb, own_calls_and_retrieving_go_on) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  ASSERT_EQ(switch_to("agent", "DoNotDisturbOn"), 200);
  EXPECT_EQ(ask("agent", "Hold"), 200);
  world.run(milliseconds{200});
  EXPECT_EQ(ask("agent", "Retrieve"), 200);
  EXPECT_TRUE(world.until([&] { return world.hears(5000, 5001); }));
  end(world);
  EXPECT_EQ(dial("agent", "5002").status, 200);
  EXPECT_TRUE(world.until([&] { return world.phone(5001).is_up() && world.phone(5002).is_up(); }))
      << "the own phone is called too";
}

TEST_F(DoNotDisturb, queues_pass_the_agent_over_until_it_is_off) {
  ASSERT_EQ(world.agent().operate(kVoice, "Ready").status, 200);
  ASSERT_EQ(switch_to("agent", "DoNotDisturbOn"), 200);
  world.trunk().dial("8000", {.offerless = false, .from_number = "+4930123456"});
  world.run(seconds{3});
  EXPECT_FALSE(world.phone(5001).is_ringing() || world.phone(5001).is_up());
  EXPECT_EQ(world.agent().device().at("userState").at("state"), "Ready") << "their own word";
  ASSERT_EQ(switch_to("agent", "DoNotDisturbOff"), 200);
  EXPECT_TRUE(world.until([&] { return world.phone(5001).is_up(); }));
}

TEST_F(DoNotDisturb, a_supervisor_s_monitoring_is_exempt) {
  ASSERT_EQ(switch_to("supervisor", "DoNotDisturbOn"), 200);
  EXPECT_TRUE(world.supervise("ListenIn")) << world.story();
  EXPECT_EQ(status_of_dialling("5005"), 486);
}

TEST_F(DoNotDisturb, outlives_a_log_out_and_a_phone_that_is_gone_for_a_while) {
  ASSERT_EQ(switch_to("agent", "DoNotDisturbOn"), 200);
  ASSERT_EQ(world.agent().operate(kVoice, "Offline").status, 200);
  EXPECT_TRUE(world.agent().device().at("capabilities").as_array().empty());
  EXPECT_EQ(switch_to("agent", "DoNotDisturbOff"), 403);
  EXPECT_EQ(shown_dnd("agent"), "On");
  EXPECT_EQ(status_of_dialling("5001"), 486);
  world.phone(5001).unregister();
  world.run(seconds{1});
  EXPECT_EQ(status_of_dialling("5001"), 486) << "not that nobody is there";
}

}  // namespace
}  // namespace earshot::scenario
