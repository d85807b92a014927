#include "tests/signalling/exchange.h"

namespace earshot::test {
namespace {

const Endpoint kOutside = at("203.0.113.5", 5070);

/// The server is behind NAT: the world reaches it at 203.0.113.5, whoever is in 192.0.2.0/24 at the
/// addresses it listens at. ann and bob are inside, the trunk is outside.
class Advertised : public Exchange {
 protected:
  void SetUp() override {
    Exchange::SetUp();
    SipSettings behind_nat = settings();
    behind_nat.advertised = kOutside;
    behind_nat.local_networks = {*Network::parse("192.0.2.0/24")};
    restart(behind_nat);
    media_.advertised = kOutside.with_port(media_.rtp.port());
  }
  static std::string host_of(const sip::Headers& headers) {
    const sip::Uri& uri = headers.contact.at(0).uri;
    return uri.host + ":" + std::to_string(uri.port);
  }
  static bool names(std::string_view text, const Endpoint& address) {
    return text.find("c=IN IP4 " + address.address() + "\r\n") != text.npos;
  }
};

TEST_F(Advertised, a_phone_inside_is_told_the_address_we_listen_at) {
  const sip::Request invite = call(ann_, "ann", "2002", sdp(at("192.0.2.10", 40000)));
  const LineId leg = next().line;
  signalling_->ring(leg);
  const auto ringing = ann_.take_response(180);
  ASSERT_TRUE(ringing);
  EXPECT_EQ(host_of(ringing->headers), "192.0.2.1:5060");
  signalling_->answer(leg, media_);
  const auto answer = ann_.take_response(200);
  ASSERT_TRUE(answer);
  EXPECT_EQ(host_of(answer->headers), "192.0.2.1:5060");
  EXPECT_TRUE(names(answer->body, kServer)) << answer->body;
  ann_.acknowledge(invite, *answer);
  EXPECT_EQ(next().what, "answered");
  ann_.send(ann_.within("BYE", invite, *answer, 50));
  EXPECT_TRUE(ann_.take_response(200));
  EXPECT_EQ(next().what, "ended");
}

TEST_F(Advertised, a_trunk_outside_is_told_the_address_the_world_knows) {
  sip::Request invite = trunk_.make("INVITE", "sip:2002@192.0.2.1", "+4930123", "2002");
  invite.headers.content_type = "application/sdp";
  invite.body = sdp(at("198.51.100.1", 40000));
  trunk_.send(invite);
  const Told offered = next();
  ASSERT_EQ(offered.what, "offered");
  signalling_->ring(offered.line);
  const auto ringing = trunk_.take_response(180);
  ASSERT_TRUE(ringing);
  EXPECT_EQ(host_of(ringing->headers), kOutside.to_string());
  signalling_->answer(offered.line, media_);
  const auto answer = trunk_.take_response(200);
  ASSERT_TRUE(answer);
  EXPECT_EQ(host_of(answer->headers), kOutside.to_string());
  EXPECT_TRUE(names(answer->body, kOutside)) << answer->body;
  trunk_.acknowledge(invite, *answer);
  EXPECT_EQ(next().what, "answered");
  signalling_->release(offered.line, ReleaseCause::Normal);
  const auto bye = trunk_.take_request("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->headers.via.at(0).host, kOutside.address());
  trunk_.send(trunk_.reply(*bye, 200, ""));
}

TEST_F(Advertised, who_is_called_is_told_what_they_can_reach) {
  register_phone(bob_, "bob");
  const sip::Request inside = dial(bob_, LineId{1}, "dev-bob");
  EXPECT_EQ(host_of(inside.headers), "192.0.2.1:5060");
  EXPECT_EQ(inside.headers.from.uri.host, "192.0.2.1");
  EXPECT_TRUE(names(inside.body, kServer)) << inside.body;
  bob_.send(bob_.reply(inside, 486, "b"));
  EXPECT_TRUE(bob_.take_request("ACK"));
  EXPECT_EQ(next().what, "ended");

  signalling_->dial(outgoing(LineId{2}, TrunkNumber{TrunkId{"carrier"}, "+4930123"}));
  const auto outside = trunk_.take_request("INVITE");
  ASSERT_TRUE(outside);
  EXPECT_EQ(host_of(outside->headers), kOutside.to_string());
  EXPECT_EQ(outside->headers.via.at(0).host, kOutside.address());
  EXPECT_EQ(outside->headers.from.uri.host, kOutside.address());
  EXPECT_TRUE(names(outside->body, kOutside)) << outside->body;
  trunk_.send(trunk_.reply(*outside, 486, "t"));
  EXPECT_TRUE(trunk_.take_request("ACK"));
  EXPECT_EQ(next().what, "ended");
}

/// bob's phone is at home: its REGISTER comes from outside.
TEST_F(Advertised, a_phone_outside_is_told_the_address_the_world_knows) {
  Peer home{loop_, network_, at("198.51.100.7")};
  register_phone(home, "bob");
  const sip::Request invite = dial(home, LineId{1}, "dev-bob");
  EXPECT_EQ(host_of(invite.headers), kOutside.to_string());
  EXPECT_EQ(invite.headers.to.uri.host, kOutside.address());
  EXPECT_TRUE(names(invite.body, kOutside)) << invite.body;
  home.send(home.reply(invite, 486, "h"));
  EXPECT_TRUE(home.take_request("ACK"));
  EXPECT_EQ(next().what, "ended");
}

/// One offer goes to both, in whatever order they registered: the outer address is for both.
TEST_F(Advertised, of_two_bindings_one_outside_both_are_told_what_that_one_can_reach) {
  for (const bool inside_first : {true, false}) {
    SipSettings behind_nat = settings();
    behind_nat.advertised = kOutside;
    behind_nat.local_networks = {*Network::parse("192.0.2.0/24")};
    restart(behind_nat);
    Peer home{loop_, network_, at(inside_first ? "198.51.100.7" : "198.51.100.8")};
    Peer desk{loop_, network_, at(inside_first ? "192.0.2.31" : "192.0.2.32")};
    const auto register_second = [&](Peer& phone) {
      sip::Request request = phone.make("REGISTER", "sip:earshot", "bob", "bob");
      phone.send(request);
      const auto refusal = phone.take_response(401);
      ASSERT_TRUE(refusal);
      phone.send(phone.prove(request, *refusal, "bob", "secret-bob"));
      ASSERT_TRUE(phone.take_response(200));
    };
    register_phone(inside_first ? desk : home, "bob");
    register_second(inside_first ? home : desk);
    signalling_->dial(outgoing(LineId{1}, DeviceId{"dev-bob"}));
    const auto outside = home.take_request("INVITE");
    const auto inside = desk.take_request("INVITE");
    ASSERT_TRUE(outside && inside);
    EXPECT_TRUE(names(outside->body, kOutside)) << outside->body;
    EXPECT_EQ(inside->body, outside->body);
    EXPECT_EQ(host_of(outside->headers), kOutside.to_string());
    EXPECT_EQ(host_of(inside->headers), "192.0.2.1:5060");
    for (const auto& [phone, invite] : {std::pair{&home, &*outside}, std::pair{&desk, &*inside}}) {
      phone->send(phone->reply(*invite, 486, "b"));
      EXPECT_TRUE(phone->take_request("ACK"));
    }
    EXPECT_EQ(next().what, "ended");
  }
}

}  // namespace
}  // namespace earshot::test
