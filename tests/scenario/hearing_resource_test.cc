// GET /me/calls/{id}/hearing and CallHearingMessage: what a supervisor is shown of who hears whom,
// beside what is heard.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "sim/world.h"

namespace earshot::scenario {
namespace {

std::string path_of(sim::Desk& desk) {
  const json::value* call = desk.last_call();
  return call ? "/api/v2/me/calls/" + std::string{call->at("id").as_string()} + "/hearing"
              : "/api/v2/none";
}

/// "5000>5001 5000>5005 …": the ways that are open, by numbers.
std::set<std::string> open_ways(const json::value& hearing) {
  std::map<std::string, std::string> numbers;
  for (const json::value& party : hearing.at("parties").as_array())
    numbers[std::string{party.at("id").as_string()}] = party.at("phoneNumber").as_string();
  std::set<std::string> out;
  for (const json::value& way : hearing.at("ways").as_array())
    if (way.at("open").as_bool())
      out.insert(numbers[std::string{way.at("speaker").as_string()}] + '>' +
                 numbers[std::string{way.at("listener").as_string()}]);
  return out;
}

std::set<std::string> heard_ways(sim::World& world) {
  std::set<std::string> out;
  for (const int speaker : {5000, 5001, 5005})
    for (const int listener : {5000, 5001, 5005})
      if (speaker != listener && world.hears(listener, speaker))
        out.insert(std::to_string(speaker) + '>' + std::to_string(listener));
  return out;
}

const json::value* party(const json::value& hearing, std::string_view number) {
  for (const json::value& each : hearing.at("parties").as_array())
    if (each.at("phoneNumber").as_string() == number) return &each;
  return nullptr;
}

std::vector<json::value> told_hearing(const sim::Desk& desk) {
  std::vector<json::value> out;
  for (const json::value& event : desk.events)
    if (event.at("data").at("messageType") == "CallHearingMessage") {
      EXPECT_EQ(event.at("channel"), "/v2/me/calls");
      out.push_back(event.at("data").at("hearing"));
    }
  return out;
}

TEST(HearingResource, shows_in_each_mode_what_is_heard) {
  for (const char* mode : {"ListenIn", "Coach", "BargeIn"}) {
    sim::World world;
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.supervise(mode)) << world.story();
    world.run(milliseconds{400});
    const auto reply = world.supervisor().get(path_of(world.supervisor()));
    ASSERT_EQ(reply.status, 200) << json::serialize(reply.body);
    const json::value& hearing = reply.body.at("hearing");
    EXPECT_EQ(open_ways(hearing), heard_ways(world)) << mode;
    EXPECT_EQ(hearing.at("ways").as_array().size(), 6u);
    EXPECT_EQ(party(hearing, "5001")->at("role"), "Agent");
    EXPECT_EQ(party(hearing, "5000")->at("role"), "Colleague");
    EXPECT_EQ(party(hearing, "5005")->at("role"), "Supervisor");
    EXPECT_EQ(party(hearing, "5005")->at("mode"), mode);
    EXPECT_TRUE(party(hearing, "5005")->at("isMe").as_bool());
    EXPECT_GT(hearing.at("revision").to_number<std::uint64_t>(), 0u);
    EXPECT_GT(hearing.at("tick").to_number<std::uint64_t>(), 0u);
  }
}

TEST(HearingResource, is_told_when_it_changes_to_who_has_looked) {
  sim::World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("Coach")) << world.story();
  ASSERT_EQ(world.supervisor().on_call("SwitchToListenIn").status, 200);
  world.run(milliseconds{400});
  EXPECT_TRUE(told_hearing(world.supervisor()).empty()) << "nobody has looked yet";
  const auto first = world.supervisor().get(path_of(world.supervisor())).body.at("hearing");

  ASSERT_EQ(world.supervisor().on_call("SwitchToBargeIn").status, 200);
  world.run(milliseconds{400});
  auto told = told_hearing(world.supervisor());
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(open_ways(told[0]), heard_ways(world));
  EXPECT_GT(told[0].at("revision").to_number<int>(), first.at("revision").to_number<int>());

  ASSERT_EQ(world.agent().on_call("Hold").status, 200);
  world.run(milliseconds{400});
  told = told_hearing(world.supervisor());
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(open_ways(told[1]), heard_ways(world));
  EXPECT_EQ(party(told[1], "5001")->at("state"), "Held");
  EXPECT_EQ(told[1], [&] {
    auto now = world.supervisor().get(path_of(world.supervisor())).body.at("hearing");
    for (json::value& each : now.at("parties").as_array()) {
      each.as_object().erase("level");
      each.as_object().erase("quality");
    }
    return now;
  }());
  EXPECT_TRUE(told_hearing(world.agent()).empty());
}

/// Since when: a way that stays as it is keeps its time; one that changes has that of the change.
TEST(HearingResource, says_since_when) {
  sim::World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
  const auto since = [&] {
    std::map<std::string, std::string> out;
    const auto hearing = world.supervisor().get(path_of(world.supervisor())).body.at("hearing");
    for (const json::value& way : hearing.at("ways").as_array())
      out[std::string{way.at("speaker").as_string()} + '>' +
          std::string{way.at("listener").as_string()}] = way.at("since").as_string();
    return out;
  };
  const auto before = since();
  world.run(seconds{30});
  EXPECT_EQ(since(), before);
  ASSERT_EQ(world.supervisor().on_call("SwitchToBargeIn").status, 200);
  world.run(milliseconds{100});
  int changed = 0;
  for (const auto& [way, at] : since()) changed += at != before.at(way);
  EXPECT_EQ(changed, 2) << "the two that the supervisor speaks on";
}

TEST(HearingResource, is_for_who_supervises_the_call) {
  sim::World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
  const std::string path = path_of(world.supervisor());
  const auto agent = world.agent().get(path);
  EXPECT_EQ(agent.status, 403);
  EXPECT_EQ(agent.status_code(), 3);
  EXPECT_EQ(agent.body.at("statusMessage"),
            "Who hears whom is shown to those who supervise the call.");
  EXPECT_EQ(world.supervisor().get("/api/v2/me/calls/NONE/hearing").status, 404);
  ASSERT_EQ(world.supervisor().on_call("Hangup").status, 200);
  world.run(seconds{1});
  EXPECT_EQ(world.supervisor().get(path).status, 404) << "they have left";
}

TEST(HearingResource, has_the_levels_of_who_speaks_once_somebody_looks) {
  sim::World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
  const auto look = [&] {
    return world.supervisor().get(path_of(world.supervisor())).body.at("hearing");
  };
  EXPECT_FALSE(party(look(), "5000")->as_object().contains("level")) << "nothing is measured yet";
  world.run(seconds{2});
  const auto hearing = look();
  for (const char* number : {"5000", "5001", "5005"}) {
    EXPECT_GT(party(hearing, number)->at("level").to_number<int>(), 50) << number;
    EXPECT_EQ(party(hearing, number)->at("quality").at("lossPercent").to_number<double>(), 0);
  }
  world.run(seconds{30});
  EXPECT_FALSE(party(look(), "5000")->as_object().contains("level")) << "nobody has looked since";
}

}  // namespace
}  // namespace earshot::scenario
