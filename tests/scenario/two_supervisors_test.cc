// Two supervisors in one call, and one in consultations that are monitored: what every desk is told
// and every ear hears (supervision-and-devices.md §A.4, §A.10, §E.4).

#include "tests/scenario/hall.h"

namespace earshot::scenario {
namespace {

// ---- two supervisors ----

TEST_F(Hall, one_agent_is_monitored_by_one_supervisor) {
  subscribe("supervisor", "ListenIn", "5001");
  const auto refused = world.desk("second").monitor("Coach", "5001");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.status_code(), 19);
  const std::string message{refused.body.at("statusMessage").as_string()};
  EXPECT_EQ(message.find("5005"), std::string::npos) << message << ": it names no person";
  EXPECT_EQ(message.find("supervisor\""), std::string::npos) << message;
  EXPECT_FALSE(is_subscribed("second"));
  ASSERT_EQ(world.supervisor()
                .operate(world.supervisor().device_path(), "CancelSupervisorMonitoring")
                .status,
            200);
  EXPECT_EQ(world.desk("second").monitor("Coach", "5001").status, 200);
}

/// 5005 monitors the agent, 5006 the colleague; they meet in a conference.
struct TwoInOneCall : Hall {
  void meet(const std::string& mode, const std::string& other) {
    subscribe("second", other, "5002");
    supervised(mode);
    act_to("agent", "SingleStepConference", "5002");
    ASSERT_TRUE(world.until([&] { return sixth->is_up(); }, seconds{3})) << world.story();
    settle();
  }
};

TEST_F(TwoInOneCall, each_is_heard_as_their_own_mode_says) {
  struct Case {
    const char* mode;
    const char* other;
    const char* ears;
  };
  for (const Case& each :
       {Case{"ListenIn", "ListenIn",
             "5000<5001 5002; 5001<5000 5002; 5002<5000 5001; 5005<5000 5001 5002; "
             "5006<5000 5001 5002"},
        Case{"Coach", "Coach",
             "5000<5001 5002; 5001<5000 5002 5005; 5002<5000 5001 5006; 5005<5000 5001 5002; "
             "5006<5000 5001 5002"},
        Case{"Coach", "BargeIn",
             "5000<5001 5002 5006; 5001<5000 5002 5005 5006; 5002<5000 5001 5006; "
             "5005<5000 5001 5002 5006; 5006<5000 5001 5002"},
        Case{"BargeIn", "ListenIn",
             "5000<5001 5002 5005; 5001<5000 5002 5005; 5002<5000 5001 5005; "
             "5005<5000 5001 5002; 5006<5000 5001 5002 5005"},
        Case{"BargeIn", "BargeIn",
             "5000<5001 5002 5005 5006; 5001<5000 5002 5005 5006; 5002<5000 5001 5005 5006; "
             "5005<5000 5001 5002 5006; 5006<5000 5001 5002 5005"}}) {
    SCOPED_TRACE(std::string{each.mode} + " and " + each.other);
    meet(each.mode, each.other);
    EXPECT_EQ(ears(), each.ears);
    sixth->hang_up();
    Supervised::end(world);
    ASSERT_EQ(world.desk("second")
                  .operate(world.desk("second").device_path(), "CancelSupervisorMonitoring")
                  .status,
              200);
    forget();
  }
}

TEST_F(TwoInOneCall, a_switch_of_one_is_told_to_whom_it_concerns) {
  meet("Coach", "ListenIn");
  act("supervisor", "SwitchToBargeIn");
  EXPECT_EQ(told(),
            "agent: ParticipantsUpdated; colleague: ParticipantsUpdated; "
            "supervisor: Established, Device Coach; second: ParticipantsUpdated");
  EXPECT_EQ(parties("second"), "5000 5001 5002 5005");
  forget();
  act("supervisor", "MuteMonitoredUser");
  EXPECT_EQ(told(),
            "agent: MonitoredUserMutedStateChange; "
            "supervisor: MonitoredUserMutedStateChange, Device Coach");
  EXPECT_EQ(ears(),
            "5000<5002 5005; 5001<5000 5002 5005; 5002<5000 5005; 5005<5000 5002; "
            "5006<5000 5002 5005");
  EXPECT_EQ(shown("second", "monitoredUserMuted"), "false") << "theirs is the colleague";
}

TEST_F(TwoInOneCall, one_s_leaving_leaves_the_other) {
  meet("Coach", "BargeIn");
  act("supervisor", "Hangup");
  EXPECT_EQ(told(), "agent: Established; supervisor: Released");
  EXPECT_EQ(ears(),
            "5000<5001 5002 5006; 5001<5000 5002 5006; 5002<5000 5001 5006; 5006<5000 5001 5002");
  forget();
  ASSERT_EQ(world.desk("second").operate("/api/v2/me/channels/voice", "Offline").status, 200);
  world.run(milliseconds{500});
  EXPECT_EQ(ears(), "5000<5001 5002; 5001<5000 5002; 5002<5000 5001");
}

/// Both monitor the colleague once the agent has gone, each as before.
TEST_F(TwoInOneCall, both_go_on_with_whoever_serves) {
  meet("Coach", "Coach");
  act("agent", "Hangup");
  EXPECT_EQ(ears(), "5000<5002; 5002<5000 5005 5006; 5005<5000 5002; 5006<5000 5002");
  EXPECT_FALSE(ever_heard(world.phone(5000), world.phone(5005)));
  EXPECT_FALSE(ever_heard(world.phone(5000), *sixth));
  EXPECT_EQ(told(),
            "agent: Released; colleague: ParticipantsUpdated; supervisor: ParticipantsUpdated; "
            "second: ParticipantsUpdated");
}

/// A transfer to an agent whom somebody else monitors: theirs begins, for the call is new to them.
TEST_F(Hall, a_call_goes_to_an_agent_whom_another_supervisor_monitors) {
  subscribe("second", "BargeIn", "5002");
  supervised("ListenIn");
  act_to("agent", "SingleStepTransfer", "5002");
  world.run(seconds{1});
  EXPECT_EQ(ears(), "5000<5002 5006; 5002<5000 5006; 5005<5000 5002 5006; 5006<5000 5002");
  EXPECT_EQ(shown("colleague", "supervisorListeningIn"), "true");
}

// ---- what a supervisor brings about from their own leg (decisions A2) ----

TEST_F(Hall, a_supervisor_s_transfer_hands_their_seat_over) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode);
    act_to("supervisor", "SingleStepTransfer", "5002");
    const bool barge = mode == "BargeIn", heard = mode != "ListenIn";
    EXPECT_EQ(ears(), std::string{"5000<5001"} + (barge ? " 5002" : "") + "; 5001<5000" +
                          (heard ? " 5002" : "") + "; 5002<5000 5001");
    EXPECT_EQ(shown("colleague", "mute"), heard ? R"("Off")" : R"("On")");
    EXPECT_EQ(shown("colleague", "monitoring"), "true");
    EXPECT_EQ(shown("agent", "supervisorListeningIn"), "true");
    EXPECT_EQ(parties("agent"), barge ? "5000 5002" : "5000");
    EXPECT_FALSE(!barge && ever_heard(world.phone(5000), world.phone(5002)));
    EXPECT_FALSE(offers("colleague", "SwitchToBargeIn") || offers("colleague", "SwitchToListenIn"));
    Supervised::end(world);
    forget();
    for (const int number : {5000, 5001}) world.phone(number).mark();
  }
}

TEST_F(Hall, a_supervisor_s_consultation_is_heard_by_nobody_in_the_call) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode);
    act_to("supervisor", "InitiateConference", "5002");
    EXPECT_EQ(ears(), "5000<5001; 5001<5000; 5002<5005; 5005<5002");
    act("supervisor", "CompleteConference", "", "Held");
    const bool barge = mode == "BargeIn", coach = mode == "Coach";
    const std::string all = barge ? " 5002 5005" : "";
    EXPECT_EQ(ears(), "5000<5001" + all + "; 5001<5000" + (coach ? " 5002 5005" : all) +
                          "; 5002<5000 5001" + (barge ? " 5005" : "") + "; 5005<5000 5001" +
                          (barge ? " 5002" : ""));
    EXPECT_EQ(parties("agent"), barge ? "5000 5002 5005" : "5000");
    Supervised::end(world);
    forget();
  }
}

/// A guest behind the trunk hears what their host does, and is heard as their host is.
TEST_F(Hall, an_outside_guest_comes_in_the_mode_of_their_host) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode);
    act_to("supervisor", "SingleStepConference", "outside");
    const bool barge = mode == "BargeIn", coach = mode == "Coach";
    const std::string all = barge ? " 5005 outside" : "";
    EXPECT_EQ(ears(), "5000<5001" + all + "; 5001<5000" + (coach ? " 5005 outside" : all) +
                          "; 5005<5000 5001" + (barge ? " outside" : "") + "; outside<5000 5001" +
                          (barge ? " 5005" : ""));
    Supervised::end(world);
    forget();
  }
}

// ---- consultations that are monitored (§E.4, DD-28) ----

struct Consulted : Hall {
  Consulted() : Hall("supervision.monitor_consult_calls = true") {}
  void consult(const std::string& mode) {
    supervised(mode);
    act_to("agent", "InitiateTransfer", "5002");
    forget();
  }
};

TEST_F(Consulted, the_supervisor_comes_with_a_transfer) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    consult(mode);
    act("agent", "CompleteTransfer", "", "Held");
    const bool barge = mode == "BargeIn", heard = mode != "ListenIn";
    EXPECT_EQ(ears(), std::string{"5000<5002"} + (barge ? " 5005" : "") + "; 5002<5000" +
                          (heard ? " 5005" : "") + "; 5005<5000 5002");
    EXPECT_EQ(parties("supervisor"), "5000 5002");
    EXPECT_EQ(shown("colleague", "supervisorListeningIn"), "true");
    Supervised::end(world);
    forget();
  }
}

TEST_F(Consulted, the_supervisor_comes_into_a_conference) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    consult(mode);
    act("agent", "CompleteConference", "", "Held");
    const bool barge = mode == "BargeIn", heard = mode != "ListenIn";
    const std::string too = barge ? " 5005" : "";
    EXPECT_EQ(ears(), "5000<5001 5002" + too + "; 5001<5000 5002" + (heard ? " 5005" : "") +
                          "; 5002<5000 5001" + too + "; 5005<5000 5001 5002");
    EXPECT_EQ(parties("supervisor"), "5000 5001 5002");
    EXPECT_EQ(shown("colleague", "supervisorListeningIn"), "false") << "the agent is monitored";
    Supervised::end(world);
    forget();
  }
}

TEST_F(Consulted, the_supervisor_goes_where_the_agent_talks) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    consult(mode);
    const bool barge = mode == "BargeIn", heard = mode != "ListenIn";
    const std::string to_agent = heard ? " 5005" : "", to_all = barge ? " 5005" : "";
    EXPECT_EQ(ears(), "5000<; 5001<5002" + to_agent + "; 5002<5001" + to_all + "; 5005<5001 5002");
    act("agent", "SwapCalls", "", "Held");
    EXPECT_EQ(ears(), "5000<5001" + to_all + "; 5001<5000" + to_agent + "; 5002<; 5005<5000 5001");
    act("agent", "SwapCalls", "", "Held");
    EXPECT_EQ(ears(), "5000<; 5001<5002" + to_agent + "; 5002<5001" + to_all + "; 5005<5001 5002");
    EXPECT_FALSE(!barge && ever_heard(world.phone(5000), world.phone(5005)));
    EXPECT_FALSE(!barge && ever_heard(world.phone(5002), world.phone(5005)));
    Supervised::end(world);
    forget();
    for (const int number : {5000, 5002}) world.phone(number).mark();
  }
}

TEST_F(Consulted, an_outside_consultation_is_never_coached_outside) {
  supervised("Coach");
  act_to("agent", "InitiateTransfer", "outside");
  EXPECT_EQ(ears(), "5000<; 5001<5005 outside; 5005<5001 outside; outside<5001");
  act("agent", "CompleteConference", "", "Held");
  EXPECT_EQ(ears(),
            "5000<5001 outside; 5001<5000 5005 outside; 5005<5000 5001 outside; outside<5000 5001");
  EXPECT_FALSE(ever_heard(world.trunk(), world.phone(5005)));
  EXPECT_FALSE(ever_heard(world.phone(5000), world.phone(5005)));
}

}  // namespace
}  // namespace earshot::scenario
