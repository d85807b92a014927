// What supervisors and administrators are told on /v2/users (supervision-and-devices.md DD-41): the
// users they may see, whole once they subscribe, and again whenever what is shown of one changes.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/scenario/supervised.h"

namespace earshot::scenario {
namespace {

/// The agent and the supervisor are of "Front", the colleague and the other supervisor of "Back".
struct TeamWatch : testing::Test {
  World world{1, config()};
  static app::Config config() {
    app::Config config = World::config();
    add(config, "other", "a6", Role::Supervisor);
    add(config, "admin", "a7", Role::Admin);
    config.directory.groups = {
        {GroupId{"2-front"}, "Front", {UserId{"a5"}}, {UserId{"a1"}, UserId{"a5"}}},
        {GroupId{"2-back"}, "Back", {UserId{"a6"}}, {UserId{"a2"}}}};
    return config;
  }
  static void add(app::Config& config, const std::string& name, const std::string& id, Role role) {
    User user;
    user.id = UserId{id};
    user.user_name = name;
    user.password = "secret-" + name;
    user.roles = {role};
    config.directory.users.push_back(user);
  }
  void SetUp() override { ASSERT_TRUE(world.open()); }

  /// What a desk was told on /v2/users since forget(), in short: "a1 NotReady; a1 Ready Ringing".
  std::string told(const std::string& desk) {
    world.run(milliseconds{200});
    std::string out;
    for (const json::value& event : world.desk(desk).events) {
      if (event.at("channel") != "/v2/users") continue;
      const auto& data = event.at("data").as_object();
      EXPECT_EQ(data.at("messageType"), "UserStateChangeMessage");
      out += (out.empty() ? "" : "; ") + std::string{data.at("userId").as_string()};
      for (const json::value& device : data.at("devices").as_array()) {
        EXPECT_FALSE(device.as_object().contains("capabilities")) << "they are not the watcher's";
        EXPECT_FALSE(device.as_object().contains("supervisorMonitoringState"));
        out += " " + std::string{device.at("userState").at("state").as_string()};
      }
      if (const auto* call = data.if_contains("activeCall")) {
        out += " " + std::string{call->at("state").as_string()};
        if (call->at("monitored").as_bool()) out += " monitored";
      }
    }
    world.desk(desk).forget();
    return out;
  }
  void watch(const std::string& desk, const std::string& channel = "/v2/users") {
    world.desk(desk).subscribe(channel);
  }
  void set(const std::string& desk, const std::string& state) {
    ASSERT_EQ(world.desk(desk).operate("/api/v2/me/channels/voice", state).status, 200);
  }
};

TEST_F(TeamWatch, all_they_may_see_are_told_at_first_and_then_who_changes) {
  watch("supervisor");
  EXPECT_EQ(told("supervisor"), "a1 NotReady; a5 NotReady");
  set("agent", "Ready");
  set("colleague", "Ready");
  EXPECT_EQ(told("supervisor"), "a1 Ready") << "the colleague is of another group";
  set("agent", "Ready");
  EXPECT_EQ(told("supervisor"), "") << "nothing has changed";
  world.phone(5001).unregister();
  world.run(seconds{1});
  EXPECT_EQ(told("supervisor"), "a1 Ready") << "their device is Inactive now";
}

TEST_F(TeamWatch, a_message_is_the_user_whole) {
  watch("supervisor");
  (void)told("supervisor");
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  const auto& events = world.supervisor().events;
  const auto last = std::find_if(events.rbegin(), events.rend(), [](const json::value& event) {
    return event.at("channel") == "/v2/users";
  });
  ASSERT_NE(last, events.rend());
  const auto shown =
      world.supervisor().get("/api/v2/users/a1?subresources=*").body.at("user").as_object();
  json::object expected;
  expected["messageType"] = "UserStateChangeMessage";
  expected["userId"] = "a1";
  expected["userUri"] = shown.at("uri");
  for (const char* part : {"devices", "channels", "activeCall"}) expected[part] = shown.at(part);
  EXPECT_EQ(last->at("data"), json::value(expected)) << "as GET /users/{id} shows it";
}

/// Of a call: since when, with whom, by which queue; of a state: since when, and no more often told
/// for it.
TEST_F(TeamWatch, times_parties_and_queues_are_shown) {
  const auto since = [&] {
    return std::string{world.supervisor()
                           .get("/api/v2/users/a1?subresources=*")
                           .body.at("user")
                           .at("devices")
                           .at(0)
                           .at("userState")
                           .at("since")
                           .as_string()};
  };
  const std::string logged_in = since();
  world.run(seconds{10});
  EXPECT_EQ(since(), logged_in);
  set("agent", "Ready");
  EXPECT_GT(since(), logged_in);
  const std::string ready = since();
  ASSERT_TRUE(world.connect());
  world.run(seconds{3});
  EXPECT_EQ(since(), ready) << "a call is no state";
  const auto call =
      world.supervisor().get("/api/v2/users/a1?subresources=*").body.at("user").at("activeCall");
  ASSERT_EQ(call.at("participants").as_array().size(), 1u);
  EXPECT_EQ(call.at("participants").at(0).at("phoneNumber"), "5000");
  EXPECT_GT(std::string{call.at("since").as_string()}, ready);
  EXPECT_FALSE(call.as_object().contains("queue"));
}

TEST_F(TeamWatch, a_call_is_told_from_its_first_ring_to_its_end_with_who_watches_it) {
  watch("supervisor");
  (void)told("supervisor");
  ASSERT_EQ(world.supervisor().monitor("ListenIn", "5001").status, 200);
  EXPECT_EQ(told("supervisor"), "") << "whom one monitors is shown to nobody else";
  world.phone(5000).dial("5001");
  ASSERT_TRUE(world.until([&] { return world.phone(5005).is_up(); })) << world.story();
  EXPECT_EQ(told("supervisor"),
            "a1 NotReady Ringing; a1 NotReady Established; a5 NotReady Ringing; "
            "a5 NotReady Established; a1 NotReady Established monitored");
  world.phone(5000).hang_up();
  EXPECT_EQ(told("supervisor"), "a5 NotReady; a1 NotReady");
}

TEST_F(TeamWatch, a_listener_of_whom_the_agent_is_not_told_is_told_to_those_who_watch) {
  app::Config silent = config();
  silent.supervision.notify_agent = false;
  World other{1, silent};
  ASSERT_TRUE(other.open());
  other.desk("admin").subscribe("/v2/users");
  ASSERT_TRUE(other.supervise("ListenIn"));
  other.run(milliseconds{200});
  bool monitored = false;
  for (const json::value& event : other.desk("admin").events)
    if (const auto* call = event.at("data").as_object().if_contains("activeCall"))
      monitored = monitored || (event.at("data").at("userId") == "a1" &&
                                call->at("monitored") == json::value(true));
  EXPECT_TRUE(monitored);
}

/// A supervisor who is listened to by another learns of it neither here nor there.
TEST_F(TeamWatch, a_silent_listener_is_hidden_from_the_one_they_listen_to) {
  app::Config silent = config();
  silent.supervision.notify_agent = false;
  silent.directory.users[0].roles.push_back(Role::Supervisor);  // the agent is one, of their group
  silent.directory.groups[0].supervisors.push_back(UserId{"a1"});
  World other{1, silent};
  ASSERT_TRUE(other.open());
  other.agent().subscribe("/v2/users");
  ASSERT_TRUE(other.connect());
  other.run(milliseconds{300});
  other.agent().forget();
  ASSERT_EQ(other.supervisor().monitor("ListenIn", "5001").status, 200);
  ASSERT_TRUE(other.until([&] { return other.phone(5005).is_up(); }));
  other.run(milliseconds{300});
  for (const json::value& event : other.agent().events)
    if (event.at("channel") == "/v2/users") {
      EXPECT_NE(event.at("data").at("userId"), "a1") << json::serialize(event);
    }
  const auto monitored = [&](const char* desk) {
    const auto user = other.desk(desk).get("/api/v2/users/a1?subresources=*").body.at("user");
    return user.at("activeCall").at("monitored").as_bool();
  };
  EXPECT_FALSE(monitored("agent"));
  EXPECT_TRUE(monitored("supervisor"));
}

TEST_F(TeamWatch, each_is_told_of_whom_they_may_see) {
  for (const char* desk : {"agent", "colleague", "supervisor", "other", "admin"}) watch(desk);
  EXPECT_EQ(told("agent"), "") << "who looks after nobody";
  EXPECT_EQ(told("supervisor"), "a1 NotReady; a5 NotReady");
  EXPECT_EQ(told("other"), "a2 NotReady; a6");
  EXPECT_EQ(told("admin"), "a1 NotReady; a2 NotReady; a5 NotReady; a6; a7");
  set("colleague", "Ready");
  EXPECT_EQ(told("admin"), "a2 Ready");
  EXPECT_EQ(told("other"), "a2 Ready");
  EXPECT_EQ(told("supervisor"), "");
}

TEST_F(TeamWatch, it_is_asked_for_by_its_name_or_a_pattern_of_v2) {
  watch("supervisor", "/**");
  EXPECT_EQ(told("supervisor"), "") << "that brings one's own";
  watch("supervisor", "/v2/**");
  EXPECT_EQ(told("supervisor"), "a1 NotReady; a5 NotReady");
  watch("supervisor", "/v2/users");
  EXPECT_EQ(told("supervisor"), "") << "subscribed already";
}

TEST_F(TeamWatch, it_is_numbered_and_told_again_with_all_else) {
  (void)world.supervisor().get("/api/v2/me/events");  // from now on
  watch("supervisor");
  set("agent", "Ready");
  world.run(milliseconds{200});
  const auto again = world.supervisor().get("/api/v2/me/events?after=0").body;
  const auto cursor = world.supervisor().get("/api/v2/me/events").body;
  set("supervisor", "Ready");
  set("agent", "NotReady");
  world.run(milliseconds{200});
  const std::string after = std::to_string(cursor.at("cursor").as_int64());
  const auto events =
      world.supervisor().get("/api/v2/me/events?after=" + after).body.at("events").as_array();
  std::string channels;
  for (const json::value& event : events)
    channels += std::string{event.at("channel").as_string()} + " ";
  EXPECT_EQ(channels, "/v2/me/devices /v2/me/channels /v2/users /v2/users ");
}

TEST_F(TeamWatch, another_directory_changes_whom_one_is_told_of) {
  watch("supervisor");
  (void)told("supervisor");
  app::Config changed = world.settings();
  changed.directory.groups[0].users = {UserId{"a2"}};
  world.centre().follow(changed);
  EXPECT_EQ(told("supervisor"), "a2 NotReady; a5 NotReady");
  set("agent", "Ready");
  EXPECT_EQ(told("supervisor"), "");
}

TEST_F(TeamWatch, a_client_that_fetches_nothing_is_told_the_newest_alone) {
  watch("supervisor");
  (void)told("supervisor");
  world.supervisor().leave();
  world.run(seconds{1});
  for (int i = 0; i < 3000; ++i) {
    set("agent", i % 2 ? "Ready" : "NotReady");
    world.run(milliseconds{1});
  }
  world.run(seconds{1});
  EXPECT_EQ(world.centre().census().bayeux_sessions, 5u) << "its queue has not overflowed";
}

TEST(LargeTeam, is_told_whole_and_in_order) {
  constexpr int kUsers = 3000;
  app::Config config = World::config();
  for (int i = 0; i < kUsers; ++i)
    TeamWatch::add(config, "user" + std::to_string(i), "u" + std::to_string(i), Role::Agent);
  World world{1, config};
  ASSERT_TRUE(world.centre().start());
  sim::Desk& supervisor = world.desk("supervisor");
  supervisor.come_back();
  supervisor.subscribe("/v2/users");
  world.run(seconds{10});
  ASSERT_EQ(supervisor.events.size(), kUsers + 3u);
  EXPECT_EQ(supervisor.events.front().at("data").at("userId"), "a1");
  EXPECT_EQ(supervisor.events.back().at("data").at("userId").as_string(),
            "u" + std::to_string(kUsers - 1));
}

/// Who is still to be told of at that time may not be seen any more.
TEST(LargeTeam, whoever_left_it_meanwhile_is_told_of_no_further) {
  app::Config config = World::config();
  for (int i = 0; i < 3000; ++i)
    TeamWatch::add(config, "user" + std::to_string(i), "u" + std::to_string(i), Role::Agent);
  World world{1, config};
  ASSERT_TRUE(world.centre().start());
  sim::Desk& supervisor = world.desk("supervisor");
  supervisor.come_back();
  supervisor.subscribe("/v2/users");
  ASSERT_TRUE(world.until([&] { return supervisor.events.size() > 500; }));
  ASSERT_LT(supervisor.events.size(), 2500u) << "most are told of already";
  app::Config changed = world.settings();
  changed.directory.groups = {{GroupId{"2-back"}, "Back", {UserId{"a5"}}, {UserId{"a2"}}}};
  world.centre().follow(changed);
  world.run(milliseconds{20});  // what was on its way
  supervisor.forget();
  world.run(seconds{10});
  for (const json::value& event : supervisor.events)
    EXPECT_FALSE(event.at("data").at("userId").as_string().starts_with("u"))
        << event.at("data").at("userId");
}

}  // namespace
}  // namespace earshot::scenario
