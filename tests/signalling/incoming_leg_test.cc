#include <string>

#include "tests/signalling/incoming_legs.h"

namespace earshot::test {
namespace {

TEST_F(IncomingLegs, is_offered_rung_answered_and_hung_up) {
  const sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp, "8 0 101"));
  const Told offered = next();
  ASSERT_EQ(offered.what, "offered");
  EXPECT_EQ(std::get<DeviceId>(offered.incoming->from).value, "dev-ann");
  EXPECT_EQ(offered.incoming->caller_number, "2001");
  EXPECT_EQ(offered.incoming->dialled_number, "2002");
  EXPECT_TRUE(offered.incoming->has_offer);

  signalling_->ring(offered.line);
  const auto ringing = ann_.take_response(180);
  ASSERT_TRUE(ringing);
  EXPECT_FALSE(ringing->headers.to.tag().empty());

  signalling_->answer(offered.line, media_);
  EXPECT_TRUE(is_silent());  // never told inside the command
  const auto answer = ann_.take_response(200);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->headers.to.tag(), ringing->headers.to.tag());
  EXPECT_EQ(answer->headers.contact.size(), 1u);
  EXPECT_NE(answer->body.find("m=audio 10000 RTP/AVP 8 101\r\n"), std::string::npos)
      << answer->body;
  const Told answered = next();
  ASSERT_EQ(answered.what, "answered");
  EXPECT_EQ(answered.remote->rtp, kAnnRtp);
  EXPECT_EQ(answered.remote->sip_host, ann_.address().with_port(0));
  EXPECT_EQ(answered.remote->codec, Codec::Pcma);
  EXPECT_EQ(answered.remote->telephone_event, 101);
  ann_.acknowledge(invite, *answer);

  ann_.send(ann_.within("BYE", invite, *answer, 9));
  EXPECT_TRUE(ann_.take_response(200));
  const Told ended = next();
  EXPECT_EQ(ended.what, "ended");
  EXPECT_EQ(ended.cause, ReleaseCause::Normal);
  EXPECT_EQ(ann_.leftovers(), "");
}

TEST_F(IncomingLegs, we_hang_up) {
  const Up made = up();
  signalling_->release(made.line, ReleaseCause::Normal);
  const auto bye = ann_.take_request("BYE");
  ASSERT_TRUE(bye);
  ann_.send(ann_.reply(*bye, 200, ""));
  EXPECT_TRUE(is_silent());
}

TEST_F(IncomingLegs, without_offer_gets_ours_and_answers_in_the_ack) {
  const sip::Request invite = call(ann_, "ann", "2002", "");
  const Told offered = next();
  EXPECT_FALSE(offered.incoming->has_offer);
  signalling_->answer(offered.line, media_);
  const auto answer = ann_.take_response(200);
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find("m=audio 10000 RTP/AVP 0 8 101\r\n"), std::string::npos);
  run(milliseconds{100});
  EXPECT_TRUE(is_silent());
  ann_.acknowledge(invite, *answer, sdp(kAnnRtp, "0"));
  const Told answered = next();
  ASSERT_EQ(answered.what, "answered");
  EXPECT_EQ(answered.remote->codec, Codec::Pcmu);
  EXPECT_EQ(answered.remote->telephone_event, std::nullopt);
  hang_up({offered.line, invite, *answer});
}

TEST_F(IncomingLegs, without_offer_and_with_an_unusable_answer_is_hung_up) {
  for (const std::string& body : {std::string{}, sdp(kAnnRtp, "18"), std::string{"nonsense"}}) {
    const sip::Request invite = call(ann_, "ann", "2002", "");
    const LineId leg = next().line;
    signalling_->answer(leg, media_);
    const auto answer = ann_.take_response(200);
    ASSERT_TRUE(answer);
    ann_.acknowledge(invite, *answer, body);
    const Told ended = next();
    EXPECT_EQ(ended.what, "ended");
    EXPECT_EQ(ended.cause, ReleaseCause::NotAcceptable);
    const auto bye = ann_.take_request("BYE");
    ASSERT_TRUE(bye);
    ann_.send(ann_.reply(*bye, 200, ""));
    run(seconds{1});
    ann_.clear();
  }
}

TEST_F(IncomingLegs, unusable_offers_do_not_bother_the_engine) {
  struct Row {
    const char* type;
    std::string body;
    int status;
    std::string_view warning{};
  };
  const std::string good = sdp(kAnnRtp);
  std::string named = good;
  named.replace(named.find("c=IN IP4 192.0.2.10"), 19, "c=IN IP4 phone.example");
  for (const Row& row :
       {Row{"application/sdp", sdp(kAnnRtp, "18 9"), 488,
            "305 earshot \"SDP: neither PCMU (0) nor PCMA (8) is among its formats: 18 9\""},
        Row{"application/sdp", "v=0\r\nrubbish", 400,
            "399 earshot \"SDP: line 2: not of the form x=value\""},
        Row{"application/sdp", named, 488,
            "301 earshot \"SDP: c= names the host 'phone.example'; an IP address is expected\""},
        Row{"application/sdp; charset=utf-8", sdp(kAnnRtp, "3"), 488}, Row{"text/plain", good, 415},
        Row{"multipart/mixed", good, 415}}) {
    SCOPED_TRACE(row.body);
    sip::Request invite = ann_.make("INVITE", "sip:2002@earshot", "ann", "2002");
    invite.headers.content_type = row.type;
    invite.body = row.body;
    ann_.send(invite);
    std::optional<sip::Response> refusal;
    if (row.status != 415) {  // what nobody understands needs no proof of who sent it
      refusal = ann_.take_response(401);
      ASSERT_TRUE(refusal);
      ann_.acknowledge(invite, *refusal);
      invite = ann_.prove(invite, *refusal, "ann", "secret-ann");
      ann_.send(invite);
    }
    refusal = ann_.take_response(row.status);
    ASSERT_TRUE(refusal) << ann_.leftovers();
    if (!row.warning.empty()) {
      EXPECT_EQ(refusal->headers.find("Warning").value_or(""), row.warning);
    }
    ann_.acknowledge(invite, *refusal);
  }
  EXPECT_TRUE(is_silent());
}

TEST_F(IncomingLegs, nobody_calls_as_another) {
  sip::Request invite = bob_.make("INVITE", "sip:2003@earshot", "ann", "2003");
  bob_.send(invite);
  auto refusal = bob_.take_response(401);
  ASSERT_TRUE(refusal);
  bob_.acknowledge(invite, *refusal);
  invite = bob_.prove(invite, *refusal, "bob", "secret-bob");
  bob_.send(invite);
  refusal = bob_.take_response(403);
  ASSERT_TRUE(refusal);
  bob_.acknowledge(invite, *refusal);
}

TEST_F(IncomingLegs, a_trunk_is_known_by_its_address) {
  sip::Request invite = trunk_.make("INVITE", "sip:2002@earshot", "+14155550123", "2002");
  invite.headers.content_type = "application/sdp";
  invite.body = sdp(at("198.51.100.1", 5000));
  trunk_.send(invite);
  const Told offered = next();
  ASSERT_EQ(offered.what, "offered");
  EXPECT_EQ(std::get<TrunkId>(offered.incoming->from).value, "carrier");
  EXPECT_EQ(offered.incoming->caller_number, "+14155550123");
  signalling_->release(offered.line, ReleaseCause::WrongNumber);
  const auto refusal = trunk_.take_response(404);
  ASSERT_TRUE(refusal);
  trunk_.acknowledge(invite, *refusal);
}

TEST_F(IncomingLegs, a_phone_on_a_trunks_host_proves_itself) {
  Peer phone{loop_, network_, at("198.51.100.1", 5090)};
  const sip::Request invite = call(phone, "ann", "2002", sdp(kAnnRtp));  // is challenged
  const Told offered = next();
  EXPECT_TRUE(std::holds_alternative<DeviceId>(offered.incoming->from));
  signalling_->release(offered.line, ReleaseCause::Busy);
  const auto refusal = phone.take_response(486);
  ASSERT_TRUE(refusal);
  phone.acknowledge(invite, *refusal);
}

TEST_F(IncomingLegs, each_cause_has_its_final_answer) {
  struct Row {
    ReleaseCause cause;
    int status;
  };
  for (const Row row : {Row{ReleaseCause::Normal, 603}, Row{ReleaseCause::Cancelled, 487},
                        Row{ReleaseCause::Rejected, 603}, Row{ReleaseCause::Busy, 486},
                        Row{ReleaseCause::NoAnswer, 480}, Row{ReleaseCause::Unreachable, 480},
                        Row{ReleaseCause::WrongNumber, 404}, Row{ReleaseCause::NotAcceptable, 488},
                        Row{ReleaseCause::Overload, 503}, Row{ReleaseCause::PeerOverload, 500},
                        Row{ReleaseCause::Failure, 500}}) {
    const sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
    signalling_->release(next().line, row.cause);
    const auto refusal = ann_.take_response(row.status);
    ASSERT_TRUE(refusal) << row.status;
    ann_.acknowledge(invite, *refusal);
  }
}

TEST_F(IncomingLegs, cancel_ends_it_with_487) {
  const sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
  const LineId leg = next().line;
  signalling_->ring(leg);
  ASSERT_TRUE(ann_.take_response(180));
  sip::Request cancel = invite;
  cancel.method = cancel.headers.cseq.method = "CANCEL";
  cancel.body.clear();
  cancel.headers.content_type.clear();
  ann_.send(cancel);
  ASSERT_TRUE(ann_.take_response(200));
  const auto refusal = ann_.take_response(487);
  ASSERT_TRUE(refusal);
  ann_.acknowledge(invite, *refusal);
  const Told ended = next();
  EXPECT_EQ(ended.what, "ended");
  EXPECT_EQ(ended.cause, ReleaseCause::Cancelled);
  signalling_->answer(leg, media_);  // too late, and harmless
  signalling_->ring(leg);
  signalling_->release(leg, ReleaseCause::Normal);
  run(seconds{1});
  EXPECT_EQ(ann_.leftovers(), "");
}

TEST_F(IncomingLegs, cancel_that_crosses_the_200_does_nothing) {
  const sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
  const LineId leg = next().line;
  signalling_->answer(leg, media_);
  sip::Request cancel = invite;
  cancel.method = cancel.headers.cseq.method = "CANCEL";
  cancel.body.clear();
  cancel.headers.content_type.clear();
  ann_.send(cancel);
  std::optional<sip::Response> answer;
  for (int of_two = 0; of_two < 2; ++of_two) {
    const auto one = ann_.take_response(200);
    ASSERT_TRUE(one);
    if (one->headers.cseq.method == "INVITE") answer = one;
  }
  ASSERT_TRUE(answer);
  ann_.acknowledge(invite, *answer);
  EXPECT_EQ(next().what, "answered");
  hang_up({leg, invite, *answer});
}

TEST_F(IncomingLegs, bye_while_ringing_ends_it) {
  const sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
  signalling_->ring(next().line);
  const auto ringing = ann_.take_response(180);
  ASSERT_TRUE(ringing);
  ann_.send(ann_.within("BYE", invite, *ringing, 9));
  ASSERT_TRUE(ann_.take_response(200));
  const auto refusal = ann_.take_response(487);
  ASSERT_TRUE(refusal);
  ann_.acknowledge(invite, *refusal);
  EXPECT_EQ(next().cause, ReleaseCause::Cancelled);
}

TEST_F(IncomingLegs, a_200_without_ack_is_repeated_then_hung_up) {
  call(ann_, "ann", "2002", sdp(kAnnRtp));
  const LineId leg = next().line;
  signalling_->answer(leg, media_);
  EXPECT_EQ(next().what, "answered");
  const Told ended = next();
  EXPECT_EQ(ended.what, "ended");
  EXPECT_EQ(ended.cause, ReleaseCause::Unreachable);
  const auto bye = ann_.take_request("BYE");
  ASSERT_TRUE(bye);
  ann_.send(ann_.reply(*bye, 481, ""));
  for (int repeat = 0; repeat < 8; ++repeat) EXPECT_TRUE(ann_.take_response(200)) << repeat;
}

TEST_F(IncomingLegs, released_before_the_ack_waits_for_it_before_bye) {
  const sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
  const LineId leg = next().line;
  signalling_->answer(leg, media_);
  signalling_->release(leg, ReleaseCause::Normal);
  const auto answer = ann_.take_response(200);
  ASSERT_TRUE(answer);
  run(milliseconds{300});
  EXPECT_EQ(ann_.count("BYE"), 0u);  // RFC 3261 §15
  ann_.acknowledge(invite, *answer);
  const auto bye = ann_.take_request("BYE");
  ASSERT_TRUE(bye);
  ann_.send(ann_.reply(*bye, 200, ""));
  EXPECT_TRUE(is_silent());
}

TEST_F(IncomingLegs, released_and_never_acknowledged_is_hung_up_in_the_end) {
  call(ann_, "ann", "2002", sdp(kAnnRtp));
  const LineId leg = next().line;
  signalling_->answer(leg, media_);
  signalling_->release(leg, ReleaseCause::Normal);
  const auto bye = ann_.take_request("BYE");
  ASSERT_TRUE(bye);
  ann_.send(ann_.reply(*bye, 200, ""));
  EXPECT_TRUE(is_silent());
}

TEST_F(IncomingLegs, a_repeated_invite_is_one_call) {
  sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
  ann_.send(invite);
  ann_.send(invite);
  EXPECT_EQ(next().what, "offered");
  run(seconds{1});
  EXPECT_TRUE(is_silent());
  // The same call by another path (RFC 3261 §8.2.2.2); a trunk's, which needs no proof.
  sip::Request copy = trunk_.make("INVITE", "sip:2002@earshot", "x", "2002");
  copy.headers.from = invite.headers.from;
  copy.headers.call_id = invite.headers.call_id;
  copy.headers.cseq = invite.headers.cseq;
  trunk_.send(copy);
  const auto merged = trunk_.take_response(482);
  ASSERT_TRUE(merged);
  trunk_.acknowledge(copy, *merged);
  signalling_->release(LineId{101}, ReleaseCause::Busy);
  const auto refusal = ann_.take_response(486);
  ASSERT_TRUE(refusal);
  ann_.acknowledge(invite, *refusal);
}

TEST_F(IncomingLegs, a_lossy_network_makes_no_difference) {
  sim::Dials dials;
  dials.duplication = 0.5;
  dials.reordering = 0.3;
  network_.set_dials(dials);
  call(ann_, "ann", "2002", sdp(kAnnRtp));
  const LineId leg = next().line;
  signalling_->ring(leg);
  signalling_->answer(leg, media_);
  EXPECT_EQ(next().what, "answered");
  run(seconds{2});
  signalling_->release(leg, ReleaseCause::Normal);
  network_.reset_dials();
  EXPECT_TRUE(ann_.take_request("BYE"));
  EXPECT_TRUE(is_silent());
}

TEST_F(IncomingLegs, ringing_says_so_each_minute) {
  const sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
  const LineId leg = next().line;
  signalling_->ring(leg);
  ASSERT_TRUE(ann_.take_response(180));
  run(seconds{61});
  ASSERT_TRUE(ann_.take_response(180));
  signalling_->release(leg, ReleaseCause::NoAnswer);
  const auto refusal = ann_.take_response(480);
  ASSERT_TRUE(refusal);
  ann_.acknowledge(invite, *refusal);
  run(seconds{61});
  EXPECT_EQ(ann_.leftovers(), "");
}

TEST_F(IncomingLegs, beyond_the_limit_get_503_with_retry_after) {
  SipSettings small = settings();
  small.max_calls = 1;
  restart(small);
  const sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
  const LineId leg = next().line;
  const sip::Request second = bob_.make("INVITE", "sip:2002@earshot", "bob", "2002");
  bob_.send(second);
  const auto overload = bob_.take_response(503);
  ASSERT_TRUE(overload);
  EXPECT_TRUE(overload->headers.find("Retry-After"));
  bob_.acknowledge(second, *overload);
  signalling_->release(leg, ReleaseCause::Busy);
  const auto refusal = ann_.take_response(486);
  ASSERT_TRUE(refusal);
  ann_.acknowledge(invite, *refusal);
  call(bob_, "bob", "2001", sdp(at("192.0.2.20", 40000)));
  signalling_->release(next().line, ReleaseCause::Busy);
  EXPECT_TRUE(bob_.take_response(486));
}

}  // namespace
}  // namespace earshot::test
