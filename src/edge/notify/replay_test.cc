// Sessions that name a cursor: what they missed comes first, without a hole and without a double.
#include <gtest/gtest.h>

#include "edge/notify/hub.h"
#include "sim/bayeux_client.h"
#include "sim/seeded_entropy.h"
#include "sim/trusting_callers.h"
#include "sim/virtual_loop.h"

namespace earshot::notify {
namespace {

using sim::BayeuxClient;
using sim::Poll;
using Numbers = std::vector<int>;

/// An event on /v2/me/devices, which tests number by its errorCode.
Event event_of(const std::string& user, int number) {
  return DeviceErrorEvent{UserId{user}, DeviceId{"d"}, {Operation::Answer, number, "x"}};
}

class ReplayTest : public testing::Test {
 protected:
  void publish(int from, int to) {
    for (int number = from; number <= to; ++number) hub.publish({event_of("ann", number)});
    loop.run_posted();
  }
  std::uint64_t newest() { return hub.history().told_after(UserId{"ann"}, {}, 1).newest; }
  /// A client that shook hands with `earshot` as its extension.
  BayeuxClient client_with(const std::string& earshot) {
    BayeuxClient client{hub, "ann"};
    client.offers = R"(,"ext":{"earshot":)" + earshot + "}";
    client.handshake();
    return client;
  }
  BayeuxClient client_after(std::uint64_t cursor) {
    return client_with(R"({"after":)" + std::to_string(cursor) + "}");
  }
  /// Everything there is to get, over as many polls as it takes.
  Numbers drain(BayeuxClient& client) {
    Numbers out;
    while (true) {
      const Poll poll = client.connect(R"(,"advice":{"timeout":0})");
      poll->finish(true);
      loop.run_posted();
      const auto numbers = BayeuxClient::events(poll);
      check_sequences(poll);
      if (numbers.empty()) return out;
      out.insert(out.end(), numbers.begin(), numbers.end());
    }
  }
  /// The sequence numbers follow `last_`, one by one, as everything is subscribed.
  void check_sequences(const Poll& poll) {
    for (const auto& message : BayeuxClient::messages(poll)) {
      if (!message.contains("data")) continue;
      const auto sequence =
          message.at("ext").at("earshot").at("sequence").to_number<std::uint64_t>();
      EXPECT_TRUE(last_ == 0 || sequence == last_ + 1) << sequence << " after " << last_;
      last_ = sequence;
    }
  }
  static Numbers range(int from, int to) {
    Numbers out;
    for (int number = from; number <= to; ++number) out.push_back(number);
    return out;
  }

  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  sim::TrustingCallers callers;
  NotifySettings settings = few();
  Hub hub{loop, entropy, callers, settings, {}};
  std::uint64_t last_ = 0;

 private:
  static NotifySettings few() {
    NotifySettings settings;
    settings.session.max_events = 10;
    settings.history.events_per_user = 100;
    return settings;
  }
};

json::value grant_of(BayeuxClient& client, const std::string& ext) {
  const auto reply = BayeuxClient::last(client.send(
      R"({"channel":"/meta/handshake","supportedConnectionTypes":["long-polling"],"ext":)" + ext +
      "}"));
  const auto* granted = reply.if_contains("ext");
  return granted ? *granted : json::value{};
}

TEST_F(ReplayTest, who_did_not_ask_gets_every_byte_as_ever) {
  BayeuxClient plain{hub, "ann"};
  plain.settle();
  BayeuxClient numbered = client_with("true");
  numbered.subscribe("/v2/me/*");
  publish(1, 1);
  const auto poll = plain.connect();
  EXPECT_EQ(poll->response->body.find("earshot"), std::string::npos);
  EXPECT_FALSE(BayeuxClient::messages(poll).front().contains("ext"));
  EXPECT_EQ(BayeuxClient::events(poll), (Numbers{1}));
  EXPECT_TRUE(grant_of(plain, R"({"other":1})").is_null());
}

TEST_F(ReplayTest, the_handshake_tells_where_the_numbers_stand) {
  BayeuxClient client{hub, "ann"};
  const auto first = grant_of(client, R"({"earshot":true})");
  const auto start = first.at("earshot").at("newest").to_number<std::uint64_t>();
  publish(1, 3);
  const auto second =
      grant_of(client, R"({"ack":true,"earshot":{"after":)" + std::to_string(start) + "}}");
  EXPECT_EQ(json::serialize(second),
            R"({"ack":true,"earshot":{"newest":)" + std::to_string(start + 3) + "}}");
}

TEST_F(ReplayTest, numbers_alone_bring_nothing_back) {
  (void)newest();
  publish(1, 3);
  BayeuxClient client = client_with("true");
  publish(4, 4);
  client.subscribe("/v2/me/*");
  publish(5, 6);
  EXPECT_EQ(drain(client), (Numbers{5, 6}));
}

TEST_F(ReplayTest, what_was_missed_comes_before_what_is_new) {
  const auto cursor = newest();
  publish(1, 3);
  BayeuxClient client = client_after(cursor);
  publish(4, 5);  // between handshake and subscription
  client.subscribe("/v2/me/*");
  publish(6, 7);
  EXPECT_EQ(drain(client), range(1, 7));
  publish(8, 8);
  EXPECT_EQ(drain(client), (Numbers{8}));
}

TEST_F(ReplayTest, a_waiting_connect_is_answered_when_the_subscription_comes) {
  const auto cursor = newest();
  publish(1, 2);
  BayeuxClient client = client_after(cursor);
  client.connect(R"(,"advice":{"timeout":0})")->finish(true);
  const Poll poll = client.connect();
  EXPECT_TRUE(poll->is_waiting());
  client.subscribe("/v2/me/*");
  loop.run_posted();
  EXPECT_EQ(BayeuxClient::events(poll), (Numbers{1, 2}));
}

TEST_F(ReplayTest, subscriptions_of_one_batch_are_replayed_together) {
  const auto cursor = newest();
  publish(1, 2);
  BayeuxClient client = client_after(cursor);
  const std::string head =
      R"({"channel":"/meta/subscribe","clientId":")" + client.client_id + R"(","subscription":)";
  const Poll poll =
      client.send("[" + head + R"("/v2/me/calls"},)" + head + R"("/v2/me/devices"},)" +
                  client.connect_text(R"(,"advice":{"timeout":0})") + "]");
  EXPECT_EQ(BayeuxClient::events(poll), (Numbers{1, 2}));
}

TEST_F(ReplayTest, only_what_the_session_may_see_comes_again) {
  const auto cursor = newest();
  publish(1, 2);
  BayeuxClient calls = client_after(cursor);
  calls.subscribe("/v2/me/calls");
  EXPECT_TRUE(drain(calls).empty());
  BayeuxClient stranger{hub, "bob"};
  stranger.offers = R"(,"ext":{"earshot":{"after":)" + std::to_string(cursor) + "}}";
  stranger.handshake();
  stranger.subscribe("/**");
  EXPECT_TRUE(drain(stranger).empty()) << "Ann's numbers mean nothing to Bob";
}

TEST_F(ReplayTest, a_replay_larger_than_the_queue_is_fed_from_the_history) {
  const auto cursor = newest();
  publish(1, 50);
  BayeuxClient client = client_after(cursor);
  client.subscribe("/v2/me/*");
  loop.run_posted();
  EXPECT_EQ(hub.queued_events(), 10u);
  publish(51, 60);
  EXPECT_EQ(drain(client), range(1, 60));
}

TEST_F(ReplayTest, acknowledged_replay_is_fed_as_the_acknowledgements_come) {
  const auto cursor = newest();
  publish(1, 35);
  BayeuxClient client{hub, "ann"};
  client.offers = R"(,"ext":{"ack":true,"earshot":{"after":)" + std::to_string(cursor) + "}}";
  client.handshake();
  client.subscribe("/v2/me/*");
  Numbers received;
  for (int turns = 0, batch = 0; received.size() < 35 && turns < 20; ++turns) {
    const Poll poll = client.connect(R"(,"ext":{"ack":)" + std::to_string(batch) + "}");
    loop.run_posted();
    ASSERT_FALSE(poll->is_waiting());
    for (const int number : BayeuxClient::events(poll)) received.push_back(number);
    check_sequences(poll);
    batch = BayeuxClient::last(poll).at("ext").at("ack").to_number<int>();
    poll->finish(turns % 2 == 0);
  }
  EXPECT_EQ(received, range(1, 35));
}

TEST_F(ReplayTest, a_full_queue_ends_no_session_that_has_numbers) {
  BayeuxClient client = client_with("true");
  client.subscribe("/v2/me/*");
  publish(1, 40);
  EXPECT_EQ(hub.sessions(), 1u);
  EXPECT_EQ(hub.queued_events(), 10u);
  EXPECT_EQ(drain(client), range(1, 40));
}

TEST_F(ReplayTest, whom_the_history_has_left_behind_is_told_of_the_gap) {
  BayeuxClient client = client_with("true");
  client.subscribe("/v2/me/*");
  const auto cursor = newest();
  publish(1, 20);
  publish(21, 200);
  EXPECT_EQ(hub.sessions(), 1u) << "it has not come for its first events yet";
  const Poll first = client.connect(R"(,"advice":{"timeout":0})");
  EXPECT_EQ(BayeuxClient::events(first).size(), 0u);
  EXPECT_EQ(hub.sessions(), 0u);
  const auto reply = BayeuxClient::last(first);
  EXPECT_EQ(reply.at("successful"), false);
  EXPECT_EQ(reply.at("advice").at("reconnect"), "handshake");
  const auto grant = grant_of(client, R"({"earshot":{"after":)" + std::to_string(cursor) + "}}");
  EXPECT_EQ(grant.at("earshot").at("gap").at("snapshot"), "/api/v2/me?subresources=*");
}

TEST_F(ReplayTest, after_a_gap_nothing_old_comes_and_nothing_new_is_missed) {
  (void)newest();
  publish(1, 3);
  for (const std::string cursor : {"17", "\"x\"", "-1", "9007199254740991"}) {
    BayeuxClient client{hub, "ann"};
    const std::string ext = R"({"earshot":{"after":)" + cursor + "}}";
    EXPECT_TRUE(grant_of(client, ext).at("earshot").as_object().contains("gap")) << cursor;
    BayeuxClient lost = client_with(R"({"after":)" + cursor + "}");
    publish(4, 5);
    lost.subscribe("/v2/me/*");
    publish(6, 6);
    EXPECT_EQ(drain(lost), (Numbers{4, 5, 6})) << cursor;
    last_ = 0;
  }
}

TEST_F(ReplayTest, a_cursor_that_expires_before_the_subscription_ends_in_a_handshake) {
  const auto cursor = newest();
  publish(1, 3);
  BayeuxClient client = client_after(cursor);
  client.connect(R"(,"advice":{"timeout":0})")->finish(true);
  for (int polls = 0; polls < 25; ++polls) {  // 25 s each
    const Poll poll = client.connect();
    loop.run_for(milliseconds{25'100});
    ASSERT_TRUE(poll->response);
    poll->finish(true);
  }
  EXPECT_EQ(hub.kept_events(), 0u);
  EXPECT_EQ(BayeuxClient::last(client.subscribe("/v2/me/*")).at("successful"), true);
  const auto reply = BayeuxClient::last(client.connect());
  EXPECT_EQ(reply.at("advice").at("reconnect"), "handshake");
}

TEST_F(ReplayTest, an_event_larger_than_the_queue_ends_the_session_as_ever) {
  BayeuxClient client = client_with("true");
  client.subscribe("/v2/me/*");
  OperationFailure failure{Operation::Answer, 1, std::string(2 << 20, 'x')};
  hub.publish({DeviceErrorEvent{UserId{"ann"}, DeviceId{"d"}, failure}});
  loop.run_posted();
  EXPECT_EQ(hub.sessions(), 0u);
}

/// Clients that come, go and are cut at random, each going on after the last event it got: every
/// one gets all events in order, whatever the queue's length.
TEST_F(ReplayTest, random_lives_with_a_cursor_miss_nothing) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    sim::SeededEntropy dice{seed};
    std::uint64_t cursor = newest();
    const std::uint64_t start = cursor;
    Numbers received;
    int published = 0;
    std::optional<BayeuxClient> client;
    const auto take = [&](const Poll& poll) {
      for (const auto& message : BayeuxClient::messages(poll)) {
        if (!message.contains("data")) continue;
        const auto sequence =
            message.at("ext").at("earshot").at("sequence").to_number<std::uint64_t>();
        ASSERT_EQ(sequence, cursor + 1) << "no gap, no double";
        cursor = sequence;
        received.push_back(message.at("data").at("errorCode").to_number<int>());
      }
    };
    while (published < 3000) {
      const int count = static_cast<int>(dice.below(dice.chance(0.1) ? 30 : 3));
      publish(published + 1, published + count);
      published += count;
      if (!client || dice.chance(0.1)) {
        loop.run_for(milliseconds{100});  // nobody shakes hands in a storm
        client.emplace(client_after(cursor));
        if (dice.chance(0.9))
          client->subscribe("/v2/me/*");
        else
          client.reset();
        continue;
      }
      const Poll poll = client->connect(dice.chance(0.5) ? R"(,"advice":{"timeout":0})" : "");
      loop.run_posted();
      const bool arrived = dice.chance(0.8);
      if (arrived) take(poll);
      poll->finish(arrived);
      if (poll->is_waiting()) poll->cut();
      if (!arrived) client.reset();
    }
    loop.run_for(seconds{1});
    client.emplace(client_after(cursor));
    client->subscribe("/v2/me/*");
    for (int polls = 0; polls < 500; ++polls) {
      const Poll poll = client->connect(R"(,"advice":{"timeout":0})");
      ASSERT_NO_FATAL_FAILURE(take(poll));
      poll->finish(true);
      loop.run_posted();
    }
    EXPECT_EQ(cursor, start + static_cast<std::uint64_t>(published));
    EXPECT_EQ(received, range(1, published));
  }
}

}  // namespace
}  // namespace earshot::notify
