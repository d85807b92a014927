// What one user, one address and one request may ask for, and how the rest is refused.
#include <gtest/gtest.h>

#include "edge/notify/hub.h"
#include "sim/bayeux_client.h"
#include "sim/seeded_entropy.h"
#include "sim/socket_client.h"
#include "sim/trusting_callers.h"
#include "sim/virtual_loop.h"

namespace earshot::notify {
namespace {

using sim::BayeuxClient;
using sim::error_of;
using sim::SocketClient;

const std::string kHandshake =
    R"({"channel":"/meta/handshake","supportedConnectionTypes":["long-polling","websocket"]})";
const Endpoint kHere = *Endpoint::parse("192.0.2.1", 1000);
const Endpoint kThere = *Endpoint::parse("192.0.2.2", 1000);

class LimitsTest : public testing::Test {
 protected:
  LimitsTest() {
    NotifySettings settings;
    settings.handshakes_per_user = 3;
    settings.handshakes_per_address = 4;
    settings.max_sessions_per_address = 5;
    settings.max_unused_lines_per_user = 2;
    settings.unused_line = seconds{5};
    hub.emplace(loop, entropy, callers, settings, view::ViewSettings{});
  }
  json::object shake(const std::string& user, const Endpoint& from) {
    BayeuxClient client{*hub, user};
    client.peer = from;
    return BayeuxClient::last(client.send(kHandshake));
  }

  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  sim::TrustingCallers callers;
  std::optional<Hub> hub;
};

TEST_F(LimitsTest, too_many_handshakes_of_a_user_are_put_off) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(error_of(shake("ann", kHere)), "");
  for (const Endpoint& from : {kHere, kThere}) {
    const auto reply = shake("ann", from);
    EXPECT_EQ(error_of(reply), "429::too_many_handshakes");
    EXPECT_EQ(json::serialize(reply.at("advice")),
              R"({"reconnect":"handshake","interval":1000,"timeout":25000})")
        << "come again, but not at once";
  }
  EXPECT_EQ(hub->sessions(), 3u);
  EXPECT_EQ(error_of(shake("bob", kHere)), "") << "another user is not to blame";
  loop.run_for(seconds{1});
  EXPECT_EQ(error_of(shake("ann", kHere)), "");
}

TEST_F(LimitsTest, too_many_handshakes_of_an_address_are_put_off) {
  for (const std::string user : {"a", "b", "c", "d"}) EXPECT_EQ(error_of(shake(user, kHere)), "");
  EXPECT_EQ(error_of(shake("e", kHere)), "429::too_many_handshakes");
  EXPECT_EQ(error_of(shake("e", kThere)), "");
  loop.run_for(milliseconds{250});
  EXPECT_EQ(error_of(shake("f", kHere)), "");
}

TEST_F(LimitsTest, too_many_sessions_of_an_address_are_put_off_until_some_end) {
  for (const std::string user : {"a", "b", "c", "d", "e"}) {
    EXPECT_EQ(error_of(shake(user, kHere)), "");
    loop.run_for(milliseconds{300});
  }
  const auto reply = shake("f", kHere);
  EXPECT_EQ(error_of(reply), "429::too_many_sessions_of_address");
  EXPECT_EQ(reply.at("advice").at("reconnect"), "handshake");
  EXPECT_EQ(reply.at("advice").at("interval"), 10'000);
  EXPECT_EQ(error_of(shake("f", kThere)), "");
  loop.run_for(seconds{20});
  EXPECT_TRUE(hub->is_empty());
  EXPECT_EQ(error_of(shake("f", kHere)), "");
}

TEST_F(LimitsTest, over_a_socket_the_refusal_is_the_same_and_the_socket_stays) {
  SocketClient ann{*hub, "ann"};
  for (int i = 0; i < 3; ++i) {
    ann.handshake();
    EXPECT_NE(ann.client_id, "");
  }
  ann.socket().say(kHandshake);
  const auto refused = ann.take();
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(error_of(refused[0]), "429::too_many_handshakes");
  EXPECT_TRUE(ann.is_open());
  loop.run_for(seconds{1});
  ann.handshake();
  EXPECT_NE(ann.client_id, "");
}

TEST_F(LimitsTest, sockets_nobody_speaks_on_are_few_and_short_lived) {
  SocketClient first{*hub, "ann"};
  SocketClient second{*hub, "ann"};
  SocketClient third{*hub, "ann"};
  EXPECT_EQ(third.status(), 429);
  EXPECT_EQ(SocketClient(*hub, "bob").status(), 101) << "each user has the own count";
  first.handshake();
  EXPECT_EQ(SocketClient(*hub, "ann").status(), 101) << "one of them is in use now";
  EXPECT_EQ(SocketClient(*hub, "ann").status(), 429);
  loop.run_for(seconds{5});
  EXPECT_TRUE(first.is_open());
  EXPECT_FALSE(second.is_open());
  EXPECT_EQ(hub->lines(), 1u);
  first.socket().cut();
  loop.run_for(seconds{20});
  EXPECT_TRUE(hub->is_empty());
  EXPECT_EQ(loop.timers(), 0u);
}

TEST_F(LimitsTest, talk_without_a_session_does_not_keep_a_socket) {
  SocketClient ann{*hub, "ann"};
  for (int second = 0; second < 5; ++second) {
    ann.socket().say(R"({"channel":"/meta/connect","clientId":"x"})");
    ann.socket().say("{}");
    loop.run_for(seconds{1});
  }
  EXPECT_FALSE(ann.is_open());
}

/// A body may be 256 KiB long, hold 200 messages and be nested 64 deep; and not one more.
TEST_F(LimitsTest, a_request_is_bounded_in_bytes_messages_and_depth) {
  const auto status = [&](std::string body) {
    return BayeuxClient{*hub, "ann"}.send(std::move(body))->response->status;
  };
  const auto messages = [](int count) {
    std::string out = "[{}";
    for (int i = 1; i < count; ++i) out += ",{}";
    return out + "]";
  };
  EXPECT_EQ(status(messages(200)), 200);
  EXPECT_EQ(status(messages(201)), 413);
  const auto nested = [](std::size_t depth) {  // of which the array and the message are two
    return R"([{"channel":"/x","data":)" + std::string(depth - 2, '[') +
           std::string(depth - 2, ']') + "}]";
  };
  EXPECT_EQ(status(nested(64)), 200);
  EXPECT_EQ(status(nested(65)), 400);
  const std::size_t most = 256 * 1024;
  EXPECT_EQ(status("[{}" + std::string(most - 4, ' ') + "]"), 200);
  EXPECT_EQ(status("[{}" + std::string(most - 3, ' ') + "]"), 413);
  SocketClient socket{*hub, "ann"};
  socket.socket().say(nested(65));
  EXPECT_EQ(socket.socket().closed, http::CloseCode::NotUtf8);
  EXPECT_TRUE(hub->is_empty() || hub->sessions() == 0);
}

/// A queue holds 2,000 events and 1 MiB.
TEST_F(LimitsTest, a_queue_is_bounded_in_events_and_bytes) {
  const auto tell = [&](std::size_t length) {
    const OperationFailure failure{Operation::Answer, 1, std::string(length, 'x')};
    hub->publish({DeviceErrorEvent{UserId{"ann"}, DeviceId{"d"}, failure}});
  };
  BayeuxClient ann{*hub, "ann"};
  ann.settle();
  for (int i = 0; i < 2000; ++i) tell(1);
  EXPECT_EQ(hub->sessions(), 1u);
  tell(1);
  EXPECT_EQ(hub->sessions(), 0u);
  ann.settle();
  tell(1000);
  const std::size_t each = hub->queued_bytes();
  for (std::size_t bytes = 2 * each; bytes <= 1 << 20; bytes += each) tell(1000);
  EXPECT_EQ(hub->sessions(), 1u);
  EXPECT_LE(hub->queued_bytes(), std::size_t{1} << 20);
  tell(1000);
  EXPECT_EQ(hub->sessions(), 0u);
  EXPECT_EQ(hub->queued_bytes(), 0u);
}

}  // namespace
}  // namespace earshot::notify
