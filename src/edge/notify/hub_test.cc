#include "edge/notify/hub.h"

#include <gtest/gtest.h>

#include "sim/bayeux_client.h"
#include "sim/seeded_entropy.h"
#include "sim/trusting_callers.h"
#include "sim/virtual_loop.h"

namespace earshot::notify {
namespace {

using sim::BayeuxClient;
using sim::error_of;
using sim::Poll;
using sim::reconnect_of;
using Numbers = std::vector<int>;

/// An event on /v2/me/devices that carries a sequence number.
Event event_of(const std::string& user, int number) {
  return DeviceErrorEvent{UserId{user}, DeviceId{"d"}, {Operation::Answer, number, "x"}};
}

class HubTest : public testing::Test {
 protected:
  void publish(const std::string& user, int number) { hub.publish({event_of(user, number)}); }

  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  sim::TrustingCallers callers;
  NotifySettings settings;
  Hub hub{loop, entropy, callers, settings, {}};
};

TEST_F(HubTest, at_the_end_of_the_server_a_waiting_poll_is_told_to_come_again) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  const auto poll = client.connect();
  ASSERT_TRUE(poll->is_waiting());
  hub.stop();
  const auto reply = BayeuxClient::last(poll);
  EXPECT_EQ(reply.at("successful"), false);
  EXPECT_EQ(reconnect_of(reply), "handshake");
  EXPECT_TRUE(hub.is_empty());
}

TEST_F(HubTest, a_handshake_is_always_a_new_session) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  const auto before = client.client_id;
  client.handshake();
  EXPECT_NE(client.client_id, before);
  publish("ann", 1);
  EXPECT_TRUE(BayeuxClient::events(client.connect()).empty())
      << "subscriptions are not carried over";
}

// The login sequences of rest-and-sessions.md §B.5, as far as the notification endpoint sees them.
TEST_F(HubTest, login_sequences_of_known_clients_get_their_events) {
  struct Login {
    std::string name;
    std::vector<std::string> subscriptions;
    bool keeps_cookies;
  };
  const std::vector<Login> logins{
      {"VUE", {"/v2/me/*"}, true},
      {"IOS",
       {"/v2/me/devices", "/v2/me/calls", "/v2/me/channels", "/v2/me/chats", "/v2/me/emails"},
       true},
      {"NET", {"/**"}, false},
      {"WWE", {"/v2/me/devices", "/notifications/services"}, true},
  };
  for (const auto& login : logins) {
    BayeuxClient client{hub, login.name};
    client.keeps_cookies = login.keeps_cookies;
    client.handshake();
    for (const auto& channel : login.subscriptions)
      EXPECT_EQ(BayeuxClient::last(client.subscribe(channel)).at("successful"), true) << channel;
    client.connect(R"(,"advice":{"timeout":0})")->finish(true);
    const auto poll = client.connect();
    EXPECT_TRUE(poll->is_waiting());
    publish(login.name, 7);
    EXPECT_TRUE(poll->is_waiting()) << "not before the turn of the loop ends";
    publish(login.name, 8);
    loop.run_posted();
    EXPECT_EQ(BayeuxClient::events(poll), (Numbers{7, 8})) << login.name;
    EXPECT_EQ(BayeuxClient::messages(poll).front().at("channel").as_string(), "/v2/me/devices");
    EXPECT_EQ(BayeuxClient::last(poll).at("channel").as_string(), "/meta/connect");
  }
}

TEST_F(HubTest, one_event_of_several_notifications_is_told_in_order) {
  BayeuxClient client{hub, "ann"};
  client.settle("/**");
  const auto poll = client.connect();
  hub.publish({DeviceEvent{UserId{"ann"}, DeviceView{}, true}});
  loop.run_posted();
  const auto messages = BayeuxClient::messages(poll);
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[0].at("channel").as_string(), "/v2/me/devices");
  EXPECT_EQ(messages[1].at("channel").as_string(), "/v2/me/channels");
}

TEST_F(HubTest, several_matching_patterns_tell_an_event_once) {
  BayeuxClient client{hub, "ann"};
  client.settle("/**");
  for (const std::string channel : {"/v2/me/*", "/v2/**", "/v2/me/devices", "/v2/me/devices"})
    client.subscribe(channel);
  publish("ann", 1);
  EXPECT_EQ(BayeuxClient::events(client.connect()), (Numbers{1}));
}

TEST_F(HubTest, only_subscribed_channels_are_told) {
  BayeuxClient client{hub, "ann"};
  client.settle("/v2/me/calls");
  publish("ann", 1);
  EXPECT_EQ(hub.queued_events(), 0u);
  client.subscribe("/v2/me/devices");
  publish("ann", 2);
  client.send(R"({"channel":"/meta/unsubscribe","subscription":"/v2/me/devices","clientId":")" +
              client.client_id + "\"}");
  publish("ann", 3);
  EXPECT_EQ(BayeuxClient::events(client.connect()), (Numbers{2}));
}

TEST_F(HubTest, wildcards_never_show_another_users_events) {
  BayeuxClient ann{hub, "ann"};
  BayeuxClient bob{hub, "bob"};
  ann.settle("/**");
  bob.settle("/**");
  const auto anns = ann.connect();
  const auto bobs = bob.connect();
  for (int number = 0; number < 50; ++number) publish("ann", number);
  loop.run_posted();
  EXPECT_EQ(BayeuxClient::events(anns).size(), 50u);
  EXPECT_TRUE(bobs->is_waiting());
}

TEST_F(HubTest, all_sessions_of_a_user_are_told) {
  BayeuxClient desk{hub, "ann"};
  BayeuxClient phone{hub, "ann"};
  desk.settle();
  phone.settle();
  const auto first = desk.connect();
  publish("ann", 1);
  loop.run_posted();
  EXPECT_EQ(BayeuxClient::events(first), (Numbers{1}));
  EXPECT_EQ(BayeuxClient::events(phone.connect()), (Numbers{1}));
}

TEST_F(HubTest, a_foreign_users_session_is_unknown) {
  BayeuxClient ann{hub, "ann"};
  ann.settle();
  BayeuxClient eve{hub, "eve"};
  eve.client_id = ann.client_id;
  eve.cookie = ann.cookie;
  publish("ann", 1);
  for (const auto& poll : {eve.connect(), eve.subscribe("/**"), eve.disconnect()}) {
    const auto reply = BayeuxClient::last(poll);
    EXPECT_EQ(error_of(reply), "402::session_unknown");
    EXPECT_TRUE(BayeuxClient::events(poll).empty());
  }
  EXPECT_EQ(reconnect_of(BayeuxClient::last(eve.connect())), "handshake");
  EXPECT_EQ(BayeuxClient::events(ann.connect()), (Numbers{1}));
}

TEST_F(HubTest, two_connects_in_one_array_carry_each_event_once) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  publish("ann", 1);
  const auto poll = client.send("[" + client.connect_text() + "," + client.connect_text() + "]");
  EXPECT_EQ(BayeuxClient::events(poll), (Numbers{1}));
  poll->finish(false);
  EXPECT_EQ(BayeuxClient::events(client.connect()), (Numbers{1}));
}

TEST_F(HubTest, what_is_written_at_once_is_told_once_and_its_silence_counts) {
  BayeuxClient client{hub, "ann"};
  client.takes_at_once = true;
  client.settle();
  publish("ann", 1);
  EXPECT_EQ(BayeuxClient::events(client.connect()), (Numbers{1})) << "answered as it came";
  const auto waiting = client.connect();
  EXPECT_TRUE(waiting->is_waiting());
  publish("ann", 2);
  loop.run_posted();
  EXPECT_EQ(BayeuxClient::events(waiting), (Numbers{2})) << "answered when there was something";
  EXPECT_EQ(hub.queued_events(), 0u);
  EXPECT_TRUE(client.connect()->is_waiting());
  loop.run_for(seconds{41});
  EXPECT_EQ(hub.sessions(), 0u) << "held for 25 s, silent for 15";
  EXPECT_EQ(loop.timers(), 0u);
}

/// Waking the loop for each would cost more than the answers.
TEST_F(HubTest, connects_held_long_are_answered_together_on_whole_tenths_of_a_second) {
  BayeuxClient ann{hub, "ann"};
  BayeuxClient bob{hub, "bob"};
  loop.run_for(milliseconds{3});
  ann.settle();
  bob.settle();
  loop.run_for(milliseconds{9});
  const auto anns = ann.connect();
  loop.run_for(milliseconds{11});
  const auto bobs = bob.connect();
  const TimePoint tenth = roughly(loop.now() + seconds{25}, loop.now());
  loop.run_for(tenth - loop.now() - milliseconds{1});
  EXPECT_TRUE(anns->is_waiting() && bobs->is_waiting());
  loop.run_for(milliseconds{1});
  EXPECT_FALSE(anns->is_waiting() || bobs->is_waiting());
}

TEST_F(HubTest, a_newer_connect_ends_the_older_and_takes_the_events) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  const auto older = client.connect();
  const auto newer = client.connect();
  ASSERT_TRUE(older->response);
  EXPECT_EQ(older->response->status, 409);
  publish("ann", 1);
  loop.run_posted();
  EXPECT_EQ(BayeuxClient::events(newer), (Numbers{1}));
}

TEST_F(HubTest, events_beside_other_requests_wait_for_the_connect) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  publish("ann", 1);
  EXPECT_TRUE(BayeuxClient::events(client.subscribe("/a")).empty());
  EXPECT_EQ(BayeuxClient::events(client.connect()), (Numbers{1}));
}

TEST_F(HubTest, a_failed_write_puts_its_events_back_in_front) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  publish("ann", 1);
  publish("ann", 2);
  const auto lost = client.connect();
  publish("ann", 3);
  const auto next = client.connect();
  EXPECT_TRUE(next->is_waiting()) << "until the outcome of the older answer is known";
  lost->finish(false);
  EXPECT_EQ(BayeuxClient::events(next), (Numbers{1, 2, 3}));
  next->finish(true);
  EXPECT_EQ(hub.queued_bytes(), 0u);
}

TEST_F(HubTest, acknowledgement_is_confirmed_to_whoever_offers_it) {
  BayeuxClient client{hub, "ann"};
  const std::string begin =
      R"({"channel":"/meta/handshake","supportedConnectionTypes":["long-polling"],"ext":)";
  const auto reply = BayeuxClient::last(client.send(begin + R"({"ack":true}})"));
  EXPECT_EQ(json::serialize(reply.at("ext")), R"({"ack":true})");
  EXPECT_FALSE(BayeuxClient::last(client.send(begin + R"({"ack":false}})")).contains("ext"));
}

TEST_F(HubTest, an_answer_lost_on_the_way_comes_again_until_it_is_acknowledged) {
  BayeuxClient client{hub, "ann"};
  client.offers = R"(,"ext":{"ack":true})";
  client.settle();
  publish("ann", 1);
  client.connect(R"(,"ext":{"ack":1})")->finish(true);
  const auto again = client.connect(R"(,"ext":{"ack":1})");
  EXPECT_EQ(BayeuxClient::events(again), (Numbers{1}));
  EXPECT_EQ(BayeuxClient::last(again).at("ext").at("ack").as_int64(), 3);
  again->finish(true);
  EXPECT_TRUE(client.connect(R"(,"ext":{"ack":3})")->is_waiting());
  EXPECT_EQ(hub.queued_events(), 0u);
}

TEST_F(HubTest, a_dropped_question_counts_as_a_failed_write) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  publish("ann", 1);
  client.connect()->written = nullptr;
  EXPECT_EQ(BayeuxClient::events(client.connect()), Numbers{}) << "told in the next turn";
  loop.run_posted();
  EXPECT_EQ(BayeuxClient::events(client.connect()), (Numbers{1}));
}

TEST_F(HubTest, a_poll_whose_client_went_away_gets_nothing) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  const auto dead = client.connect();
  dead->cut();
  publish("ann", 1);
  loop.run_posted();
  EXPECT_TRUE(dead->dropped);
  EXPECT_EQ(hub.held_connects(), 0u);
  EXPECT_EQ(BayeuxClient::events(client.connect()), (Numbers{1}));
}

TEST_F(HubTest, a_cut_between_event_and_answer_loses_nothing) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  const auto dead = client.connect();
  publish("ann", 1);
  dead->cut();
  loop.run_posted();
  EXPECT_FALSE(dead->response);
  EXPECT_EQ(BayeuxClient::events(client.connect()), (Numbers{1}));
}

TEST_F(HubTest, silence_ends_a_session_on_every_way_out_of_a_connect) {
  const std::vector<std::pair<std::string, std::function<void(BayeuxClient&)>>> ways{
      {"handshake only", [](BayeuxClient&) {}},
      {"answer written", [](BayeuxClient& client) { client.connect()->finish(true); }},
      {"answer not written", [](BayeuxClient& client) { client.connect()->finish(false); }},
      {"question dropped", [](BayeuxClient& client) { client.connect()->written = nullptr; }},
      {"client gone",
       [](BayeuxClient& client) {
         client.connect()->finish(true);
         client.connect()->cut();
       }},
      {"timeout, not written",
       [this](BayeuxClient& client) {
         client.connect()->finish(true);
         const auto poll = client.connect();
         loop.run_for(milliseconds{25'100});
         poll->finish(false);
       }},
      {"replaced, then gone",
       [](BayeuxClient& client) {
         client.connect()->finish(true);
         const auto older = client.connect();
         const auto newer = client.connect();
         older->finish(true);
         newer->cut();
       }},
  };
  for (const auto& [name, way] : ways) {
    BayeuxClient client{hub, "ann"};
    client.handshake();
    way(client);
    loop.run_for(milliseconds{14'900});
    EXPECT_EQ(hub.sessions(), 1u) << name;
    loop.run_for(milliseconds{200});
    EXPECT_EQ(hub.sessions(), 0u) << name;
    EXPECT_EQ(loop.timers(), 0u) << name;
    const auto reply = BayeuxClient::last(client.connect());
    EXPECT_EQ(error_of(reply), "402::session_unknown") << name;
    EXPECT_EQ(reconnect_of(reply), "handshake") << name;
  }
}

TEST_F(HubTest, a_held_poll_never_expires_under_the_clock_of_an_older_one) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  const auto older = client.connect();
  loop.run_for(milliseconds{25'100});
  ASSERT_TRUE(older->response);
  const auto newer = client.connect();
  older->finish(true);
  loop.run_for(seconds{20});
  EXPECT_TRUE(newer->is_waiting());
  EXPECT_EQ(hub.sessions(), 1u);
}

TEST_F(HubTest, the_end_of_the_http_session_ends_its_polls) {
  BayeuxClient ending{hub, "ann"};
  BayeuxClient staying{hub, "ann"};
  ending.web = "web1";
  staying.web = "web2";
  ending.settle();
  staying.settle();
  const auto ended = ending.connect();
  const auto stays = staying.connect();
  hub.end_session("web1");
  EXPECT_EQ(reconnect_of(BayeuxClient::last(ended)), "none");
  EXPECT_TRUE(stays->is_waiting());
  EXPECT_EQ(hub.sessions(), 1u);
}

TEST_F(HubTest, who_lost_the_http_session_shall_shake_hands_again) {
  BayeuxClient client{hub, "ann"};
  client.web = "web1";
  EXPECT_FALSE(hub.is_in_use("web1"));
  client.settle();
  EXPECT_TRUE(hub.is_in_use("web1"));
  const auto poll = client.connect();
  hub.end_session("web1", false);
  EXPECT_EQ(reconnect_of(BayeuxClient::last(poll)), "handshake");
  EXPECT_EQ(reconnect_of(BayeuxClient::last(client.connect())), "handshake");
  EXPECT_FALSE(hub.is_in_use("web1"));
}

TEST_F(HubTest, a_session_follows_its_client_to_another_http_session) {
  BayeuxClient client{hub, "ann"};
  client.web = "web1";
  client.settle();
  client.web = "web2";
  const auto poll = client.connect();
  hub.end_session("web1");
  EXPECT_TRUE(poll->is_waiting());
  hub.end_session("web2");
  EXPECT_FALSE(poll->is_waiting());
}

TEST_F(HubTest, overflow_ends_the_session_and_lets_it_come_back) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  for (int number = 0; number < 2000; ++number) publish("ann", number);
  EXPECT_EQ(hub.queued_events(), 2000u);
  publish("ann", 2000);
  EXPECT_EQ(hub.sessions(), 0u);
  const auto reply = BayeuxClient::last(client.connect());
  EXPECT_EQ(reconnect_of(reply), "handshake");
}

TEST_F(HubTest, overflow_under_a_held_poll_asks_for_a_new_handshake) {
  BayeuxClient client{hub, "ann"};
  client.settle();
  const auto poll = client.connect();
  for (int number = 0; number <= 2000; ++number) publish("ann", number);
  loop.run_posted();
  EXPECT_EQ(reconnect_of(BayeuxClient::last(poll)), "handshake");
  EXPECT_EQ(hub.sessions(), 0u);
}

TEST_F(HubTest, the_application_is_told_once_of_every_end) {
  std::vector<std::pair<Hub::End, std::size_t>> ends;
  hub.on_ended([&](const UserId& user, Hub::End why, std::size_t left) {
    EXPECT_EQ(user.value, "ann");
    ends.emplace_back(why, left);
  });
  BayeuxClient first{hub, "ann"};
  BayeuxClient second{hub, "ann"};
  first.settle();
  second.settle();
  first.disconnect();
  loop.run_for(seconds{40});
  EXPECT_EQ(ends, (std::vector<std::pair<Hub::End, std::size_t>>{{Hub::End::Disconnect, 1},
                                                                 {Hub::End::Timeout, 0}}));
}

TEST_F(HubTest, a_browser_holds_few_polls_and_its_other_pages_come_more_seldom) {
  std::vector<BayeuxClient> pages;
  std::vector<Poll> polls;
  for (int count = 0; count < 5; ++count) {
    pages.emplace_back(hub, "ann").cookie = "BAYEUX_BROWSER=0123456789abcdef";
    pages.back().settle();
    polls.push_back(pages.back().connect());
  }
  const auto is_sent_off = [](const Poll& poll) {
    const auto reply = BayeuxClient::last(poll);
    const auto* advice = reply.if_contains("advice");
    return advice && advice->as_object().contains("multiple-clients");
  };
  for (int count = 0; count < 4; ++count) EXPECT_TRUE(polls[count]->is_waiting());
  EXPECT_TRUE(is_sent_off(polls[4]));
  polls[4]->finish(true);
  EXPECT_TRUE(pages[3].connect()->is_waiting()) << "its own older poll does not count";
  BayeuxClient elsewhere{hub, "ann"};
  elsewhere.settle();
  EXPECT_TRUE(elsewhere.connect()->is_waiting());
  const std::vector<std::function<void()>> ways_out{
      [&] { polls[0]->cut(); },
      [&] { pages[0].disconnect(); },
      [&] {
        publish("ann", 1);
        loop.run_posted();
        polls[0]->finish(false);
      },
      [&] { loop.run_for(milliseconds{25'100}); },
  };
  for (const auto& way_out : ways_out) {
    way_out();
    const auto fifth = pages[4].connect();
    EXPECT_FALSE(is_sent_off(fifth));
    fifth->cut();
    pages[4].connect(R"(,"advice":{"timeout":0})")->finish(true);
    if (hub.sessions() == 0) break;
    pages[0].settle();
    polls[0] = pages[0].connect();
  }
}

TEST_F(HubTest, clients_may_not_publish) {
  BayeuxClient client{hub, "ann"};
  client.settle("/**");
  for (const std::string channel :
       {"/v2/me/calls", "/service/x", "/meta/other", "/meta/connect/x"}) {
    const auto reply = BayeuxClient::last(client.send(R"([{"channel":")" + channel +
                                                      R"(","id":"5","data":{},"clientId":")" +
                                                      client.client_id + "\"}]"));
    EXPECT_EQ(error_of(reply), "403:" + channel + ":publish_denied");
    EXPECT_EQ(reply.at("id").as_string(), "5");
    EXPECT_FALSE(reply.contains("data"));
  }
  EXPECT_EQ(hub.queued_events(), 0u);
}

TEST_F(HubTest, a_hub_that_ends_before_its_polls_and_reports_is_not_called_back) {
  std::optional<Hub> short_lived;
  short_lived.emplace(loop, entropy, callers, settings, view::ViewSettings{});
  BayeuxClient client{*short_lived, "ann"};
  client.settle();
  short_lived->publish({event_of("ann", 1)});
  const auto answered = client.connect();
  const auto held = client.connect();
  short_lived->publish({event_of("ann", 2)});
  short_lived.reset();
  EXPECT_TRUE(held->dropped);
  held->cut();
  answered->finish(true);
  loop.run_for(seconds{60});
  EXPECT_EQ(loop.timers(), 0u);
}

}  // namespace
}  // namespace earshot::notify
