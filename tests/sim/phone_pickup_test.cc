#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/fake_network.h"
#include "sim/phone.h"
#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"
#include "wire/sip/message.h"

namespace earshot::sim {
namespace {

const Endpoint kServer = Endpoint::v4({10, 0, 0, 9}, 5060);
const Endpoint kPhone = Endpoint::v4({10, 0, 0, 1}, 5060);

/// A phone, and a server that says what the test writes.
class PhonePickupTest : public testing::Test {
 protected:
  void start(PhoneSettings settings = {}) {
    socket = std::move(*network.open(kServer, [this](ByteView datagram, const Endpoint&) {
      auto message = sip::parse(as_text(datagram));
      ASSERT_TRUE(message) << as_text(datagram);
      if (auto* response = std::get_if<sip::Response>(&*message)) answers.push_back(*response);
    }));
    settings.number = "5001";
    settings.local = kPhone;
    settings.server = kServer;
    phone = std::make_unique<Phone>(loop, network, entropy, settings);
    ASSERT_TRUE(phone->start());
  }
  void say(const std::string& method, const std::string& to_tag, const std::string& more,
           const std::string& body = "") {
    const std::string number = std::to_string(++sequence);
    const std::string text =
        method + " sip:5001@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK" +
        number + "\r\nFrom: <sip:5000@10.0.0.9>;tag=f\r\nTo: <sip:5001@10.0.0.9>" +
        (to_tag.empty() ? "" : ";tag=" + to_tag) + "\r\nCall-ID: c\r\nCSeq: " + number + " " +
        method + "\r\nMax-Forwards: 70\r\nContact: <sip:10.0.0.9>\r\n" + more +
        (body.empty() ? "" : "Content-Type: application/sdp\r\n") +
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    socket->send(as_bytes(text), kPhone);
    loop.run_for(milliseconds{100});
  }
  void invite(const std::string& more = "") {
    say("INVITE", "", more,
        "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\n"
        "m=video 9 RTP/AVP 31\r\nm=audio 4000 RTP/AVP 8 0 96\r\na=rtpmap:96 "
        "telephone-event/8000\r\n");
  }
  /// The statuses answered to `method`, in order, repeats left out.
  std::vector<int> statuses(const std::string& method) const {
    std::vector<int> out;
    for (const auto& answer : answers)
      if (answer.headers.cseq.method == method && (out.empty() || out.back() != answer.status))
        out.push_back(answer.status);
    return out;
  }

  VirtualLoop loop;
  FakeNetwork network{loop, 1};
  SeededEntropy entropy{2};
  std::unique_ptr<net::UdpSocket> socket;
  std::unique_ptr<Phone> phone;
  std::vector<sip::Response> answers;
  int sequence = 0;
};

using Statuses = std::vector<int>;

TEST_F(PhonePickupTest, picks_up_on_notify_talk_where_it_announced_that) {
  start();
  invite();
  ASSERT_FALSE(answers.empty());
  EXPECT_EQ(answers.back().status, 180);
  EXPECT_TRUE(answers.back().headers.has_token("Allow-Events", "talk"));
  say("NOTIFY", std::string(answers.back().headers.to.tag()), "Event: talk\r\n");
  EXPECT_EQ(statuses("NOTIFY"), Statuses{200});
  EXPECT_EQ(statuses("INVITE"), (Statuses{180, 200}));
  EXPECT_TRUE(phone->is_up());
  EXPECT_EQ(phone->status().codec, Codec::Pcma);
}

TEST_F(PhonePickupTest, a_phone_without_talk_neither_announces_nor_obeys) {
  PhoneSettings settings;
  settings.answers_talk = false;
  start(settings);
  invite();
  ASSERT_FALSE(answers.empty());
  EXPECT_FALSE(answers.back().headers.find("Allow-Events"));
  say("NOTIFY", std::string(answers.back().headers.to.tag()), "Event: talk\r\n");
  EXPECT_EQ(statuses("NOTIFY"), Statuses{489});
  EXPECT_TRUE(phone->is_ringing());
}

TEST_F(PhonePickupTest, picks_up_at_once_on_either_header) {
  for (const char* header : {"Call-Info: <sip:10.0.0.9>;answer-after=0\r\n",
                             "Alert-Info: <http://x>;info=alert-autoanswer\r\n"}) {
    answers.clear();
    socket.reset();
    phone.reset();
    start();
    invite(header);
    EXPECT_EQ(statuses("INVITE"), Statuses{200}) << header;
  }
}

TEST_F(PhonePickupTest, the_answer_refuses_other_sections_and_keeps_their_order) {
  start();
  invite("Call-Info: <sip:10.0.0.9>;answer-after=0\r\n");
  ASSERT_FALSE(answers.empty());
  const std::string& body = answers.back().body;
  EXPECT_NE(body.find("m=video 0 RTP/AVP 31\r\nm=audio "), std::string::npos) << body;
  EXPECT_NE(body.find(" RTP/AVP 8 96\r\n"), std::string::npos) << body;
}

TEST_F(PhonePickupTest, without_an_ack_the_call_ends) {
  start();
  invite("Call-Info: <sip:10.0.0.9>;answer-after=0\r\n");
  loop.run_for(seconds{33});
  EXPECT_TRUE(phone->live_calls().empty());
  EXPECT_EQ(phone->status(PhoneCallId{1}).end_status, 408);
}

TEST_F(PhonePickupTest, what_fits_no_dialog_or_method_is_refused) {
  start();
  say("BYE", "nobody", "");
  EXPECT_EQ(statuses("BYE"), Statuses{481});
  say("SUBSCRIBE", "", "Event: presence\r\n");
  EXPECT_EQ(statuses("SUBSCRIBE"), Statuses{405});
  say("OPTIONS", "", "");
  EXPECT_EQ(statuses("OPTIONS"), Statuses{200});
}

TEST_F(PhonePickupTest, rejects_with_the_configured_status) {
  PhoneSettings settings;
  settings.reject_with = 603;
  start(settings);
  invite();
  EXPECT_EQ(statuses("INVITE"), Statuses{603});
}

}  // namespace
}  // namespace earshot::sim
