#include "wire/sip/transaction_layer.h"

#include <gtest/gtest.h>

#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"

namespace earshot::sip {
namespace {

using namespace std::string_view_literals;

const Endpoint kPeer = *Endpoint::parse("192.0.2.7", 5066);
const Endpoint kUs = *Endpoint::parse("192.0.2.1", 5060);

struct Sent {
  std::string text;
  Endpoint to;
};

/// Writes down all it is told, in words; answers as a test says.
class Diary final : public TransactionUser {
 public:
  void send(std::string_view datagram, const Endpoint& to) override {
    sent.push_back({std::string{datagram}, to});
  }
  void on_request(ServerTransactionId transaction, const Request& request,
                  const Endpoint&) override {
    server = transaction;
    last_request = request;
    lines.push_back(request.method);
    if (on_each_request) on_each_request(request);
  }
  void on_ack(const Request&, const Endpoint&) override { lines.emplace_back("ack"); }
  void on_cancel(ServerTransactionId) override {
    lines.emplace_back("cancel");
    if (on_each_cancel) on_each_cancel();
  }
  void on_no_ack(ServerTransactionId) override { lines.emplace_back("no ack"); }
  void on_response(ClientTransactionId, const Response& response) override {
    lines.push_back(std::to_string(response.status));
  }
  void on_refused(std::string_view reason, int status, const Endpoint&) override {
    lines.push_back("refused " + std::to_string(status) + ": " + std::string{reason});
  }
  Request request(std::size_t index) const {
    return std::get<Request>(*parse(sent.at(index).text));
  }
  Response response(std::size_t index) const {
    return std::get<Response>(*parse(sent.at(index).text));
  }

  std::vector<Sent> sent;
  std::vector<std::string> lines;
  ServerTransactionId server;
  Request last_request;
  std::function<void(const Request&)> on_each_request;
  std::function<void()> on_each_cancel;
};

using Lines = std::vector<std::string>;

class SipTransactionLayer : public testing::Test {
 protected:
  static std::string received(std::string_view method,
                              std::string_view via_params = ";branch=z9hG4bKp1;rport",
                              std::string_view to_params = "") {
    const std::string cseq_method{method};
    return cseq_method +
           " sip:b@192.0.2.1 SIP/2.0\r\n"
           "Via: SIP/2.0/UDP phone.example:5062" +
           std::string{via_params} + "\r\nFrom: <sip:a@h>;tag=a1\r\nTo: <sip:b@h>" +
           std::string{to_params} + "\r\nCall-ID: c1\r\nCSeq: 4 " + cseq_method + "\r\n\r\n";
  }
  static Request own(std::string_view method) {
    Request request;
    request.method = method;
    request.uri = *parse_uri("sip:a@192.0.2.7");
    request.headers.from = *parse_name_addr("<sip:b@h>;tag=b1");
    request.headers.to = *parse_name_addr("<sip:a@h>");
    request.headers.call_id = "c2";
    request.headers.cseq = {1, std::string{method}};
    return request;
  }
  void receive(std::string_view text) { layer.on_datagram(text, kPeer); }
  void answer(int status) { layer.respond(diary.server, respond(diary.last_request, status, "t")); }
  /// The peer's answer to what we sent as `index`.
  void peer_answers(std::size_t index, int status) {
    receive(to_string(respond(diary.request(index), status, "p1")));
  }

  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  Diary diary;
  TransactionLayer layer{loop, entropy, diary};
};

TEST_F(SipTransactionLayer, a_request_reaches_the_user_once_and_its_answer_repeats) {
  receive(received("OPTIONS"));
  receive(received("OPTIONS"));
  EXPECT_EQ(diary.lines, Lines{"OPTIONS"});
  EXPECT_TRUE(diary.sent.empty());
  answer(200);
  receive(received("OPTIONS"));
  EXPECT_EQ(diary.sent.size(), 2u);
  EXPECT_EQ(diary.sent[0].text, diary.sent[1].text);
  answer(500);
  EXPECT_EQ(diary.sent.size(), 2u);
  EXPECT_EQ(layer.size(), 1u);
  loop.run_for(seconds{33});
  EXPECT_EQ(layer.size(), 0u);
  EXPECT_EQ(loop.timers(), 0u);
  answer(200);  // the transaction is gone: harmless
}

TEST_F(SipTransactionLayer, answers_go_where_rport_says) {  // RFC 3581 §4, RFC 3261 §18.2.2
  struct Case {
    std::string_view params;
    std::uint16_t port;
    bool rport;
  };
  for (const Case& one : {Case{";branch=z9hG4bKx1;rport", 5066, true},
                          Case{";rport=9;received=6.6.6.6;branch=z9hG4bKx2", 5066, true},
                          Case{";branch=z9hG4bKx3", 5062, false},
                          Case{";branch=z9hG4bKx4;maddr=203.0.113.9", 5062, false}}) {
    receive(received("OPTIONS", one.params));
    answer(200);
    EXPECT_EQ(diary.sent.back().to, kPeer.with_port(one.port));
    const auto via = diary.response(diary.sent.size() - 1).headers.via.at(0);
    EXPECT_EQ(find_param(via.params, "received"), "192.0.2.7");
    EXPECT_EQ(find_param(via.params, "rport"),
              one.rport ? std::optional<std::string_view>{"5066"} : std::nullopt);
  }
}

TEST_F(SipTransactionLayer, bad_datagrams_are_answered_or_dropped) {
  for (const auto text : {""sv, "\r\n\r\n"sv, "garbage"sv, "\0\0\0\0"sv}) receive(text);
  EXPECT_TRUE(diary.sent.empty());
  std::string bad = received("OPTIONS");
  receive(bad.insert(bad.size() - 2, "Content-Length: 5\r\n"));
  receive(received("OPTIONS", ";branch=z9hG4bK"));
  receive(received("ACK", ";branch=z9hG4bK"));
  receive(received("ACK", ";branch=1"));
  ASSERT_EQ(diary.sent.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_TRUE(diary.sent[i].text.starts_with("SIP/2.0 400 ")) << diary.sent[i].text;
  EXPECT_EQ(diary.sent[0].to, kPeer);
  EXPECT_EQ(layer.size(), 0u);
}

TEST_F(SipTransactionLayer, a_request_of_rfc2543_is_matched_without_a_branch) {  // §17.2.3
  receive(received("INVITE", ""));
  receive(received("INVITE", ""));
  EXPECT_EQ(diary.lines, Lines{"INVITE"}) << "its repeat is no new one";
  answer(486);
  receive(received("ACK", ""));
  EXPECT_EQ(diary.sent.size(), 1u);
  loop.run_for(seconds{70});
  EXPECT_EQ(diary.sent.size(), 1u) << "the ACK has ended the repeats";
  EXPECT_EQ(layer.size(), 0u);
}

TEST_F(SipTransactionLayer, beyond_the_limit_requests_get_a_stateless_503) {
  TransactionLayer small{loop, entropy, diary, {}, {1}};
  small.on_datagram(received("INVITE"), kPeer);
  small.on_datagram(received("INVITE", ";branch=z9hG4bKp2;rport"), kPeer);
  small.on_datagram(received("INVITE"), kPeer);
  EXPECT_EQ(diary.lines, Lines{"INVITE"});
  ASSERT_EQ(diary.sent.size(), 1u);
  EXPECT_EQ(diary.response(0).status, 503);
  EXPECT_TRUE(diary.response(0).headers.find("Retry-After"));
  EXPECT_EQ(small.size(), 1u);
}

TEST_F(SipTransactionLayer, a_2xx_repeats_until_an_ack_of_its_dialog) {
  receive(received("INVITE"));
  answer(200);
  loop.run_for(milliseconds{1600});
  EXPECT_EQ(diary.sent.size(), 3u);
  receive(received("ACK", ";branch=z9hG4bKnew", ";tag=other"));
  EXPECT_EQ(diary.lines, Lines{"INVITE"});
  receive(received("ACK", ";branch=z9hG4bKnew", ";tag=t"));
  receive(received("ACK", ";branch=z9hG4bKp1", ";tag=t"));  // some use the INVITE's branch
  EXPECT_EQ(diary.lines, (Lines{"INVITE", "ack", "ack"}));
  loop.run_for(seconds{33});
  EXPECT_EQ(diary.sent.size(), 3u);
  EXPECT_EQ(layer.size(), 0u);
}

TEST_F(SipTransactionLayer, a_lost_ack_is_told) {
  for (const int status : {200, 486}) {
    diary.lines.clear();
    receive(received("INVITE", ";branch=z9hG4bKl" + std::to_string(status)));
    answer(status);
    loop.run_for(seconds{33});
    EXPECT_EQ(diary.lines, (Lines{"INVITE", "no ack"}));
    EXPECT_EQ(layer.size(), 0u);
  }
  EXPECT_EQ(diary.sent.size(), 22u);
}

TEST_F(SipTransactionLayer, the_ack_to_a_refusal_stays_below) {
  receive(received("INVITE"));
  answer(486);
  receive(received("ACK", ";branch=z9hG4bKp1", ";tag=t"));
  EXPECT_EQ(diary.lines, Lines{"INVITE"});
  loop.run_for(seconds{6});
  EXPECT_EQ(diary.sent.size(), 1u);
  EXPECT_EQ(layer.size(), 0u);
}

TEST_F(SipTransactionLayer, a_cancel_is_answered_and_told_once) {  // §9.2
  receive(received("CANCEL"));
  EXPECT_EQ(diary.response(0).status, 481);
  receive(received("INVITE"));
  answer(180);
  diary.on_each_cancel = [this] { answer(487); };
  receive(received("CANCEL"));
  receive(received("CANCEL"));
  EXPECT_EQ(diary.lines, (Lines{"INVITE", "cancel"}));
  ASSERT_EQ(diary.sent.size(), 5u);  // 481, 180, 200 to CANCEL, 487, 200 to CANCEL
  EXPECT_EQ(diary.response(2).headers.cseq.method, "CANCEL");
  EXPECT_EQ(diary.response(2).headers.to.tag(), "t");
  EXPECT_EQ(diary.response(3).status, 487);
  EXPECT_EQ(diary.sent[4].text, diary.sent[2].text);
}

TEST_F(SipTransactionLayer, a_cancel_that_crosses_our_200_changes_nothing) {
  receive(received("INVITE"));
  answer(200);
  receive(received("CANCEL"));
  EXPECT_EQ(diary.lines, Lines{"INVITE"});
  EXPECT_EQ(diary.response(1).status, 200);
  EXPECT_EQ(diary.response(1).headers.cseq.method, "CANCEL");
}

TEST_F(SipTransactionLayer, our_request_carries_a_fresh_via_and_repeats) {
  layer.send_request(own("OPTIONS"), kPeer, kUs);
  layer.send_request(own("OPTIONS"), kPeer, kUs);
  const Via via = diary.request(0).headers.via.at(0);
  EXPECT_EQ(via.host, "192.0.2.1");
  EXPECT_TRUE(find_param(via.params, "rport"));
  EXPECT_TRUE(via.branch().starts_with("z9hG4bK"));
  EXPECT_NE(via.branch(), diary.request(1).headers.via.at(0).branch());
  peer_answers(1, 200);
  loop.run_for(milliseconds{600});
  EXPECT_EQ(diary.sent.size(), 3u);
  EXPECT_EQ(diary.sent[2].text, diary.sent[0].text);
  loop.run_for(seconds{33});
  EXPECT_EQ(diary.lines, (Lines{"200", "408"}));
  EXPECT_EQ(layer.size(), 0u);
}

TEST_F(SipTransactionLayer, answers_that_match_nothing_are_dropped) {
  layer.send_request(own("OPTIONS"), kPeer, kUs);
  Response stray = respond(diary.request(0), 200, "p");
  stray.headers.via[0].params[0].value = "z9hG4bKother";
  receive(to_string(stray));
  stray = respond(diary.request(0), 200, "p");
  stray.headers.cseq.method = "INVITE";
  receive(to_string(stray));
  stray = respond(diary.request(0), 200, "p");
  stray.headers.via.push_back(stray.headers.via[0]);
  receive(to_string(stray));
  EXPECT_TRUE(diary.lines.empty());
}

TEST_F(SipTransactionLayer, each_repeated_2xx_is_delivered) {
  layer.send_request(own("INVITE"), kPeer, kUs);
  for (const int status : {100, 180, 200, 200, 486}) peer_answers(0, status);
  EXPECT_EQ(diary.lines, (Lines{"100", "180", "200", "200"}));
  layer.send_ack(own("ACK"), kPeer, kUs);
  EXPECT_EQ(diary.sent.size(), 2u);
  EXPECT_EQ(layer.size(), 1u);
}

TEST_F(SipTransactionLayer, cancelling_waits_for_the_first_provisional_answer) {  // §9.1
  const auto invite = layer.send_request(own("INVITE"), kPeer, kUs);
  layer.cancel(invite);
  EXPECT_EQ(diary.sent.size(), 1u);
  peer_answers(0, 100);
  peer_answers(0, 180);
  layer.cancel(invite);
  ASSERT_EQ(diary.sent.size(), 2u);
  const Request cancel = diary.request(1);
  EXPECT_EQ(cancel.method, "CANCEL");
  EXPECT_EQ(cancel.headers.via, diary.request(0).headers.via);
  EXPECT_EQ(cancel.headers.cseq, (CSeq{1, "CANCEL"}));
  peer_answers(1, 200);
  peer_answers(0, 487);
  EXPECT_EQ(diary.lines, (Lines{"100", "180", "487"}));
  EXPECT_EQ(diary.request(2).method, "ACK");
  loop.run_for(seconds{33});
  EXPECT_EQ(layer.size(), 0u);
}

TEST_F(SipTransactionLayer, a_200_that_crosses_our_cancel_is_delivered) {
  const auto invite = layer.send_request(own("INVITE"), kPeer, kUs);
  peer_answers(0, 180);
  layer.cancel(invite);
  peer_answers(0, 200);
  peer_answers(1, 481);
  EXPECT_EQ(diary.lines, (Lines{"180", "200"}));
  layer.cancel(invite);
  EXPECT_EQ(diary.sent.size(), 2u);
}

TEST_F(SipTransactionLayer, a_cancelled_invite_that_is_never_answered_ends) {
  const auto invite = layer.send_request(own("INVITE"), kPeer, kUs);
  peer_answers(0, 180);
  loop.run_for(seconds{600});
  EXPECT_EQ(layer.size(), 1u);
  layer.cancel(invite);
  peer_answers(1, 200);
  peer_answers(0, 183);
  loop.run_for(seconds{33});
  EXPECT_EQ(diary.lines, (Lines{"180", "183", "408"}));
  EXPECT_EQ(layer.size(), 0u);
  EXPECT_EQ(loop.timers(), 0u);
}

TEST_F(SipTransactionLayer, the_user_may_call_back_from_anywhere) {
  diary.on_each_request = [this](const Request&) {
    answer(200);
    for (int i = 0; i < 100; ++i) layer.send_request(own("OPTIONS"), kPeer, kUs);
  };
  receive(received("OPTIONS"));
  EXPECT_EQ(layer.size(), 101u);
}

TEST_F(SipTransactionLayer, its_end_takes_its_timers_along) {
  {
    TransactionLayer brief{loop, entropy, diary};
    brief.send_request(own("INVITE"), kPeer, kUs);
    brief.on_datagram(received("OPTIONS"), kPeer);
    brief.respond(diary.server, respond(diary.last_request, 200, "t"));
    EXPECT_EQ(loop.timers(), 2u);
  }
  EXPECT_EQ(loop.timers(), 0u);
}

}  // namespace
}  // namespace earshot::sip
