#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "sim/world.h"

namespace earshot::scenario {

using sim::World;

/// 5000 is the customer, 5001 the agent, 5002 a colleague, 5005 the supervisor.
struct Supervised : testing::Test {
  World world{1, config()};
  static app::Config config() { return World::config(); }
  void SetUp() override { ASSERT_TRUE(world.open()); }
  void TearDown() override { end(world); }
  static void end(World& world) {
    world.trunk().hang_up();
    for (const int number : {5000, 5001, 5002, 5005}) world.phone(number).hang_up();
    EXPECT_TRUE(world.until([&] { return world.is_empty(); }, seconds{70})) << world.story();
  }

  static json::value call_of(World& world, const std::string& desk) {
    const json::array calls = world.desk(desk).calls();
    return calls.size() == 1 ? calls[0] : json::value{};
  }
  json::value call_of(const std::string& desk) { return call_of(world, desk); }
  /// `member` of the only call of `desk`, as text.
  std::string shown(const std::string& desk, const std::string& member) {
    const json::value call = call_of(desk);
    return call.is_object() ? json::serialize(call.at(member)) : "no call";
  }
  static bool lists(const json::value& resource, std::string_view operation) {
    for (const json::value& each : resource.at("capabilities").as_array())
      if (each == json::value(operation)) return true;
    return false;
  }
  static int ask(World& world, const std::string& desk, const std::string& operation,
                 const std::string& more = "", const std::string& state = "") {
    for (const json::value& call : world.desk(desk).calls())
      if (state.empty() || call.at("state") == json::value(state))
        return world.desk(desk)
            .post("/api/v2/me/calls/" + std::string{call.at("id").as_string()},
                  R"({"operationName":")" + operation + '"' + more + "}")
            .status;
    return 0;
  }
  int ask(const std::string& desk, const std::string& operation, const std::string& more = "",
          const std::string& state = "") {
    return ask(world, desk, operation, more, state);
  }
  static std::string to(const std::string& number) {
    return R"(,"destination":{"phoneNumber":")" + number + R"("})";
  }
  /// Whom `listener` hears, as "5001 5005".
  static std::string heard(World& world, int listener) {
    std::string out;
    for (const int source : {5000, 5001, 5002, 5005})
      if (source != listener && world.hears(listener, source))
        out += (out.empty() ? "" : " ") + std::to_string(source);
    return out;
  }
  std::string heard(int listener) { return heard(world, listener); }
  void wait_for(int number) {
    ASSERT_TRUE(world.until([&] { return world.phone(number).is_up(); })) << world.story();
    world.run(milliseconds{500});
  }
  void ready(const std::string& desk) {
    ASSERT_EQ(world.desk(desk).operate("/api/v2/me/channels/voice", "Ready").status, 200);
  }

  /// The colleague serves the customer now, and the supervisor has come along.
  void expect_follows(const std::string& operation) {
    const bool coach = operation == "Coach", barge = operation == "BargeIn";
    EXPECT_EQ(heard(5002), barge || coach ? "5000 5005" : "5000") << operation;
    EXPECT_EQ(heard(5000), barge ? "5002 5005" : "5002") << operation;
    EXPECT_EQ(heard(5005), "5000 5002") << operation;
    EXPECT_EQ(shown("colleague", "supervisorListeningIn"), "true") << operation;
    EXPECT_EQ(shown("supervisor", "mute"), barge || coach ? R"("Off")" : R"("On")");
    if (!barge) return;
    EXPECT_TRUE(lists(world.supervisor().device(), "MuteMonitoredUser"));
    ASSERT_EQ(ask("supervisor", "MuteMonitoredUser"), 200);
    world.run(milliseconds{500});
    EXPECT_EQ(heard(5000), "5005");
    EXPECT_EQ(shown("colleague", "monitoredUserMuted"), "true");
    EXPECT_EQ(shown("colleague", "mute"), R"("On")");
  }
};

}  // namespace earshot::scenario
