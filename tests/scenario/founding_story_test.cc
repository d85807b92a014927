// The founding page, SwitchToListenIn, through the whole server: request, reply, notification, and
// what is heard before and after.

#include <gtest/gtest.h>

#include "sim/world.h"
#include "tests/scenario/golden.h"

namespace earshot::scenario {
namespace {

TEST(FoundingStory, switch_to_listen_in_is_replied_told_and_heard_as_the_page_says) {
  sim::World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("BargeIn")) << world.story();
  world.run(milliseconds{400});
  EXPECT_EQ(world.hearing(), "5000< 5001 5005; 5001< 5000 5005; 5005< 5000 5001");

  const std::string id{world.supervisor().calls().at(0).at("id").as_string()};
  world.supervisor().forget();
  const auto reply = world.supervisor().post(
      "/api/v2/me/calls/" + id, json::serialize(golden("SwitchToListenIn", "request")));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(difference(golden("SwitchToListenIn", "response"), reply.body), "");
  ASSERT_TRUE(world.until([&] { return !world.supervisor().events.empty(); }));
  EXPECT_EQ(difference(golden("SwitchToListenIn", "notification"), world.supervisor().events[0]),
            "");
  EXPECT_EQ(world.supervisor().events[0].at("data").at("call").at("id").as_string(), id);
  world.run(milliseconds{400});
  ASSERT_EQ(world.supervisor().events.size(), 2u);
  EXPECT_EQ(world.supervisor().events[1].at("channel"), "/v2/me/devices")
      << "which no longer lists MuteMonitoredUser";
  EXPECT_EQ(world.hearing(), "5000< 5001; 5001< 5000; 5005< 5000 5001");
}

TEST(FoundingStory, a_second_switch_to_the_same_mode_is_refused_and_changes_nothing) {
  sim::World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
  world.supervisor().forget();
  const auto before = world.supervisor().calls();
  const auto reply = world.supervisor().on_call("SwitchToListenIn");
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.status_code(), 3);
  auto after = world.supervisor().calls();
  EXPECT_EQ(before, after);
  world.run(seconds{1});
  EXPECT_TRUE(world.supervisor().events.empty());
}

TEST(FoundingStory, switch_to_barge_in_unmutes_and_lists_the_way_back) {
  sim::World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
  world.supervisor().forget();
  ASSERT_EQ(world.supervisor().on_call("SwitchToBargeIn").status, 200);
  ASSERT_TRUE(world.until([&] { return !world.supervisor().events.empty(); }));
  json::value expected = golden("SwitchToListenIn", "notification");
  json::object& call = expected.at("data").at("call").as_object();
  call["mute"] = "Off";
  for (json::value& capability : call["capabilities"].as_array())
    if (capability == "SwitchToBargeIn") capability = "SwitchToListenIn";
  EXPECT_EQ(difference(expected, world.supervisor().events[0]), "");
}

TEST(FoundingStory, the_notification_says_what_can_already_be_heard) {
  sim::World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("BargeIn")) << world.story();
  world.run(milliseconds{500});
  for (int i = 0; i < 20; ++i) {
    world.run(milliseconds{7 * i});
    world.supervisor().forget();
    ASSERT_EQ(world.supervisor().on_call("SwitchToListenIn").status, 200);
    ASSERT_TRUE(world.until([&] { return !world.supervisor().events.empty(); }, seconds{1}));
    // One frame may be on its way in the network and in the phone's meter when the news arrives.
    world.run(milliseconds{45});
    world.phone(5000).mark();
    world.phone(5001).mark();
    world.run(milliseconds{200});
    EXPECT_FALSE(world.phone(5000).ever_heard(world.phone(5005).settings().tone)) << i;
    EXPECT_FALSE(world.phone(5001).ever_heard(world.phone(5005).settings().tone)) << i;
    ASSERT_EQ(world.supervisor().on_call("SwitchToBargeIn").status, 200);
    world.run(milliseconds{300});
    EXPECT_TRUE(world.hears(5000, 5005)) << i;
  }
}

}  // namespace
}  // namespace earshot::scenario
