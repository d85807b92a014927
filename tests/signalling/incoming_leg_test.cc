#include <string>
#include <vector>

#include "base/log.h"
#include "tests/signalling/exchange.h"

namespace earshot::test {
namespace {

const Endpoint kAnnRtp = at("192.0.2.10", 40000);

class IncomingLegs : public Exchange {
 protected:
  /// ann calls 2002 with an offer, and the leg is up.
  struct Up {
    LineId line;
    sip::Request invite;
    sip::Response answer;
  };
  Up up() {
    Up made;
    made.invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
    made.line = next().line;
    signalling_->answer(made.line, media_);
    made.answer = ann_.take_response(200).value_or(sip::Response{});
    ann_.acknowledge(made.invite, made.answer);
    EXPECT_EQ(next().what, "answered");
    return made;
  }
  void hang_up(const Up& made, std::uint32_t cseq = 50) {
    ann_.send(ann_.within("BYE", made.invite, made.answer, cseq));
    EXPECT_TRUE(ann_.take_response(200));
    const Told told = next();
    EXPECT_EQ(told.what, "ended");
    EXPECT_EQ(told.cause, ReleaseCause::Normal);
  }
};

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

// ---- What a peer may do within the dialog -------------------------------------------------------

TEST_F(IncomingLegs, hold_and_retrieve_are_answered_and_told) {
  struct Row {
    std::string offer;
    const char* answered;
    MediaDirection told;
    bool silent_address;
  };
  const Endpoint nowhere = at("0.0.0.0", 40000);
  const Up made = up();
  std::uint32_t cseq = 10;
  for (const Row& row :
       {Row{sdp(kAnnRtp, "0 8 101", "sendonly"), "a=recvonly", MediaDirection::SendOnly, false},
        Row{sdp(kAnnRtp, "0 8 101", "inactive"), "a=inactive", MediaDirection::Inactive, false},
        Row{sdp(kAnnRtp, "0 8 101", "sendrecv"), "a=sendrecv", MediaDirection::SendRecv, false},
        Row{sdp(nowhere, "0 8 101", "sendrecv"), "a=sendrecv", MediaDirection::SendRecv, true},
        Row{sdp(kAnnRtp, "0 8 101", "recvonly"), "a=sendonly", MediaDirection::RecvOnly, false}}) {
    SCOPED_TRACE(row.offer);
    sip::Request again = ann_.within("INVITE", made.invite, made.answer, ++cseq);
    again.headers.content_type = "application/sdp";
    again.body = row.offer;
    ann_.send(again);
    const auto answer = ann_.take_response(200);
    ASSERT_TRUE(answer);
    ann_.acknowledge(again, *answer);
    EXPECT_NE(answer->body.find(row.answered), std::string::npos) << answer->body;
    const Told told = next();
    ASSERT_EQ(told.what, "media");
    EXPECT_EQ(told.remote->direction, row.told);
    EXPECT_EQ(told.remote->rtp.is_unspecified(), row.silent_address);
  }
  hang_up(made);
}

TEST_F(IncomingLegs, a_refresh_is_answered_alike_and_not_told) {
  const Up made = up();
  sip::Request again = ann_.within("INVITE", made.invite, made.answer, 10);
  again.headers.content_type = "application/sdp";
  again.body = made.invite.body;
  ann_.send(again);
  const auto answer = ann_.take_response(200);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, made.answer.body);  // the same session version, too
  ann_.acknowledge(again, *answer);
  run(seconds{1});
  EXPECT_TRUE(is_silent());
  hang_up(made);
}

TEST_F(IncomingLegs, reinvite_without_offer_gets_ours) {
  const Up made = up();
  const sip::Request again = ann_.within("INVITE", made.invite, made.answer, 10);
  ann_.send(again);
  const auto answer = ann_.take_response(200);
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find("RTP/AVP 0 8 101"), std::string::npos);
  // Before its answer no other offer may come (RFC 3261 §14.2).
  sip::Request overlapping = ann_.within("INVITE", made.invite, made.answer, 11);
  ann_.send(overlapping);
  const auto refusal = ann_.take_response(500);
  ASSERT_TRUE(refusal);
  EXPECT_TRUE(refusal->headers.find("Retry-After"));
  ann_.acknowledge(overlapping, *refusal);
  ann_.acknowledge(again, *answer, sdp(at("192.0.2.10", 41000), "0 101"));
  const Told told = next();
  ASSERT_EQ(told.what, "media");
  EXPECT_EQ(told.remote->rtp.port(), 41000);
  hang_up(made);
}

TEST_F(IncomingLegs, update_changes_media_like_a_reinvite) {
  const Up made = up();
  sip::Request update = ann_.within("UPDATE", made.invite, made.answer, 10);
  ann_.send(update);
  ASSERT_TRUE(ann_.take_response(200));
  update = ann_.within("UPDATE", made.invite, made.answer, 11);
  update.headers.content_type = "application/sdp";
  update.body = sdp(kAnnRtp, "0", "sendonly", 2);
  ann_.send(update);
  const auto answer = ann_.take_response(200);
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find("a=recvonly"), std::string::npos);
  EXPECT_EQ(next().remote->direction, MediaDirection::SendOnly);
  hang_up(made);
}

TEST_F(IncomingLegs, a_refused_reinvite_leaves_the_call_as_it_was) {
  const Up made = up();
  sip::Request again = ann_.within("INVITE", made.invite, made.answer, 10);
  again.headers.content_type = "application/sdp";
  again.body = sdp(kAnnRtp, "18");
  ann_.send(again);
  const auto refusal = ann_.take_response(488);
  ASSERT_TRUE(refusal);
  ann_.acknowledge(again, *refusal);
  EXPECT_TRUE(is_silent());
  hang_up(made);
}

TEST_F(IncomingLegs, a_repeated_cseq_gets_500) {
  const Up made = up();
  ann_.send(ann_.within("UPDATE", made.invite, made.answer, 10));
  ASSERT_TRUE(ann_.take_response(200));
  ann_.send(ann_.within("UPDATE", made.invite, made.answer, 10));
  EXPECT_TRUE(ann_.take_response(500));
  hang_up(made);
}

TEST_F(IncomingLegs, another_tag_is_another_dialog) {
  const Up made = up();
  sip::Request bye = ann_.within("BYE", made.invite, made.answer, 10);
  bye.headers.from.params = {{"tag", "forged"}};
  ann_.send(bye);
  EXPECT_TRUE(ann_.take_response(481));
  bye = ann_.within("BYE", made.invite, made.answer, 11);
  bye.headers.call_id = "forged";
  ann_.send(bye);
  EXPECT_TRUE(ann_.take_response(481));
  EXPECT_TRUE(is_silent());
  hang_up(made);
}

TEST_F(IncomingLegs, info_is_taken_without_a_body_only) {
  const Up made = up();
  sip::Request ping = ann_.within("INFO", made.invite, made.answer, 10);
  ann_.send(ping);
  EXPECT_TRUE(ann_.take_response(200));
  sip::Request digit = ann_.within("INFO", made.invite, made.answer, 11);
  digit.headers.content_type = "application/dtmf-relay";
  digit.body = "Signal=5\r\n";
  ann_.send(digit);
  EXPECT_TRUE(ann_.take_response(415));
  hang_up(made);
}

TEST_F(IncomingLegs, a_reinvite_without_ack_ends_the_call) {
  const Up made = up();
  sip::Request again = ann_.within("INVITE", made.invite, made.answer, 10);
  again.headers.content_type = "application/sdp";
  again.body = made.invite.body;
  ann_.send(again);
  EXPECT_EQ(next().cause, ReleaseCause::Unreachable);
  EXPECT_TRUE(ann_.take_request("BYE"));
}

TEST_F(IncomingLegs, a_refused_reinvite_does_not_hide_the_missing_ack) {
  const sip::Request invite = call(ann_, "ann", "2002", "");
  signalling_->answer(next().line, media_);
  const auto answer = ann_.take_response(200);
  ASSERT_TRUE(answer);
  const sip::Request again = ann_.within("INVITE", invite, *answer, 10);
  ann_.send(again);
  const auto refusal = ann_.take_response(500);
  ASSERT_TRUE(refusal);
  ann_.acknowledge(again, *refusal);
  EXPECT_EQ(next().cause, ReleaseCause::Unreachable);
  EXPECT_TRUE(ann_.take_request("BYE"));
}

TEST_F(IncomingLegs, an_ack_with_a_damaged_from_tag_still_counts) {
  const sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
  const LineId leg = next().line;
  signalling_->answer(leg, media_);
  EXPECT_EQ(next().what, "answered");
  const auto answer = ann_.take_response(200);
  ASSERT_TRUE(answer);
  sip::Request damaged = invite;
  damaged.headers.from.params = {{"tag", "other"}};
  ann_.acknowledge(damaged, *answer);
  run(milliseconds{10});
  signalling_->release(leg, ReleaseCause::Normal);
  EXPECT_TRUE(ann_.take_request("BYE"));
}

TEST_F(IncomingLegs, a_bye_nobody_answers_leaves_nothing_behind) {
  const Up made = up();
  signalling_->release(made.line, ReleaseCause::Normal);
  EXPECT_TRUE(ann_.take_request("BYE"));  // TearDown proves the rest
}

TEST_F(IncomingLegs, two_byes_that_cross_are_both_answered) {
  const Up made = up();
  signalling_->release(made.line, ReleaseCause::Normal);
  ann_.send(ann_.within("BYE", made.invite, made.answer, 10));
  EXPECT_TRUE(ann_.take_response(481));
  const auto bye = ann_.take_request("BYE");
  ASSERT_TRUE(bye);
  ann_.send(ann_.reply(*bye, 200, ""));
  EXPECT_TRUE(is_silent());
}

TEST_F(IncomingLegs, stop_ends_every_leg_and_then_is_quiet) {
  const Up made = up();
  const sip::Request ringing = call(bob_, "bob", "2001", sdp(at("192.0.2.20", 40000)));
  next();
  bool quiet = false;
  signalling_->stop([&] { quiet = true; });
  const auto refusal = bob_.take_response(503);
  ASSERT_TRUE(refusal);
  bob_.acknowledge(ringing, *refusal);
  const auto bye = ann_.take_request("BYE");
  ASSERT_TRUE(bye);
  EXPECT_FALSE(quiet);
  ann_.send(ann_.reply(*bye, 200, ""));
  run(milliseconds{10});
  EXPECT_TRUE(quiet);
  ann_.send(ann_.make("INVITE", "sip:2002@earshot", "ann", "2002"));
  EXPECT_TRUE(ann_.take_response(503));
  EXPECT_TRUE(is_silent());
}

TEST_F(IncomingLegs, a_caller_whose_tag_is_no_token_is_hung_up_on_in_their_dialog) {
  for (const std::string tag : {"ab==", "a/b@c"}) {
    sip::Request invite = trunk_.make("INVITE", "sip:2002@earshot", "+4930", "2002");
    invite.headers.from.params = {{"tag", tag}};
    invite.headers.content_type = "application/sdp";
    invite.body = sdp(kAnnRtp);
    trunk_.send(invite);
    const LineId leg = next().line;
    signalling_->answer(leg, media_);
    const auto answer = trunk_.take_response(200);
    ASSERT_TRUE(answer);
    trunk_.acknowledge(invite, *answer);
    EXPECT_EQ(next().what, "answered");
    signalling_->release(leg, ReleaseCause::Normal);
    const auto bye = trunk_.take_request("BYE");
    ASSERT_TRUE(bye);
    EXPECT_NE(sip::to_string(*bye).find(">;tag=" + tag + "\r\n"), std::string::npos);
    trunk_.send(trunk_.reply(*bye, 200, ""));
    run(milliseconds{10});
  }
}

TEST_F(IncomingLegs, nothing_but_bye_is_taken_in_a_dialog_that_is_being_closed) {
  for (const char* method : {"INFO", "OPTIONS", "UPDATE", "INVITE", "NOTIFY"}) {
    SCOPED_TRACE(method);
    const sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
    const LineId leg = next().line;
    signalling_->answer(leg, media_);
    const auto answer = ann_.take_response(200);
    ASSERT_TRUE(answer);
    EXPECT_EQ(next().what, "answered");
    signalling_->release(leg, ReleaseCause::Normal);  // the BYE waits for the ACK
    sip::Request late = ann_.within(method, invite, *answer, 60);
    if (late.method == "INVITE") {
      late.headers.content_type = "application/sdp";
      late.body = sdp(kAnnRtp, "0", "sendonly", 2);
    }
    ann_.send(late);
    const auto refusal = ann_.take_response(481);
    ASSERT_TRUE(refusal) << ann_.leftovers();
    if (late.method == "INVITE") ann_.acknowledge(late, *refusal);
    EXPECT_EQ(ann_.count("BYE"), 0u);
    ann_.acknowledge(invite, *answer);
    const auto bye = ann_.take_request("BYE");
    ASSERT_TRUE(bye);
    ann_.send(ann_.reply(*bye, 200, ""));
    run(milliseconds{10});
    EXPECT_TRUE(is_silent()) << "nobody is told any more";
    ann_.clear();
  }
  const sip::Request invite = call(ann_, "ann", "2002", sdp(kAnnRtp));
  const LineId leg = next().line;
  signalling_->answer(leg, media_);
  const auto answer = ann_.take_response(200);
  ASSERT_TRUE(answer);
  EXPECT_EQ(next().what, "answered");
  signalling_->release(leg, ReleaseCause::Normal);
  ann_.send(ann_.within("BYE", invite, *answer, 60));
  EXPECT_TRUE(ann_.take_response(200)) << "theirs crosses ours";
  ann_.acknowledge(invite, *answer);
  run(milliseconds{10});
  EXPECT_TRUE(is_silent());
}

// ---- alive or gone ------------------------------------------------------------------------------

TEST_F(IncomingLegs, any_answer_to_options_proves_that_the_phone_is_there) {
  const Up made = up();
  run(seconds{1});  // the ACK is there
  for (const int status : {200, 405, 500, 501, 486, 603}) {
    signalling_->probe(made.line);
    signalling_->probe(made.line);  // it is being asked
    const auto options = ann_.take_request("OPTIONS");
    ASSERT_TRUE(options) << status;
    EXPECT_EQ(options->headers.call_id, made.invite.headers.call_id);
    EXPECT_EQ(options->headers.to.tag(), made.invite.headers.from.tag());
    EXPECT_EQ(options->headers.from.tag(), made.answer.headers.to.tag());
    EXPECT_EQ(ann_.count("OPTIONS"), 0u);
    ann_.send(ann_.reply(*options, status, made.invite.headers.from.tag()));
    run(seconds{40});
    EXPECT_TRUE(is_silent()) << status;
    ann_.clear();
  }
  hang_up(made);
}

TEST_F(IncomingLegs, a_phone_that_answers_no_options_is_gone) {
  std::vector<std::string> lines;
  for (const int status : {0, 408, 481}) {
    const Up made = up();
    lines.clear();
    set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
    run(seconds{1});  // the ACK is there
    signalling_->probe(made.line);
    EXPECT_TRUE(is_silent());
    const auto options = ann_.take_request("OPTIONS");
    ASSERT_TRUE(options);
    if (status > 0) ann_.send(ann_.reply(*options, status, made.invite.headers.from.tag()));
    const Told told = next();
    EXPECT_EQ(told.what, "ended") << status;
    EXPECT_EQ(told.line, made.line);
    EXPECT_EQ(told.cause, ReleaseCause::Failure);
    set_log_sink({});
    ASSERT_EQ(lines.size(), 1u) << status;
    EXPECT_NE(lines[0].find(status == 481 ? "has no such call" : "did not answer OPTIONS"),
              std::string::npos);
    EXPECT_NE(lines[0].find(R"("number":"2001")"), std::string::npos);
    const auto bye = ann_.take_request("BYE");
    ASSERT_TRUE(bye) << "in case it is there";
    ann_.send(ann_.reply(*bye, 200, made.invite.headers.from.tag()));
    EXPECT_TRUE(is_silent());
    ann_.clear();
  }
}

TEST_F(IncomingLegs, who_proves_life_otherwise_need_not_answer_options) {
  const Up made = up();
  run(seconds{1});  // the ACK is there
  signalling_->probe(made.line);
  ASSERT_TRUE(ann_.take_request("OPTIONS"));
  ann_.send(ann_.within("INFO", made.invite, made.answer, 60));
  run(seconds{40});
  EXPECT_TRUE(is_silent()) << "a request within the dialog";
  signalling_->probe(made.line);
  run(seconds{1});
  signalling_->call_off_probe(made.line);
  run(seconds{40});
  EXPECT_TRUE(is_silent()) << "its audio came back";
  signalling_->probe(made.line);
  signalling_->release(made.line, ReleaseCause::Normal);
  run(seconds{70});
  EXPECT_TRUE(is_silent()) << "released meanwhile";
  signalling_->probe(made.line);
  signalling_->call_off_probe(made.line);
  ann_.clear();
}

}  // namespace
}  // namespace earshot::test
