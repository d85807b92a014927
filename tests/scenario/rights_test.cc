// What each desk may do, and what the others are shown of it: the desks that do not act, the second
// supervisor, the guest, and the settings that are seldom set (supervision-and-devices.md §A, §C;
// calls.md §3).

#include <gtest/gtest.h>

#include "tests/scenario/supervised.h"

namespace earshot::scenario {
namespace {

using Rights = Supervised;
const std::string kTrunk = "+4930999";

/// Two supervisors: the colleague is one, too.
app::Config two_supervisors() {
  app::Config config = World::config();
  config.directory.users[1].roles.push_back(Role::Supervisor);
  return config;
}

std::string participants(const json::value& call) {
  std::string out;
  for (const json::value& each : call.at("participants").as_array())
    out += (out.empty() ? "" : " ") + std::string{each.at("phoneNumber").as_string()};
  return out;
}

// DD-10: what is not yours is not there, whatever is wrong with the request besides.
TEST_F(Rights, another_s_device_is_not_there_whatever_is_asked_of_it) {
  const std::string others = "/api/v2/me/devices/" + std::string{"device-5002"};
  for (const std::string& path : {others, others + "/calls"})
    for (const char* body :
         {"", "{", R"({"operationName":"Unheard"})", R"({"operationName":"Dial"})"})
      EXPECT_EQ(world.agent().post(path, body).status, 404) << path << " " << body;
}

TEST_F(Rights, a_coach_is_no_participant_for_the_others) {
  ASSERT_TRUE(world.supervise("Coach"));
  world.run(milliseconds{200});
  EXPECT_EQ(participants(call_of("agent")), "5000");
  ASSERT_EQ(ask("agent", "SingleStepConference", to("5002")), 200);
  wait_for(5002);
  EXPECT_EQ(participants(call_of("colleague")), "5000 5001");
}

TEST_F(Rights, a_coach_is_not_heard_by_whoever_the_call_goes_to_outside) {
  ASSERT_TRUE(world.supervise("Coach"));
  world.run(milliseconds{100});
  ASSERT_EQ(ask("agent", "SingleStepTransfer", to(kTrunk)), 200);
  ASSERT_TRUE(world.until([&] { return world.trunk().is_ringing(); }));
  world.trunk().answer();
  world.run(seconds{1});
  EXPECT_FALSE(world.trunk().ever_heard(world.phone(5005).settings().tone));
}

TEST_F(Rights, a_coach_cannot_mute_the_agent) {
  ASSERT_TRUE(world.supervise("Coach"));
  world.run(milliseconds{200});
  EXPECT_EQ(ask("supervisor", "MuteMonitoredUser"), 403);
  EXPECT_EQ(shown("agent", "monitoredUserMuted"), "false");
}

TEST_F(Rights, a_listeners_guest_cannot_barge_in) {
  ASSERT_TRUE(world.supervise("ListenIn"));
  world.run(milliseconds{200});
  ASSERT_EQ(ask("supervisor", "SingleStepConference", to("5002")), 200);
  wait_for(5002);
  EXPECT_FALSE(lists(call_of("colleague"), "SwitchToBargeIn"));
  EXPECT_EQ(ask("colleague", "SwitchToBargeIn"), 403);
  world.run(milliseconds{400});
  EXPECT_EQ(heard(5000), "5001");
}

TEST_F(Rights, a_supervisors_guest_takes_no_conference_from_its_owner) {
  ASSERT_TRUE(world.supervise("BargeIn"));
  ASSERT_EQ(ask("agent", "SingleStepConference", to("5002")), 200);
  wait_for(5002);
  ASSERT_TRUE(lists(call_of("agent"), "RemoveParticipantFromConference"));
  ASSERT_EQ(ask("supervisor", "SingleStepConference", to(kTrunk)), 200);
  ASSERT_TRUE(world.until([&] { return world.trunk().is_ringing(); }));
  world.trunk().answer();
  world.run(milliseconds{300});
  EXPECT_TRUE(lists(call_of("agent"), "RemoveParticipantFromConference"));
}

TEST_F(Rights, a_silent_supervisor_cannot_be_removed_by_their_number) {
  ASSERT_TRUE(world.supervise("ListenIn"));
  ASSERT_EQ(ask("agent", "SingleStepConference", to("5002")), 200);
  wait_for(5002);
  EXPECT_EQ(ask("agent", "RemoveParticipantFromConference", R"(,"participant":"5005")"), 400);
  world.run(milliseconds{200});
  EXPECT_TRUE(world.phone(5005).is_up());
}

TEST_F(Rights, who_holds_removes_nobody) {
  ASSERT_TRUE(world.connect());
  ASSERT_EQ(ask("agent", "SingleStepConference", to("5002")), 200);
  wait_for(5002);
  ASSERT_EQ(ask("agent", "Hold"), 200);
  EXPECT_EQ(ask("agent", "RemoveParticipantFromConference", R"(,"participant":"5002")"), 403);
}

TEST_F(Rights, a_call_takes_max_parties_and_no_more) {
  app::Config config = World::config();
  config.calls.max_legs = 3;
  World small{1, config};
  ASSERT_TRUE(small.open());
  ASSERT_TRUE(small.connect());
  small.run(milliseconds{100});
  ASSERT_EQ(ask(small, "agent", "SingleStepConference", to("5002")), 200);
  EXPECT_EQ(ask(small, "agent", "SingleStepConference", to(kTrunk)), 400);
}

TEST_F(Rights, answer_is_listed_for_a_phone_alone_that_can_be_told_to) {
  world.phone(5002).unregister();
  world.run(seconds{1});
  sim::PhoneSettings settings = world.phone(5002).settings();
  settings.local = *Endpoint::parse("198.51.100.77", 5060);
  settings.answers_talk = false;
  settings.answer_after.reset();
  sim::Phone by_hand{world.loop, world.network, world.entropy, settings};
  ASSERT_TRUE(by_hand.start());
  by_hand.register_with_server();
  ASSERT_TRUE(world.until([&] { return by_hand.is_registered(); }));
  world.phone(5000).dial("5002");
  ASSERT_TRUE(world.until([&] { return world.desk("colleague").told() == "Ringing"; }));
  EXPECT_FALSE(lists(call_of("colleague"), "Answer"));
  EXPECT_EQ(ask("colleague", "Answer"), 403);
}

TEST_F(Rights, a_target_is_one_device_that_has_a_user) {
  EXPECT_EQ(world.supervisor().monitor("ListenIn", "5000").status, 400);
  const auto two = world.supervisor().post(
      world.supervisor().device_path(),
      R"({"operationName":"ListenIn","phoneNumber":"5002",)"
      R"("targetDeviceUri":"http://127.0.0.1:8080/api/v2/devices/device-5001"})");
  EXPECT_EQ(two.status, 400) << json::serialize(two.body);
}

TEST_F(Rights, a_disposition_may_name_its_key) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  ASSERT_EQ(
      ask("agent", "SetCallDisposition", R"(,"disposition":"Sold","dispositionKey":"Outcome")"),
      200);
  world.run(milliseconds{100});
  EXPECT_EQ(shown("agent", "userData"), R"({"Outcome":"Sold"})");
}

TEST_F(Rights, who_is_logged_out_cannot_be_ready) {
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Offline").status, 200);
  EXPECT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Ready").status, 403);
}

TEST_F(Rights, a_device_without_its_phone_offers_nothing) {
  ASSERT_TRUE(lists(world.supervisor().device(), "ListenIn"));
  world.phone(5005).unregister();
  world.run(seconds{1});
  EXPECT_TRUE(world.supervisor().device().at("capabilities").as_array().empty());
}

TEST_F(Rights, a_supervisor_sends_no_call_to_a_queue) {
  ASSERT_TRUE(world.supervise("BargeIn"));
  world.run(milliseconds{100});
  EXPECT_EQ(ask("supervisor", "SingleStepTransfer", to("8000")), 400);
}

TEST_F(Rights, who_barged_in_stays_a_supervisor_while_a_colleague_serves_or_the_call_waits) {
  for (const bool waits : {false, true}) {
    ASSERT_TRUE(world.supervise("BargeIn"));
    world.run(milliseconds{100});
    if (waits) {
      ASSERT_EQ(ask("agent", "SingleStepTransfer", to("8000")), 200);
    } else {
      ASSERT_EQ(ask("agent", "SingleStepConference", to("5002")), 200);
      wait_for(5002);
      ASSERT_EQ(ask("agent", "Hangup"), 200);
    }
    world.run(milliseconds{300});
    EXPECT_EQ(shown("supervisor", "monitoring"), "true");
    EXPECT_EQ(lists(call_of("supervisor"), "SwitchToListenIn"), true) << waits;
    end(world);
  }
}

TEST_F(Rights, a_supervisor_whose_phone_still_rings_takes_no_call_over) {
  ASSERT_EQ(world.supervisor().monitor("BargeIn", "5001").status, 200);
  ASSERT_TRUE(world.connect());
  ASSERT_TRUE(world.until([&] { return world.phone(5005).is_ringing(); }));
  ASSERT_EQ(ask("agent", "Hangup"), 200);
  EXPECT_TRUE(world.until([&] { return world.is_empty(); }, seconds{5}));
}

TEST_F(Rights, leaving_barge_in_unmutes_the_agent_as_shown_and_as_heard) {
  ASSERT_TRUE(world.supervise("BargeIn"));
  world.run(milliseconds{200});
  ASSERT_EQ(ask("supervisor", "MuteMonitoredUser"), 200);
  ASSERT_EQ(ask("supervisor", "SwitchToListenIn"), 200);
  world.run(milliseconds{200});
  for (const char* desk : {"agent", "supervisor"})
    EXPECT_EQ(shown(desk, "monitoredUserMuted"), "false") << desk;
  EXPECT_EQ(shown("agent", "mute"), R"("Off")");
  ASSERT_EQ(ask("supervisor", "SwitchToBargeIn"), 200);
  world.run(milliseconds{400});
  EXPECT_EQ(heard(5000), "5001 5005");
  EXPECT_EQ(heard(5001), "5000 5005");
  EXPECT_EQ(heard(5005), "5000 5001");
}

TEST_F(Rights, the_device_of_who_barged_in_and_holds_offers_no_mute) {
  ASSERT_TRUE(world.supervise("BargeIn"));
  world.run(milliseconds{100});
  ASSERT_TRUE(lists(world.supervisor().device(), "MuteMonitoredUser"));
  ASSERT_EQ(ask("supervisor", "Hold"), 200);
  world.run(milliseconds{100});
  EXPECT_FALSE(lists(world.supervisor().device(), "MuteMonitoredUser"));
}

TEST_F(Rights, who_barged_into_two_calls_may_mute_while_one_is_left) {
  ASSERT_TRUE(world.supervise("BargeIn"));
  world.run(milliseconds{100});
  world.phone(5002).dial("5001");
  ASSERT_TRUE(world.until([&] { return world.supervisor().calls().size() == 2; }));
  world.run(seconds{1});
  world.phone(5002).hang_up();
  ASSERT_TRUE(world.until([&] { return world.supervisor().calls().size() == 1; }));
  world.run(milliseconds{200});
  EXPECT_TRUE(lists(world.supervisor().device(), "MuteMonitoredUser"));
}

TEST_F(Rights, next_call_is_one_call) {
  ASSERT_EQ(world.supervisor()
                .post(world.supervisor().device_path(),
                      R"({"operationName":"ListenIn","phoneNumber":"5001",)"
                      R"("supervisorMonitoringMode":"NextCall"})")
                .status,
            200);
  ASSERT_TRUE(world.connect());
  wait_for(5005);
  end(world);
  EXPECT_FALSE(lists(world.supervisor().device(), "CancelSupervisorMonitoring"));
  ASSERT_TRUE(world.connect());
  world.run(seconds{2});
  EXPECT_FALSE(world.phone(5005).is_ringing() || world.phone(5005).is_up());
}

TEST_F(Rights, a_supervisor_who_logs_out_monitors_nobody) {
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_EQ(world.supervisor().operate("/api/v2/me/channels/voice", "Offline").status, 200);
  const json::value device = world.supervisor().device();
  EXPECT_TRUE(device.at("capabilities").as_array().empty()) << json::serialize(device);
  EXPECT_FALSE(device.as_object().contains("supervisorMonitoringState")) << json::serialize(device);
  ASSERT_TRUE(world.connect());
  world.run(seconds{2});
  EXPECT_FALSE(world.phone(5005).is_ringing() || world.phone(5005).is_up());
}

TEST(TwoSupervisors, one_s_log_out_leaves_the_other_on_the_call) {
  World world{1, two_supervisors()};
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("ListenIn"));
  ASSERT_EQ(world.desk("colleague").operate("/api/v2/me/channels/voice", "Offline").status, 200);
  world.run(milliseconds{500});
  EXPECT_TRUE(world.phone(5005).is_up());
}

TEST(TwoSupervisors, an_agent_s_log_out_ends_the_subscriptions_to_them_alone) {
  World world{1, two_supervisors()};
  ASSERT_TRUE(world.open());
  ASSERT_EQ(world.desk("colleague").monitor("ListenIn", "5001").status, 200);
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5002").status, 200);
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Offline").status, 200);
  const auto subscribed = [&](const char* desk) {
    return Supervised::lists(world.desk(desk).device(), "CancelSupervisorMonitoring");
  };
  EXPECT_FALSE(subscribed("colleague"));
  EXPECT_TRUE(subscribed("supervisor"));
}

TEST(Setting, without_intrusion_a_running_call_is_not_joined) {
  for (const bool enabled : {false, true}) {
    app::Config config = World::config();
    config.supervision.intrusion_enabled = enabled;
    World world{1, config};
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.connect());
    world.run(milliseconds{100});
    ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
    world.run(seconds{2});
    EXPECT_EQ(world.phone(5005).is_up(), enabled);
  }
}

TEST(Setting, a_consultation_is_monitored_where_configured) {
  for (const bool wanted : {false, true}) {
    app::Config config = World::config();
    config.supervision.monitor_internal_calls = false;
    config.supervision.monitor_consult_calls = wanted;
    World world{1, config};
    ASSERT_TRUE(world.open());
    ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
    ASSERT_TRUE(world.connect());
    world.run(milliseconds{100});
    ASSERT_EQ(Supervised::ask(world, "agent", "InitiateTransfer", Supervised::to(kTrunk)), 200);
    ASSERT_TRUE(world.until([&] { return world.trunk().is_ringing(); }));
    world.trunk().answer();
    world.run(seconds{2});
    EXPECT_EQ(world.phone(5005).is_up(), wanted);
  }
}

TEST(Setting, notify_agent_off_hides_a_listener_and_nobody_who_is_heard) {
  for (const std::string mode : {"ListenIn", "Coach", "BargeIn"}) {
    app::Config config = World::config();
    config.supervision.notify_agent = false;
    World world{1, config};
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.supervise(mode));
    world.run(milliseconds{100});
    EXPECT_EQ(Supervised::call_of(world, "agent").at("supervisorListeningIn"), mode != "ListenIn")
        << mode;
  }
}

}  // namespace
}  // namespace earshot::scenario
