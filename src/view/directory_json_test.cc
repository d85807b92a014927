#include "view/directory_json.h"

#include <gtest/gtest.h>

namespace earshot::view {
namespace {

// rest-and-sessions.md §A.3: NamesOrPhoneNumberMatches.
TEST(ContactSearch, each_argument_matches_a_name_or_the_number_as_a_whole) {
  const std::vector<std::string_view> ada{"Ada", "Lovelace", "ada@example.org", "5001"};
  for (const char* fits : {"ada", "ADA", "5001", "*", "**", "a*", "*a", "*d*", "a*@*.org", "5*1",
                           "Ada,Lovelace", "lovelace, ada", "*0*,*ace", "Ada*", "*Ada"})
    EXPECT_TRUE(matches_each(fits, ada)) << fits;
  for (const char* other : {"", "ad", "Ada Lovelace", "5001,bob", "ada,", "*b", "a*z*", "a?a", ","})
    EXPECT_FALSE(matches_each(other, ada)) << other;
  EXPECT_TRUE(matches_each("*", {"", ""})) << "any text, none too";
  EXPECT_TRUE(matches_each("a*b*c", {"aXbXbXc"}));
  EXPECT_FALSE(matches_each("a*b*c", {"aXbXbXcX"}));
}

TEST(ContactSearch, many_stars_take_no_time) {
  const std::string text(2000, 'a');
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "a*";
  EXPECT_FALSE(matches_each(pattern + "b", {text}));
}

TEST(ContactName, is_what_there_is_of_names) {
  const auto name = [](const char* first, const char* last) {
    User user;
    user.user_name = "login";
    user.first_name = first;
    user.last_name = last;
    return std::string{contact_json(user, nullptr, {}, {}).at("name").as_string()};
  };
  EXPECT_EQ(name("Ada", "Agent"), "Ada Agent");
  EXPECT_EQ(name("Ada", ""), "Ada");
  EXPECT_EQ(name("", "Agent"), "Agent");
  EXPECT_EQ(name("", ""), "login");
}

}  // namespace
}  // namespace earshot::view
