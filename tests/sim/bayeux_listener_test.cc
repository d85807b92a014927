#include "sim/bayeux_listener.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "sim/virtual_loop.h"

namespace earshot::sim {
namespace {

/// A server in the test's hands: shows what was asked, answers what the test says.
class Script final : public HttpPeer {
 public:
  void send(HttpAsk ask, OnHttpReply reply) override {
    asked.push_back(ask.body);
    target = ask.target;
    replies.push_back(std::move(reply));
  }
  void answer(const std::string& body, int status = 200) {
    ASSERT_FALSE(replies.empty());
    const auto reply = std::move(replies.front());
    replies.pop_front();
    reply({status, {}, body});
  }
  std::string target;
  std::deque<std::string> asked;
  std::deque<OnHttpReply> replies;
};

class BayeuxListenerTest : public testing::Test {
 protected:
  void answer(const std::string& body, int status = 200) {
    server.answer(body, status);
    loop.run_posted();
  }
  void settle() {
    listener.start();
    answer(
        R"([{"channel":"/meta/handshake","successful":true,"clientId":"c1","advice":{"reconnect":"retry","interval":0,"timeout":25000}}])");
    answer(
        R"([{"channel":"/meta/subscribe","successful":true},{"channel":"/meta/subscribe","successful":true}])");
    answer(R"([{"channel":"/meta/connect","successful":true}])");
    ASSERT_TRUE(listener.is_listening());
  }

  VirtualLoop loop;
  Script server;
  BayeuxListener listener{
      loop, server, "/api/v2/notifications", {"/v2/me/calls", "/v2/me/devices"}};
};

TEST_F(BayeuxListenerTest, shakes_hands_subscribes_and_polls) {
  settle();
  EXPECT_EQ(server.target, "/api/v2/notifications");
  ASSERT_EQ(server.asked.size(), 4u);
  EXPECT_EQ(
      server.asked[0],
      R"([{"channel":"/meta/handshake","id":"1","version":"1.0","minimumVersion":"1.0","supportedConnectionTypes":["long-polling"]}])");
  EXPECT_EQ(
      server.asked[1],
      R"([{"channel":"/meta/subscribe","id":"2","clientId":"c1","subscription":"/v2/me/calls"},{"channel":"/meta/subscribe","id":"3","clientId":"c1","subscription":"/v2/me/devices"}])");
  EXPECT_EQ(
      server.asked[2],
      R"([{"channel":"/meta/connect","id":"4","clientId":"c1","connectionType":"long-polling","advice":{"timeout":0}}])");
  EXPECT_EQ(
      server.asked[3],
      R"([{"channel":"/meta/connect","id":"5","clientId":"c1","connectionType":"long-polling"}])");
}

TEST_F(BayeuxListenerTest, tells_events_in_order_and_polls_again) {
  settle();
  std::string told;
  listener.on_event([&](const BayeuxListener::Event& event) {
    told += event.channel + json::serialize(event.data) + " ";
  });
  answer(
      R"([{"channel":"/v2/me/calls","data":{"n":1}},{"channel":"/v2/me/devices","data":2},{"channel":"/meta/connect","successful":true}])");
  EXPECT_EQ(told, R"(/v2/me/calls{"n":1} /v2/me/devices2 )");
  EXPECT_EQ(server.replies.size(), 1u) << "the next poll";
  EXPECT_EQ(listener.take_events().size(), 2u);
  EXPECT_TRUE(listener.events().empty());
}

TEST_F(BayeuxListenerTest, a_broken_poll_is_tried_again_after_a_second) {
  settle();
  answer("gone", 0);
  EXPECT_TRUE(server.replies.empty());
  loop.run_for(seconds{1});
  EXPECT_EQ(server.replies.size(), 1u);
  EXPECT_EQ(listener.failures(), 1);
  EXPECT_EQ(listener.handshakes(), 1);
  answer("{}");
  loop.run_for(seconds{1});
  EXPECT_EQ(listener.failures(), 2);
}

TEST_F(BayeuxListenerTest, advice_handshake_begins_anew_and_none_ends) {
  settle();
  answer(
      R"([{"channel":"/meta/connect","successful":false,"error":"402::session_unknown","advice":{"reconnect":"handshake","interval":0}}])");
  loop.run_for(seconds{1});
  EXPECT_EQ(listener.handshakes(), 2);
  EXPECT_EQ(listener.last_error(), "402::session_unknown");
  answer(
      R"([{"channel":"/meta/handshake","successful":false,"error":"403::handshake_denied","advice":{"reconnect":"none"}}])");
  EXPECT_EQ(listener.state(), BayeuxListener::State::Stopped);
  EXPECT_TRUE(loop.run_until_idle(seconds{60}));
  EXPECT_TRUE(server.replies.empty());
}

TEST_F(BayeuxListenerTest, advice_interval_delays_the_next_poll) {
  settle();
  answer(
      R"([{"channel":"/meta/connect","successful":true,"advice":{"reconnect":"retry","interval":300}}])");
  EXPECT_TRUE(server.replies.empty());
  loop.run_for(milliseconds{300});
  EXPECT_EQ(server.replies.size(), 1u);
}

TEST_F(BayeuxListenerTest, stopping_disconnects_and_ignores_what_comes_later) {
  settle();
  listener.stop();
  EXPECT_NE(server.asked.back().find(R"("channel":"/meta/disconnect")"), std::string::npos);
  answer(R"([{"channel":"/v2/me/calls","data":1},{"channel":"/meta/connect","successful":true}])");
  EXPECT_TRUE(listener.events().empty());
  EXPECT_EQ(server.replies.size(), 1u) << "only the disconnect waits";
}

}  // namespace
}  // namespace earshot::sim
