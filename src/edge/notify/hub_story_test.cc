// Random lives of clients, each from a printed seed: no event lost, doubled or out of order, and
// nothing left behind.
#include <gtest/gtest.h>

#include <array>

#include "edge/notify/hub.h"
#include "sim/bayeux_client.h"
#include "sim/seeded_entropy.h"
#include "sim/socket_client.h"
#include "sim/trusting_callers.h"
#include "sim/virtual_loop.h"

namespace earshot::notify {
namespace {

using sim::BayeuxClient;
using sim::Poll;
using sim::SocketClient;

Event event_of(const std::string& user, int number) {
  return DeviceErrorEvent{UserId{user}, DeviceId{"d"}, {Operation::Answer, number, "x"}};
}

/// A client on a bad line: its polls are cut, replaced and answered into broken connections.
class ShakyClient {
 public:
  ShakyClient(Hub& hub, std::string user, sim::SeededEntropy& dice)
      : client_(hub, std::move(user)), dice_(dice) {
    client_.settle(dice_.chance(0.5) ? "/**" : "/v2/me/*");
  }

  /// One thing a client, its line or its server's socket may do.
  void step() {
    settle_one_write();
    collect();
    client_.takes_at_once = dice_.chance(0.3);
    if (!poll_ || dice_.chance(0.05)) {
      poll_ = client_.connect(dice_.chance(0.1) ? R"(,"advice":{"timeout":0})" : "");
    } else if (poll_->is_waiting() && dice_.chance(0.2)) {
      poll_->cut();
      poll_ = nullptr;
    }
    collect();
  }
  /// The line is good from now on, until everything has come.
  void catch_up(std::size_t wanted) {
    for (int turns = 0; received.size() < wanted && turns < 1000; ++turns) {
      while (!unsettled_.empty()) settle_one_write();
      if (!poll_) poll_ = client_.connect(R"(,"advice":{"timeout":0})");
      collect();
    }
  }
  void leave() {
    for (const auto& each : unsettled_) each->finish(false);
    if (poll_) poll_->cut();
  }
  std::vector<int> received;

 private:
  void collect() {
    if (!poll_ || poll_->is_waiting()) return;
    if (poll_->response->status == 200) unsettled_.push_back(poll_);
    poll_ = nullptr;
  }
  /// What a broken write carried has not been received; a whole one has been.
  void settle_one_write() {
    if (unsettled_.empty() || dice_.chance(0.3)) return;
    const Poll settled = unsettled_.front();
    unsettled_.erase(unsettled_.begin());
    const bool ok = settled->takes_at_once || dice_.chance(0.7);
    if (ok)
      for (const int number : BayeuxClient::events(settled)) received.push_back(number);
    settled->finish(ok);
  }

  BayeuxClient client_;
  sim::SeededEntropy& dice_;
  Poll poll_;
  std::vector<Poll> unsettled_;
};

TEST(HubStory, ten_thousand_events_arrive_once_and_in_order_over_a_bad_line) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    sim::VirtualLoop loop;
    sim::SeededEntropy dice{seed};
    sim::TrustingCallers callers;
    Hub hub{loop, dice, callers, {}, {}};
    ShakyClient ann{hub, "ann", dice};
    ShakyClient bob{hub, "bob", dice};
    std::vector<int> anns, bobs;
    for (int number = 0; number < 10'000; ++number) {
      const bool for_ann = dice.chance(0.5);
      (for_ann ? anns : bobs).push_back(number);
      hub.publish({event_of(for_ann ? "ann" : "bob", number)});
      while (dice.chance(0.8)) {
        (dice.chance(0.5) ? ann : bob).step();
        if (dice.chance(0.5)) loop.run_posted();
        if (dice.chance(0.1)) loop.run_for(milliseconds{dice.below(50)});
      }
    }
    loop.run_posted();
    ann.catch_up(anns.size());
    bob.catch_up(bobs.size());
    EXPECT_EQ(ann.received, anns);
    EXPECT_EQ(bob.received, bobs);
    ann.leave();
    bob.leave();
    loop.run_for(seconds{60});
    EXPECT_EQ(hub.sessions(), 0u);
    EXPECT_EQ(loop.timers(), 0u);
  }
}

/// A client that acknowledges, on a line that also loses answers the server believes delivered,
/// reports failures of what did arrive, and delays answers until the client has given up on them.
class AcknowledgingClient {
 public:
  AcknowledgingClient(Hub& hub, sim::SeededEntropy& dice) : client_(hub, "ann"), dice_(dice) {
    client_.offers = R"(,"ext":{"ack":true})";
    client_.handshake();
    client_.subscribe("/**");
  }
  void step() {
    if (dice_.chance(0.4)) report_one();
    if (!poll_) return connect();
    if (dice_.chance(0.1)) return give_up();
    if (poll_->is_waiting()) {
      if (dice_.chance(0.2)) cut();
    } else if (dice_.chance(0.5)) {
      dice_.chance(0.7) ? take() : give_up();
    }
  }
  void catch_up(sim::VirtualLoop& loop, std::size_t wanted) {
    for (int turns = 0; received.size() < wanted && turns < 1000; ++turns) {
      if (!poll_) connect();
      if (!poll_->is_waiting()) take();
      loop.run_posted();
    }
  }
  void leave() {
    while (!unreported_.empty()) report_one();
    if (poll_) poll_->cut();
  }
  std::vector<int> received;

 private:
  void connect() {
    client_.takes_at_once = dice_.chance(0.3);
    poll_ = client_.connect(R"(,"ext":{"ack":)" + std::to_string(batch_) + "}");
  }
  void cut() { std::exchange(poll_, nullptr)->cut(); }
  /// The client connects again and ignores what may still come on the old poll.
  void give_up() {
    unreported_.push_back(std::exchange(poll_, nullptr));
    connect();
  }
  void take() {
    const Poll taken = std::exchange(poll_, nullptr);
    unreported_.push_back(taken);
    if (taken->response->status != 200) return;
    for (const int number : BayeuxClient::events(taken)) received.push_back(number);
    batch_ = BayeuxClient::last(taken).at("ext").at("ack").to_number<int>();
  }
  void report_one() {
    if (unreported_.empty()) return;
    const std::size_t at = dice_.below(unreported_.size());
    unreported_[at]->finish(dice_.chance(0.7));
    unreported_.erase(unreported_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  BayeuxClient client_;
  sim::SeededEntropy& dice_;
  Poll poll_;
  int batch_ = 0;
  std::vector<Poll> unreported_;  ///< the server does not know yet how their writes ended
};

TEST(HubStory, acknowledged_events_arrive_once_and_in_order_though_answers_are_lost) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    sim::VirtualLoop loop;
    sim::SeededEntropy dice{seed};
    sim::TrustingCallers callers;
    Hub hub{loop, dice, callers, {}, {}};
    AcknowledgingClient ann{hub, dice};
    std::vector<int> told;
    for (int number = 0; number < 10'000; ++number) {
      told.push_back(number);
      hub.publish({event_of("ann", number)});
      while (dice.chance(0.8)) {
        ann.step();
        if (dice.chance(0.5)) loop.run_posted();
        if (dice.chance(0.1)) loop.run_for(milliseconds{dice.below(50)});
      }
    }
    ann.catch_up(loop, told.size());
    EXPECT_EQ(ann.received, told);
    ann.leave();
    loop.run_for(seconds{60});
    EXPECT_EQ(hub.sessions(), 0u);
    EXPECT_EQ(loop.timers(), 0u);
  }
}

/// One short life of a session; each way out of it is as likely as the others.
void live(Hub& hub, sim::VirtualLoop& loop, sim::SeededEntropy& dice, const std::string& user) {
  BayeuxClient client{hub, user};
  client.web = user + (dice.chance(0.5) ? "-a" : "-b");
  client.takes_at_once = dice.chance(0.5);
  client.handshake();
  if (dice.chance(0.2)) return;
  client.subscribe("/**");
  const auto first = client.connect(R"(,"advice":{"timeout":0})");
  first->finish(dice.chance(0.8));
  const auto poll = client.connect();
  if (dice.chance(0.5)) hub.publish({event_of(user, 1), event_of(user, 2)});
  if (dice.chance(0.5)) loop.run_posted();
  switch (dice.below(8)) {
    case 0:
      return poll->cut();
    case 1:
      return poll->finish(false);
    case 2:
      return poll->finish(true);
    case 3:
      poll->written = nullptr;
      return;
    case 4:
      client.disconnect();
      return;
    case 5:
      return hub.end_session(client.web);
    case 6: {
      const auto newer = client.connect();
      poll->finish(true);
      return newer->cut();
    }
    default:
      loop.run_for(seconds{dice.below(30)});
      client.send("[" + client.connect_text() + "," + client.connect_text() + "]")->finish(false);
      return poll->cut();
  }
}

/// The same over a WebSocket, or from one transport to the other.
void live_on_socket(Hub& hub, sim::VirtualLoop& loop, sim::SeededEntropy& dice,
                    const std::string& user) {
  const std::string web = user + (dice.chance(0.5) ? "-a" : "-b");
  SocketClient client{hub, user, "X-Web", web};
  if (dice.chance(0.1)) return client.socket().cut();
  client.socket().takes_at_once = dice.chance(0.5);
  const std::array extensions{"", R"(,"ext":{"ack":true})", R"(,"ext":{"earshot":true})",
                              R"(,"ext":{"ack":true,"earshot":{"after":7}})"};
  client.handshake(extensions[dice.below(extensions.size())]);
  if (dice.chance(0.1)) return;  // the socket stays open, and nobody speaks
  client.say("/meta/subscribe", R"(,"subscription":"/**")");
  client.say("/meta/connect", R"(,"advice":{"timeout":0})");
  client.socket().finish(dice.chance(0.9));
  client.say("/meta/connect", R"(,"ext":{"ack":1})");
  if (dice.chance(0.5)) hub.publish({event_of(user, 1), event_of(user, 2)});
  if (dice.chance(0.5)) loop.run_posted();
  switch (dice.below(8)) {
    case 0:
      client.socket().written.clear();  // nobody ever reports on what was sent
      return client.socket().cut();
    case 1:
      client.socket().finish(true);
      return client.say("/meta/disconnect");
    case 2:
      return client.socket().say("}");
    case 3:
      hub.end_session(user + "-a");  // perhaps its own
      return client.socket().cut();
    case 4: {
      SocketClient next{hub, user, "X-Web", dice.chance(0.8) ? web : "another's"};
      next.client_id = client.client_id;
      next.say("/meta/connect");
      client.socket().cut();
      if (dice.chance(0.5)) loop.run_posted();
      next.socket().finish(dice.chance(0.5));
      return next.socket().cut();
    }
    case 5: {
      BayeuxClient poller{hub, user};
      poller.web = dice.chance(0.8) ? web : "another's";
      poller.client_id = client.client_id;
      const auto poll = poller.connect();
      client.socket().finish(dice.chance(0.5));
      client.socket().cut();
      return dice.chance(0.5) ? poll->cut() : poll->finish(true);
    }
    case 6:
      client.handshake();  // a new session on the same socket; the old one is left
      return client.socket().cut();
    default:
      loop.run_for(seconds{dice.below(30)});
      return client.socket().cut();
  }
}

TEST(HubStory, a_hundred_thousand_lives_leave_nothing) {
  sim::VirtualLoop loop;
  sim::SeededEntropy dice{7};
  sim::TrustingCallers callers;
  NotifySettings settings;
  settings.history.bytes = 128 * 1024;
  Hub hub{loop, dice, callers, settings, {}};
  std::size_t ended = 0, most = 0, most_kept = 0;
  hub.on_ended([&](const UserId&, Hub::End, std::size_t) { ++ended; });
  constexpr std::size_t kLives = 100'000;
  constexpr std::size_t kUsers = 500;
  for (std::size_t count = 0; count < kLives; ++count) {
    const std::string user = "user" + std::to_string(dice.below(kUsers));
    if (dice.chance(0.5))
      live(hub, loop, dice, user);
    else
      live_on_socket(hub, loop, dice, user);
    most = std::max(most, hub.sessions() + hub.lines());
    most_kept = std::max(most_kept, hub.kept_bytes());
    callers.touched.clear();
    loop.run_for(milliseconds{dice.below(10)});
  }
  loop.run_for(seconds{60});
  EXPECT_TRUE(hub.is_empty());
  EXPECT_EQ(hub.queued_events(), 0u);
  EXPECT_EQ(hub.queued_bytes(), 0u);
  EXPECT_EQ(hub.held_connects(), 0u);
  EXPECT_GE(ended, kLives * 9 / 10) << "most lives had a session";
  EXPECT_LE(most, kUsers * 60) << "20 sessions and 40 lines a user";
  EXPECT_GT(most_kept, std::size_t{64} * 1024);
  EXPECT_LE(most_kept, std::size_t{128} * 1024);
  loop.run_for(seconds{600});
  EXPECT_EQ(hub.kept_events(), 0u);
  EXPECT_EQ(hub.kept_bytes(), 0u);
  EXPECT_EQ(loop.timers(), 0u);
}

}  // namespace
}  // namespace earshot::notify
