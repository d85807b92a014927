// What a peer may do within the dialog of a leg that is up, how it ends, and whether it is alive.
#include <string>
#include <vector>

#include "base/log.h"
#include "tests/signalling/incoming_legs.h"

namespace earshot::test {
namespace {

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
