// A supervisor follows the call to whoever serves the customer, and what is shown is what is heard
// (supervision-and-devices.md §A.4, §A.10, §E; decisions A11).

#include <gtest/gtest.h>

#include "tests/scenario/supervised.h"

namespace earshot::scenario {
namespace {

TEST_F(Supervised, a_transfer_to_a_queue_in_one_step_is_followed_and_nobody_is_heard_between) {
  for (const std::string operation : {"ListenIn", "Coach", "BargeIn"}) {
    ASSERT_TRUE(world.supervise(operation));
    world.run(milliseconds{500});
    ASSERT_EQ(ask("agent", "SingleStepTransfer", to("8000")), 200);
    world.run(milliseconds{700});
    EXPECT_EQ(heard(5000), "") << operation;
    EXPECT_EQ(shown("supervisor", "mute"), R"("On")") << operation;
    EXPECT_FALSE(lists(world.supervisor().device(), "MuteMonitoredUser")) << operation;
    EXPECT_EQ(ask("supervisor", "MuteMonitoredUser"), 403) << operation;
    EXPECT_FALSE(lists(call_of("supervisor"), "SwitchToBargeIn")) << operation;
    EXPECT_EQ(ask("supervisor", "SwitchToBargeIn"), 403) << operation;
    ready("colleague");
    wait_for(5002);
    expect_follows(operation);
    end(world);
    ASSERT_EQ(world.desk("colleague").operate("/api/v2/me/channels/voice", "NotReady").status, 200);
    for (const char* desk : {"agent", "colleague", "supervisor"}) world.desk(desk).forget();
  }
}

TEST_F(Supervised, a_supervisor_in_a_queue_hears_the_customer_and_the_music) {
  constexpr double kNote = 1568;  // of the hold music, and of nobody's hum
  for (const char* operation : {"ListenIn", "Coach", "BargeIn"}) {
    SCOPED_TRACE(operation);
    ASSERT_TRUE(world.supervise(operation));
    std::vector<double> tones = world.phone(5005).settings().listen_for;
    tones.push_back(kNote);
    for (const int number : {5000, 5005}) world.phone(number).listen_for(tones);
    const auto hears_music = [&](int number) {  // at some time of a round of its eight notes
      for (int i = 0; i < 50; ++i) {
        world.run(milliseconds{100});
        if (world.phone(number).hears(milliseconds{200}).contains(kNote)) return true;
      }
      return false;
    };
    EXPECT_FALSE(hears_music(5005)) << "an agent serves";
    ASSERT_EQ(ask("agent", "SingleStepTransfer", to("8000")), 200);
    world.run(milliseconds{700});
    EXPECT_TRUE(hears_music(5000));
    EXPECT_TRUE(hears_music(5005));
    EXPECT_EQ(heard(5005), "5000");
    EXPECT_EQ(heard(5000), "");
    world.phone(5005).mark();
    world.run(seconds{1});
    EXPECT_NEAR(static_cast<double>(world.phone(5005).received().packets), 50, 2);
    EXPECT_EQ(world.phone(5005).received().lost, 0u);
    ready("colleague");
    wait_for(5002);
    world.run(milliseconds{500});
    EXPECT_FALSE(hears_music(5005));
    EXPECT_EQ(heard(5005), "5000 5002");
    end(world);
    ASSERT_EQ(world.desk("colleague").operate("/api/v2/me/channels/voice", "NotReady").status, 200);
    for (const char* desk : {"agent", "colleague", "supervisor"}) world.desk(desk).forget();
  }
}

TEST_F(Supervised, a_transfer_to_a_queue_in_two_steps_is_followed) {
  for (const std::string operation : {"Coach", "BargeIn"}) {
    ASSERT_TRUE(world.supervise(operation));
    world.run(milliseconds{500});
    ASSERT_EQ(ask("agent", "InitiateTransfer", to("8000")), 200);
    world.run(milliseconds{200});
    ASSERT_EQ(ask("agent", "CompleteTransfer", "", "Held"), 200);
    world.run(milliseconds{500});
    ready("colleague");
    wait_for(5002);
    expect_follows(operation);
    end(world);
    ASSERT_EQ(world.desk("colleague").operate("/api/v2/me/channels/voice", "NotReady").status, 200);
    for (const char* desk : {"agent", "colleague", "supervisor"}) world.desk(desk).forget();
  }
}

TEST_F(Supervised, an_agent_who_leaves_a_conference_is_followed_by_the_colleague_who_serves) {
  for (const std::string operation : {"ListenIn", "Coach", "BargeIn"}) {
    ASSERT_TRUE(world.supervise(operation));
    world.run(milliseconds{300});
    ASSERT_EQ(ask("agent", "SingleStepConference", to("5002")), 200);
    wait_for(5002);
    ASSERT_EQ(ask("agent", "Hangup"), 200);
    world.run(milliseconds{500});
    expect_follows(operation);
    end(world);
    for (const char* desk : {"agent", "colleague", "supervisor"}) world.desk(desk).forget();
  }
}

/// The agent has dialled the customer, who is at an internal phone as well.
struct Outbound : Supervised {
  void coached() {
    ASSERT_EQ(world.supervisor().monitor("Coach", "5001").status, 200);
    world.phone(5001).dial("5000");
    wait_for(5005);
  }
};

TEST_F(Outbound, a_transfer_to_a_queue_in_two_steps_is_followed) {
  coached();
  ASSERT_EQ(ask("agent", "InitiateTransfer", to("8000")), 200);
  world.run(milliseconds{200});
  ASSERT_EQ(ask("agent", "CompleteTransfer", "", "Held"), 200);
  world.run(milliseconds{500});
  EXPECT_EQ(heard(5000), "");
  ready("colleague");
  wait_for(5002);
  expect_follows("Coach");
}

TEST_F(Outbound, whoever_comes_and_goes_the_customer_is_never_coached) {
  coached();
  ASSERT_EQ(ask("agent", "InitiateTransfer", to("5002")), 200);
  wait_for(5002);
  ASSERT_EQ(ask("agent", "CompleteTransfer", "", "Established"), 200);
  world.run(milliseconds{500});
  expect_follows("Coach");
  ASSERT_EQ(ask("colleague", "SingleStepTransfer", to("8000")), 200);
  world.run(milliseconds{700});
  EXPECT_EQ(heard(5000), "");
  EXPECT_EQ(shown("supervisor", "mute"), R"("On")");
  ready("agent");
  wait_for(5001);
  EXPECT_EQ(heard(5001), "5000 5005");
  EXPECT_EQ(world.phone(5000).frames_heard(world.phone(5005).settings().tone), 0u);
}

TEST_F(Supervised, a_coach_is_heard_by_nobody_where_only_outsiders_are_left) {
  ASSERT_TRUE(world.supervise("Coach"));
  world.run(milliseconds{300});
  ASSERT_EQ(ask("agent", "SingleStepTransfer", to("+4930999")), 200);
  ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); }));
  world.run(milliseconds{500});
  EXPECT_EQ(heard(5000), "");
  EXPECT_EQ(shown("supervisor", "mute"), R"("On")");
  EXPECT_FALSE(world.trunk().ever_heard(world.phone(5005).settings().tone));
}

// DD-15
TEST_F(Supervised, a_supervisor_who_holds_leaves_nobody_muted) {
  for (const bool by_phone : {false, true}) {
    ASSERT_TRUE(world.supervise("BargeIn"));
    world.run(milliseconds{300});
    ASSERT_EQ(ask("supervisor", "MuteMonitoredUser"), 200);
    world.run(milliseconds{500});
    ASSERT_EQ(heard(5000), "5005");
    for (const char* desk : {"agent", "supervisor"}) world.desk(desk).forget();
    if (by_phone)
      world.phone(5005).hold();
    else
      ASSERT_EQ(ask("supervisor", "Hold"), 200);
    world.run(milliseconds{500});
    EXPECT_EQ(heard(5000), "5001");
    for (const char* desk : {"agent", "supervisor"}) {
      EXPECT_EQ(shown(desk, "monitoredUserMuted"), "false") << desk;
      EXPECT_NE(world.desk(desk).told().find("MonitoredUserMutedStateChange"), std::string::npos)
          << desk << ": " << world.desk(desk).told();
    }
    EXPECT_EQ(shown("agent", "mute"), R"("Off")");
    end(world);
    for (const char* desk : {"agent", "supervisor"}) world.desk(desk).forget();
  }
}

TEST(Supervision, without_intrusion_nothing_in_a_running_call_brings_a_supervisor_in) {
  app::Config config = World::config();
  config.supervision.intrusion_enabled = false;
  World world{1, config};
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_EQ(Supervised::ask(world, "agent", "AttachUserData", R"(,"userData":{"a":"b"})"), 200);
  ASSERT_EQ(Supervised::ask(world, "agent", "Hold"), 200);
  ASSERT_EQ(Supervised::ask(world, "agent", "Retrieve"), 200);
  world.phone(5001).hold();
  world.run(seconds{1});
  ASSERT_EQ(Supervised::ask(world, "agent", "SingleStepConference", Supervised::to("5002")), 200);
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); }));
  world.run(seconds{2});
  EXPECT_FALSE(world.phone(5005).is_ringing() || world.phone(5005).is_up());
  Supervised::end(world);
  ASSERT_TRUE(world.connect());  // the next call is monitored
  EXPECT_TRUE(world.until([&] { return world.phone(5005).is_up(); }));
  Supervised::end(world);
}

TEST(Supervision, without_intrusion_an_outsider_who_joins_brings_nobody_in) {
  for (const bool intrusion : {false, true}) {
    app::Config config = World::config();
    config.supervision.intrusion_enabled = intrusion;
    config.supervision.monitor_internal_calls = false;
    World world{1, config};
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.connect());
    world.run(milliseconds{100});
    ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
    ASSERT_EQ(Supervised::ask(world, "agent", "SingleStepConference", Supervised::to("+4930999")),
              200);
    ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); }));
    world.run(seconds{2});
    EXPECT_EQ(world.phone(5005).is_up(), intrusion);
    Supervised::end(world);
  }
}

// §E.4, DD-28
TEST(Supervision, a_supervisor_goes_to_the_consultation_and_back_where_it_is_monitored) {
  for (const std::string operation : {"ListenIn", "Coach", "BargeIn"}) {
    app::Config config = World::config();
    config.supervision.monitor_consult_calls = true;
    World world{1, config};
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.supervise(operation));
    world.run(milliseconds{300});
    ASSERT_EQ(Supervised::ask(world, "agent", "InitiateTransfer", Supervised::to("5002")), 200);
    ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); }));
    world.run(milliseconds{500});
    const bool barge = operation == "BargeIn";
    const std::string to_agent = operation == "ListenIn" ? "" : " 5005";
    EXPECT_EQ(Supervised::heard(world, 5005), "5001 5002") << operation;
    EXPECT_EQ(Supervised::heard(world, 5001), "5002" + to_agent) << operation;
    EXPECT_EQ(Supervised::heard(world, 5002), barge ? "5001 5005" : "5001") << operation;
    EXPECT_EQ(Supervised::heard(world, 5000), "") << operation;
    world.phone(5002).hang_up();
    world.run(milliseconds{300});
    ASSERT_EQ(Supervised::ask(world, "agent", "Retrieve"), 200);
    world.run(milliseconds{500});
    EXPECT_EQ(Supervised::heard(world, 5005), "5000 5001") << operation;
    EXPECT_EQ(Supervised::heard(world, 5000), barge ? "5001 5005" : "5001") << operation;
    Supervised::end(world);
  }
}

TEST_F(Supervised, a_subscription_to_the_next_call_takes_no_second_one) {
  const auto reply = world.supervisor().post(
      world.supervisor().device_path(),
      R"({"operationName":"ListenIn","phoneNumber":"5001","supervisorMonitoringMode":"NextCall"})");
  ASSERT_EQ(reply.status, 200);
  ASSERT_TRUE(world.connect());
  wait_for(5005);
  world.supervisor().forget();
  world.trunk().dial("5001", {.offerless = false, .from_number = "+4930123456"});
  ASSERT_TRUE(world.until([&] { return world.agent().calls().size() == 2; }));
  world.run(seconds{2});
  EXPECT_EQ(world.supervisor().told(), "");
  EXPECT_EQ(world.supervisor().calls().size(), 1u);
}

TEST_F(Supervised, the_next_call_of_an_agent_with_two_is_the_one_they_talk_in) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  ASSERT_EQ(ask("agent", "Hold"), 200);
  world.trunk().dial("5001", {.offerless = false, .from_number = "+4930123456"});
  ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); }));
  const auto reply = world.supervisor().post(
      world.supervisor().device_path(),
      R"({"operationName":"ListenIn","phoneNumber":"5001","supervisorMonitoringMode":"NextCall"})");
  ASSERT_EQ(reply.status, 200);
  world.run(seconds{2});
  ASSERT_EQ(world.supervisor().calls().size(), 1u);
  EXPECT_EQ(shown("supervisor", "ani"), R"("+4930123456")");
}

TEST_F(Supervised, a_newer_subscription_outlives_the_call_of_the_one_before) {
  const auto monitor_next = [&](const std::string& number) {
    return world.supervisor()
        .post(world.supervisor().device_path(), R"({"operationName":"ListenIn","phoneNumber":")" +
                                                    number +
                                                    R"(","supervisorMonitoringMode":"NextCall"})")
        .status;
  };
  ASSERT_EQ(monitor_next("5001"), 200);
  ASSERT_TRUE(world.connect());
  wait_for(5005);
  ASSERT_EQ(monitor_next("5002"), 200);
  world.phone(5000).hang_up();
  ASSERT_TRUE(world.until([&] { return world.supervisor().calls().empty(); }));
  world.run(seconds{1});
  EXPECT_TRUE(lists(world.supervisor().device(), "CancelSupervisorMonitoring"));
}

TEST_F(Supervised, with_scope_agent_a_supervisor_leaves_with_the_agent) {
  const auto reply = world.supervisor().post(
      world.supervisor().device_path(),
      R"({"operationName":"Coach","phoneNumber":"5001","supervisorMonitoringScope":"Agent"})");
  ASSERT_EQ(reply.status, 200);
  ASSERT_TRUE(world.connect());
  wait_for(5005);
  ASSERT_EQ(ask("agent", "SingleStepConference", to("5002")), 200);
  wait_for(5002);
  ASSERT_EQ(ask("agent", "Hangup"), 200);
  world.run(milliseconds{500});
  EXPECT_FALSE(world.phone(5005).is_up());
  EXPECT_EQ(heard(5002), "5000");
}

// DD-20
TEST_F(Supervised, who_barged_in_takes_the_call_over_when_the_last_agent_leaves) {
  ASSERT_TRUE(world.supervise("BargeIn"));
  world.run(milliseconds{300});
  ASSERT_EQ(ask("agent", "SingleStepConference", to("+4930999")), 200);
  ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); }));
  world.run(milliseconds{300});
  ASSERT_EQ(ask("agent", "Hangup"), 200);
  world.run(milliseconds{500});
  EXPECT_EQ(shown("supervisor", "monitoring"), "false");
  world.trunk().hang_up();
  world.run(milliseconds{500});
  EXPECT_EQ(heard(5000), "5005") << "the customer is not left alone";
}

// decisions A9
TEST_F(Supervised, a_dial_by_api_makes_the_own_phone_pick_up) {
  world.phone(5001).unregister();
  world.run(seconds{1});
  sim::PhoneSettings settings = world.phone(5001).settings();
  settings.local = *Endpoint::parse("198.51.100.77", 5060);
  settings.answer_after.reset();
  settings.answers_talk = true;
  sim::Phone waits{world.loop, world.network, world.entropy, settings};
  ASSERT_TRUE(waits.start());
  waits.register_with_server();
  ASSERT_TRUE(world.until([&] { return waits.is_registered(); }));
  world.agent().log_in();
  ASSERT_EQ(world.agent()
                .post(world.agent().device_path() + "/calls",
                      R"({"operationName":"Dial","destination":{"phoneNumber":"5002"}})")
                .status,
            200);
  EXPECT_TRUE(world.until([&] { return waits.is_up(); }, seconds{5})) << world.story();
  waits.hang_up();
  EXPECT_TRUE(world.until([&] { return world.is_empty(); }, seconds{70}));
}

TEST_F(Supervised, who_dials_is_told_that_it_was_their_own_phone) {
  ASSERT_EQ(world.agent()
                .post(world.agent().device_path() + "/calls",
                      R"({"operationName":"Dial","destination":{"phoneNumber":"5002"}})")
                .status,
            200);
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_ringing(); }));
  world.phone(5001).reject(486);
  world.run(seconds{1});
  std::string message;
  for (const json::value& event : world.agent().events)
    if (const json::value* text = event.at("data").as_object().if_contains("errorMessage"))
      message = text->as_string();
  EXPECT_EQ(message, "your own phone is busy");
}

TEST_F(Supervised, a_cancelled_subscription_rings_no_longer) {
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_TRUE(world.connect());
  ASSERT_TRUE(world.until([&] { return world.supervisor().told() == "Ringing"; }));
  ASSERT_EQ(world.supervisor()
                .operate(world.supervisor().device_path(), "CancelSupervisorMonitoring")
                .status,
            200);
  world.run(seconds{2});
  EXPECT_FALSE(world.phone(5005).is_ringing() || world.phone(5005).is_up());
  EXPECT_EQ(world.supervisor().told(), "Ringing, Released");
}

/// The CANCEL and the phone's 200 cross on the way, or nearly.
TEST(Supervision, who_picks_up_while_the_subscription_is_cancelled_does_not_join) {
  int crossed = 0;
  for (const char* mode : {"ListenIn", "Coach", "BargeIn"})
    for (int after_ms = 260; after_ms <= 400; after_ms += 5) {
      SCOPED_TRACE(std::string{mode} + " cancelled after " + std::to_string(after_ms) + " ms");
      World world;
      ASSERT_TRUE(world.open());
      sim::Dials dials;
      dials.delay = milliseconds{20};
      world.network.set_dials(dials);
      ASSERT_EQ(world.supervisor().monitor(mode, "5001").status, 200);
      ASSERT_TRUE(world.connect());
      ASSERT_TRUE(world.until([&] { return world.supervisor().told() == "Ringing"; }));
      world.run(milliseconds{after_ms});
      const bool picked_up = world.phone(5005).is_up();
      const bool still_rings = Supervised::call_of(world, "supervisor").at("state") == "Ringing";
      ASSERT_EQ(world.supervisor()
                    .operate(world.supervisor().device_path(), "CancelSupervisorMonitoring")
                    .status,
                200);
      world.run(seconds{2});
      if (!still_rings) {  // they had joined; Cancel ends the subscription, not the part in a call
        EXPECT_TRUE(world.phone(5005).is_up());
      } else {
        crossed += picked_up ? 1 : 0;
        EXPECT_FALSE(world.phone(5005).is_ringing() || world.phone(5005).is_up());
        EXPECT_EQ(world.supervisor().told(), "Ringing, Released");
        EXPECT_EQ(world.hearing(), "5000< 5001; 5001< 5000; 5005<");
        EXPECT_FALSE(world.agent().last_call()->at("supervisorListeningIn").as_bool());
        EXPECT_TRUE(world.supervisor().calls().empty());
      }
      Supervised::end(world);
    }
  EXPECT_GT(crossed, 3);
}

TEST_F(Supervised, a_phone_that_rings_for_a_subscription_joins_as_the_latest_one_says) {
  ASSERT_EQ(world.supervisor().monitor("BargeIn", "5001").status, 200);
  ASSERT_TRUE(world.connect());
  ASSERT_TRUE(world.until([&] { return world.phone(5005).is_ringing(); }));
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  wait_for(5005);
  EXPECT_EQ(heard(5000), "5001");
  EXPECT_EQ(shown("supervisor", "mute"), R"("On")");
}

TEST_F(Supervised, the_device_mutes_the_agent_as_it_lists) {
  ASSERT_TRUE(world.supervise("BargeIn"));
  world.run(milliseconds{300});
  const std::string path = world.supervisor().device_path();
  ASSERT_TRUE(lists(world.supervisor().device(), "MuteMonitoredUser"));
  EXPECT_EQ(world.supervisor().operate(path, "UnmuteMonitoredUser").status, 403);
  ASSERT_EQ(world.supervisor().operate(path, "MuteMonitoredUser").status, 200);
  world.run(milliseconds{500});
  EXPECT_EQ(heard(5000), "5005");
  EXPECT_TRUE(world.supervisor().device().as_object().contains("supervisorMonitoringState"));
  ASSERT_EQ(world.supervisor().operate(path, "UnmuteMonitoredUser").status, 200);
  world.run(milliseconds{500});
  EXPECT_EQ(heard(5000), "5001 5005");
}

TEST_F(Supervised, a_supervisor_whose_phone_is_away_is_told) {
  ASSERT_EQ(world.supervisor().monitor("Coach", "5001").status, 200);
  world.phone(5005).unregister();
  world.run(seconds{1});
  world.supervisor().forget();
  ASSERT_TRUE(world.connect());
  world.run(seconds{1});
  ASSERT_EQ(world.supervisor().events.size(), 1u);
  const json::value& data = world.supervisor().events[0].at("data");
  EXPECT_EQ(world.supervisor().events[0].at("channel"), "/v2/me/devices");
  EXPECT_EQ(data.at("messageType"), "ErrorMessage");
  EXPECT_EQ(data.at("operationName"), "Coach");
  EXPECT_EQ(data.at("errorMessage"),
            "You could not be brought into the call of 5001: your own phone is not registered, or "
            "it does not respond.");
}

TEST_F(Supervised, monitoring_before_the_session_begins_is_refused_with_its_reason) {
  ASSERT_EQ(world.supervisor().operate("/api/v2/me/channels/voice", "Offline").status, 200);
  const sim::Reply reply = world.supervisor().monitor("ListenIn", "5001");
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.body.at("statusMessage"),
            "ListenIn is not possible now. You are logged out of the voice channel. "
            "StartContactCenterSession logs you in.");
}

TEST_F(Supervised, a_transfer_whose_customer_leaves_ends_for_all) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  ASSERT_EQ(ask("agent", "SingleStepTransfer", to("+4930999")), 200);
  ASSERT_TRUE(world.until([&] { return world.trunk().is_ringing(); }));
  world.phone(5000).hang_up();
  world.run(milliseconds{100});
  EXPECT_FALSE(world.trunk().is_ringing());
  EXPECT_FALSE(world.trunk().is_up()) << "it is given up, not answered";
  EXPECT_FALSE(world.phone(5001).is_up());
  EXPECT_TRUE(world.agent().calls().empty());
  EXPECT_TRUE(world.until([&] { return world.is_empty(); }, seconds{2})) << world.story();
}

// calls.md §4.2, §4.3
TEST_F(Supervised, data_given_with_a_single_step_is_attached) {
  for (const std::string operation : {"SingleStepConference", "SingleStepTransfer"}) {
    ASSERT_TRUE(world.connect());
    world.run(milliseconds{100});
    ASSERT_EQ(ask("agent", operation, to("5002") + R"(,"userData":{"Case":"A-17"})"), 200);
    ASSERT_TRUE(world.until([&] { return world.desk("colleague").calls().size() == 1; }));
    EXPECT_EQ(call_of("colleague").at("userData").at("Case"), "A-17") << operation;
    end(world);
  }
}

TEST_F(Supervised, a_consultation_gives_back_what_it_changed_and_no_more) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  ASSERT_EQ(ask("agent", "AttachUserData", R"(,"userData":{"Kept":"1","Gone":"1","Both":"1"})"),
            200);
  ASSERT_EQ(ask("agent", "InitiateConference", to("5002")), 200);
  wait_for(5002);
  ASSERT_EQ(ask("agent", "UpdateUserData", R"(,"userData":{"Kept":"2"})", "Held"), 200);
  ASSERT_EQ(ask("colleague", "UpdateUserData", R"(,"userData":{"Both":"3"})"), 200);
  ASSERT_EQ(ask("colleague", "DeleteUserDataPair", R"(,"key":"Gone")"), 200);
  ASSERT_EQ(ask("agent", "CompleteConference", "", "Established"), 200);
  world.run(milliseconds{100});
  EXPECT_EQ(json::serialize(call_of("agent").at("userData")), R"({"Both":"3","Kept":"2"})");
}

TEST_F(Supervised, a_call_keeps_so_much_user_data_and_no_more) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  const std::string text(30'000, 'x');
  const auto attach = [&](const std::string& key) {
    return ask("agent", "AttachUserData", R"(,"userData":{")" + key + R"(":")" + text + R"("})");
  };
  EXPECT_EQ(attach("a"), 200);
  EXPECT_EQ(attach("b"), 200);
  EXPECT_EQ(attach("c"), 400);
  EXPECT_EQ(call_of("agent").at("userData").as_object().size(), 2u);
  EXPECT_EQ(attach("b"), 200) << "in the place of what is there";
}

}  // namespace
}  // namespace earshot::scenario
