#include "base/log.h"
#include "tests/signalling/exchange.h"

namespace earshot::test {
namespace {

const Endpoint kBobRtp = at("192.0.2.20", 40000);
const LineId kLeg{1};

class OutgoingLegs : public Exchange {
 protected:
  void SetUp() override {
    Exchange::SetUp();
    register_phone(bob_, "bob");
  }
  /// bob picks up `invite`; returns the ACK.
  std::optional<sip::Request> pick_up(const sip::Request& invite, std::string body) {
    bob_.send(bob_.reply(invite, 200, "b", std::move(body)));
    return bob_.take_request("ACK");
  }
  void expect_ended(ReleaseCause cause) { expect_ended(cause, next()); }
  void expect_ended(ReleaseCause cause, const std::string& why) {
    const Told told = next();
    EXPECT_EQ(told.why, why);
    expect_ended(cause, told);
  }
  static void expect_ended(ReleaseCause cause, const Told& told) {
    EXPECT_EQ(told.what, "ended");
    EXPECT_EQ(told.line, kLeg);
    EXPECT_EQ(told.cause, cause);
  }
  void answer_bye(Peer& peer) {
    const auto bye = peer.take_request("BYE");
    ASSERT_TRUE(bye) << network_.story();
    peer.send(peer.reply(*bye, 200, ""));
  }
};

TEST_F(OutgoingLegs, rings_is_answered_and_hung_up) {
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  EXPECT_EQ(invite.headers.from.uri.user, "2001");
  EXPECT_EQ(invite.headers.contact.size(), 1u);
  EXPECT_NE(invite.body.find("m=audio 10000 RTP/AVP 0 8 101\r\n"), std::string::npos);
  EXPECT_FALSE(invite.headers.find("Call-Info"));
  bob_.send(bob_.reply(invite, 100, ""));
  bob_.send(bob_.reply(invite, 180, "b"));
  EXPECT_EQ(next().what, "ringing");
  bob_.send(bob_.reply(invite, 180, "b"));
  const auto ack = pick_up(invite, sdp(kBobRtp, "8 101"));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->headers.cseq.number, invite.headers.cseq.number);
  EXPECT_EQ(ack->headers.to.tag(), "b");
  const Told answered = next();
  ASSERT_EQ(answered.what, "answered");
  EXPECT_EQ(answered.remote->rtp, kBobRtp);
  EXPECT_EQ(answered.remote->sip_host, bob_.address().with_port(0));
  EXPECT_EQ(answered.remote->codec, Codec::Pcma);

  // Its ACK was lost: the 200 comes again and gets another.
  EXPECT_TRUE(pick_up(invite, sdp(kBobRtp, "8 101")));
  EXPECT_TRUE(is_silent());
  bob_.send(bob_.within_received("BYE", invite, "b", 7));
  EXPECT_TRUE(bob_.take_response(200));
  expect_ended(ReleaseCause::Normal);
}

TEST_F(OutgoingLegs, the_callee_holds_and_we_hang_up) {
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  ASSERT_TRUE(pick_up(invite, sdp(kBobRtp)));
  EXPECT_EQ(next().what, "answered");
  sip::Request hold = bob_.within_received("INVITE", invite, "b", 7);
  hold.headers.content_type = "application/sdp";
  hold.body = sdp(kBobRtp, "0 101", "sendonly", 2);
  bob_.send(hold);
  const auto answer = bob_.take_response(200);
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find("a=recvonly"), std::string::npos);
  bob_.acknowledge(hold, *answer);
  EXPECT_EQ(next().remote->direction, MediaDirection::SendOnly);
  signalling_->release(kLeg, ReleaseCause::Normal);
  answer_bye(bob_);
}

TEST_F(OutgoingLegs, failures_have_their_causes) {
  struct Row {
    int status;
    ReleaseCause device;
    ReleaseCause trunk;
  };
  for (const Row row : {Row{486, ReleaseCause::Busy, ReleaseCause::Busy},
                        Row{600, ReleaseCause::Busy, ReleaseCause::Busy},
                        Row{480, ReleaseCause::NoAnswer, ReleaseCause::NoAnswer},
                        Row{404, ReleaseCause::Unreachable, ReleaseCause::WrongNumber},
                        Row{484, ReleaseCause::Unreachable, ReleaseCause::WrongNumber},
                        Row{603, ReleaseCause::Rejected, ReleaseCause::Rejected},
                        Row{487, ReleaseCause::Cancelled, ReleaseCause::Cancelled},
                        Row{488, ReleaseCause::NotAcceptable, ReleaseCause::NotAcceptable},
                        Row{503, ReleaseCause::PeerOverload, ReleaseCause::PeerOverload},
                        Row{401, ReleaseCause::Failure, ReleaseCause::Failure},
                        Row{407, ReleaseCause::Failure, ReleaseCause::Failure},
                        Row{302, ReleaseCause::Failure, ReleaseCause::Failure},
                        Row{500, ReleaseCause::Failure, ReleaseCause::Failure}}) {
    SCOPED_TRACE(row.status);
    const sip::Request invite = dial(bob_, kLeg, "dev-bob");
    bob_.send(bob_.reply(invite, row.status, "b"));
    EXPECT_TRUE(bob_.take_request("ACK"));
    expect_ended(row.device);

    signalling_->dial(outgoing(kLeg, TrunkNumber{TrunkId{"carrier"}, "+14155550123"}));
    const auto outside = trunk_.take_request("INVITE");
    ASSERT_TRUE(outside);
    EXPECT_EQ(sip::to_string(outside->uri), "sip:+14155550123@198.51.100.1:5060");
    trunk_.send(trunk_.reply(*outside, row.status, "t"));
    EXPECT_TRUE(trunk_.take_request("ACK"));
    expect_ended(row.trunk);
  }
}

TEST_F(OutgoingLegs, nobody_registered_is_unreachable_but_not_at_once) {
  std::string said;
  set_log_sink([&](std::string_view line) { said += line; });
  signalling_->dial(outgoing(kLeg, DeviceId{"dev-ann"}));
  set_log_sink({});
  EXPECT_NE(said.find("leg not dialled: no phone is registered"), said.npos) << said;
  EXPECT_EQ(said.find("leg dialled"), said.npos) << said;
  EXPECT_TRUE(is_silent());
  expect_ended(ReleaseCause::Unreachable);
  signalling_->dial(outgoing(kLeg, TrunkNumber{TrunkId{"none"}, "1"}));
  signalling_->release(kLeg, ReleaseCause::Normal);
  run(seconds{1});
  EXPECT_TRUE(is_silent());
}

TEST_F(OutgoingLegs, a_silent_phone_is_unreachable) {
  dial(bob_, kLeg, "dev-bob");
  expect_ended(ReleaseCause::Unreachable);
  EXPECT_EQ(bob_.count("INVITE"), 6u);  // and one taken: Timer A, RFC 3261 §17.1.1.2
}

TEST_F(OutgoingLegs, auto_answer_devices_are_asked_to_pick_up) {
  Peer eve{loop_, network_, at("192.0.2.30")};
  register_phone(eve, "eve");
  const sip::Request invite = dial(eve, kLeg, "dev-eve");
  EXPECT_EQ(invite.headers.find("Call-Info"), "<sip:192.0.2.1:5060>;answer-after=0");
  EXPECT_EQ(invite.headers.find("Alert-Info"), "<http://192.0.2.1:5060>;info=alert-autoanswer");
  eve.send(eve.reply(invite, 486, "e"));
  expect_ended(ReleaseCause::Busy);
}

TEST_F(OutgoingLegs, talk_makes_a_ringing_phone_answer) {
  for (const bool in_register : {false, true}) {
    if (in_register) {
      sip::Request request = bob_.make("REGISTER", "sip:earshot", "bob", "bob");
      request.headers.other.push_back({"Allow-Events", "talk,hold"});
      bob_.send(request);
      const auto refusal = bob_.take_response(401);
      ASSERT_TRUE(refusal);
      bob_.send(bob_.prove(request, *refusal, "bob", "secret-bob"));
      ASSERT_TRUE(bob_.take_response(200));
    }
    const sip::Request invite = dial(bob_, kLeg, "dev-bob");
    sip::Response ringing = bob_.reply(invite, 180, "b");
    if (!in_register) ringing.headers.other.push_back({"Allow-Events", "talk"});
    bob_.send(ringing);
    EXPECT_EQ(next().what, "answerable");
    signalling_->make_answer(kLeg);
    const auto notify = bob_.take_request("NOTIFY");
    ASSERT_TRUE(notify);
    EXPECT_EQ(notify->headers.find("Event"), "talk");
    EXPECT_EQ(notify->headers.find("Subscription-State"), "active");
    EXPECT_EQ(notify->headers.to.tag(), "b");
    EXPECT_EQ(notify->headers.call_id, invite.headers.call_id);
    EXPECT_EQ(notify->headers.cseq.number, invite.headers.cseq.number + 1);
    bob_.send(bob_.reply(*notify, 200, ""));
    ASSERT_TRUE(pick_up(invite, sdp(kBobRtp)));
    EXPECT_EQ(next().what, "answered");
    signalling_->release(kLeg, ReleaseCause::Normal);
    const auto bye = bob_.take_request("BYE");
    ASSERT_TRUE(bye);
    EXPECT_GT(bye->headers.cseq.number, notify->headers.cseq.number);
    bob_.send(bob_.reply(*bye, 200, ""));
  }
}

TEST_F(OutgoingLegs, released_while_ringing_is_cancelled) {
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  bob_.send(bob_.reply(invite, 180, "b"));
  EXPECT_EQ(next().what, "ringing");
  signalling_->release(kLeg, ReleaseCause::Normal);
  const auto cancel = bob_.take_request("CANCEL");
  ASSERT_TRUE(cancel);
  bob_.send(bob_.reply(*cancel, 200, "b"));
  bob_.send(bob_.reply(invite, 487, "b"));
  EXPECT_TRUE(bob_.take_request("ACK"));
  EXPECT_TRUE(is_silent());
}

TEST_F(OutgoingLegs, released_before_any_response_is_cancelled_with_the_first) {
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  signalling_->release(kLeg, ReleaseCause::Normal);
  run(milliseconds{100});
  EXPECT_EQ(bob_.count("CANCEL"), 0u);  // RFC 3261 §9.1
  bob_.send(bob_.reply(invite, 180, "b"));
  EXPECT_TRUE(bob_.take_request("CANCEL"));
  bob_.send(bob_.reply(invite, 487, "b"));
  EXPECT_TRUE(bob_.take_request("ACK"));
  EXPECT_TRUE(is_silent());
}

TEST_F(OutgoingLegs, a_200_that_crosses_the_cancel_is_acknowledged_and_hung_up) {
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  bob_.send(bob_.reply(invite, 180, "b"));
  EXPECT_EQ(next().what, "ringing");
  signalling_->release(kLeg, ReleaseCause::Cancelled);
  ASSERT_TRUE(pick_up(invite, sdp(kBobRtp)));
  answer_bye(bob_);
  ASSERT_TRUE(pick_up(invite, sdp(kBobRtp)));  // its ACK was lost
  EXPECT_EQ(bob_.count("BYE"), 0u);
  EXPECT_TRUE(is_silent());
}

TEST_F(OutgoingLegs, a_cancelled_phone_that_never_ends_leaves_nothing_behind) {
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  bob_.send(bob_.reply(invite, 180, "b"));
  EXPECT_EQ(next().what, "ringing");
  signalling_->release(kLeg, ReleaseCause::Normal);
  EXPECT_TRUE(bob_.take_request("CANCEL"));
}

TEST_F(OutgoingLegs, an_unusable_answer_is_acknowledged_and_hung_up) {
  const std::string unusable = "the phone 2002 answered with SDP that cannot be used: ";
  std::string named = sdp(kBobRtp);
  named.replace(named.find("c=IN IP4 192.0.2.20"), 19, "c=IN IP4 phone.example");
  for (const auto& [body, why] :
       {std::pair{std::string{}, std::string{"the phone 2002 answered without SDP"}},
        std::pair{sdp(kBobRtp, "18"),
                  unusable + "neither PCMU (0) nor PCMA (8) is among its formats: 18"},
        std::pair{sdp(at("192.0.2.20", 0)), unusable + "its audio has port 0, which refuses it"},
        std::pair{named,
                  unusable + "c= names the host 'phone.example'; an IP address is expected"}}) {
    const sip::Request invite = dial(bob_, kLeg, "dev-bob");
    ASSERT_TRUE(pick_up(invite, body));
    answer_bye(bob_);
    expect_ended(ReleaseCause::NotAcceptable, why);
  }
}

/// A cause that says less than the answer, or something else, comes with who answered what.
TEST_F(OutgoingLegs, who_answered_what_is_told_where_the_cause_would_not_tell) {
  const std::string media = ": it does not take PCMU or PCMA over RTP/AVP";
  for (const auto& [status, more] :
       {std::pair{503, std::string{}}, std::pair{500, std::string{}}, std::pair{302, std::string{}},
        std::pair{403, std::string{}}, std::pair{488, media}, std::pair{606, media}}) {
    SCOPED_TRACE(status);
    const sip::Request invite = dial(bob_, kLeg, "dev-bob");
    bob_.send(bob_.reply(invite, status, "b"));
    EXPECT_TRUE(bob_.take_request("ACK"));
    EXPECT_EQ(next().why, "the phone 2002 answered " + std::to_string(status) + more);

    signalling_->dial(outgoing(kLeg, TrunkNumber{TrunkId{"carrier"}, "+14155550123"}));
    const auto outside = trunk_.take_request("INVITE");
    ASSERT_TRUE(outside);
    trunk_.send(trunk_.reply(*outside, status, "t"));
    EXPECT_TRUE(trunk_.take_request("ACK"));
    EXPECT_EQ(next().why, "the trunk \"carrier\" answered " + std::to_string(status) + more);
  }
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  bob_.send(bob_.reply(invite, 486, "b"));
  EXPECT_TRUE(bob_.take_request("ACK"));
  expect_ended(ReleaseCause::Busy, "");
}

TEST_F(OutgoingLegs, an_answer_in_the_183_alone_will_do) {
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  bob_.send(bob_.reply(invite, 183, "b", sdp(kBobRtp, "8")));
  EXPECT_EQ(next().what, "ringing");
  ASSERT_TRUE(pick_up(invite, ""));
  EXPECT_EQ(next().remote->codec, Codec::Pcma);
  signalling_->release(kLeg, ReleaseCause::Normal);
  answer_bye(bob_);
}

class Forks : public OutgoingLegs {
 protected:
  /// bob's second phone.
  Peer desk_{loop_, network_, at("192.0.2.21")};
  sip::Request first_;
  sip::Request second_;
  void SetUp() override {
    OutgoingLegs::SetUp();
    sip::Request request = desk_.make("REGISTER", "sip:earshot", "bob", "bob");
    desk_.send(request);
    const auto refusal = desk_.take_response(401);
    ASSERT_TRUE(refusal);
    desk_.send(desk_.prove(request, *refusal, "bob", "secret-bob"));
    ASSERT_TRUE(desk_.take_response(200));
    first_ = dial(bob_, kLeg, "dev-bob");
    second_ = desk_.take_request("INVITE").value_or(sip::Request{});
    EXPECT_NE(first_.headers.call_id, second_.headers.call_id);
  }
};

TEST_F(Forks, the_first_to_answer_wins_and_the_other_is_cancelled) {
  bob_.send(bob_.reply(first_, 180, "b"));
  desk_.send(desk_.reply(second_, 180, "d"));
  EXPECT_EQ(next().what, "ringing");
  run(milliseconds{10});
  ASSERT_TRUE(pick_up(first_, sdp(kBobRtp)));
  EXPECT_EQ(next().what, "answered");
  EXPECT_TRUE(desk_.take_request("CANCEL"));
  desk_.send(desk_.reply(second_, 487, "d"));
  EXPECT_TRUE(desk_.take_request("ACK"));
  signalling_->release(kLeg, ReleaseCause::Normal);
  answer_bye(bob_);
  EXPECT_TRUE(is_silent());
}

TEST_F(Forks, two_answers_at_once_leave_one_call) {
  bob_.send(bob_.reply(first_, 200, "b", sdp(kBobRtp)));
  desk_.send(desk_.reply(second_, 200, "d", sdp(at("192.0.2.21", 40000))));
  EXPECT_EQ(next().remote->rtp, kBobRtp);
  EXPECT_TRUE(desk_.take_request("ACK"));
  answer_bye(desk_);
  EXPECT_EQ(bob_.count("BYE"), 0u);
  signalling_->release(kLeg, ReleaseCause::Normal);
  answer_bye(bob_);
}

TEST_F(Forks, fail_when_all_have_failed_with_the_more_telling_cause) {
  bob_.send(bob_.reply(first_, 486, "b"));
  run(seconds{1});
  EXPECT_TRUE(is_silent());
  desk_.send(desk_.reply(second_, 480, "d"));
  expect_ended(ReleaseCause::Busy);
}

TEST_F(Forks, a_decline_ends_all) {
  desk_.send(desk_.reply(second_, 180, "d"));
  EXPECT_EQ(next().what, "ringing");
  bob_.send(bob_.reply(first_, 603, "b"));
  expect_ended(ReleaseCause::Rejected);
  EXPECT_TRUE(desk_.take_request("CANCEL"));
  desk_.send(desk_.reply(second_, 487, "d"));
}

TEST_F(OutgoingLegs, a_trunk_that_forks_keeps_its_first_answer) {
  signalling_->dial(outgoing(kLeg, TrunkNumber{TrunkId{"carrier"}, "5551234"}));
  const auto invite = trunk_.take_request("INVITE");
  ASSERT_TRUE(invite);
  trunk_.send(trunk_.reply(*invite, 200, "one", sdp(at("198.51.100.7", 4000))));
  trunk_.send(trunk_.reply(*invite, 200, "two", sdp(at("198.51.100.8", 4000))));
  EXPECT_EQ(next().remote->rtp, at("198.51.100.7", 4000));
  auto bye = trunk_.take_request("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->headers.to.tag(), "two");
  trunk_.send(trunk_.reply(*bye, 200, ""));
  signalling_->release(kLeg, ReleaseCause::Normal);
  bye = trunk_.take_request("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->headers.to.tag(), "one");
  trunk_.send(trunk_.reply(*bye, 200, ""));
}

TEST_F(OutgoingLegs, a_trunks_contact_is_followed) {
  Peer gateway{loop_, network_, at("198.51.100.9", 5080)};
  signalling_->dial(outgoing(kLeg, TrunkNumber{TrunkId{"carrier"}, "5551234"}));
  const auto invite = trunk_.take_request("INVITE");
  ASSERT_TRUE(invite);
  trunk_.send(gateway.reply(*invite, 200, "g", sdp(at("198.51.100.9", 4000))));
  EXPECT_TRUE(gateway.take_request("ACK"));
  EXPECT_EQ(next().what, "answered");
  signalling_->release(kLeg, ReleaseCause::Normal);
  answer_bye(gateway);
}

TEST_F(OutgoingLegs, a_trunks_new_contact_is_followed_from_then_on) {
  Peer gateway{loop_, network_, at("198.51.100.9", 5080)};
  signalling_->dial(outgoing(kLeg, TrunkNumber{TrunkId{"carrier"}, "5551234"}));
  const auto invite = trunk_.take_request("INVITE");
  ASSERT_TRUE(invite);
  trunk_.send(trunk_.reply(*invite, 200, "t", sdp(at("198.51.100.1", 4000))));
  EXPECT_TRUE(trunk_.take_request("ACK"));
  EXPECT_EQ(next().what, "answered");
  sip::Request moved = gateway.within_received("INVITE", *invite, "t", 3);
  moved.headers.content_type = "application/sdp";
  moved.body = sdp(at("198.51.100.9", 4000));
  gateway.send(moved);
  const auto answer = gateway.take_response(200);
  ASSERT_TRUE(answer);
  gateway.acknowledge(moved, *answer);
  EXPECT_EQ(next().what, "media");
  signalling_->release(kLeg, ReleaseCause::Normal);
  answer_bye(gateway);
}

TEST_F(OutgoingLegs, a_phone_whose_nat_binds_anew_is_reached_where_it_last_spoke) {
  Peer rebound{loop_, network_, at("192.0.2.20", 1025)};
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  ASSERT_TRUE(pick_up(invite, sdp(kBobRtp)));
  EXPECT_EQ(next().what, "answered");
  sip::Request refresh = rebound.within_received("UPDATE", invite, "b", 3);
  refresh.headers.contact[0].uri.port = 5060;  // it does not know
  rebound.send(refresh);
  EXPECT_TRUE(rebound.take_response(200));
  signalling_->release(kLeg, ReleaseCause::Normal);
  answer_bye(rebound);
}

TEST_F(OutgoingLegs, a_record_route_is_followed) {
  Peer proxy{loop_, network_, at("198.51.100.5")};
  signalling_->dial(outgoing(kLeg, TrunkNumber{TrunkId{"carrier"}, "5551234"}));
  const auto invite = trunk_.take_request("INVITE");
  ASSERT_TRUE(invite);
  sip::Response answer = trunk_.reply(*invite, 200, "t", sdp(at("198.51.100.1", 4000)));
  answer.headers.record_route.push_back(*sip::parse_name_addr("<sip:198.51.100.5;lr>"));
  trunk_.send(answer);
  const auto ack = proxy.take_request("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->headers.route.size(), 1u);
  EXPECT_EQ(ack->uri.host, "198.51.100.1");
  EXPECT_EQ(next().what, "answered");
  signalling_->release(kLeg, ReleaseCause::Normal);
  answer_bye(proxy);
}

TEST_F(OutgoingLegs, an_answer_without_contact_does_no_harm) {
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  sip::Response answer = bob_.reply(invite, 200, "b", sdp(kBobRtp));
  answer.headers.contact.clear();
  bob_.send(answer);
  EXPECT_TRUE(bob_.take_request("ACK"));
  EXPECT_EQ(next().what, "answered");
  signalling_->release(kLeg, ReleaseCause::Normal);
  answer_bye(bob_);
}

TEST_F(OutgoingLegs, requests_in_the_early_dialog_wait_for_its_answer) {
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  bob_.send(bob_.reply(invite, 180, "b"));
  EXPECT_EQ(next().what, "ringing");
  sip::Request update = bob_.within_received("UPDATE", invite, "b", 3);
  update.headers.content_type = "application/sdp";
  update.body = sdp(kBobRtp);
  bob_.send(update);
  EXPECT_TRUE(bob_.take_response(491));  // our own offer is open (RFC 3311 §5.2)
  bob_.send(bob_.within_received("BYE", invite, "b", 4));
  EXPECT_TRUE(bob_.take_response(481));  // a callee may not (RFC 3261 §15)
  bob_.send(bob_.reply(invite, 603, "b"));
  expect_ended(ReleaseCause::Rejected);
}

TEST_F(OutgoingLegs, loss_is_made_good) {
  sim::Dials dials;
  dials.loss = 0.3;
  network_.set_dials_from(kServer, dials);
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  bob_.send(bob_.reply(invite, 180, "b"));
  EXPECT_EQ(next().what, "ringing");
  network_.reset_dials();
  ASSERT_TRUE(pick_up(invite, sdp(kBobRtp)));
  EXPECT_EQ(next().what, "answered");
  network_.set_dials_from(kServer, dials);
  signalling_->release(kLeg, ReleaseCause::Normal);
  answer_bye(bob_);
}

TEST_F(OutgoingLegs, stop_cancels_what_rings) {
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  bob_.send(bob_.reply(invite, 180, "b"));
  EXPECT_EQ(next().what, "ringing");
  bool quiet = false;
  signalling_->stop([&] { quiet = true; });
  EXPECT_TRUE(bob_.take_request("CANCEL"));
  EXPECT_FALSE(quiet);
  bob_.send(bob_.reply(invite, 487, "b"));
  EXPECT_TRUE(bob_.take_request("ACK"));
  run(milliseconds{10});
  EXPECT_TRUE(quiet);
  run(seconds{3600});  // the registration expires, and nobody is told
  EXPECT_TRUE(is_silent());
}

TEST_F(OutgoingLegs, destroyed_in_the_middle_of_everything) {
  const sip::Request invite = dial(bob_, kLeg, "dev-bob");
  bob_.send(bob_.reply(invite, 180, "b"));
  EXPECT_EQ(next().what, "ringing");
  signalling_->dial(outgoing(LineId{2}, DeviceId{"dev-ann"}));
  call(ann_, "ann", "2002", "");
  signalling_->ring(next().line == LineId{2} ? next().line : LineId{101});
  signalling_.reset();
  run(seconds{200});
  EXPECT_EQ(loop_.timers(), 0u);
  told_.clear();
}

TEST_F(OutgoingLegs, an_invite_names_both_parties_and_what_we_can_do) {
  OutgoingLine leg = outgoing(kLeg, DeviceId{"dev-bob"});
  leg.caller_name = "Anna \"A\" Berg";
  signalling_->dial(leg);
  const auto invite = bob_.take_request("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->headers.from.display, "Anna \"A\" Berg") << "shown by the called phone";
  EXPECT_EQ(invite->headers.to.uri.user, "bob");
  EXPECT_EQ(invite->headers.max_forwards, 70u);
  const auto allow = invite->headers.find("Allow");
  ASSERT_TRUE(allow);
  for (const char* method : {"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO"})
    EXPECT_NE(allow->find(method), std::string_view::npos) << method;
  EXPECT_TRUE(invite->headers.find("User-Agent"));
  bob_.send(bob_.reply(*invite, 486, "b"));
  EXPECT_TRUE(bob_.take_request("ACK"));
  expect_ended(ReleaseCause::Busy, next());
}

}  // namespace
}  // namespace earshot::test
