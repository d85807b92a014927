#include "edge/signalling/caller_identity.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace earshot::signalling {
namespace {

/// The headers of an INVITE with this From and these lines beside it.
sip::Headers invite(std::string_view from, std::string_view lines = "") {
  const auto parsed = sip::parse(
      "INVITE sip:5001@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: " +
      std::string{from} + ";tag=1\r\nTo: <sip:5001@h>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n" +
      std::string{lines} + "\r\n");
  EXPECT_TRUE(parsed) << from;
  return parsed ? std::get<sip::Request>(*parsed).headers : sip::Headers{};
}

TEST(CallerIdentity, from_is_read_as_number_and_name) {
  const struct {
    std::string_view from, number, name;
  } cases[] = {
      {"<sip:+14155550123;phone-context=example.com@203.0.113.9;user=phone>", "+14155550123", ""},
      {"\"Ann Lee\" <sip:+1-415-555-0123;cpc=ordinary@h>", "+14155550123", "Ann Lee"},
      {"<tel:+1-415-555-0123>", "+14155550123", ""},
      {"J\xC3\xBCrgen <sip:5000@h>", "5000", "J\xC3\xBCrgen"},
      {"\"Anonymous\" <sip:anonymous@anonymous.invalid>", "anonymous", "Anonymous"},
      {"<sip:h>", "", ""},
      {"<http://h/>", "", ""},
  };
  for (const auto& [from, number, name] : cases) {
    const auto caller = identity_by_trunk(invite(from));
    EXPECT_EQ(caller.number, number) << from;
    EXPECT_EQ(caller.name, name) << from;
  }
}

TEST(CallerIdentity, what_the_trunk_asserts_goes_before_from) {  // RFC 3325 §9.1
  for (const std::string_view lines :
       {"P-Asserted-Identity: \"Ann\" <sip:+14155550100@h>\r\n",
        "P-Asserted-Identity: \"Ann\" <sip:ann@h>, <tel:+1-415-555-0100>\r\n",
        "P-Asserted-Identity: \"Ann\" <sip:ann@h>\r\nP-Asserted-Identity: tel:+14155550100\r\n",
        "Privacy: none\r\nP-Asserted-Identity: \"Ann\" <sip:+14155550100;x=1@h>\r\n"}) {
    const auto caller = identity_by_trunk(invite("<sip:+14155550123@h>", lines));
    EXPECT_EQ(caller.number, "+14155550100") << lines;
    EXPECT_EQ(caller.name, "Ann") << lines;
  }
  const auto kept = identity_by_trunk(
      invite("\"Lee\" <sip:1@h>", "P-Asserted-Identity: <sip:+14155550100@h>\r\n"));
  EXPECT_EQ(kept.name, "Lee");
  const auto unreadable =
      identity_by_trunk(invite("<sip:+14155550123@h>", "P-Asserted-Identity: \"open\r\n"));
  EXPECT_EQ(unreadable.number, "+14155550123");
}

TEST(CallerIdentity, who_asks_for_privacy_is_anonymous) {  // RFC 3323 §4.2, RFC 3325 §9.3
  for (const std::string_view privacy : {"id", "user;id", "critical; header", "ID"}) {
    const auto caller =
        identity_by_trunk(invite("\"Ann\" <sip:+14155550123@h>",
                                 "P-Asserted-Identity: \"Ann\" <sip:+14155550100@h>\r\nPrivacy: " +
                                     std::string{privacy} + "\r\n"));
    EXPECT_EQ(caller.number, "anonymous") << privacy;
    EXPECT_EQ(caller.name, "") << privacy;
  }
}

TEST(CallerIdentity, is_short_and_utf8_whatever_came) {
  const auto odd = identity_by_trunk(invite("<sip:a%ff%00b@h>"));
  EXPECT_TRUE(is_utf8(odd.number));
  EXPECT_EQ(odd.number, "a\xEF\xBF\xBD b");
  std::string name;
  for (int i = 0; i < 1000; ++i) name += "\xE6\x97\xA5";
  const auto longest = identity_by_trunk(invite("\"" + name + "\" <sip:1@h>"));
  EXPECT_LE(longest.name.size(), 128u);
  EXPECT_TRUE(is_utf8(longest.name));
}

}  // namespace
}  // namespace earshot::signalling
