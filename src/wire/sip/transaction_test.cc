#include "wire/sip/transaction.h"

#include <gtest/gtest.h>

namespace earshot::sip {
namespace {

constexpr TimePoint kStart = TimePoint{} + seconds{1000};

Request request_of(std::string_view method) {
  Request request;
  request.method = method;
  request.uri = *parse_uri("sip:b@far.example");
  Headers& headers = request.headers;
  headers.via.push_back({"UDP", "192.0.2.1", 5060, {{"branch", "z9hG4bKabc"}}});
  headers.route.push_back(*parse_name_addr("<sip:edge.example;lr>"));
  headers.from = *parse_name_addr("<sip:a@near.example>;tag=a1");
  headers.to = *parse_name_addr("<sip:b@far.example>");
  headers.call_id = "c1";
  headers.cseq = {7, std::string{method}};
  return request;
}

Response answer(int status, std::string_view method = "INVITE") {
  return respond(request_of(method), status, "b1");
}

/// When datagrams leave after the first, as the machine's own wishes have it.
template <class Machine, class Step>
std::vector<milliseconds> sends_of(Machine& machine, Step step, Step& last) {
  std::vector<milliseconds> times;
  while (step.wake_at) {
    const TimePoint now = *step.wake_at;
    step = machine.on_wake(now);
    for (std::size_t i = 0; i < step.send.size(); ++i)
      times.push_back(std::chrono::duration_cast<milliseconds>(now - kStart));
  }
  last = step;
  return times;
}

std::vector<milliseconds> ms(std::initializer_list<int> times) {
  std::vector<milliseconds> out;
  for (const int time : times) out.emplace_back(time);
  return out;
}

TEST(InviteClient, repeats_by_timer_a_and_gives_up_by_timer_b) {  // §17.1.1.2
  InviteClientTransaction invite{request_of("INVITE"), {}};
  ClientStep last;
  auto first = invite.start(kStart);
  EXPECT_EQ(first.send.size(), 1u);
  EXPECT_EQ(sends_of(invite, first, last), ms({500, 1500, 3500, 7500, 15500, 31500}));
  EXPECT_TRUE(last.timed_out);
  EXPECT_TRUE(last.terminated);
  EXPECT_TRUE(invite.on_wake(kStart + seconds{99}).terminated);
  EXPECT_FALSE(invite.on_wake(kStart + seconds{99}).timed_out);
}

TEST(InviteClient, a_provisional_answer_ends_repeating_and_waits_for_ever) {
  InviteClientTransaction invite{request_of("INVITE"), {}};
  (void)invite.start(kStart);
  const ClientStep step = invite.on_response(answer(180), kStart + milliseconds{10});
  EXPECT_EQ(step.deliver->status, 180);
  EXPECT_FALSE(step.wake_at);
  EXPECT_TRUE(invite.on_wake(kStart + seconds{500}).send.empty());
  EXPECT_EQ(invite.on_response(answer(183), kStart + seconds{600}).deliver->status, 183);
}

TEST(InviteClient, a_refusal_is_acknowledged_each_time_and_delivered_once) {  // §17.1.1.3
  InviteClientTransaction invite{request_of("INVITE"), {}};
  (void)invite.start(kStart);
  const ClientStep step = invite.on_response(answer(486), kStart);
  EXPECT_EQ(step.deliver->status, 486);
  ASSERT_EQ(step.send.size(), 1u);
  const auto ack = std::get<Request>(*parse(step.send[0]));
  EXPECT_EQ(ack.method, "ACK");
  EXPECT_EQ(ack.uri, request_of("INVITE").uri);
  EXPECT_EQ(ack.headers.via, request_of("INVITE").headers.via);
  EXPECT_EQ(ack.headers.route, request_of("INVITE").headers.route);
  EXPECT_EQ(ack.headers.max_forwards, 70);
  EXPECT_EQ(ack.headers.from, request_of("INVITE").headers.from);
  EXPECT_EQ(ack.headers.to.tag(), "b1");
  EXPECT_EQ(ack.headers.cseq, (CSeq{7, "ACK"}));
  EXPECT_EQ(step.wake_at, kStart + seconds{32});  // Timer D
  const ClientStep again = invite.on_response(answer(486), kStart + seconds{1});
  EXPECT_FALSE(again.deliver);
  EXPECT_EQ(again.send, step.send);
  EXPECT_TRUE(invite.on_response(answer(180), kStart + seconds{1}).send.empty());
  EXPECT_FALSE(invite.on_wake(kStart + seconds{31}).terminated);
  EXPECT_TRUE(invite.on_wake(kStart + seconds{32}).terminated);
}

TEST(InviteClient, statuses_count_by_their_first_digit) {  // §17.1.1.2, RFC 6026 §7.2
  for (const auto& [status, acks] : {std::pair{199, 0}, {200, 0}, {299, 0}, {300, 1}, {699, 1}}) {
    InviteClientTransaction invite{request_of("INVITE"), {}};
    (void)invite.start(kStart);
    const ClientStep step = invite.on_response(answer(status), kStart);
    EXPECT_EQ(step.send.size(), static_cast<std::size_t>(acks)) << status;
    EXPECT_EQ(step.wake_at.has_value(), status >= 200) << status;
    ClientTransaction options{request_of("OPTIONS"), {}};
    (void)options.start(kStart);
    const ClientStep other = options.on_response(answer(status, "OPTIONS"), kStart);
    EXPECT_EQ(other.wake_at, kStart + (status < 200 ? Duration{milliseconds{500}} : seconds{5}))
        << status;
  }
}

TEST(InviteClient, an_early_wake_sends_nothing) {
  InviteClientTransaction invite{request_of("INVITE"), {}};
  (void)invite.start(kStart);
  const ClientStep early = invite.on_wake(kStart + milliseconds{499});
  EXPECT_TRUE(early.send.empty());
  EXPECT_EQ(early.wake_at, kStart + milliseconds{500});
  EXPECT_EQ(invite.on_wake(kStart + milliseconds{500}).send.size(), 1u);
}

TEST(InviteClient, each_2xx_is_delivered_while_accepted) {  // RFC 6026 §7.2
  InviteClientTransaction invite{request_of("INVITE"), {}};
  (void)invite.start(kStart);
  for (int i = 0; i < 3; ++i) {
    const ClientStep step = invite.on_response(answer(200), kStart);
    EXPECT_EQ(step.deliver->status, 200);
    EXPECT_TRUE(step.send.empty());
    EXPECT_EQ(step.wake_at, kStart + seconds{32});  // Timer M
  }
  EXPECT_FALSE(invite.on_response(answer(486), kStart).deliver);
  EXPECT_TRUE(invite.on_wake(kStart + seconds{32}).terminated);
  EXPECT_FALSE(invite.on_response(answer(200), kStart + seconds{33}).deliver);
}

TEST(Client, repeats_by_timer_e_and_gives_up_by_timer_f) {  // §17.1.2.2
  ClientTransaction options{request_of("OPTIONS"), {}};
  ClientStep last;
  EXPECT_EQ(sends_of(options, options.start(kStart), last),
            ms({500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500}));
  EXPECT_TRUE(last.timed_out);
  EXPECT_TRUE(last.terminated);
}

TEST(Client, repeats_each_t2_after_a_provisional_answer) {
  ClientTransaction options{request_of("OPTIONS"), {}};
  (void)options.start(kStart);
  ClientStep last;
  EXPECT_EQ(sends_of(options, options.on_response(answer(100, "OPTIONS"), kStart), last),
            ms({500, 4500, 8500, 12500, 16500, 20500, 24500, 28500}));
  EXPECT_TRUE(last.timed_out);
}

TEST(Client, a_final_answer_is_delivered_once_and_absorbed_for_t4) {  // Timer K
  ClientTransaction options{request_of("OPTIONS"), {}};
  (void)options.start(kStart);
  const ClientStep step = options.on_response(answer(404, "OPTIONS"), kStart);
  EXPECT_EQ(step.deliver->status, 404);
  EXPECT_EQ(step.wake_at, kStart + seconds{5});
  EXPECT_FALSE(options.on_response(answer(404, "OPTIONS"), kStart + seconds{1}).deliver);
  EXPECT_TRUE(options.on_wake(kStart + seconds{5}).terminated);
}

TEST(InviteServer, repeats_the_latest_provisional_answer_on_a_repeated_invite) {  // §17.2.1
  InviteServerTransaction invite{{}};
  EXPECT_TRUE(invite.on_request(kStart).send.empty());
  (void)invite.send(answer(100), kStart);
  (void)invite.send(answer(180), kStart);
  const ServerStep step = invite.on_request(kStart);
  ASSERT_EQ(step.send.size(), 1u);
  EXPECT_EQ(step.send[0], to_string(answer(180)));
  EXPECT_FALSE(step.wake_at);
  EXPECT_FALSE(invite.has_final());
}

TEST(InviteServer, a_refusal_repeats_by_timer_g_until_timer_h) {
  InviteServerTransaction invite{{}};
  ServerStep last;
  EXPECT_EQ(sends_of(invite, invite.send(answer(486), kStart), last),
            ms({500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500}));
  EXPECT_TRUE(last.timed_out);
  EXPECT_TRUE(last.terminated);
}

TEST(InviteServer, an_ack_ends_the_refusal_and_is_absorbed_for_t4) {  // Timer I
  InviteServerTransaction invite{{}};
  (void)invite.send(answer(486), kStart);
  EXPECT_EQ(invite.on_request(kStart + milliseconds{5}).send.size(), 1u);
  const ServerStep step = invite.on_ack(kStart + milliseconds{10});
  EXPECT_TRUE(step.ack_received);
  EXPECT_EQ(step.wake_at, kStart + milliseconds{5010});
  EXPECT_FALSE(invite.on_ack(kStart + seconds{1}).ack_received);
  EXPECT_TRUE(invite.on_request(kStart + seconds{1}).send.empty());
  const ServerStep end = invite.on_wake(kStart + milliseconds{5010});
  EXPECT_TRUE(end.terminated);
  EXPECT_FALSE(end.timed_out);
}

TEST(InviteServer, a_2xx_repeats_until_its_ack) {  // §13.3.1.4
  InviteServerTransaction lost{{}};
  ServerStep last;
  EXPECT_EQ(sends_of(lost, lost.send(answer(200), kStart), last).size(), 10u);
  EXPECT_TRUE(last.timed_out);

  InviteServerTransaction invite{{}};
  (void)invite.send(answer(200), kStart);
  EXPECT_EQ(invite.on_wake(kStart + milliseconds{500}).send.size(), 1u);
  EXPECT_TRUE(invite.on_request(kStart + milliseconds{600}).send.empty());  // RFC 6026 §7.1
  EXPECT_TRUE(invite.send(answer(486), kStart + milliseconds{650}).send.empty());
  const ServerStep step = invite.on_ack_of_2xx(kStart + milliseconds{700});
  EXPECT_EQ(step.wake_at, kStart + seconds{32});  // Timer L
  EXPECT_TRUE(invite.on_wake(kStart + seconds{5}).send.empty());
  const ServerStep end = invite.on_wake(kStart + seconds{32});
  EXPECT_TRUE(end.terminated);
  EXPECT_FALSE(end.timed_out);
}

TEST(Server, repeats_its_answer_until_timer_j) {  // §17.2.2
  ServerTransaction options{{}};
  EXPECT_TRUE(options.on_request(kStart).send.empty());
  (void)options.send(answer(100, "OPTIONS"), kStart);
  EXPECT_EQ(options.on_request(kStart).send.size(), 1u);
  const ServerStep step = options.send(answer(200, "OPTIONS"), kStart);
  EXPECT_EQ(step.wake_at, kStart + seconds{32});
  EXPECT_TRUE(options.has_final());
  EXPECT_EQ(options.on_request(kStart + seconds{31}).send, step.send);
  EXPECT_TRUE(options.send(answer(500, "OPTIONS"), kStart + seconds{31}).send.empty());
  EXPECT_TRUE(options.on_wake(kStart + seconds{32}).terminated);
}

}  // namespace
}  // namespace earshot::sip
