// The sequences a desktop goes through on an ordinary day, each from the first ring to the last
// hang-up: who is told what in which order, and who hears whom after each step.

#include <gtest/gtest.h>

#include "sim/world.h"

namespace earshot::scenario {
namespace {

using sim::World;

struct Sequences : testing::Test {
  World world;
  void SetUp() override { ASSERT_TRUE(world.open()); }
  void TearDown() override {
    EXPECT_TRUE(world.until([&] { return world.is_empty(); }, seconds{70})) << world.story();
  }

  /// What each desk was told since the last time: {"agent", "Held, Dialing"}; all others nothing.
  void expect_told(const std::map<std::string, std::string>& expected) {
    world.run(milliseconds{100});
    for (const std::string name : {"agent", "colleague", "supervisor"}) {
      const auto told = expected.find(name);
      EXPECT_EQ(world.desk(name).told(), told == expected.end() ? "" : told->second) << name;
      world.desk(name).forget();
    }
  }

  /// "5001< 5000 5002; …", of those who hear somebody.
  std::string heard() {
    world.run(milliseconds{400});
    std::string out;
    for (const int listener : {5000, 5001, 5002, 5005}) {
      std::string sources;
      for (const int source : {5000, 5001, 5002, 5005})
        if (source != listener && world.hears(listener, source))
          sources += " " + std::to_string(source);
      if (!sources.empty())
        out += (out.empty() ? "" : "; ") + std::to_string(listener) + "<" + sources;
    }
    return out;
  }

  /// The only call of a desk; null where there is none or a second.
  json::value call_of(const std::string& desk) {
    const json::array calls = world.desk(desk).calls();
    return calls.size() == 1 ? calls[0] : json::value{};
  }
  std::string participants_of(const std::string& desk) {
    std::string out;
    const json::value call = call_of(desk);
    for (const json::value& each : call.at("participants").as_array())
      out += (out.empty() ? "" : " ") + std::string{each.at("phoneNumber").as_string()};
    return out;
  }
  bool lists(const std::string& desk, std::string_view operation) {
    const json::value call = call_of(desk);
    for (const json::value& each : call.at("capabilities").as_array())
      if (each == json::value(operation)) return true;
    return false;
  }

  /// The agent's operation on the consultation, or on the call it is about.
  int ask(bool consult, const std::string& operation, const std::string& more = "") {
    for (const json::value& call : world.agent().calls())
      if (call.as_object().contains("parentCallUri") == consult)
        return world.agent()
            .post("/api/v2/me/calls/" + std::string{call.at("id").as_string()},
                  R"({"operationName":")" + operation + '"' + more + "}")
            .status;
    return 0;
  }

  /// The agent has the customer, consults the colleague, who answers at the desk.
  void consult(const std::string& operation) {
    ASSERT_TRUE(world.connect());
    expect_told({{"agent", "Ringing, Established"}});
    ASSERT_EQ(ask(false, operation, R"(,"destination":{"phoneNumber":"5002"})"), 200);
    expect_told({{"agent", "Held, Dialing"}, {"colleague", "Ringing"}});
    ASSERT_EQ(world.desk("colleague").on_call("Answer").status, 200);
    // The held call lists CompleteConference from now on.
    expect_told({{"agent", "Held, Established"}, {"colleague", "Established"}});
    EXPECT_EQ(heard(), "5001< 5002; 5002< 5001");
  }
};

TEST_F(Sequences, a_direct_call) {
  ASSERT_EQ(world.agent()
                .post(world.agent().device_path() + "/calls",
                      R"({"operationName":"Dial","destination":{"phoneNumber":"5002"}})")
                .status,
            200);
  ASSERT_TRUE(world.until([&] { return world.desk("colleague").told() == "Ringing"; }));
  EXPECT_EQ(world.agent().told(), "Dialing");
  for (const char* desk : {"agent", "colleague"}) world.desk(desk).forget();
  ASSERT_EQ(world.desk("colleague").on_call("Answer").status, 200);
  expect_told({{"agent", "Established"}, {"colleague", "Established"}});
  EXPECT_EQ(heard(), "5001< 5002; 5002< 5001");
  ASSERT_EQ(world.agent().on_call("Hangup").status, 200);
  expect_told({{"agent", "Released"}, {"colleague", "Released"}});
  EXPECT_EQ(heard(), "");
}

TEST_F(Sequences, an_attended_transfer) {
  consult("InitiateTransfer");
  ASSERT_EQ(ask(true, "CompleteTransfer"), 200);
  expect_told({{"agent", "Released, Released"}, {"colleague", "ParticipantsUpdated"}});
  EXPECT_EQ(participants_of("colleague"), "5000");
  EXPECT_EQ(heard(), "5000< 5002; 5002< 5000");
  ASSERT_EQ(world.desk("colleague").on_call("Hangup").status, 200);
  expect_told({{"colleague", "Released"}});
}

TEST_F(Sequences, a_conference) {
  consult("InitiateConference");
  ASSERT_EQ(ask(true, "CompleteConference"), 200);
  expect_told({{"agent", "Released, Established, ParticipantsUpdated"},
               {"colleague", "ParticipantsUpdated"}});
  EXPECT_EQ(participants_of("agent"), "5000 5002");
  EXPECT_EQ(participants_of("colleague"), "5000 5001");
  EXPECT_EQ(heard(), "5000< 5001 5002; 5001< 5000 5002; 5002< 5000 5001");
  ASSERT_EQ(world.agent().on_call("Hangup").status, 200);
  expect_told({{"agent", "Released"}, {"colleague", "ParticipantsUpdated"}});
  EXPECT_EQ(heard(), "5000< 5002; 5002< 5000") << "who made the conference may leave it";
  world.phone(5000).hang_up();
  expect_told({{"colleague", "Released"}});
}

TEST_F(Sequences, a_supervised_call) {
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_TRUE(world.connect());
  ASSERT_TRUE(world.until([&] { return world.phone(5005).is_up(); }));
  expect_told(
      {{"agent", "Ringing, Established, Established"}, {"supervisor", "Ringing, Established"}});
  const json::value call = call_of("supervisor");
  EXPECT_EQ(call.at("mute"), "On");
  EXPECT_EQ(call.at("id"), call_of("agent").at("id"));
  EXPECT_EQ(participants_of("supervisor"), "5000 5001");
  EXPECT_EQ(participants_of("agent"), "5000") << "a listener is no participant";
  EXPECT_EQ(call_of("agent").at("supervisorListeningIn"), true);
  EXPECT_EQ(heard(), "5000< 5001; 5001< 5000; 5005< 5000 5001");

  ASSERT_EQ(world.supervisor().on_call("SwitchToBargeIn").status, 200);
  expect_told({{"agent", "ParticipantsUpdated"}, {"supervisor", "Established"}});
  EXPECT_EQ(call_of("supervisor").at("mute"), "Off");
  EXPECT_TRUE(lists("supervisor", "SwitchToListenIn"));
  EXPECT_FALSE(lists("supervisor", "SwitchToBargeIn"));
  EXPECT_EQ(participants_of("agent"), "5000 5005");
  EXPECT_EQ(heard(), "5000< 5001 5005; 5001< 5000 5005; 5005< 5000 5001");

  ASSERT_EQ(world.supervisor().on_call("MuteMonitoredUser").status, 200);
  expect_told({{"agent", "MonitoredUserMutedStateChange"},
               {"supervisor", "MonitoredUserMutedStateChange"}});
  EXPECT_EQ(call_of("supervisor").at("monitoredUserMuted"), true);
  EXPECT_EQ(heard(), "5000< 5005; 5001< 5000 5005; 5005< 5000");
  ASSERT_EQ(world.supervisor().on_call("UnmuteMonitoredUser").status, 200);
  expect_told({{"agent", "MonitoredUserMutedStateChange"},
               {"supervisor", "MonitoredUserMutedStateChange"}});
  EXPECT_EQ(heard(), "5000< 5001 5005; 5001< 5000 5005; 5005< 5000 5001");

  ASSERT_EQ(world.supervisor().on_call("SwitchToListenIn").status, 200);
  expect_told({{"agent", "ParticipantsUpdated"}, {"supervisor", "Established"}});
  EXPECT_EQ(call_of("supervisor").at("mute"), "On");
  EXPECT_EQ(heard(), "5000< 5001; 5001< 5000; 5005< 5000 5001");

  ASSERT_EQ(world.supervisor().on_call("Hangup").status, 200);
  expect_told({{"agent", "Established"}, {"supervisor", "Released"}});
  EXPECT_EQ(call_of("agent").at("supervisorListeningIn"), false);
  EXPECT_EQ(heard(), "5000< 5001; 5001< 5000");
  ASSERT_EQ(world.agent().on_call("Hangup").status, 200);
  expect_told({{"agent", "Released"}});
}

TEST_F(Sequences, a_coach_who_left_has_no_way_back) {
  ASSERT_TRUE(world.supervise("Coach"));
  world.run(milliseconds{100});
  EXPECT_TRUE(lists("supervisor", "SwitchToListenIn"));
  EXPECT_TRUE(lists("supervisor", "SwitchToBargeIn"));
  EXPECT_EQ(heard(), "5000< 5001; 5001< 5000 5005; 5005< 5000 5001");

  ASSERT_EQ(world.supervisor().on_call("SwitchToListenIn").status, 200);
  EXPECT_EQ(heard(), "5000< 5001; 5001< 5000; 5005< 5000 5001");
  EXPECT_FALSE(lists("supervisor", "SwitchToListenIn"));
  EXPECT_TRUE(lists("supervisor", "SwitchToBargeIn"));
  for (const char* operation : {"SwitchToListenIn", "SwitchToCoach"}) {
    const auto reply = world.supervisor().on_call(operation);
    EXPECT_EQ(reply.status, 403) << operation;
    EXPECT_EQ(reply.status_code(), 3) << operation;
  }
  EXPECT_EQ(heard(), "5000< 5001; 5001< 5000; 5005< 5000 5001");
  ASSERT_EQ(world.agent().on_call("Hangup").status, 200);
}

}  // namespace
}  // namespace earshot::scenario
