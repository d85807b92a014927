#include "edge/notify/dispatch.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/seeded_entropy.h"
#include "sim/trusting_callers.h"
#include "sim/virtual_loop.h"

namespace earshot::notify {
namespace {

/// What a carrier was given, and what it owes.
struct Carried {
  std::vector<std::string> batches;
  std::optional<http::Written> report;
  bool takes_at_once = false;
  bool drops_the_question = false;
  bool abandoned = false;
};

class FakeOutlet final : public Outlet {
 public:
  explicit FakeOutlet(Carried& to) : to_(to) {}
  bool send(std::string batch, const http::WhomToTell& whom) override {
    to_.batches.push_back(std::move(batch));
    if (to_.takes_at_once) return true;
    auto report = http::ask(whom);
    if (!to_.drops_the_question) to_.report = std::move(report);
    return false;
  }
  void abandon() override { to_.abandoned = true; }

 private:
  Carried& to_;
};

bayeux::EventText event(const std::string& data) {
  return std::make_shared<const bayeux::EventMessage>(
      bayeux::EventMessage{R"({"channel":"/v2/me/calls","data":)" + data + "}"});
}

class DispatchTest : public testing::Test {
 protected:
  DispatchTest() {
    dispatch->on_ended([this](const UserId& user, End why, std::size_t left) {
      EXPECT_EQ(user.value, "ann");
      ends.emplace_back(why, left);
    });
  }

  Subscriber& begin(const std::string& client_id) {
    Subscriber& fresh = ground.roster.add(std::make_unique<Subscriber>(
        Subscriber{.client_id = client_id,
                   .user = UserId{"ann"},
                   .user_name = "ann",
                   .http_session = "web",
                   .address = "192.0.2.1",
                   .browser = "b",
                   .session = bayeux::Session{ground.settings.session, loop.now()},
                   .waiting = nullptr,
                   .line = nullptr}));
    bayeux::Message subscribe;
    subscribe.kind = bayeux::Kind::Subscribe;
    subscribe.subscriptions = {"/v2/me/*"};
    (void)fresh.session.on_subscribe(subscribe, loop.now());
    dispatch->arm(fresh);
    return fresh;
  }
  /// Its connect waits on `carried`.
  std::uint64_t hold(Subscriber& subscriber) {
    bayeux::Message connect;
    connect.kind = bayeux::Kind::Connect;
    auto step = subscriber.session.on_connect(connect, true, loop.now());
    if (!step.hold) {  // the first is answered at once, so that the client knows it lives
      const auto answer = subscriber.session.answer();
      subscriber.session.on_written(answer.cycle, true, loop.now());
      step = subscriber.session.on_connect(connect, true, loop.now());
    }
    EXPECT_TRUE(step.hold);
    subscriber.waiting = std::make_unique<FakeOutlet>(carried);
    dispatch->arm(subscriber);
    return step.cycle;
  }
  void tell(Subscriber& subscriber, const std::string& data) {
    EXPECT_TRUE(subscriber.session.offer(event(data)));
    dispatch->look_at(subscriber);
  }

  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  sim::TrustingCallers callers;
  Ground ground{loop, entropy, callers, {}, History{loop, entropy, {}}, {}};
  Carried carried;
  std::vector<std::pair<End, std::size_t>> ends;
  std::optional<Dispatch> dispatch{std::in_place, ground};
};

TEST_F(DispatchTest, what_comes_in_one_turn_travels_together) {
  Subscriber& ann = begin("1");
  hold(ann);
  tell(ann, "1");
  tell(ann, "2");
  EXPECT_TRUE(carried.batches.empty()) << "not within the turn that told it";
  EXPECT_FALSE(dispatch->is_idle());
  loop.run_posted();
  EXPECT_TRUE(dispatch->is_idle());
  ASSERT_EQ(carried.batches.size(), 1u);
  EXPECT_LT(carried.batches[0].find("\"data\":1"), carried.batches[0].find("\"data\":2"));
  EXPECT_EQ(ann.session.queued_events(), 2u) << "until it is written";
  (*carried.report)(true);
  EXPECT_EQ(ann.session.queued_events(), 0u);
  EXPECT_FALSE(ann.waiting);
}

TEST_F(DispatchTest, what_is_written_at_once_needs_no_report) {
  Subscriber& ann = begin("1");
  hold(ann);
  carried.takes_at_once = true;
  tell(ann, "1");
  loop.run_posted();
  EXPECT_EQ(ann.session.queued_events(), 0u);
  EXPECT_FALSE(carried.report);
  loop.run_for(ground.settings.session.max_interval + seconds{1});
  EXPECT_EQ(ends, (std::vector<std::pair<End, std::size_t>>{{End::Timeout, 0}}))
      << "its clock runs since the answer";
}

TEST_F(DispatchTest,
       a_write_that_failed_or_is_never_reported_keeps_the_events_and_starts_the_clock) {
  for (const bool dropped : {false, true}) {
    Subscriber& ann = begin("1");
    hold(ann);
    carried.drops_the_question = dropped;
    tell(ann, "1");
    loop.run_posted();
    if (!dropped) (*carried.report)(false);
    loop.run_posted();
    EXPECT_EQ(ann.session.queued_events(), 1u);
    loop.run_for(ground.settings.session.max_interval + seconds{1});
    EXPECT_EQ(ground.roster.size(), 0u) << dropped;
  }
}

TEST_F(DispatchTest, a_report_counts_once_and_not_after_the_end) {
  Subscriber& ann = begin("1");
  hold(ann);
  tell(ann, "1");
  loop.run_posted();
  const http::Written report = *carried.report;
  dispatch->end(ann, End::LogOut);
  report(true);
  report(false);
  loop.run_posted();
  EXPECT_EQ(ends, (std::vector<std::pair<End, std::size_t>>{{End::LogOut, 0}}));
  EXPECT_EQ(loop.timers(), 0u);
}

TEST_F(DispatchTest, a_batch_of_nobody_is_sent_and_told_to_nobody) {
  FakeOutlet outlet{carried};
  const std::vector<std::string> replies{R"({"successful":false})"};
  dispatch->deliver(outlet, {{}, replies}, nullptr, {});
  EXPECT_EQ(carried.batches, std::vector<std::string>{R"([{"successful":false}])"});
  EXPECT_FALSE(*carried.report) << "there is nobody to tell";
}

TEST_F(DispatchTest, a_client_that_went_away_gets_nothing_and_its_poll_is_dropped_later) {
  Subscriber& ann = begin("1");
  const auto cycle = hold(ann);
  dispatch->on_gone(ann, cycle);
  EXPECT_FALSE(ann.waiting);
  tell(ann, "1");
  loop.run_posted();
  EXPECT_TRUE(carried.batches.empty());
  EXPECT_EQ(ann.session.queued_events(), 1u);
}

TEST_F(DispatchTest, each_end_says_whether_to_come_back) {
  const std::vector<std::pair<End, std::string>> said{
      {End::Disconnect, "none"},     {End::LogOut, "none"},           {End::Timeout, "handshake"},
      {End::Overflow, "handshake"},  {End::HttpSession, "handshake"}, {End::Displaced, "handshake"},
      {End::ServerEnds, "handshake"}};
  for (const auto& [why, reconnect] : said) {
    Subscriber& ann = begin("1");
    hold(ann);
    carried = {};
    dispatch->end(ann, why);
    ASSERT_EQ(carried.batches.size(), 1u);
    EXPECT_NE(carried.batches[0].find(R"("reconnect":")" + reconnect + '"'), std::string::npos)
        << carried.batches[0];
    loop.run_posted();
    ASSERT_FALSE(ends.empty());
    EXPECT_EQ(ends.back(), (std::pair<End, std::size_t>{why, 0}));
  }
  EXPECT_EQ(ends.size(), said.size()) << "told once each";
}

TEST_F(DispatchTest, the_end_counts_who_is_left_of_the_user) {
  Subscriber& one = begin("1");
  begin("2");
  tell(one, "1");
  dispatch->end(one, End::Displaced);
  EXPECT_TRUE(ends.empty()) << "a later turn tells it";
  loop.run_posted();
  EXPECT_EQ(ends, (std::vector<std::pair<End, std::size_t>>{{End::Displaced, 1}}));
}

TEST_F(DispatchTest, nobody_is_called_back_after_its_end) {
  Subscriber& ann = begin("1");
  hold(ann);
  tell(ann, "1");
  dispatch.reset();
  loop.run_for(seconds{60});
  EXPECT_TRUE(carried.batches.empty());
  EXPECT_EQ(loop.timers(), 0u);
}

}  // namespace
}  // namespace earshot::notify
