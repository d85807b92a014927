// Keys that a running server takes over when the file is read again (app/reload.h): what it does
// afterwards. Those of [log] are the process's own, app::set_log, which http_test.cc looks at.

#include "app/reload.h"
#include "tests/scenario/supervised.h"
#include "tests/settings/setting.h"

namespace earshot::settings {
namespace {

struct Live : Setting {
  /// The file is read again, with these settings now.
  void read_again(const std::string& settings) {
    const app::Reload changes = app::reload(world->settings(), World::config(settings));
    EXPECT_EQ(changes.live.size(), 1u);
    EXPECT_TRUE(changes.waiting.empty());
    world->centre().follow(changes.config);
  }
};

TEST_F(Live, calls_ring_timeout_s) {
  with("");
  const auto lazy = unanswered(5001);
  read_again("calls.ring_timeout_s = 4");
  world->phone(5000).dial("5001");
  EXPECT_EQ(ringing_time(*lazy), seconds{4});
}

TEST_F(Live, supervision_ring_timeout_s) {
  with("");
  const auto lazy = unanswered(5005);
  ASSERT_EQ(world->supervisor().monitor("ListenIn", "5001").status, 200);
  read_again("supervision.ring_timeout_s = 3");
  ASSERT_TRUE(world->connect());
  EXPECT_EQ(ringing_time(*lazy), seconds{3});
}

TEST_F(Live, http_allowed_origins) {
  with("");
  const sim::HttpHeaders from_desk{{"Authorization", kAgent}, {"Origin", "https://desk.example"}};
  EXPECT_EQ(status_of("GET", "/api/v2/me", from_desk), 403);
  read_again("http.allowed_origins = [\"https://desk.example\"]");
  EXPECT_EQ(status_of("GET", "/api/v2/me", from_desk), 200);
}

TEST_F(Live, http_csrf_protection) {
  with("");
  const auto ready = [this] {
    return status_of("POST", "/api/v2/me", {{"Authorization", kAgent}},
                     R"({"operationName":"Ready"})");
  };
  EXPECT_EQ(ready(), 200);
  read_again("http.csrf_protection = true");
  EXPECT_EQ(ready(), 403);
}

TEST_F(Live, server_stop_grace_s) {
  with("");
  ASSERT_TRUE(world->connect());
  for (const int number : {5000, 5001}) world->phone(number).vanish();
  read_again("server.stop_grace_s = 2");
  bool stopped = false;
  world->centre().stop([&] { stopped = true; });
  world->run(milliseconds{2100});
  EXPECT_TRUE(stopped);
}

/// A key that waits for a restart changes nothing, and is told to wait.
TEST_F(Live, other_keys_change_nothing) {
  with("");
  const app::Reload changes =
      app::reload(world->settings(), World::config("supervision.notify_agent = false"));
  ASSERT_EQ(changes.waiting.size(), 1u);
  EXPECT_EQ(changes.waiting[0].key, "supervision.notify_agent");
  world->centre().follow(changes.config);
  ASSERT_TRUE(world->supervise("ListenIn"));
  world->run(milliseconds{100});
  EXPECT_EQ(scenario::Supervised::call_of(*world, "agent").at("supervisorListeningIn"), true);
}

}  // namespace
}  // namespace earshot::settings
