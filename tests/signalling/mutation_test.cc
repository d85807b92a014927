#include <map>

#include "tests/signalling/exchange.h"

namespace earshot::test {
namespace {

/// Whole calls in which each message of the peers' may arrive damaged, doubled or not at all. The
/// server must outlive them, and in the end have nothing left (Exchange::TearDown).
class Mutations : public Exchange, public ::testing::WithParamInterface<std::uint64_t> {
 protected:
  void SetUp() override {
    entropy_ = sim::SeededEntropy{GetParam()};
    Exchange::SetUp();
    register_phone(bob_, "bob", true);
  }

  void send(Peer& peer, std::string text) {
    switch (entropy_.below(4)) {
      case 0:
        return;
      case 1:
        for (std::uint64_t hits = 1 + entropy_.below(6); hits > 0; --hits)
          text[entropy_.below(text.size())] = static_cast<char>(entropy_.below(256));
        break;
      case 2: {  // a line doubled or taken out
        const std::size_t from = text.find('\n', entropy_.below(text.size()));
        const std::size_t to = from == std::string::npos ? from : text.find('\n', from + 1);
        if (to == std::string::npos) break;
        if (entropy_.chance(0.5))
          text.erase(from, to - from);
        else
          text.insert(to, text.substr(from, to - from));
        break;
      }
      default:
        break;
    }
    peer.send_text(text);
    run(milliseconds{entropy_.below(40)});
  }
  template <class Message>
  void send(Peer& peer, const Message& message) {
    send(peer, sip::to_string(message));
  }

  /// The engine's part: whatever comes is answered, sooner or later.
  void follow() {
    run(milliseconds{20});
    for (; !told_.empty(); told_.pop_front()) {
      const Told& told = told_.front();
      if (told.what == "offered") {
        signalling_->ring(told.line);
        if (entropy_.chance(0.8)) signalling_->answer(told.line, media_);
      }
      ++seen_[told.what];
      if (told.what == "answerable") signalling_->make_answer(told.line);
      if (entropy_.chance(0.1)) signalling_->release(told.line, ReleaseCause::Normal);
    }
  }

  void trunk_calls() {
    sip::Request invite = trunk_.make("INVITE", "sip:2002@earshot", "+1415", "2002");
    if (entropy_.chance(0.7)) {
      invite.headers.content_type = "application/sdp";
      invite.body = sdp(at("198.51.100.1", 4000));
    }
    send(trunk_, invite);
    follow();
    run(milliseconds{5});
    sip::Response answer = trunk_.reply(invite, 200, "guess");
    for (const int status : {200, 180})
      if (const auto got = taken(trunk_, status)) answer = *got;
    send(trunk_, trunk_.within("ACK", invite, answer, 1));
    for (std::uint32_t cseq = 2; cseq < 5; ++cseq) {
      sip::Request again =
          trunk_.within(entropy_.chance(0.5) ? "INVITE" : "UPDATE", invite, answer, cseq);
      again.headers.content_type = "application/sdp";
      again.body =
          sdp(at("198.51.100.1", 4000), "8 0", entropy_.chance(0.5) ? "sendonly" : "inactive");
      send(trunk_, again);
      follow();
    }
    send(trunk_, trunk_.within("BYE", invite, answer, 9));
    follow();
  }

  void bob_is_called(LineId leg) {
    signalling_->dial(outgoing(leg, DeviceId{"dev-bob"}));
    run(milliseconds{5});
    const auto invite = bob_.take_request("INVITE");
    if (!invite) return;
    for (const int status : {180, 183, 200, 200, 486, 700})
      send(bob_, bob_.reply(*invite, status, status == 200 && entropy_.chance(0.3) ? "c" : "b",
                            sdp(at("192.0.2.20", 4000))));
    follow();
    send(bob_, bob_.within_received("BYE", *invite, "b", 3));
    follow();
    signalling_->release(leg, ReleaseCause::Normal);
  }

  std::map<std::string, int> seen_;

  std::optional<sip::Response> taken(Peer& peer, int status) {
    const std::string mark = std::to_string(status) + " ";
    return peer.leftovers().find(mark) == std::string::npos ? std::nullopt
                                                            : peer.take_response(status);
  }
};

TEST_P(Mutations, leave_the_server_alive_and_empty) {
  for (std::uint64_t round = 0; round < 200; ++round) {
    if (round % 2 == 0)
      trunk_calls();
    else
      bob_is_called(LineId{1'000'000 + round});
    trunk_.clear();
    bob_.clear();
  }
  // Not so much was damaged that nothing happened.
  for (const char* what : {"offered", "answerable", "answered", "media", "ended"})
    EXPECT_GT(seen_[what], 0) << what;
  signalling_->stop();
  run(seconds{40});
  told_.clear();
  bob_.clear();
  bob_.send(bob_.make("OPTIONS", "sip:earshot", "bob", "earshot"));
  EXPECT_TRUE(bob_.take_response(503));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Mutations, ::testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace earshot::test
