#include <algorithm>
#include <string>
#include <vector>

#include "base/log.h"
#include "tests/signalling/exchange.h"

namespace earshot::test {
namespace {

/// Who is known may not fill the server either: a phone with its password, a trunk or who speaks
/// from its address, a party to a call (docs/security.md).
class Bounds : public Exchange {
 protected:
  void SetUp() override {
    SipSettings few = settings();
    few.requests_per_device = 20;
    few.requests_per_trunk = 30;
    restart(few);
  }
  sip::Request invite_from(Peer& peer, std::string_view user) {
    sip::Request invite = peer.make("INVITE", "sip:2002@earshot", user, "2002");
    invite.headers.content_type = "application/sdp";
    invite.body = sdp(peer.address());
    return invite;
  }
  /// Calls of the trunk which are over at once, as far as they get.
  void flood_from_trunk(int invites) {
    for (int i = 0; i < invites; ++i) {
      trunk_.send(invite_from(trunk_, "+4930" + std::to_string(i)));
      run(milliseconds{1});
      end_offered();
    }
  }
  /// Requests of ann's with a right digest each, the nonce of one challenge counted up.
  void flood_from_phone(std::string_view method, int requests) {
    const auto make = [&] {
      return method == "INVITE" ? invite_from(ann_, "ann")
                                : ann_.make(method, "sip:earshot", "ann", "ann");
    };
    sip::Request first = make();
    ann_.send(first);
    const auto challenge = ann_.take_response(401);
    ASSERT_TRUE(challenge);
    for (int i = 1; i <= requests; ++i) {
      ann_.send(ann_.prove(make(), *challenge, "ann", "secret-ann", "SHA-256",
                           static_cast<std::uint32_t>(i)));
      run(milliseconds{1});
      end_offered();
    }
  }
  void end_offered() {
    while (!is_silent())
      if (const Told told = next(); told.what == "offered")
        signalling_->release(told.line, ReleaseCause::WrongNumber);
  }
  /// A call of the trunk to bob that is up.
  struct TrunkCall {
    sip::Request invite;
    sip::Response answer;
    LineId line;
  };
  TrunkCall trunk_call() {
    TrunkCall call{invite_from(trunk_, "+4940"), {}, {}};
    trunk_.send(call.invite);
    call.line = next().line;
    signalling_->answer(call.line, media_);
    call.answer = trunk_.take_response(200).value_or(sip::Response{});
    trunk_.acknowledge(call.invite, call.answer);
    EXPECT_EQ(next().what, "answered");
    trunk_.clear();
    return call;
  }
};

TEST_F(Bounds, a_phone_with_its_password_fills_no_table) {
  for (const char* method : {"INVITE", "REGISTER"}) {
    flood_from_phone(method, 2000);
    EXPECT_LE(signalling_->transactions(), 20u) << method;
    EXPECT_GE(ann_.take_response_now(503), 1900u) << method;
    ann_.clear();
    run(seconds{40});
    EXPECT_EQ(signalling_->transactions(), 0u) << method;
  }
}

TEST_F(Bounds, a_phone_is_told_when_to_try_again_and_hinders_nobody) {
  flood_from_phone("REGISTER", 21);
  const auto refusal = ann_.take_response(503);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->headers.find("Retry-After"), "5");
  register_phone(bob_, "bob");
  run(seconds{33});
  sip::Request again = ann_.make("REGISTER", "sip:earshot", "ann", "ann");
  ann_.clear();
  ann_.send(again);
  const auto challenge = ann_.take_response(401);
  ASSERT_TRUE(challenge);
  ann_.send(ann_.prove(again, *challenge, "ann", "secret-ann"));
  EXPECT_TRUE(ann_.take_response(200));
}

TEST_F(Bounds, a_trunk_fills_no_table_and_its_calls_go_on) {
  const TrunkCall call = trunk_call();
  const std::size_t before = signalling_->transactions();
  flood_from_trunk(2000);
  EXPECT_LE(signalling_->transactions(), before + 30u);
  EXPECT_GE(trunk_.take_response_now(503), 1900u);
  (void)Exchange::call(ann_, "ann", "2002", sdp(ann_.address()));
  signalling_->release(next().line, ReleaseCause::Normal);
  trunk_.clear();
  sip::Request hold = trunk_.within("INVITE", call.invite, call.answer, 2);
  hold.headers.content_type = "application/sdp";
  hold.body = sdp(trunk_.address(), "0", "sendonly", 2);
  trunk_.send(hold);
  const auto held = trunk_.take_response(200);
  ASSERT_TRUE(held);
  trunk_.acknowledge(hold, *held);
  EXPECT_EQ(next().what, "media");
  trunk_.send(trunk_.within("BYE", call.invite, call.answer, 3));
  EXPECT_TRUE(trunk_.take_response(200));
  EXPECT_EQ(next().what, "ended");
}

TEST_F(Bounds, what_changes_nothing_is_answered_and_kept_of_nobody) {
  for (const char* method : {"OPTIONS", "MESSAGE", "SUBSCRIBE", "PUBLISH", "REFER", "UNHEARD",
                             "INFO", "NOTIFY", "UPDATE", "BYE", "PRACK"})
    for (int i = 0; i < 100; ++i) {
      trunk_.send(trunk_.make(method, "sip:2002@earshot", "+4930", "2002"));
      run(milliseconds{1});
    }
  EXPECT_EQ(signalling_->transactions(), 0u);
}

TEST_F(Bounds, a_party_to_a_call_fills_no_table_and_hinders_no_other_call) {
  const TrunkCall loud = trunk_call();
  const TrunkCall other = trunk_call();
  const std::size_t before = signalling_->transactions();
  std::uint32_t cseq = 1;
  for (const char* method : {"INFO", "OPTIONS", "UPDATE", "INVITE"})
    for (int i = 0; i < 300; ++i) {
      trunk_.send(trunk_.within(method, loud.invite, loud.answer, ++cseq));
      run(milliseconds{1});
    }
  EXPECT_LE(signalling_->transactions(), before + 100u);
  EXPECT_GE(trunk_.take_response_now(503), 1000u);
  // A BYE that comes late in the order is refused and leaves the call; so many, and no more.
  for (int i = 0; i < 300; ++i) {
    trunk_.send(trunk_.within("BYE", loud.invite, loud.answer, 1));
    run(milliseconds{1});
  }
  EXPECT_LE(signalling_->transactions(), before + 200u);
  trunk_.clear();
  trunk_.send(trunk_.within("INFO", other.invite, other.answer, 2));
  EXPECT_TRUE(trunk_.take_response(200));
  trunk_.send(trunk_.within("BYE", other.invite, other.answer, 3));
  EXPECT_TRUE(trunk_.take_response(200));
  EXPECT_EQ(next().what, "ended");
  signalling_->release(loud.line, ReleaseCause::Normal);
  EXPECT_TRUE(trunk_.take_request("BYE"));
}

TEST_F(Bounds, a_bye_has_room_where_nothing_else_has) {
  const TrunkCall call = trunk_call();
  for (std::uint32_t cseq = 2; cseq < 300; ++cseq)
    trunk_.send(trunk_.within("INFO", call.invite, call.answer, cseq));
  EXPECT_TRUE(trunk_.take_response(503));
  trunk_.clear();
  trunk_.send(trunk_.within("BYE", call.invite, call.answer, 300));
  EXPECT_TRUE(trunk_.take_response(200));
  EXPECT_EQ(next().what, "ended");
}

TEST_F(Bounds, a_burst_of_a_trunk_is_taken_at_a_pace) {
  SipSettings many = settings();
  many.requests_per_trunk = 6000;
  restart(many);
  for (int i = 0; i < 300; ++i) trunk_.send(invite_from(trunk_, "+4930" + std::to_string(i)));
  run(milliseconds{20});
  end_offered();
  EXPECT_EQ(trunk_.take_response_now(100), 40u);
  EXPECT_EQ(trunk_.take_response_now(503), 260u);
  run(milliseconds{100});
  trunk_.send(invite_from(trunk_, "+4931"));
  run(milliseconds{20});
  EXPECT_EQ(trunk_.take_response_now(100), 1u);
  end_offered();
}

TEST_F(Bounds, one_line_a_source_names_the_key) {
  std::vector<std::string> lines;
  set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
  flood_from_trunk(200);
  flood_from_phone("REGISTER", 100);
  set_log_sink({});
  const auto count = [&](std::string_view key, std::string_view from) {
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find(key) != line.npos && line.find(from) != line.npos;
    });
  };
  EXPECT_EQ(count("(sip.requests_per_trunk)", "198.51.100.1:5060"), 1);
  EXPECT_EQ(count("(sip.requests_per_device)", "192.0.2.10:5060"), 1);
}

TEST_F(Bounds, a_refusal_within_a_call_names_the_call) {
  const TrunkCall call = trunk_call();
  run(seconds{11});  // another window for the lines of that host
  std::vector<std::string> lines;
  set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
  trunk_.send(trunk_.within("REFER", call.invite, call.answer, 2));
  for (std::uint32_t cseq = 3; cseq < 300; ++cseq)
    trunk_.send(trunk_.within("INFO", call.invite, call.answer, cseq));
  run(milliseconds{10});
  set_log_sink({});
  ASSERT_EQ(lines.size(), 2u);
  for (const std::string& line : lines) {
    EXPECT_NE(line.find("\"call_id\":\"CALL" + std::to_string(call.line.value)), line.npos) << line;
    EXPECT_NE(line.find(R"("number":"+4940")"), line.npos) << line;
  }
  trunk_.send(trunk_.within("BYE", call.invite, call.answer, 300));
  EXPECT_TRUE(trunk_.take_response(200));
  EXPECT_EQ(next().what, "ended");
}

TEST_F(Bounds, repeats_answers_and_acks_of_one_sender_are_read_up_to_a_bound) {
  const sip::Request options = trunk_.make("OPTIONS", "sip:2002@earshot", "+4930", "2002");
  for (int i = 0; i < 100'000; ++i) trunk_.send(options);
  run(milliseconds{20});
  EXPECT_EQ(trunk_.take_response_now(200), 400u);
  const TrunkCall call = [&] {
    run(milliseconds{100});
    return trunk_call();
  }();
  const sip::Request info = trunk_.within("INFO", call.invite, call.answer, 2);
  for (int i = 0; i < 100'000; ++i) trunk_.send(info);
  run(milliseconds{20});
  EXPECT_LE(trunk_.take_response_now(200), 2000u);
  ann_.send(ann_.make("OPTIONS", "sip:2002@earshot", "ann", "2002"));
  EXPECT_TRUE(ann_.take_response(200));
  run(milliseconds{100});
  trunk_.send(trunk_.within("BYE", call.invite, call.answer, 3));
  EXPECT_TRUE(trunk_.take_response(200));
  EXPECT_EQ(next().what, "ended");
}

}  // namespace
}  // namespace earshot::test
