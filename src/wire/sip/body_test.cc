#include "wire/sip/body.h"

#include <gtest/gtest.h>

namespace earshot::sip {
namespace {

const std::string kSdp = "v=0\r\ns=-\r\n";

std::string part(std::string_view headers, std::string_view content) {
  return "--b1\r\n" + std::string{headers} + "\r\n\r\n" + std::string{content} + "\r\n";
}

/// A SessionPart that outlives the body it was found in.
struct Found {
  std::string sdp;
  bool is_refused = false;
};

Found session(std::string_view type, std::string_view body, std::string_view disposition = "") {
  Headers headers;
  headers.content_type = type;
  if (!disposition.empty())
    headers.other.push_back({"Content-Disposition", std::string{disposition}});
  const SessionPart part = session_of(headers, body);
  return {std::string{part.sdp}, part.is_refused};
}

const std::string kMixed = "multipart/mixed;boundary=b1";
const std::string kSdpPart = part("Content-Type: application/sdp", kSdp);
const std::string kIsup = part(
    "Content-Type: application/isup; version=itu-t92+\r\n"
    "Content-Disposition: signal;handling=optional",
    "\x01\x10--b1x");
const std::string kLocation =
    part("Content-Type: application/pidf+xml\r\nContent-ID: <a@b>", "<presence/>");

TEST(SipBody, a_session_description_is_found_among_other_parts) {  // RFC 5621 §8
  for (const std::string& body :
       {kSdpPart + kIsup + "--b1--\r\n", kIsup + kSdpPart + "--b1--", kIsup + kSdpPart,
        kLocation + kSdpPart + "--b1--\r\n", "a preamble\r\n" + kSdpPart + "--b1--\r\nan epilogue",
        part("Content-Type: Application/SDP\r\nContent-Disposition: session;\r\n"
             " handling=required",
             kSdp) +
            kIsup + "--b1--\r\n"}) {
    const auto found = session("Multipart/Mixed; boundary=\"b1\"", body);
    EXPECT_FALSE(found.is_refused) << body;
    EXPECT_EQ(found.sdp, body.ends_with(kSdpPart) ? kSdp + "\r\n" : kSdp) << body;
  }
}

TEST(SipBody, nested_multiparts_are_opened) {
  const std::string inner = "--in\r\nContent-Type: application/sdp\r\n\r\n" + kSdp + "\r\n--in--";
  const auto found = session(
      kMixed, kIsup + part("Content-Type: multipart/alternative;boundary=in", inner) + "--b1--");
  EXPECT_FALSE(found.is_refused);
  EXPECT_EQ(found.sdp, kSdp);
  std::string deep = kSdp;
  for (int level = 0; level < 40; ++level)
    deep = "--b1\r\nContent-Type: " + kMixed + "\r\n\r\n" + deep;
  EXPECT_EQ(session(kMixed, deep).sdp, "");
}

TEST(SipBody, of_alternatives_the_last_that_is_understood_counts) {  // RFC 2046 §5.1.4
  const std::string better = part("Content-Type: application/sdp", "v=0\r\ns=better\r\n");
  const std::string type = "multipart/alternative;boundary=b1";
  EXPECT_EQ(session(type, kSdpPart + better + "--b1--").sdp, "v=0\r\ns=better\r\n");
  EXPECT_EQ(session(type, kSdpPart + better + kLocation + "--b1--").sdp, "v=0\r\ns=better\r\n");
  EXPECT_FALSE(session(type, kLocation + kSdpPart + "--b1--").is_refused);
  EXPECT_EQ(session(type, kLocation + "--b1--").sdp, "");
}

TEST(SipBody, what_must_be_understood_and_is_not_is_refused) {  // RFC 3261 §20.11, RFC 5621 §8.2
  const auto required = [](std::string_view type) {
    return part(
        "Content-Type: " + std::string{type} + "\r\nContent-Disposition: signal;handling=required",
        "x");
  };
  EXPECT_TRUE(session(kMixed, kSdpPart + required("application/isup") + "--b1--").is_refused);
  EXPECT_TRUE(session("application/unknown", "x").is_refused);
  EXPECT_TRUE(session("", "x").is_refused);
  EXPECT_TRUE(session("multipart/mixed", kSdpPart).is_refused) << "no boundary";
  const auto optional = session("application/isup", "x", "signal;handling=optional");
  EXPECT_FALSE(optional.is_refused);
  EXPECT_EQ(optional.sdp, "");
  const auto encoded =
      session(kMixed, part("Content-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n"
                           "Content-Disposition: session;handling=required",
                           "dj0w") +
                          "--b1--");
  EXPECT_TRUE(encoded.is_refused);
}

TEST(SipBody, a_body_of_one_part_is_itself) {
  EXPECT_EQ(session("application/SDP; charset=utf-8", kSdp).sdp, kSdp);
  const auto none = session("", "");
  EXPECT_FALSE(none.is_refused);
  EXPECT_EQ(none.sdp, "");
}

TEST(SipBody, parts_without_end_are_bounded) {
  std::string body;
  for (int i = 0; i < 1000; ++i) body += kIsup;
  Headers headers;
  headers.content_type = kMixed;
  EXPECT_EQ(parts_of(headers, body).size(), 32u);
}

}  // namespace
}  // namespace earshot::sip
