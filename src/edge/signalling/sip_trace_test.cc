#include "edge/signalling/sip_trace.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/log.h"

namespace earshot::signalling {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(SipTrace, what_proves_somebody_is_hidden) {
  const std::string shown = masked(
      "REGISTER sip:earshot:geheim@192.0.2.1 SIP/2.0\r\n"
      "From: <sip:5001:hush@h>;tag=1\r\n"
      "AUTHORIZATION : Digest username=\"5001\", realm=\"earshot\",nonce=\"n,1\",\r\n"
      " uri=\"sip:h\", Response=\"d41d8\", cnonce=\"c0ffee\", qop=auth, nc=00000001\r\n"
      "Proxy-Authorization: Basic YW5uOnNlY3JldA==\r\n"
      "Authentication-Info: rspauth=\"beef\", nextnonce=\"n2\"\r\n"
      "Content-Length: 0\r\n\r\n");
  for (const char* secret : {"geheim", "hush", "d41d8", "c0ffee", "YW5u", "beef"})
    EXPECT_FALSE(has(shown, secret)) << secret << "\n" << shown;
  for (const char* rest : {"REGISTER sip:earshot:***@192.0.2.1 SIP/2.0", "<sip:5001:***@h>;tag=1",
                           "username=\"5001\"", "nonce=\"n,1\"", "uri=\"sip:h\"", "nc=00000001",
                           "Proxy-Authorization: Basic ***", "nextnonce=\"n2\""})
    EXPECT_TRUE(has(shown, rest)) << rest << "\n" << shown;
}

TEST(SipTrace, a_challenge_is_shown_whole) {
  const std::string challenge =
      "SIP/2.0 401 Unauthorized\r\n"
      "WWW-Authenticate: Digest realm=\"e\", nonce=\"abc\", algorithm=SHA-256, "
      "qop=\"auth\"\r\n\r\n";
  EXPECT_EQ(masked(challenge), challenge);
}

TEST(SipTrace, bodies_that_may_hold_digits_are_hidden_whatever_they_are_called) {
  for (const auto& [type, body] : std::vector<std::pair<std::string, std::string>>{
           {"application/dtmf-relay", "Signal=4321#\r\nDuration=160\r\n"},
           {"application/dtmf", "4321#"},
           {"audio/telephone-event", "4321#"},
           {"application/vnd.nortelnetworks.digits", "p=Digit-Collection\r\nd=4321#"},
           {"application/kpml-response+xml", "<kpml-response digits=\"4321#\"/>"}}) {
    for (const char* name : {"Content-Type", "c", "CONTENT-TYPE "}) {
      const std::string shown =
          masked("INFO sip:a@h SIP/2.0\r\n" + std::string{name} + ": " + type + "\r\n\r\n" + body);
      EXPECT_TRUE(has(shown, type + " are not shown]")) << shown;
      EXPECT_FALSE(has(shown.substr(shown.find("\r\n\r\n")), "4321")) << shown;
    }
  }
  EXPECT_FALSE(has(masked("INFO sip:a@h SIP/2.0\r\n\r\nSignal=4321#"), "Signal"));
  EXPECT_FALSE(has(masked("INFO sip:a@h SIP/2.0\n\nSignal=4321#"), "Signal"));
}

TEST(SipTrace, sdp_is_shown_without_its_keys_alone_and_among_other_parts) {
  const std::string sdp = "v=0\r\nm=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES inline:S3cr3t\r\n";
  const std::string alone =
      masked("INVITE sip:a@h SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n" + sdp);
  EXPECT_TRUE(has(alone, "m=audio 4000")) << alone;
  EXPECT_FALSE(has(alone, "S3cr3t")) << alone;
  const std::string parts = masked(
      "INVITE sip:a@h SIP/2.0\r\nContent-Type: multipart/mixed;boundary=\"x y\"\r\n\r\n"
      "--x y\r\nContent-Type: application/sdp\r\n\r\n" +
      sdp + "--x y\r\nContent-Type: application/dtmf\r\n\r\n7\r\n--x y--\r\n");
  EXPECT_TRUE(has(parts, "m=audio 4000")) << parts;
  EXPECT_TRUE(has(parts, "octets of application/dtmf are not shown")) << parts;
  EXPECT_FALSE(has(parts, "S3cr3t")) << parts;
}

TEST(SipTrace, takes_any_octets) {
  for (const std::string& odd :
       {std::string{}, std::string(5000, '\0'), std::string{"Authorization: Digest response=\"x"},
        std::string{":\r\n :\r\n\r\n"}, std::string{"sip:@:@sip:\r\nAuthorization:\r\n\r\n--"},
        std::string{"c: multipart/x;boundary=\"\r\n\r\n--"}})
    EXPECT_FALSE(has(masked(odd), "response=\"x"));
}

struct Traced : testing::Test {
  std::vector<std::string> lines;
  Traced() {
    set_log_sink([this](std::string_view line) { lines.emplace_back(line); });
  }
  ~Traced() override { set_log_sink({}); }
};

TEST_F(Traced, a_number_chooses_its_messages_and_the_answers_to_them) {
  SipTrace trace{"5001"};
  const Endpoint peer = *Endpoint::parse("192.0.2.10", 5060);
  trace.received("INVITE sip:15001@h SIP/2.0\r\nCall-ID: other\r\nFrom: <sip:50015@h>\r\n\r\n",
                 peer);
  trace.received("OPTIONS sip:h SIP/2.0\r\nCall-ID: 5001\r\n\r\n", peer);
  EXPECT_TRUE(lines.empty());
  trace.received("INVITE sip:5001@h SIP/2.0\r\nCall-ID: one\r\n\r\n", peer);
  trace.sent("SIP/2.0 200 OK\r\ni: one\r\n\r\n", peer);
  trace.received("REGISTER sip:h SIP/2.0\r\nCall-ID: two\r\nt: <sip:5001@h>\r\n\r\n", peer);
  trace.sent("INVITE tel:5001 SIP/2.0\r\nCall-ID: three\r\n\r\n", peer);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_TRUE(has(lines[0], "\"msg\":\"SIP received\",\"from\":\"192.0.2.10:5060\""));
  EXPECT_TRUE(has(lines[1], "\"msg\":\"SIP sent\",\"to\":\"192.0.2.10:5060\""));
}

}  // namespace
}  // namespace earshot::signalling
