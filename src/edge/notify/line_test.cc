// The hub over WebSocket: bayeux.md §6.3.
#include <gtest/gtest.h>

#include "edge/notify/hub.h"
#include "sim/bayeux_client.h"
#include "sim/seeded_entropy.h"
#include "sim/socket_client.h"
#include "sim/trusting_callers.h"
#include "sim/virtual_loop.h"

namespace earshot::notify {
namespace {

using http::CloseCode;
using sim::BayeuxClient;
using sim::error_of;
using sim::SocketClient;
using Numbers = std::vector<int>;

Event event_of(const std::string& user, int number) {
  return DeviceErrorEvent{UserId{user}, DeviceId{"d"}, {Operation::Answer, number, "x"}};
}

class LineTest : public testing::Test {
 protected:
  void publish(const std::string& user, int number) {
    hub.publish({event_of(user, number)});
    loop.run_posted();
  }
  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  sim::TrustingCallers callers;
  Hub hub{loop, entropy, callers, {}, {}};
};

TEST_F(LineTest, only_the_authenticated_get_a_socket) {
  SocketClient stranger{hub, ""};
  EXPECT_EQ(stranger.status(), 403);
  EXPECT_EQ(hub.lines(), 0u);
}

TEST_F(LineTest, events_are_pushed_and_the_connect_stays_held) {
  SocketClient ann{hub, "ann"};
  ann.settle();
  EXPECT_TRUE(ann.take().empty());
  publish("ann", 1);
  EXPECT_EQ(ann.events(), (Numbers{1}));
  EXPECT_EQ(hub.held_connects(), 1u);
  ann.socket().finish(true);
  EXPECT_EQ(hub.queued_events(), 0u);
  loop.run_for(milliseconds{25'100});
  const auto told = ann.take();
  ASSERT_EQ(told.size(), 1u) << "a connect is always answered";
  EXPECT_EQ(told[0].at("id").as_string(), "held");
  EXPECT_EQ(told[0].at("successful"), true);
}

/// Faye's clients ask so whether their socket still lives.
TEST_F(LineTest, an_empty_array_is_answered_by_another) {
  SocketClient ann{hub, "ann"};
  ann.socket().say("[]");
  EXPECT_EQ(ann.socket().sent, std::vector<std::string>{"[]"}) << "before a session too";
  ann.settle();
  ann.socket().finish(true);
  ann.take();
  ann.socket().say(" [ ] ");
  EXPECT_EQ(ann.socket().sent, std::vector<std::string>{"[]"});
  EXPECT_EQ(hub.held_connects(), 1u) << "the connect waits on";
}

TEST_F(LineTest, what_is_written_at_once_is_told_once) {
  SocketClient ann{hub, "ann"};
  ann.socket().takes_at_once = true;
  ann.settle(R"(,"ext":{"ack":true})");
  publish("ann", 1);
  EXPECT_EQ(ann.events(), (Numbers{1}));
  publish("ann", 2);
  ann.say("/meta/connect", R"(,"ext":{"ack":2})");
  EXPECT_EQ(ann.events(), (Numbers{2})) << "with the answer";
  ann.say("/meta/connect", R"(,"ext":{"ack":3})");
  loop.run_posted();
  EXPECT_TRUE(ann.take().empty());
  EXPECT_EQ(hub.queued_events(), 0u);
  ann.socket().cut();
  loop.run_for(seconds{16});
  EXPECT_EQ(hub.sessions(), 0u);
}

TEST_F(LineTest, what_comes_while_a_frame_is_written_travels_together_after_it) {
  SocketClient ann{hub, "ann"};
  ann.settle();
  for (int number = 1; number <= 100; ++number) publish("ann", number);
  EXPECT_EQ(ann.events(), (Numbers{1}));
  ann.socket().finish(true);
  EXPECT_EQ(ann.socket().sent.size(), 1u);
  EXPECT_EQ(ann.events().size(), 64u);
  ann.socket().finish(true);
  EXPECT_EQ(ann.events().back(), 100);
}

TEST_F(LineTest, an_acknowledging_client_gets_batch_and_number_in_one_message) {
  SocketClient ann{hub, "ann"};
  ann.settle(R"(,"ext":{"ack":true})");
  publish("ann", 1);
  ASSERT_EQ(ann.socket().sent.size(), 1u);
  const auto told = ann.take();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(SocketClient::numbers(told), (Numbers{1}));
  EXPECT_TRUE(told[1].at("ext").as_object().contains("ack"));
  EXPECT_EQ(hub.held_connects(), 0u);
  ann.socket().cut();
  SocketClient again{hub, "ann"};
  again.client_id = ann.client_id;
  again.say("/meta/connect", R"(,"ext":{"ack":1})");
  EXPECT_EQ(again.events(), (Numbers{1})) << "until it is acknowledged";
}

TEST_F(LineTest, a_single_object_and_a_batch_are_both_followed) {
  SocketClient ann{hub, "ann"};
  ann.handshake();
  ann.socket().say("[" + ann.text("/meta/subscribe", R"(,"subscription":"/**")", "1") + "," +
                   ann.text("/meta/connect", R"(,"advice":{"timeout":0})", "2") + "," +
                   ann.text("/meta/connect", "", "3") + "]");
  const auto told = ann.take();
  ASSERT_EQ(told.size(), 2u) << "held though not alone: nobody waits for it here";
  EXPECT_EQ(told[0].at("channel").as_string(), "/meta/subscribe");
  EXPECT_EQ(told[1].at("id").as_string(), "2");
  EXPECT_EQ(hub.held_connects(), 1u);
}

TEST_F(LineTest, what_is_no_batch_closes_the_socket) {
  for (const char* text : {"", "{", "7", "[1]", R"([{"channel":1},2])"}) {
    SocketClient ann{hub, "ann"};
    ann.settle();
    ann.socket().say(text);
    EXPECT_EQ(ann.socket().closed, CloseCode::NotUtf8) << text;
  }
  SocketClient ann{hub, "ann"};
  std::string many = "[{}";
  for (int i = 0; i < 200; ++i) many += ",{}";
  ann.socket().say(many + "]");
  EXPECT_EQ(ann.socket().closed, CloseCode::TooBig);
  EXPECT_EQ(hub.lines(), 0u);
}

TEST_F(LineTest, one_socket_carries_one_session_of_its_own_user) {
  SocketClient ann{hub, "ann"};
  SocketClient second{hub, "ann"};
  SocketClient bob{hub, "bob"};
  ann.settle();
  second.settle();
  std::swap(ann.client_id, second.client_id);
  ann.say("/meta/connect");
  const auto told = ann.take();
  EXPECT_EQ(error_of(told.at(0)), "402::session_unknown");
  EXPECT_EQ(told[0].at("advice").at("reconnect").as_string(), "handshake");
  bob.client_id = second.client_id;
  bob.say("/meta/subscribe", R"(,"subscription":"/**")");
  EXPECT_EQ(error_of(bob.take().at(0)), "402::session_unknown");
}

TEST_F(LineTest, a_new_handshake_on_the_same_socket_is_a_new_session) {
  SocketClient ann{hub, "ann"};
  ann.settle();
  const auto before = ann.client_id;
  ann.handshake();
  EXPECT_NE(ann.client_id, before);
  publish("ann", 1);
  EXPECT_TRUE(ann.take().empty()) << "subscriptions are not carried over";
  loop.run_for(milliseconds{15'100});
  EXPECT_EQ(hub.sessions(), 0u) << "neither was spoken for";
}

TEST_F(LineTest, a_session_outlives_its_socket_and_is_pushed_to_on_the_next_at_once) {
  SocketClient ann{hub, "ann"};
  ann.settle();
  ann.socket().cut();
  EXPECT_EQ(hub.held_connects(), 0u);
  publish("ann", 1);
  SocketClient again{hub, "ann"};
  again.client_id = ann.client_id;
  again.say("/meta/subscribe", R"(,"subscription":"/v2/me/calls")");
  loop.run_posted();
  EXPECT_EQ(again.events(), (Numbers{1}));
  again.socket().finish(true);
  again.socket().cut();
  loop.run_for(seconds{14});
  EXPECT_EQ(hub.sessions(), 1u);
  loop.run_for(seconds{2});
  EXPECT_EQ(hub.sessions(), 0u) << "expiry counts from the socket's end";
  EXPECT_EQ(loop.timers(), 0u);
}

TEST_F(LineTest, a_write_that_fails_leaves_its_events_in_the_queue) {
  SocketClient ann{hub, "ann"};
  ann.settle();
  publish("ann", 1);
  publish("ann", 2);
  ann.socket().cut();
  EXPECT_EQ(hub.queued_events(), 2u);
  SocketClient again{hub, "ann"};
  again.client_id = ann.client_id;
  again.say("/meta/connect");
  EXPECT_EQ(again.events(), (Numbers{1, 2}));
}

TEST_F(LineTest, the_session_moves_with_its_first_message_and_the_old_socket_ends) {
  SocketClient ann{hub, "ann"};
  ann.settle();
  SocketClient again{hub, "ann"};
  again.client_id = ann.client_id;
  again.say("/meta/connect");
  EXPECT_EQ(ann.socket().closed, CloseCode::Normal);
  ann.socket().finish(false);
  publish("ann", 1);
  EXPECT_EQ(again.events(), (Numbers{1}));
  EXPECT_EQ(hub.lines(), 1u);
}

TEST_F(LineTest, a_session_moves_from_polling_to_a_socket_and_back) {
  BayeuxClient poller{hub, "ann"};
  poller.keeps_cookies = false;
  poller.settle();
  const auto held = poller.connect();
  SocketClient ann{hub, "ann"};
  ann.client_id = poller.client_id;
  ann.say("/meta/connect");
  EXPECT_EQ(held->response->status, 409) << "the older connect is ended without a reply";
  publish("ann", 1);
  EXPECT_EQ(ann.events(), (Numbers{1}));
  ann.socket().finish(true);
  const auto poll = poller.connect();
  EXPECT_EQ(ann.socket().closed, CloseCode::Normal);
  publish("ann", 2);
  EXPECT_EQ(BayeuxClient::events(poll), (Numbers{2}));
}

TEST_F(LineTest, a_session_moves_with_its_events_in_flight) {
  for (const bool arrived : {true, false}) {
    SCOPED_TRACE(arrived);
    BayeuxClient poller{hub, "ann"};
    poller.keeps_cookies = false;
    poller.settle();
    publish("ann", 1);
    const auto answered = poller.connect();  // its write is under way
    ASSERT_EQ(BayeuxClient::events(answered), (Numbers{1}));
    publish("ann", 2);
    SocketClient ann{hub, "ann"};
    ann.client_id = poller.client_id;
    ann.say("/meta/connect");
    EXPECT_TRUE(ann.take().empty()) << "nothing before it is known what came over HTTP";
    answered->finish(arrived);
    EXPECT_EQ(ann.events(), arrived ? (Numbers{2}) : (Numbers{1, 2}));
    ann.socket().finish(true);

    publish("ann", 3);
    EXPECT_EQ(ann.events(), (Numbers{3}));
    const auto poll = poller.connect();  // which closes the socket with the push under way
    EXPECT_TRUE(poll->is_waiting());
    ann.socket().finish(arrived);
    publish("ann", 4);
    EXPECT_EQ(BayeuxClient::events(poll), arrived ? (Numbers{4}) : (Numbers{3}));
    poll->finish(true);
    EXPECT_EQ(BayeuxClient::events(poller.connect()), arrived ? Numbers{} : (Numbers{4}));
    poller.disconnect();
  }
}

/// On one socket too, whichever of two connects came last is the one that is answered.
TEST_F(LineTest, a_newer_connect_takes_the_place_of_the_held_one) {
  for (const std::string ack : {"false", "true"}) {
    SocketClient ann{hub, "ann"};
    ann.settle(R"(,"ext":{"ack":)" + ack + "}");
    ann.say("/meta/connect", "", "newer");
    EXPECT_EQ(hub.held_connects(), 1u);
    EXPECT_TRUE(ann.take().empty()) << "the older one ends without a reply";
    publish("ann", 1);
    loop.run_for(milliseconds{25'100});
    const auto told = ann.take();
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(SocketClient::numbers(told), (Numbers{1}));
    EXPECT_EQ(told[1].at("id"), "newer");
    ann.socket().finish(true);
    ann.socket().cut();
    loop.run_for(seconds{30});
    EXPECT_TRUE(hub.is_empty());
  }
}

TEST_F(LineTest, silence_ends_a_session_on_every_way_off_its_socket) {
  const std::vector<std::pair<std::string, std::function<void(SocketClient&)>>> ways{
      {"handshake only", [](SocketClient& ann) { ann.handshake(); }},
      {"cut after the handshake",
       [](SocketClient& ann) {
         ann.handshake();
         ann.socket().cut();
       }},
      {"cut while a connect is held",
       [](SocketClient& ann) {
         ann.settle();
         ann.socket().cut();
       }},
      {"cut in the middle of a push",
       [this](SocketClient& ann) {
         ann.settle();
         publish("ann", 1);
         ann.socket().cut();
       }},
      {"a push that fails, and no word after it",
       [this](SocketClient& ann) {
         ann.settle();
         publish("ann", 1);
         ann.socket().finish(false);
         ann.socket().cut();
       }},
      {"a push nobody reports on",
       [this](SocketClient& ann) {
         ann.settle();
         publish("ann", 1);
         ann.socket().written.clear();
         ann.socket().cut();
       }},
      {"an answer that fails",
       [this](SocketClient& ann) {
         ann.settle();
         loop.run_for(milliseconds{25'100});
         ann.socket().finish(false);
       }},
      {"an answer nobody reports on",
       [this](SocketClient& ann) {
         ann.settle();
         loop.run_for(milliseconds{25'100});
         ann.socket().written.clear();
       }},
      {"what is no batch",
       [](SocketClient& ann) {
         ann.settle();
         ann.socket().say("{");
       }},
      {"another session took the socket",
       [this](SocketClient& ann) {
         ann.settle();
         ann.socket().say(R"({"channel":"/meta/handshake"})");  // refused: the session stays
         ann.socket().cut();
       }},
  };
  for (const auto& [name, way] : ways) {
    SocketClient ann{hub, "ann"};
    way(ann);
    loop.run_for(milliseconds{14'900});
    EXPECT_EQ(hub.sessions(), 1u) << name;
    loop.run_for(milliseconds{15'200});
    EXPECT_TRUE(hub.is_empty()) << name;
    EXPECT_EQ(hub.queued_bytes(), 0u) << name;
    EXPECT_EQ(loop.timers(), 0u) << name;
  }
}

TEST_F(LineTest, after_a_disconnect_the_client_closes) {
  SocketClient ann{hub, "ann"};
  ann.settle();
  ann.say("/meta/disconnect", "", "bye");
  const auto told = ann.take();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].at("id").as_string(), "held");
  EXPECT_EQ(told[0].at("advice").at("reconnect").as_string(), "none");
  EXPECT_EQ(told[1].at("id").as_string(), "bye");
  EXPECT_EQ(told[1].at("successful"), true);
  EXPECT_TRUE(ann.is_open());
  ann.socket().cut();
  EXPECT_EQ(hub.lines(), 0u);
  EXPECT_EQ(loop.timers(), 0u);
}

TEST_F(LineTest, a_socket_nobody_speaks_on_ends) {
  SocketClient silent{hub, "ann"};
  SocketClient left{hub, "ann"};
  left.settle();
  left.say("/meta/disconnect");
  loop.run_for(seconds{16});
  EXPECT_FALSE(silent.is_open());
  EXPECT_FALSE(left.is_open());
  EXPECT_EQ(hub.lines(), 0u);
  EXPECT_EQ(loop.timers(), 0u);
}

TEST_F(LineTest, a_stalled_reader_ends_alone) {
  SocketClient ann{hub, "ann"};
  SocketClient other{hub, "ann"};
  ann.settle();
  other.settle();
  Numbers got;
  for (int number = 0; number < 2'100; ++number) {
    publish("ann", number);
    other.socket().finish(true);
    for (const int each : other.events()) got.push_back(each);
  }
  EXPECT_EQ(ann.events().size(), 1u) << "one frame waits for the reader, the rest in the queue";
  EXPECT_FALSE(ann.is_open());
  EXPECT_EQ(hub.sessions(), 1u);
  EXPECT_EQ(got.size(), 2'100u);
}

TEST_F(LineTest, the_end_of_the_http_session_ends_its_sockets) {
  SocketClient ann{hub, "ann"};
  SocketClient silent{hub, "ann"};
  ann.settle();
  hub.end_session(callers.touched.back());
  EXPECT_FALSE(ann.is_open());
  EXPECT_FALSE(silent.is_open());
  EXPECT_EQ(hub.sessions(), 0u);
  EXPECT_EQ(hub.lines(), 0u);
}

TEST_F(LineTest, a_browser_proven_at_the_handshake_is_asked_for_at_the_upgrade) {
  const std::string cookie = "BAYEUX_BROWSER=0123456789abcdef";
  SocketClient ann{hub, "ann", "Cookie", cookie};
  ann.settle();
  SocketClient thief{hub, "ann"};
  thief.client_id = ann.client_id;
  thief.say("/meta/connect");
  EXPECT_EQ(error_of(thief.take().at(0)), "402::session_unknown");
  SocketClient same{hub, "ann", "Cookie", cookie};
  same.client_id = ann.client_id;
  same.say("/meta/connect", R"(,"advice":{"timeout":0})");
  EXPECT_EQ(same.take().at(0).at("successful"), true);
}

}  // namespace
}  // namespace earshot::notify
