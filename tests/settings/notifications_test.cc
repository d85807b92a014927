// The table [notifications]: see setting.h.

#include "tests/settings/setting.h"

namespace earshot::settings {
namespace {

/// A session of "agent" and its first connect, which is answered at once; then one that waits.
std::shared_ptr<sim::FakeRequest> held_connect(Setting& setting) {
  const std::string client{setting.shake_hands().at("clientId").as_string()};
  const auto connect = [&](const std::string& more) {
    return setting.ask("POST", "/api/v2/notifications", {{"Authorization", Setting::kAgent}},
                       R"([{"channel":"/meta/connect","id":"2","connectionType":"long-polling",)"
                       R"("clientId":")" +
                           client + '"' + more + "}]");
  };
  connect(R"(,"advice":{"timeout":0})")->finish(true);
  return connect("");
}

std::shared_ptr<sim::FakeRequest> open_socket(Setting& setting) {
  return setting.ask("GET", "/api/v2/notifications",
                     {{"Authorization", Setting::kAgent},
                      {"Connection", "Upgrade"},
                      {"Upgrade", "websocket"},
                      {"Sec-WebSocket-Version", "13"},
                      {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}});
}

/// Asks for numbers, lets the agent be told of calls, and says whether all can still be read.
bool all_can_be_read(World& world, Duration wait = {}) {
  const auto start = world.agent().get("/api/v2/me/events").body;
  const auto cursor = start.at("cursor").to_number<std::uint64_t>();
  EXPECT_TRUE(world.connect());
  world.run(milliseconds{200} + wait);
  const auto read = world.agent().get("/api/v2/me/events?after=" + std::to_string(cursor)).body;
  return !read.as_object().contains("gap") && read.at("events").as_array().size() > 1;
}

TEST_F(Setting, notifications_timeout_s) {
  with("notifications.timeout_s = 3");
  const auto connect = held_connect(*this);
  world->run(milliseconds{2900});
  EXPECT_TRUE(connect->is_waiting());
  world->run(milliseconds{200});
  EXPECT_FALSE(connect->is_waiting());
}

TEST_F(Setting, notifications_max_interval_s) {
  with("notifications.max_interval_s = 4");
  world->agent().leave();
  const std::size_t before = world->centre().census().bayeux_sessions;
  world->run(milliseconds{3900});
  EXPECT_EQ(world->centre().census().bayeux_sessions, before);
  world->run(milliseconds{300});
  EXPECT_EQ(world->centre().census().bayeux_sessions, before - 1);
}

TEST_F(Setting, notifications_replay_seconds) {
  for (const bool briefly : {false, true}) {
    with(briefly ? "notifications.replay_seconds = 2" : "");
    EXPECT_EQ(all_can_be_read(*world, seconds{4}), !briefly);
  }
}

TEST_F(Setting, notifications_replay_events) {
  with("notifications.replay_events = 1");
  EXPECT_FALSE(all_can_be_read(*world));
}

TEST_F(Setting, notifications_replay_bytes) {
  with("notifications.replay_bytes = 1000");
  EXPECT_FALSE(all_can_be_read(*world));
}

TEST_F(Setting, notifications_replay_total_bytes) {
  with("notifications.replay_total_bytes = 1000");
  EXPECT_FALSE(all_can_be_read(*world));
}

TEST_F(Setting, notifications_sessions_per_user) {
  with("notifications.sessions_per_user = 2");
  const std::size_t desks = world->centre().census().bayeux_sessions;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(succeeded(shake_hands()));
  EXPECT_EQ(world->centre().census().bayeux_sessions, desks + 1) << "each new one displaces one";
}

TEST_F(Setting, notifications_sessions_per_address) {
  with("notifications.sessions_per_address = 3");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(succeeded(shake_hands()));
  EXPECT_EQ(shake_hands().at("error"), "429::too_many_sessions_of_address");
}

TEST_F(Setting, notifications_handshakes_per_user) {
  with("notifications.handshakes_per_user = 2");
  world->run(seconds{2});
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(succeeded(shake_hands()));
  EXPECT_EQ(shake_hands().at("error"), "429::too_many_handshakes");
}

TEST_F(Setting, notifications_handshakes_per_address) {
  with("notifications.handshakes_per_address = 3");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(succeeded(shake_hands()));
  EXPECT_EQ(shake_hands().at("error"), "429::too_many_handshakes");
}

TEST_F(Setting, notifications_unused_sockets_per_user) {
  with("notifications.unused_sockets_per_user = 1");
  const auto first = open_socket(*this);
  EXPECT_NE(first->socket, nullptr);
  const auto second = open_socket(*this);
  ASSERT_TRUE(second->response);
  EXPECT_EQ(second->response->status, 429);
}

TEST_F(Setting, notifications_unused_socket_s) {
  with("notifications.unused_socket_s = 3");
  const auto opened = open_socket(*this);
  ASSERT_NE(opened->socket, nullptr);
  world->run(milliseconds{2900});
  EXPECT_FALSE(opened->socket->closed);
  world->run(milliseconds{200});
  EXPECT_TRUE(opened->socket->closed);
}

TEST_F(Setting, notifications_orphan_grace_s) {
  with("notifications.orphan_grace_s = 20");
  world->agent().leave();
  world->run(seconds{15 + 20 + 2});
  EXPECT_EQ(world->agent().device().at("userState").at("state"), "LoggedOut");
}

}  // namespace
}  // namespace earshot::settings
