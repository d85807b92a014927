// Reasons, and states that an administrator has defined (rest-and-sessions.md §E.2,
// supervision-and-devices.md §C.3, DD-35).

#include <string>

#include "tests/scenario/supervised.h"

namespace earshot::scenario {
namespace {

constexpr const char* kVoice = "/api/v2/me/channels/voice";
constexpr const char* kLunchId = "efe1ab32-53f9-43ce-b65e-5768c61f7d4a";

struct AgentStates : testing::Test {
  World world{1, config()};
  static app::Config config() {
    app::Config config = World::config();
    config.directory.agent_states = {
        {AgentStateId{kLunchId}, "Lunch", "Lunch break", AgentState::AuxWork, "1001"},
        {AgentStateId{"9a4cf4fc-7eb7-4ee5-9a07-9b8b1c6cc1d2"}, "Outbound", "Ready for outbound",
         AgentState::Ready, ""}};
    return config;
  }
  void SetUp() override { ASSERT_TRUE(world.open()); }

  json::value state() { return world.agent().device().at("userState"); }
  std::string refusal(const std::string& body, const std::string& path = kVoice) {
    const sim::Reply reply = world.agent().post(path, body);
    EXPECT_EQ(reply.status, 400) << body;
    return std::string{reply.body.at("statusMessage").as_string()};
  }
};

TEST_F(AgentStates, a_defined_one_is_posted_by_its_operation_shown_and_told) {
  world.agent().forget();
  ASSERT_EQ(world.agent().operate(kVoice, "Lunch").status, 200);
  const json::value expected =
      *json::parse(R"({"id":"efe1ab32-53f9-43ce-b65e-5768c61f7d4a","displayName":"Lunch break",)"
                   R"("state":"NotReady","workMode":"AuxWork","reason":"1001"})");
  EXPECT_EQ(state(), expected);
  ASSERT_TRUE(world.until([&] { return world.agent().events.size() == 2; }));
  EXPECT_EQ(world.agent().events[0].at("data").at("devices").at(0).at("userState"), expected);
  EXPECT_EQ(world.agent().events[1].at("data").at("channels").at(0).at("userState"), expected);
  ASSERT_EQ(world.agent().operate("/api/v2/me", "Outbound").status, 200) << "at /me as well";
  EXPECT_EQ(state().at("displayName"), "Ready for outbound");
  EXPECT_EQ(state().at("state"), "Ready");
  EXPECT_FALSE(state().as_object().contains("reason"));
  ASSERT_EQ(world.agent().operate(kVoice, "NotReady").status, 200);
  EXPECT_EQ(state().at("displayName"), "Not Ready");
}

TEST_F(AgentStates, queues_go_by_what_it_amounts_to) {
  ASSERT_EQ(world.agent().operate(kVoice, "Lunch").status, 200);
  world.phone(5000).dial("8000");
  world.run(seconds{2});
  EXPECT_FALSE(world.phone(5001).is_ringing() || world.phone(5001).is_up());
  ASSERT_EQ(world.agent().operate(kVoice, "Outbound").status, 200);
  EXPECT_TRUE(world.until([&] { return world.phone(5001).is_up(); }));
  world.phone(5000).hang_up();
  ASSERT_TRUE(world.until([&] { return state().at("displayName") == "AfterCallWork"; }));
  ASSERT_TRUE(world.until([&] { return state().at("state") == "Ready"; }));
  EXPECT_EQ(state().at("displayName"), "Ready") << "the system's own, which a wrap-up leads to";
}

TEST_F(AgentStates, an_unknown_one_is_refused_with_those_there_are) {
  const std::string expected =
      "operationName: there is no such operation as \"Dinner\" here. The states are Ready, "
      "NotReady, AfterCallWork, AuxWork, Offline, Lunch, Outbound.";
  EXPECT_EQ(refusal(R"({"operationName":"Dinner"})"), expected);
  EXPECT_EQ(refusal(R"({"operationName":"Dinner"})", "/api/v2/me"), expected);
  EXPECT_EQ(refusal(R"({"operationName":"Hold"})"),
            "operationName: Hold is not an operation of the voice channel");
}

TEST_F(AgentStates, not_ready_and_aux_work_may_have_a_reason) {
  for (const std::string operation : {"NotReady", "AuxWork"})
    for (const std::string field : {"reasonCode", "reason"}) {
      const std::string code = operation + field;
      ASSERT_EQ(world.agent()
                    .post(kVoice, R"({"operationName":")" + operation + R"(",")" + field +
                                      R"(":")" + code + R"("})")
                    .status,
                200);
      EXPECT_EQ(state().at("reason"), json::value(code));
      EXPECT_EQ(state().at("displayName"), operation == "NotReady" ? "Not Ready" : "AuxWork");
    }
  world.run(milliseconds{100});
  world.agent().forget();
  ASSERT_EQ(world.agent().operate(kVoice, "AuxWork").status, 200);
  EXPECT_FALSE(state().as_object().contains("reason"));
  EXPECT_TRUE(world.until([&] { return world.agent().events.size() == 2; })) << "told";
  EXPECT_EQ(world.agent().post(kVoice, R"({"operationName":"Ready","reasonCode":17})").status, 200)
      << "of no meaning there, as any unknown member";
  EXPECT_EQ(refusal(R"({"operationName":"NotReady","reasonCode":17})"),
            "reasonCode: a string of 1 to 64 characters is expected");
  EXPECT_EQ(refusal(R"({"operationName":"NotReady","reason":""})"),
            "reason: a string of 1 to 64 characters is expected");
  EXPECT_EQ(refusal(R"({"operationName":"NotReady","reasonCode":"1","reason":"2"})"),
            "reason: reasonCode says something else");
}

TEST_F(AgentStates, what_is_shown_stays_until_the_next_change_though_its_definition_is_gone) {
  ASSERT_EQ(world.agent().operate(kVoice, "Lunch").status, 200);
  app::Config other = world.settings();
  other.directory.agent_states.erase(other.directory.agent_states.begin());
  world.centre().follow(other);
  EXPECT_EQ(state().at("displayName"), "Lunch break");
  EXPECT_EQ(world.agent().operate(kVoice, "Lunch").status, 400);
  EXPECT_EQ(world.agent().operate(kVoice, "Ready").status, 200);
  EXPECT_EQ(state().at("displayName"), "Ready");
}

}  // namespace
}  // namespace earshot::scenario
