// More than one supervisor, less than the whole call, and whatever else is not the happy
// supervisor: what every desk is told and every ear hears (supervision-and-devices.md §A.4, §A.10,
// §E; calls.md §4.5). The modes are those of the page's operations.

#include "tests/scenario/hall.h"

namespace earshot::scenario {
namespace {

// ---- who is told that a supervisor joins, switches, holds and leaves (calls.md §4.5, DD-17) ----

/// The colleague is at the customer's phone, so that the customer's agent has a desk.
struct Joining : Hall {
  void join(const std::string& mode) {
    world.phone(5002).dial("5001");
    ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up(); }));
    settle();
    subscribe("supervisor", mode, "5001");
    world.run(seconds{1});
  }
};

TEST_F(Joining, a_listener_is_told_to_the_agent_alone) {
  join("ListenIn");
  EXPECT_EQ(told(), "agent: Established; supervisor: Device ListenIn, Ringing, Established");
  EXPECT_EQ(shown("agent", "supervisorListeningIn"), "true");
  EXPECT_EQ(shown("colleague", "supervisorListeningIn"), "false");
  EXPECT_EQ(shown("supervisor", "supervisorListeningIn"), "false");
  EXPECT_EQ(parties("agent") + ", " + parties("colleague"), "5002, 5001");
}

TEST_F(Joining, a_coach_is_told_to_the_agent_alone) {
  join("Coach");
  EXPECT_EQ(told(), "agent: Established; supervisor: Device Coach, Ringing, Established");
  EXPECT_EQ(parties("agent") + ", " + parties("colleague"), "5002, 5001");
  EXPECT_EQ(ears(), "5001<5002 5005; 5002<5001; 5005<5001 5002");
}

TEST_F(Joining, who_barges_in_is_told_to_both) {
  join("BargeIn");
  EXPECT_EQ(told(),
            "agent: ParticipantsUpdated; colleague: ParticipantsUpdated; "
            "supervisor: Device BargeIn, Ringing, Established, Device BargeIn");
  EXPECT_EQ(parties("agent") + ", " + parties("colleague"), "5002 5005, 5001 5005");
}

TEST_F(Joining, a_switch_to_barge_in_and_back_is_told_to_both) {
  join("ListenIn");
  forget();
  act("supervisor", "SwitchToBargeIn");
  EXPECT_EQ(told(),
            "agent: ParticipantsUpdated; colleague: ParticipantsUpdated; "
            "supervisor: Established, Device ListenIn");
  forget();
  act("supervisor", "SwitchToListenIn");
  EXPECT_EQ(told(),
            "agent: ParticipantsUpdated; colleague: ParticipantsUpdated; "
            "supervisor: Established, Device ListenIn");
  EXPECT_EQ(parties("agent") + ", " + parties("colleague"), "5002, 5001");
}

TEST_F(Joining, a_coach_who_falls_silent_is_told_to_nobody_else) {
  join("Coach");
  forget();
  act("supervisor", "SwitchToListenIn");
  EXPECT_EQ(told(), "supervisor: Established");
  EXPECT_EQ(shown("agent", "supervisorListeningIn"), "true");
}

TEST_F(Joining, what_a_supervisor_does_to_their_own_side_is_told_to_them_alone) {
  join("BargeIn");
  forget();
  act("supervisor", "Hold");
  EXPECT_EQ(told(), "supervisor: Held, Device BargeIn");
  EXPECT_EQ(ears(), "5001<5002; 5002<5001; 5005<");
  forget();
  act("supervisor", "Retrieve");
  EXPECT_EQ(told(), "supervisor: Established, Device BargeIn");
  forget();
  act("supervisor", "MuteMonitoredUser");
  EXPECT_EQ(told(),
            "agent: MonitoredUserMutedStateChange; "
            "supervisor: MonitoredUserMutedStateChange, Device BargeIn");
  EXPECT_EQ(shown("colleague", "monitoredUserMuted"), "false");
  forget();
  act("supervisor", "Hangup");
  EXPECT_EQ(told(),
            "agent: ParticipantsUpdated, MonitoredUserMutedStateChange; "
            "colleague: ParticipantsUpdated; supervisor: Released, Device BargeIn")
      << "DD-15: the agent is audible again";
  EXPECT_EQ(ears(), "5001<5002; 5002<5001");
}

// ---- scope Agent: the supervisor leaves with the agent, whoever the call goes to (§A.10) ----

TEST_F(Hall, with_scope_agent_a_transfer_in_one_step_leaves_the_supervisor_behind) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode, kAgentScope);
    act_to("agent", "SingleStepTransfer", "5002");
    EXPECT_EQ(ears(), "5000<5002; 5002<5000");
    EXPECT_EQ(told(),
              "agent: Released; colleague: Ringing, Established, ParticipantsUpdated; "
              "supervisor: Released" +
                  device_of(mode));
    EXPECT_EQ(parties("colleague"), "5000");
    EXPECT_EQ(shown("colleague", "supervisorListeningIn"), "false");
    EXPECT_FALSE(ever_heard(world.phone(5002), world.phone(5005)));
    EXPECT_TRUE(is_subscribed("supervisor")) << "AllCalls";
    Supervised::end(world);
    forget();
  }
}

TEST_F(Hall, with_scope_agent_a_transfer_in_two_steps_leaves_the_supervisor_behind) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode, kAgentScope);
    act_to("agent", "InitiateTransfer", "5002");
    EXPECT_EQ(ears(), mode == "BargeIn" ? "5000<5005; 5001<5002; 5002<5001; 5005<5000"
                                        : "5000<; 5001<5002; 5002<5001; 5005<5000");
    act("agent", "CompleteTransfer", "", "Held");
    EXPECT_EQ(ears(), "5000<5002; 5002<5000");
    EXPECT_EQ(told(),
              "agent: Held, Dialing, Held, Established, Released, Released; "
              "colleague: Ringing, Established, ParticipantsUpdated; supervisor: Released" +
                  device_of(mode));
    EXPECT_EQ(parties("colleague"), "5000");
    Supervised::end(world);
    forget();
  }
}

TEST_F(Hall, with_scope_agent_a_transfer_outside_leaves_the_supervisor_behind) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode, kAgentScope);
    act_to("agent", "SingleStepTransfer", "outside");
    EXPECT_EQ(ears(), "5000<outside; outside<5000");
    EXPECT_EQ(told(), "agent: Released; supervisor: Released" + device_of(mode));
    EXPECT_FALSE(ever_heard(world.trunk(), world.phone(5005)));
    Supervised::end(world);
    forget();
  }
}

TEST_F(Hall, with_scope_agent_the_supervisor_leaves_a_conference_with_the_agent) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode, kAgentScope);
    act_to("agent", "SingleStepConference", "5002");
    forget();
    act("agent", "Hangup");
    EXPECT_EQ(ears(), "5000<5002; 5002<5000");
    EXPECT_EQ(told(), "agent: Released; colleague: ParticipantsUpdated; supervisor: Released" +
                          device_of(mode));
    EXPECT_EQ(parties("colleague"), "5000");
    Supervised::end(world);
    forget();
  }
}

// ---- Coach and ListenIn, and the agent hands the call to an outside number ----

TEST_F(Hall, a_coach_whose_call_goes_outside_in_two_steps_is_heard_by_nobody) {
  supervised("Coach");
  act_to("agent", "InitiateTransfer", "outside");
  EXPECT_EQ(ears(), "5000<; 5001<outside; 5005<5000; outside<5001");
  act("agent", "CompleteTransfer", "", "Held");
  EXPECT_EQ(ears(), "5000<outside; 5005<5000 outside; outside<5000");
  EXPECT_EQ(shown("supervisor", "mute"), R"("On")");
  EXPECT_EQ(parties("supervisor"), "+4930999 5000");
  EXPECT_FALSE(ever_heard(world.trunk(), world.phone(5005)));
  EXPECT_FALSE(ever_heard(world.phone(5000), world.phone(5005)));
  EXPECT_EQ(told(),
            "agent: Held, Dialing, Held, Established, Released, Released; "
            "supervisor: ParticipantsUpdated");
}

TEST_F(Hall, a_coach_hears_the_agent_again_who_gives_an_outside_consultation_up) {
  supervised("Coach");
  act_to("agent", "InitiateTransfer", "outside");
  forget();
  world.trunk().hang_up();
  world.run(milliseconds{500});
  EXPECT_EQ(told(), "agent: Held, Released");
  act("agent", "Retrieve");
  EXPECT_EQ(ears(), "5000<5001; 5001<5000 5005; 5005<5000 5001");
  EXPECT_FALSE(ever_heard(world.trunk(), world.phone(5005)));
}

// ---- guests: whoever a supervisor brings in comes in the supervisor's mode (decisions A2) ----

TEST_F(Hall, a_listener_s_guest_listens) {
  supervised("ListenIn");
  act_to("supervisor", "SingleStepConference", "5002");
  EXPECT_EQ(ears(), "5000<5001; 5001<5000; 5002<5000 5001; 5005<5000 5001");
  EXPECT_EQ(shown("colleague", "mute"), R"("On")");
  EXPECT_EQ(parties("agent"), "5000");
  EXPECT_EQ(told(), "colleague: Ringing, Established");
}

TEST_F(Hall, a_coach_s_guest_coaches) {
  supervised("Coach");
  act_to("supervisor", "SingleStepConference", "5002");
  EXPECT_EQ(ears(), "5000<5001; 5001<5000 5002 5005; 5002<5000 5001; 5005<5000 5001");
  EXPECT_EQ(shown("colleague", "mute"), R"("Off")");
  EXPECT_EQ(parties("agent"), "5000");
  EXPECT_FALSE(ever_heard(world.phone(5000), world.phone(5002)));
}

TEST_F(Hall, the_guest_of_who_barged_in_is_one_of_the_party) {
  supervised("BargeIn");
  act_to("supervisor", "SingleStepConference", "5002");
  EXPECT_EQ(ears(),
            "5000<5001 5002 5005; 5001<5000 5002 5005; 5002<5000 5001 5005; 5005<5000 5001 5002");
  EXPECT_EQ(parties("agent"), "5000 5002 5005");
  EXPECT_EQ(told(),
            "agent: ParticipantsUpdated; colleague: Ringing, Established; "
            "supervisor: ParticipantsUpdated");
}

TEST_F(Hall, a_guest_stays_what_they_are_when_their_host_switches_or_goes) {
  supervised("Coach");
  act_to("supervisor", "SingleStepConference", "5002");
  act("supervisor", "SwitchToBargeIn");
  EXPECT_EQ(ears(), "5000<5001 5005; 5001<5000 5002 5005; 5002<5000 5001 5005; 5005<5000 5001");
  act("supervisor", "Hangup");
  EXPECT_EQ(ears(), "5000<5001; 5001<5000 5002; 5002<5000 5001");
  EXPECT_FALSE(ever_heard(world.phone(5000), world.phone(5002)));
}

// ---- log-outs (§A.4, §A.10, DD-22) ----

/// What the agent is told when their supervisor leaves: of who barged in they see a party go.
std::string left(const std::string& mode) {
  return mode == "BargeIn" ? "agent: ParticipantsUpdated" : "agent: Established";
}
/// The device lists MuteMonitoredUser no more.
std::string unmuting(const std::string& mode) { return mode == "BargeIn" ? ", Device" : ""; }

void log_in(sim::Desk& desk) {
  ASSERT_EQ(desk.post("/api/v2/me",
                      R"({"operationName":"StartContactCenterSession","channels":["voice"]})")
                .status,
            200);
}

TEST_F(Hall, a_supervisor_who_logs_out_leaves_the_call) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode);
    ASSERT_EQ(world.supervisor().operate("/api/v2/me/channels/voice", "Offline").status, 200);
    world.run(milliseconds{500});
    EXPECT_EQ(ears(), "5000<5001; 5001<5000");
    EXPECT_EQ(told(), left(mode) + "; supervisor: Device, Released" + unmuting(mode));
    EXPECT_EQ(shown("agent", "supervisorListeningIn"), "false");
    EXPECT_FALSE(is_subscribed("supervisor"));
    Supervised::end(world);
    log_in(world.supervisor());
    world.run(milliseconds{100});
    forget();
  }
}

TEST_F(Hall, an_agent_who_logs_out_is_monitored_to_the_end_of_the_call_and_no_longer) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode);
    const std::string before = ears();
    ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "Offline").status, 200);
    world.run(milliseconds{500});
    EXPECT_EQ(ears(), before);
    EXPECT_EQ(told(), "agent: Device; supervisor: Device");
    EXPECT_FALSE(is_subscribed("supervisor"));
    Supervised::end(world);
    log_in(world.agent());
    ASSERT_TRUE(world.connect());
    world.run(seconds{1});
    EXPECT_EQ(ears(), "5000<5001; 5001<5000") << "the next call is nobody's";
    Supervised::end(world);
    forget();
  }
}

// ---- NextCall (§A.4) ----

TEST_F(Hall, the_next_call_is_used_up_when_its_supervisor_hangs_up) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode, kNextCall);
    ASSERT_TRUE(is_subscribed("supervisor"));
    act("supervisor", "Hangup");
    EXPECT_EQ(told(), left(mode) + "; supervisor: Device, Released" + unmuting(mode));
    EXPECT_FALSE(is_subscribed("supervisor"));
    EXPECT_EQ(ears(), "5000<5001; 5001<5000") << "the agent and the customer talk on";
    Supervised::end(world);
    forget();
  }
}

TEST_F(Hall, the_next_call_goes_with_the_call_to_the_colleague_and_ends_with_it) {
  supervised("Coach", kNextCall);
  act_to("agent", "SingleStepTransfer", "5002");
  EXPECT_EQ(ears(), "5000<5002; 5002<5000 5005; 5005<5000 5002");
  EXPECT_TRUE(is_subscribed("supervisor"));
  ASSERT_TRUE(world.trunk().dial("5001").value);
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_up(); }));
  settle();
  EXPECT_EQ(ears(), "5000<5002; 5001<outside; 5002<5000 5005; 5005<5000 5002; outside<5001")
      << "the agent's second call is not theirs";
  act("colleague", "Hangup");
  EXPECT_FALSE(is_subscribed("supervisor"));
}

TEST_F(Hall, the_next_call_is_not_used_up_by_one_that_only_rang) {
  subscribe("supervisor", "BargeIn", "5001", kNextCall);
  world.phone(5000).dial("5001");
  ASSERT_TRUE(world.until([&] { return world.phone(5001).is_ringing(); }));
  world.phone(5000).hang_up();
  world.run(seconds{1});
  EXPECT_TRUE(is_subscribed("supervisor"));
  EXPECT_FALSE(world.phone(5005).is_up());
  ASSERT_TRUE(world.connect());
  world.run(seconds{1});
  EXPECT_EQ(ears(), "5000<5001 5005; 5001<5000 5005; 5005<5000 5001");
}

/// DD-5: the call that is joined counts as the next one.
TEST_F(Hall, the_next_call_may_be_the_one_under_way) {
  ASSERT_TRUE(world.connect());
  settle();
  subscribe("supervisor", "ListenIn", "5001", kNextCall);
  world.run(seconds{1});
  EXPECT_EQ(ears(), "5000<5001; 5001<5000; 5005<5000 5001");
  EXPECT_EQ(told(), "agent: Established; supervisor: Device ListenIn, Ringing, Established");
  Supervised::end(world);
  EXPECT_FALSE(is_subscribed("supervisor"));
}

// ---- three parties, and the agent leaves (§A.10) ----

TEST_F(Hall, an_agent_who_leaves_customer_and_outsider_leaves_a_supervisor_with_them) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode);
    act_to("agent", "SingleStepConference", "outside");
    const bool barge = mode == "BargeIn", coach = mode == "Coach";
    const std::string too = barge ? " 5005" : "";
    EXPECT_EQ(ears(), "5000<5001" + too + " outside; 5001<5000" + (barge || coach ? " 5005" : "") +
                          " outside; 5005<5000 5001 outside; outside<5000 5001" + too);
    forget();
    act("agent", "Hangup");
    if (barge) {  // DD-20: they take the call over
      EXPECT_EQ(ears(), "5000<5005 outside; 5005<5000 outside; outside<5000 5005");
      EXPECT_EQ(shown("supervisor", "monitoring"), "false");
    } else {
      EXPECT_EQ(ears(), "5000<outside; 5005<5000 outside; outside<5000");
      EXPECT_EQ(shown("supervisor", "mute"), R"("On")");
      EXPECT_EQ(shown("supervisor", "monitoring"), "true");
    }
    EXPECT_EQ(told(), "agent: Released; supervisor: ParticipantsUpdated" +
                          (barge ? device_of(mode) : std::string{}));
    EXPECT_EQ(parties("supervisor"), "+4930999 5000");
    Supervised::end(world);
    forget();
  }
}

TEST_F(Hall, a_customer_who_leaves_a_conference_leaves_the_supervisor_with_the_others) {
  for (const std::string& mode : kModes) {
    SCOPED_TRACE(mode);
    supervised(mode);
    act_to("agent", "SingleStepConference", "5002");
    forget();
    world.phone(5000).hang_up();
    world.run(milliseconds{500});
    const bool barge = mode == "BargeIn", coach = mode == "Coach";
    EXPECT_EQ(ears(), std::string{"5001<5002"} + (barge || coach ? " 5005" : "") + "; 5002<5001" +
                          (barge ? " 5005" : "") + "; 5005<5001 5002");
    EXPECT_EQ(told(),
              "agent: ParticipantsUpdated; colleague: ParticipantsUpdated; "
              "supervisor: ParticipantsUpdated");
    Supervised::end(world);
    forget();
  }
}

}  // namespace
}  // namespace earshot::scenario
