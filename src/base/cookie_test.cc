#include "base/cookie.h"

#include <gtest/gtest.h>

namespace earshot {
namespace {

TEST(Cookie, a_header_gives_every_value_of_a_name) {
  const auto values = [](std::string_view header) {
    std::string out;
    for (const auto value : cookie_values(header, "ID")) out.append(value).append("|");
    return out;
  };
  EXPECT_EQ(values("a=b; ID=1; XID=2;ID=\"3\" ;id=4;\tID=5,ID=6"), "1|3|5|6|");
  for (const char* none : {"", ";", "ID", "ID=", "ID =1", "a=ID=1", "ID=\"\"", ";;=;"})
    EXPECT_EQ(values(none), "") << none;
  std::string many;
  for (int i = 0; i < 100; ++i) many += "ID=x;";
  EXPECT_EQ(cookie_values(many, "ID").size(), 16u);
}

TEST(Cookie, is_secure_behind_https_and_crosses_sites_where_others_are_allowed) {
  const auto attributes = [](CookieScope scope, bool by_https) {
    return scope.set_cookie("ID", "abc", by_https);
  };
  const std::string start = "ID=abc; Path=/; HttpOnly; SameSite=";
  EXPECT_EQ(attributes({}, false), start + "Lax");
  EXPECT_EQ(attributes({.other_sites = true}, false), start + "Lax") << "None needs Secure";
  EXPECT_EQ(attributes({.https = true}, false), start + "Lax; Secure");
  EXPECT_EQ(attributes({}, true), start + "Lax; Secure");
  EXPECT_EQ(attributes({.https = true, .other_sites = true}, false), start + "None; Secure");
  EXPECT_EQ(attributes({.other_sites = true}, true), start + "None; Secure");
}

}  // namespace
}  // namespace earshot
