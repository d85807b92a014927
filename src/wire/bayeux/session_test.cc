#include "wire/bayeux/session.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace earshot::bayeux {
namespace {

class SessionTest : public testing::Test {
 protected:
  static Message message(const std::string& members) {
    const auto batch = parse_batch("{" + members + "}");
    EXPECT_TRUE(batch) << members;
    return batch ? batch->front() : Message{};
  }
  Session::ConnectStep connect(const std::string& members = "", bool may_hold = true) {
    return session.on_connect(message(R"("channel":"/meta/connect","id":"9")" + members), may_hold,
                              now);
  }
  /// Past the first connect, which is answered at once.
  void settle() {
    const auto step = connect();
    ASSERT_FALSE(step.hold);
    session.on_written(session.answer().cycle, true, now);
  }
  std::string subscribe(const std::string& subscription) {
    return session.on_subscribe(
        message(R"("channel":"/meta/subscribe","subscription":)" + subscription), now);
  }
  static std::string error_in(const std::string& reply) {
    const auto parsed = json::parse(reply);
    if (!parsed) return "no JSON: " + reply;
    const auto* error = json::find_string(parsed->as_object(), "error");
    return error ? std::string(*error) : "";
  }
  static EventText event(const std::string& text) {
    return std::make_shared<const EventMessage>(EventMessage{text});
  }
  static std::vector<std::string> texts(const std::vector<EventText>& events) {
    std::vector<std::string> out;
    for (const auto& each : events) out.push_back(each->text);
    return out;
  }
  static std::vector<std::string> texts(const Session::Answer& answer) {
    return texts(answer.events);
  }

  SessionSettings settings{.max_events = 5, .max_bytes = 100, .max_subscriptions = 3};
  TimePoint now{std::chrono::hours{1}};
  Session session{settings, now};
};

using Texts = std::vector<std::string>;

TEST_F(SessionTest, a_handshake_that_never_connects_expires) {
  EXPECT_EQ(session.wake_at(), now + seconds{15});
  EXPECT_EQ(session.on_wake(now + seconds{14}), Session::Due::Nothing);
  EXPECT_EQ(session.on_wake(now + seconds{15}), Session::Due::Expired);
}

TEST_F(SessionTest, connects_are_held_as_the_protocol_says) {
  struct Case {
    std::string members;
    bool first;
    bool may_hold;
    std::optional<Duration> held_for;
  };
  const std::vector<Case> cases{
      {"", true, true, std::nullopt},
      {R"(,"advice":{"timeout":0})", true, true, std::nullopt},
      {R"(,"advice":{"timeout":5000})", true, true, seconds{5}},
      {"", false, true, seconds{25}},
      {R"(,"advice":{"interval":0})", false, true, seconds{25}},
      {R"(,"advice":{"timeout":0})", false, true, std::nullopt},
      {R"(,"advice":{"timeout":7000})", false, true, seconds{7}},
      {R"(,"advice":{"timeout":600000})", false, true, seconds{25}},
      {"", false, false, std::nullopt},
  };
  for (const auto& each : cases) {
    session = Session{settings, now};
    if (!each.first) settle();
    const auto step = connect(each.members, each.may_hold);
    EXPECT_EQ(step.hold, each.held_for.has_value()) << each.members;
    if (each.held_for) {
      EXPECT_EQ(session.wake_at(), now + *each.held_for) << each.members;
    }
  }
}

TEST_F(SessionTest, a_held_connect_is_answered_after_the_timeout_without_advice) {
  settle();
  connect();
  EXPECT_EQ(session.on_wake(now + seconds{24}), Session::Due::Nothing);
  EXPECT_EQ(session.on_wake(now + seconds{25}), Session::Due::Answer);
  EXPECT_EQ(session.answer().reply, R"({"channel":"/meta/connect","id":"9","successful":true})");
}

TEST_F(SessionTest, whoever_sends_advice_gets_it_in_full) {
  connect(R"(,"advice":{"timeout":0})");
  const auto reply = json::parse(session.answer().reply);
  ASSERT_TRUE(reply);
  EXPECT_EQ(json::serialize(reply->at("advice")),
            R"({"reconnect":"retry","interval":0,"timeout":25000})");
}

TEST_F(SessionTest, in_a_crowd_a_connect_is_answered_at_once_until_there_is_room) {
  settle();
  const auto crowded = [&] {
    return session.on_connect(message(R"("channel":"/meta/connect")"), true, now, true);
  };
  EXPECT_FALSE(crowded().hold);
  const auto answer = session.answer();
  const auto reply = json::parse(answer.reply);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->at("successful"), true);
  EXPECT_EQ(json::serialize(reply->at("advice")),
            R"({"reconnect":"retry","interval":2000,"timeout":25000,"multiple-clients":true})");
  session.on_written(answer.cycle, true, now);
  EXPECT_EQ(session.wake_at(), now + seconds{17}) << "the pause we ask for is not held against it";
  ASSERT_TRUE(session.offer(event("a")));
  crowded();
  const auto with_event = session.answer();
  EXPECT_EQ(texts(with_event), (Texts{"a"}));
  EXPECT_EQ(with_event.reply.find("multiple-clients"), std::string::npos) << "it would not wait";
  session.on_written(with_event.cycle, true, now);
  crowded();
  session.on_written(session.answer().cycle, true, now);
  EXPECT_TRUE(connect().hold);
  const auto roomy = json::parse(session.answer().reply);
  ASSERT_TRUE(roomy);
  EXPECT_EQ(json::serialize(roomy->at("advice")),
            R"({"reconnect":"retry","interval":0,"timeout":25000})");
}

TEST_F(SessionTest, an_event_makes_a_held_connect_ready) {
  settle();
  connect();
  EXPECT_FALSE(session.ready());
  EXPECT_TRUE(session.offer(event("a")));
  EXPECT_TRUE(session.ready());
  EXPECT_EQ(texts(session.answer()), (Texts{"a"}));
}

TEST_F(SessionTest, events_leave_the_queue_only_when_written) {
  settle();
  ASSERT_TRUE(session.offer(event("a")));
  ASSERT_TRUE(session.offer(event("b")));
  EXPECT_FALSE(connect().hold);
  auto answer = session.answer();
  EXPECT_EQ(texts(answer), (Texts{"a", "b"}));
  EXPECT_EQ(session.queued_events(), 2u);
  ASSERT_TRUE(session.offer(event("c")));
  session.on_written(answer.cycle, false, now);
  EXPECT_FALSE(connect().hold);
  answer = session.answer();
  EXPECT_EQ(texts(answer), (Texts{"a", "b", "c"}));
  session.on_written(answer.cycle, true, now);
  EXPECT_EQ(session.queued_events(), 0u);
  EXPECT_EQ(session.queued_bytes(), 0u);
}

TEST_F(SessionTest, a_connect_that_overtakes_the_write_before_it_waits_for_its_outcome) {
  settle();
  ASSERT_TRUE(session.offer(event("a")));
  connect();
  const auto first = session.answer();
  ASSERT_TRUE(session.offer(event("b")));
  EXPECT_TRUE(connect().hold);
  EXPECT_FALSE(session.ready());
  session.on_written(first.cycle, false, now);
  ASSERT_TRUE(session.ready());
  EXPECT_EQ(texts(session.answer()), (Texts{"a", "b"}));
}

/// Pushing goes on beside a held connect, which it neither answers nor ends.
TEST_F(SessionTest, a_push_leaves_the_connect_held) {
  settle();
  connect();
  EXPECT_FALSE(session.can_push()) << "nothing to push";
  ASSERT_TRUE(session.offer(event("a")));
  ASSERT_TRUE(session.can_push());
  EXPECT_EQ(texts(session.push()), (Texts{"a"}));
  EXPECT_TRUE(session.is_held());
  EXPECT_FALSE(session.ready());
  ASSERT_TRUE(session.offer(event("b")));
  EXPECT_FALSE(session.can_push()) << "the one before it is still being written";
  session.on_written(Session::kPush, true, now);
  EXPECT_EQ(texts(session.push()), (Texts{"b"}));
  session.on_written(Session::kPush, true, now);
  EXPECT_EQ(session.queued_events(), 0u);
  EXPECT_EQ(session.queued_bytes(), 0u);
  EXPECT_EQ(session.wake_at(), now + seconds{25}) << "the hold's own end";
}

TEST_F(SessionTest, a_push_that_is_cut_comes_whole_with_the_next) {
  settle();
  for (const std::string text : {"a", "b"}) ASSERT_TRUE(session.offer(event(text)));
  EXPECT_EQ(texts(session.push()), (Texts{"a", "b"}));
  ASSERT_TRUE(session.offer(event("c")));
  session.on_written(Session::kPush, false, now);
  EXPECT_EQ(texts(session.push()), (Texts{"a", "b", "c"}));
  session.on_written(Session::kPush, false, now);
  EXPECT_FALSE(connect().hold) << "the client polls now";
  const auto answer = session.answer();
  EXPECT_EQ(texts(answer), (Texts{"a", "b", "c"}));
  session.on_written(Session::kPush, true, now);
  EXPECT_EQ(session.queued_events(), 3u) << "stray news of no push under way";
  session.on_written(answer.cycle, true, now);
  EXPECT_EQ(session.queued_events(), 0u);
}

TEST_F(SessionTest, a_connect_that_comes_during_a_push_waits_for_its_outcome) {
  for (const bool ok : {true, false}) {
    session = Session{settings, now};
    settle();
    ASSERT_TRUE(session.offer(event("a")));
    (void)session.push();
    EXPECT_TRUE(connect().hold) << "what is being written is not sent a second time";
    EXPECT_EQ(texts(session.answer()), Texts{}) << "not by its timeout either";
    session.on_written(Session::kPush, ok, now);
    EXPECT_EQ(connect().hold, ok);
    EXPECT_EQ(texts(session.answer()), ok ? Texts{} : (Texts{"a"}));
  }
}

TEST_F(SessionTest, a_push_is_bounded_in_events_and_bytes) {
  settings = {.max_push_events = 3, .max_push_bytes = 10};
  session = Session{settings, now};
  for (const std::string text : {"1", "2", "3", "4", "five5", "six66", "7", "elephantine"})
    ASSERT_TRUE(session.offer(event(text)));
  for (const Texts& wanted :
       {Texts{"1", "2", "3"}, Texts{"4", "five5"}, Texts{"six66", "7"}, Texts{"elephantine"}}) {
    EXPECT_EQ(texts(session.push()), wanted);
    session.on_written(Session::kPush, true, now);
  }
  EXPECT_FALSE(session.can_push());
}

TEST_F(SessionTest, a_push_does_not_touch_the_clock_of_expiry) {
  settle();
  ASSERT_TRUE(session.offer(event("a")));
  for (const bool ok : {false, true}) {
    (void)session.push();
    session.on_written(Session::kPush, ok, now + seconds{10});
    EXPECT_EQ(session.wake_at(), now + seconds{15}) << "the client is as silent as before";
  }
}

TEST_F(SessionTest, a_late_success_lets_the_next_connect_go_on_behind_it) {
  settle();
  ASSERT_TRUE(session.offer(event("a")));
  connect();
  const auto first = session.answer();
  ASSERT_TRUE(session.offer(event("b")));
  connect();
  session.on_written(first.cycle, true, now);
  ASSERT_TRUE(session.ready());
  EXPECT_TRUE(session.is_held());
  EXPECT_EQ(texts(session.answer()), (Texts{"b"}));
}

TEST_F(SessionTest, a_newer_connect_ends_the_older_and_takes_the_events) {
  settle();
  const auto older = connect();
  const auto newer = connect();
  EXPECT_TRUE(newer.ends_older);
  EXPECT_TRUE(newer.hold);
  session.on_gone(older.cycle, now);  // too late to matter
  EXPECT_TRUE(session.is_held());
  ASSERT_TRUE(session.offer(event("a")));
  const auto answer = session.answer();
  EXPECT_EQ(answer.cycle, newer.cycle);
  EXPECT_EQ(texts(answer), (Texts{"a"}));
}

TEST_F(SessionTest, the_clock_runs_on_every_way_out_of_a_connect) {
  settle();
  now += seconds{1};
  EXPECT_EQ(session.wake_at(), now + seconds{14});
  const auto gone = connect();
  now += seconds{3};
  session.on_gone(gone.cycle, now);
  EXPECT_EQ(session.on_wake(now + seconds{15}), Session::Due::Expired) << "client gone";
  for (const bool ok : {true, false}) {
    connect();
    const auto answer = session.answer();
    now += seconds{60};
    EXPECT_EQ(session.wake_at(), std::nullopt) << "not while the answer is being written";
    session.on_written(answer.cycle, ok, now);
    EXPECT_EQ(session.wake_at(), now + seconds{15}) << ok;
  }
}

TEST_F(SessionTest, a_late_finisher_does_not_start_the_clock_of_a_newer_connect) {
  settle();
  connect();
  const auto older = session.answer();
  connect();
  session.on_written(older.cycle, true, now);
  EXPECT_TRUE(session.is_held());
  EXPECT_EQ(session.on_wake(now + seconds{20}), Session::Due::Nothing);
  const auto newer = session.answer();
  session.on_written(older.cycle, false, now);
  EXPECT_EQ(session.wake_at(), std::nullopt);
  session.on_written(newer.cycle, true, now);
  EXPECT_NE(session.wake_at(), std::nullopt);
}

TEST_F(SessionTest, the_interval_asked_for_extends_one_cycle_only) {
  settle();
  connect(R"(,"advice":{"timeout":0,"interval":10000})");
  session.on_written(session.answer().cycle, true, now);
  EXPECT_EQ(session.wake_at(), now + seconds{25});
  connect();
  session.on_written(session.answer().cycle, true, now);
  EXPECT_EQ(session.wake_at(), now + seconds{15});
  connect(R"(,"advice":{"timeout":0,"interval":86400000})");
  session.on_written(session.answer().cycle, true, now);
  EXPECT_EQ(session.wake_at(), now + seconds{40}) << "no longer than our timeout";
}

TEST_F(SessionTest, other_messages_keep_an_idle_session_alive) {
  now += seconds{10};
  session.on_message(now);
  EXPECT_EQ(session.wake_at(), now + seconds{15});
  settle();
  connect();
  session.on_message(now);
  EXPECT_EQ(session.wake_at(), now + seconds{25}) << "a hold is not changed";
}

TEST_F(SessionTest, overflow_by_count_and_by_bytes_is_told) {
  for (int count = 0; count < 5; ++count) EXPECT_TRUE(session.offer(event("x")));
  EXPECT_FALSE(session.offer(event("x")));
  session = Session{settings, now};
  EXPECT_TRUE(session.offer(event(std::string(60, 'x'))));
  EXPECT_TRUE(session.offer(event(std::string(40, 'x'))));
  EXPECT_FALSE(session.offer(event("x")));
  EXPECT_EQ(session.queued_bytes(), 100u);
}

TEST_F(SessionTest, a_large_backlog_goes_out_in_several_answers) {
  settings.max_answer_bytes = 50;
  session = Session{settings, now};
  for (const char letter : {'a', 'b', 'c'})
    ASSERT_TRUE(session.offer(event(std::string(30, letter))));
  for (const char letter : {'a', 'b', 'c'}) {
    EXPECT_FALSE(connect().hold);
    const auto answer = session.answer();
    EXPECT_EQ(texts(answer), (Texts{std::string(30, letter)}));
    session.on_written(answer.cycle, true, now);
  }
}

TEST_F(SessionTest, subscribe_refuses_what_is_malformed_and_takes_all_or_nothing) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"("/a")", ""},
      {R"("/**")", ""},
      {R"(["/b","/c/*"])", ""},
      {R"("/service/x")", ""},
      {"null", "403::subscription_missing"},
      {R"("")", "403::subscription_invalid"},
      {"7", "403::subscription_invalid"},
      {"[]", "403::subscription_invalid"},
      {R"(["/a",7])", "403::subscription_invalid"},
      {R"(["/ok","bad"])", "403::subscription_invalid"},
      {R"("/a*")", "403::subscription_invalid"},
      {R"("/meta/**")", "403:/meta/**:subscribe_denied"},
      {R"(["/ok","/meta/connect"])", "403:/meta/connect:subscribe_denied"},
      {R"(["/1","/2","/3","/4"])", "429::too_many_subscriptions"},
      {R"(["/1","/1","/1","/1"])", ""},
  };
  for (const auto& [subscription, error] : cases) {
    session = Session{settings, now};
    EXPECT_EQ(error_in(subscribe(subscription)), error) << subscription;
    if (!error.empty()) {
      EXPECT_EQ(session.subscriptions(), 0u) << subscription;
    }
  }
  session = Session{settings, now};
  subscribe(R"("/**")");
  EXPECT_TRUE(session.wants(*Channel::of("/v2/me/calls")));
}

TEST_F(SessionTest, subscribing_again_at_the_limit_is_no_more) {
  subscribe(R"(["/1","/2","/3"])");
  EXPECT_EQ(error_in(subscribe(R"(["/1","/2","/3"])")), "");
  EXPECT_EQ(error_in(subscribe(R"("/4")")), "429::too_many_subscriptions");
  EXPECT_EQ(session.subscriptions(), 3u);
}

TEST_F(SessionTest, service_channels_are_granted_and_not_kept) {
  EXPECT_EQ(error_in(subscribe(R"("/service/echo")")), "");
  EXPECT_EQ(session.subscriptions(), 0u);
}

TEST_F(SessionTest, unsubscribe_ends_and_forgives) {
  subscribe(R"(["/a","/b"])");
  const auto unsubscribe = [this](const std::string& subscription) {
    return error_in(session.on_unsubscribe(
        message(R"("channel":"/meta/unsubscribe","subscription":)" + subscription), now));
  };
  EXPECT_EQ(unsubscribe(R"("/a")"), "");
  EXPECT_FALSE(session.wants(*Channel::of("/a")));
  EXPECT_TRUE(session.wants(*Channel::of("/b")));
  EXPECT_EQ(unsubscribe(R"("/never")"), "");
  EXPECT_EQ(unsubscribe("7"), "403::subscription_invalid");
}

TEST_F(SessionTest, the_farewell_of_a_held_connect_fails_with_its_id) {
  settle();
  connect();
  const auto reply = json::parse(session.farewell(Reconnect::None));
  ASSERT_TRUE(reply);
  EXPECT_EQ(json::serialize(*reply),
            R"({"channel":"/meta/connect","id":"9","successful":false,)"
            R"("error":"402::session_unknown",)"
            R"("advice":{"reconnect":"none","interval":0,"timeout":25000}})");
}

class AcknowledgedSessionTest : public SessionTest {
 protected:
  AcknowledgedSessionTest() { begin(); }
  void begin() { session = Session{settings, now, Session::Delivery::Acknowledged}; }
  Session::ConnectStep acknowledge(std::int64_t batch, bool may_hold = true) {
    return connect(R"(,"ext":{"ack":)" + std::to_string(batch) + "}", may_hold);
  }
  void settle() {
    ASSERT_FALSE(acknowledge(0).hold);
    session.on_written(session.answer().cycle, true, now);  // batch 1
  }
  static std::int64_t batch_of(const Session::Answer& answer) {
    const auto reply = json::parse(answer.reply);
    return reply ? reply->at("ext").at("ack").to_number<std::int64_t>() : -1;
  }
};

TEST_F(AcknowledgedSessionTest, each_reply_bears_the_next_batch_number) {
  for (const std::int64_t batch : {1, 2, 3}) {
    acknowledge(batch - 1, false);
    EXPECT_EQ(batch_of(session.answer()), batch);
  }
}

TEST_F(AcknowledgedSessionTest, events_from_before_the_first_connect_belong_to_batch_one) {
  ASSERT_TRUE(session.offer(event("a")));
  acknowledge(0);
  const auto answer = session.answer();
  EXPECT_EQ(batch_of(answer), 1);
  EXPECT_EQ(texts(answer), (Texts{"a"}));
  acknowledge(1);
  EXPECT_EQ(session.queued_events(), 0u);
}

TEST_F(AcknowledgedSessionTest, a_written_answer_is_not_an_acknowledged_one) {
  settle();
  ASSERT_TRUE(session.offer(event("a")));
  EXPECT_FALSE(acknowledge(1).hold);
  session.on_written(session.answer().cycle, true, now);  // batch 2, lost behind our socket
  EXPECT_EQ(session.queued_events(), 1u);
  ASSERT_TRUE(session.offer(event("b")));
  EXPECT_FALSE(acknowledge(1).hold) << "not while anything is unacknowledged";
  const auto again = session.answer();
  EXPECT_EQ(texts(again), (Texts{"a", "b"}));
  EXPECT_EQ(batch_of(again), 3);
  session.on_written(again.cycle, true, now);
  EXPECT_TRUE(acknowledge(3).hold);
  EXPECT_EQ(session.queued_events(), 0u);
  EXPECT_EQ(session.queued_bytes(), 0u);
}

TEST_F(AcknowledgedSessionTest,
       a_connect_that_overtakes_the_answer_before_it_gets_all_of_it_again) {
  settle();
  ASSERT_TRUE(session.offer(event("a")));
  acknowledge(1);
  const auto abandoned = session.answer();  // batch 2
  EXPECT_FALSE(acknowledge(1).hold);
  const auto again = session.answer();  // batch 3
  EXPECT_EQ(texts(again), (Texts{"a"}));
  session.on_written(abandoned.cycle, true, now);
  EXPECT_EQ(session.wake_at(), std::nullopt) << "the newer answer is still on its way";
  EXPECT_EQ(session.queued_events(), 1u);
}

TEST_F(AcknowledgedSessionTest, a_batch_confirms_what_was_sent_up_to_it_and_no_more) {
  settle();
  ASSERT_TRUE(session.offer(event("a")));
  acknowledge(1);
  session.answer();  // batch 2: a
  ASSERT_TRUE(session.offer(event("b")));
  acknowledge(1);
  session.answer();  // batch 3: a b
  EXPECT_FALSE(acknowledge(2).hold);
  EXPECT_EQ(texts(session.answer()), (Texts{"b"}));
}

TEST_F(AcknowledgedSessionTest, senseless_numbers_drop_nothing_that_was_never_sent) {
  for (const std::string number : {"0", "-1", "-9223372036854775808", "1", "1.5", "true", "null"}) {
    begin();
    settle();
    ASSERT_TRUE(session.offer(event("a")));
    acknowledge(1);
    session.answer();
    ASSERT_TRUE(session.offer(event("b")));
    EXPECT_FALSE(connect(R"(,"ext":{"ack":)" + number + "}").hold) << number;
    EXPECT_EQ(texts(session.answer()), (Texts{"a", "b"})) << number;
  }
  for (const std::string number : {"2", "3", "4711", "18446744073709551615"}) {
    begin();
    settle();
    ASSERT_TRUE(session.offer(event("a")));
    acknowledge(1);
    session.answer();
    ASSERT_TRUE(session.offer(event("b")));
    EXPECT_FALSE(connect(R"(,"ext":{"ack":)" + number + "}").hold) << number;
    EXPECT_EQ(texts(session.answer()), (Texts{"b"})) << number;
  }
}

TEST_F(AcknowledgedSessionTest, a_stale_number_brings_nothing_back) {
  settle();
  ASSERT_TRUE(session.offer(event("a")));
  acknowledge(1);
  session.answer();  // batch 2
  EXPECT_TRUE(acknowledge(2).hold);
  EXPECT_TRUE(acknowledge(0).hold);
}

TEST_F(AcknowledgedSessionTest, unacknowledged_events_count_in_the_limits) {
  settle();
  for (int count = 0; count < 5; ++count) ASSERT_TRUE(session.offer(event("x")));
  acknowledge(1);
  session.on_written(session.answer().cycle, true, now);
  EXPECT_FALSE(session.offer(event("x")));
  acknowledge(2);
  EXPECT_TRUE(session.offer(event("x")));
}

TEST_F(AcknowledgedSessionTest, a_large_backlog_goes_out_in_batches_each_from_the_front) {
  settings.max_answer_bytes = 50;
  begin();
  for (const char letter : {'a', 'b', 'c'})
    ASSERT_TRUE(session.offer(event(std::string(30, letter))));
  acknowledge(0);
  EXPECT_EQ(texts(session.answer()), (Texts{std::string(30, 'a')}));
  acknowledge(0);
  EXPECT_EQ(texts(session.answer()), (Texts{std::string(30, 'a')}))
      << "batch 2, as batch 1 was lost";
  EXPECT_FALSE(acknowledge(2).hold);
  EXPECT_EQ(texts(session.answer()), (Texts{std::string(30, 'b')}));
  EXPECT_FALSE(acknowledge(3).hold);
  EXPECT_EQ(texts(session.answer()), (Texts{std::string(30, 'c')}));
  EXPECT_TRUE(acknowledge(4).hold);
}

TEST_F(AcknowledgedSessionTest, what_one_batch_of_messages_brings_twice_comes_once) {
  ASSERT_TRUE(session.offer(event("a")));
  acknowledge(0, false);
  const auto first = session.answer();
  acknowledge(0, false);
  const auto second = session.answer(first.events.size());
  EXPECT_EQ(batch_of(second), 2);
  EXPECT_TRUE(second.events.empty());
  acknowledge(2);
  EXPECT_EQ(session.queued_events(), 0u);
}

TEST_F(SessionTest, whoever_did_not_offer_to_acknowledge_gets_no_batch_numbers) {
  settle();
  ASSERT_TRUE(session.offer(event("a")));
  connect(R"(,"ext":{"ack":5})");
  EXPECT_EQ(session.answer().reply, R"({"channel":"/meta/connect","id":"9","successful":true})");
}

}  // namespace
}  // namespace earshot::bayeux
