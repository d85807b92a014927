// What the log says of calls: every line of one names it, and the party it is about.

#include "base/log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "sim/world.h"

namespace earshot::scenario {
namespace {

using sim::World;

struct LogOfCalls : testing::Test {
  std::vector<json::object> lines;

  void TearDown() override {
    set_log_sink({});
    set_log_level(LogLevel::Info);
  }
  void listen() {
    set_log_level(LogLevel::Debug);
    set_log_sink([this](std::string_view line) {
      const auto parsed = json::parse(line);
      ASSERT_TRUE(parsed && parsed->is_object()) << line;
      lines.push_back(parsed->get_object());
    });
  }
  static std::string text(const json::object& line, std::string_view name) {
    const auto* found = json::find_string(line, name);
    return found ? std::string{*found} : "";
  }
};

TEST_F(LogOfCalls, every_line_names_the_call_and_the_number) {
  World world;
  ASSERT_TRUE(world.open());
  listen();
  ASSERT_TRUE(world.supervise("ListenIn"));
  ASSERT_EQ(world.supervisor().on_call("SwitchToBargeIn").status, 200);
  world.phone(5000).hang_up();
  ASSERT_TRUE(world.until([&] { return world.is_empty(); }));
  world.trunk().dial("5001", {.offerless = true, .from_number = "+4930123456"});
  ASSERT_TRUE(world.until([&] { return world.trunk().is_up(); }));
  world.trunk().hang_up();
  ASSERT_TRUE(world.until([&] { return world.is_empty(); }));

  std::set<std::string> calls, numbers, said;
  for (const json::object& line : lines) {
    said.insert(text(line, "msg"));
    if (!line.contains("leg_id") && !line.contains("call_id")) continue;
    EXPECT_NE(text(line, "call_id"), "") << json::serialize(line);
    calls.insert(text(line, "call_id"));
    if (!line.contains("leg_id")) continue;
    EXPECT_NE(text(line, "number"), "") << json::serialize(line);
    numbers.insert(text(line, "number"));
  }
  EXPECT_EQ(calls.size(), 2u);
  EXPECT_EQ(numbers, (std::set<std::string>{"+4930123456", "5000", "5001", "5005"}));
  for (const char* each :
       {"call offered", "leg offered", "leg dialled", "leg rings", "leg answered", "leg ended",
        "leg released", "leg closed", "call over", "operation"})
    EXPECT_TRUE(said.contains(each)) << each;
}

TEST_F(LogOfCalls, a_server_without_free_ports_says_so_once_a_second) {
  app::Config few = World::config();
  few.media.port_max = static_cast<std::uint16_t>(few.media.port_min + 3);  // one call
  World world(1, few);
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.connect());
  listen();
  for (int i = 0; i < 100; ++i) {  // a queue answers at once
    world.trunk().dial("8000", {.offerless = false, .from_number = "+4930123456"});
    world.run(milliseconds{20});
  }
  int said = 0;
  std::int64_t unlogged = 0;
  for (const json::object& line : lines) {
    if (text(line, "msg") != "the audio of a leg could not be opened") continue;
    ++said;
    unlogged += line.at("unlogged").as_int64();
    EXPECT_EQ(text(line, "number"), "+4930123456");
    EXPECT_NE(text(line, "call_id"), "");
  }
  EXPECT_GE(said, 2);
  EXPECT_LE(said, 3);
  EXPECT_GE(unlogged, 40);
  world.phone(5000).hang_up();
  ASSERT_TRUE(world.until([&] { return world.is_empty(); }, seconds{70}));
}

TEST_F(LogOfCalls, an_agent_who_is_logged_out_is_named_by_their_number) {
  app::Config config = World::config();
  config.orphan_grace = seconds{20};
  World world(1, config);
  ASSERT_TRUE(world.open());
  listen();
  world.agent().leave();
  world.run(seconds{60});
  const auto found = std::find_if(lines.begin(), lines.end(), [](const json::object& line) {
    return text(line, "msg") == "an agent's desktop is gone; the agent is logged out";
  });
  ASSERT_NE(found, lines.end());
  EXPECT_EQ(text(*found, "number"), "5001");
}

/// A desktop of which nothing is heard for a while, and to which more happens than is kept.
TEST_F(LogOfCalls, a_client_that_fetches_nothing_is_named_by_its_user) {
  World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.connect());
  world.run(seconds{1});
  listen();
  world.agent().leave();
  const std::string path =
      "/api/v2/me/calls/" + std::string{world.agent().calls().at(0).at("id").as_string()};
  const std::string much(20'000, 'x');
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(world.agent()
                  .post(path, R"({"operationName":"UpdateUserData","userData":{"note":")" + much +
                                  std::to_string(i) + "\"}}")
                  .status,
              200);
  const auto found = std::find_if(lines.begin(), lines.end(), [](const json::object& line) {
    return text(line, "msg").starts_with("a client did not fetch its notifications");
  });
  ASSERT_NE(found, lines.end());
  EXPECT_EQ(text(*found, "user"), "agent");
}

TEST_F(LogOfCalls, an_operation_names_its_user) {
  World world;
  ASSERT_TRUE(world.open());
  listen();
  ASSERT_EQ(world.agent()
                .post(world.agent().device_path() + "/calls",
                      R"({"operationName":"Dial","destination":{"phoneNumber":"5002"}})")
                .status,
            200);
  bool told = false;
  for (const json::object& line : lines)
    if (text(line, "msg") == "call dialled")
      told = text(line, "user") == "agent" && text(line, "from") == "5001" &&
             text(line, "to") == "5002" && !text(line, "call_id").empty();
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace earshot::scenario
