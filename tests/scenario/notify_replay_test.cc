// GET /me/events: what a desk missed, from the whole server.
#include <gtest/gtest.h>

#include "sim/world.h"

namespace earshot {
namespace {

const std::string kEvents = "/api/v2/me/events";

std::uint64_t number(const json::value& of, std::string_view name) {
  return of.at(name).to_number<std::uint64_t>();
}

TEST(NotifyReplay, events_after_a_cursor_are_those_the_session_was_told) {
  sim::World world;
  ASSERT_TRUE(world.open());
  sim::Desk& agent = world.agent();
  const auto start = agent.get(kEvents);
  ASSERT_EQ(start.status, 200);
  EXPECT_EQ(start.status_code(), 0);
  EXPECT_TRUE(start.body.at("events").as_array().empty());
  EXPECT_FALSE(start.body.as_object().contains("gap"));
  const auto cursor = number(start.body, "cursor");
  EXPECT_EQ(cursor, number(start.body, "newest"));

  agent.forget();
  ASSERT_TRUE(world.connect());
  world.run(seconds{1});
  ASSERT_FALSE(agent.events.empty());
  const auto missed = agent.get(kEvents + "?after=" + std::to_string(cursor)).body;
  const auto& events = missed.at("events").as_array();
  ASSERT_EQ(events.size(), agent.events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(number(events[i], "sequence"), cursor + i + 1);
    EXPECT_EQ(events[i].at("channel"), agent.events[i].at("channel"));
    EXPECT_EQ(events[i].at("data"), agent.events[i].at("data")) << "the very message";
    EXPECT_FALSE(agent.events[i].as_object().contains("ext")) << "it did not ask for numbers";
  }
  EXPECT_EQ(number(missed, "cursor"), cursor + events.size());
  EXPECT_EQ(number(missed, "newest"), number(missed, "cursor"));
}

TEST(NotifyReplay, a_cursor_of_another_life_is_a_gap_and_names_the_snapshot) {
  std::uint64_t cursor = 0;
  {
    sim::World world{1};
    ASSERT_TRUE(world.open());
    cursor = number(world.agent().get(kEvents).body, "cursor");
  }
  sim::World world{2};
  ASSERT_TRUE(world.open());
  const auto told = world.agent().get(kEvents + "?after=" + std::to_string(cursor)).body;
  EXPECT_TRUE(told.at("events").as_array().empty());
  EXPECT_EQ(told.at("cursor"), told.at("newest"));
  const auto snapshot = std::string{told.at("gap").at("snapshot").as_string()};
  EXPECT_EQ(snapshot, "/api/v2/me?subresources=*");
  EXPECT_TRUE(world.agent().get(snapshot).body.at("user").as_object().contains("calls"));
}

TEST(NotifyReplay, what_is_no_cursor_and_no_limit_is_refused_by_name) {
  sim::World world;
  ASSERT_TRUE(world.open());
  for (const std::string bad :
       {"after=", "after=x", "after=-1", "after=1.5", "after=+1", "after= 1",
        "after=18446744073709551616", "limit=0", "limit=1001", "limit=", "limit=a"}) {
    const auto reply = world.agent().get(kEvents + "?" + bad);
    EXPECT_EQ(reply.status, 400) << bad;
    EXPECT_EQ(reply.status_code(), 2) << bad;
    const std::string message{reply.body.at("statusMessage").as_string()};
    EXPECT_TRUE(message.starts_with(bad.substr(0, 5) + ":")) << message;
  }
  EXPECT_EQ(world.agent().post(kEvents, "{}").status, 405);
  EXPECT_EQ(world.agent().get(kEvents + "?limit=1000").status, 200);
}

}  // namespace
}  // namespace earshot
