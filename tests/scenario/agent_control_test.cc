// A supervisor sets the state of an agent (supervision-and-devices.md §C.5, feature
// api-supervisor-agent-control): who may, what the agent is told, and what all operations share.

#include <gtest/gtest.h>

#include "tests/scenario/supervised.h"

namespace earshot::scenario {
namespace {

/// The supervisor's group has the agent; the colleague is in nobody's.
struct AgentControl : testing::Test {
  World world{1, config()};
  static app::Config config() {
    app::Config config = World::config();
    config.directory.groups = {
        {GroupId{"2-front"}, "front", {id_in(config, "supervisor")}, {id_in(config, "agent")}}};
    User admin;
    admin.id = UserId{"ad"};
    admin.user_name = "admin";
    admin.password = "secret-admin";
    admin.roles = {Role::Admin};
    config.directory.users.push_back(admin);
    return config;
  }
  static UserId id_in(const app::Config& config, const std::string& name) {
    for (const User& user : config.directory.users)
      if (user.user_name == name) return user.id;
    return {};
  }
  void SetUp() override { ASSERT_TRUE(world.open()); }

  std::string path(const std::string& agent, const std::string& channel = "voice") const {
    return "/api/v2/users/" + id_in(world.settings(), agent).value + "/channels/" + channel;
  }
  sim::Reply set(const std::string& by, const std::string& agent, const std::string& operation) {
    return world.desk(by).operate(path(agent), operation);
  }
  std::string state_of(const std::string& desk) {
    return std::string{world.desk(desk).device().at("userState").at("state").as_string()};
  }
  static std::string codes(const sim::Reply& reply) {
    return std::to_string(reply.status) + "/" + std::to_string(reply.status_code());
  }
};

TEST_F(AgentControl, the_agent_is_told_on_their_channels_as_if_they_had_asked) {
  for (const auto& [operation, state] :
       {std::pair{"Ready", "Ready"}, {"NotReady", "NotReady"}, {"Offline", "LoggedOut"}}) {
    world.agent().forget();
    world.supervisor().forget();
    const auto reply = set("supervisor", "agent", operation);
    EXPECT_EQ(json::serialize(reply.body), R"({"statusCode":0})");
    world.run(milliseconds{100});
    EXPECT_EQ(state_of("agent"), state);
    ASSERT_EQ(world.agent().events.size(), 2u) << operation;
    EXPECT_EQ(world.agent().events[0].at("data").at("messageType"), "DeviceStateChangeMessage");
    EXPECT_EQ(world.agent().events[1].at("channel"), "/v2/me/channels");
    const auto& data = world.agent().events[1].at("data");
    EXPECT_EQ(data.at("messageType"), "ChannelStateChangeMessageV2");
    EXPECT_EQ(data.at("channels").at(0).at("userState").at("state").as_string(), state);
    EXPECT_TRUE(world.supervisor().events.empty());
  }
}

TEST_F(AgentControl, who_may) {
  EXPECT_EQ(codes(set("supervisor", "colleague", "Ready")), "403/5") << "in no group of theirs";
  EXPECT_EQ(codes(set("agent", "agent", "Ready")), "403/5");
  EXPECT_EQ(codes(set("admin", "agent", "Ready")), "403/5") << "only a supervisor";
  EXPECT_EQ(codes(set("supervisor", "agent", "Ready")), "200/0");
  app::Config with_role = world.settings();
  for (User& user : with_role.directory.users)
    if (user.user_name == "supervisor") user.roles.push_back(Role::Admin);
  world.centre().follow(with_role);
  EXPECT_EQ(codes(set("supervisor", "colleague", "Ready")), "200/0") << "an administrator, too";
  with_role.directory.groups.clear();
  for (User& user : with_role.directory.users)
    if (user.user_name == "supervisor") user.roles = {Role::Supervisor};
  world.centre().follow(with_role);
  EXPECT_EQ(codes(set("supervisor", "colleague", "NotReady")), "200/0") << "no group at all";
}

TEST_F(AgentControl, what_cannot_be_is_refused_in_the_order_of_the_api) {
  sim::Desk& desk = world.supervisor();
  const std::string nobody = "/api/v2/users/00000000000000000000000000000000/channels/voice";
  EXPECT_EQ(codes(world.agent().post(nobody, "{")), "403/5") << "the role";
  EXPECT_EQ(codes(desk.post(nobody, "{")), "404/6") << "existence";
  EXPECT_EQ(codes(desk.post(path("colleague"), "{")), "403/5") << "whose agent";
  EXPECT_EQ(codes(desk.post(path("agent", "chat"), "{")), "404/6") << "the channel";
  EXPECT_EQ(codes(desk.post(path("agent"), "{")), "400/2");
  EXPECT_EQ(codes(desk.post(path("agent"), "{}")), "400/1");
  for (const char* operation : {"AfterCallWork", "AuxWork", "ListenIn", "Unheard"})
    EXPECT_EQ(codes(desk.operate(path("agent"), operation)), "400/2") << operation;
  ASSERT_EQ(set("supervisor", "agent", "Offline").status, 200);
  EXPECT_EQ(codes(set("supervisor", "agent", "Ready")), "403/3") << "logged out";
  EXPECT_EQ(codes(desk.get(path("agent"))), "405/3");
}

TEST_F(AgentControl, a_dry_run_does_nothing_and_a_key_answers_again) {
  sim::Desk& desk = world.supervisor();
  const std::string body = R"({"operationName":"Ready"})";
  const auto dry = desk.post(path("agent") + "?dryRun=true", body);
  EXPECT_EQ(json::serialize(dry.body), R"({"statusCode":0,"dryRun":true})");
  EXPECT_EQ(state_of("agent"), "NotReady");
  EXPECT_EQ(desk.post(path("agent"), body, {{"Idempotency-Key", "k"}}).status, 200);
  ASSERT_EQ(world.agent().operate("/api/v2/me/channels/voice", "NotReady").status, 200);
  const auto again = desk.post(path("agent"), body, {{"Idempotency-Key", "k"}});
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(state_of("agent"), "NotReady") << "not done twice";
}

TEST_F(AgentControl, the_feature_is_listed) {
  const auto me = world.supervisor().get("/api/v2/me?subresources=features").body;
  EXPECT_NE(json::serialize(me).find("\"api-supervisor-agent-control\""), std::string::npos);
}

TEST_F(AgentControl, who_is_made_ready_is_served_by_the_queue) {
  world.phone(5000).dial("8000");
  ASSERT_TRUE(world.until([&] { return world.phone(5000).is_up(); }));
  EXPECT_EQ(world.agent().told(), "");
  ASSERT_EQ(set("supervisor", "agent", "Ready").status, 200);
  EXPECT_TRUE(world.until([&] { return world.phone(5001).is_up(); })) << world.story();
}

}  // namespace
}  // namespace earshot::scenario
