#include "base/text.h"

#include <gtest/gtest.h>

namespace earshot {
namespace {

TEST(Text, letters_and_digits_are_those_of_ascii_alone) {
  const std::string_view digits = "0123456789";
  const std::string_view small = "abcdefghijklmnopqrstuvwxyz";
  const std::string_view large = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (int octet = 0; octet < 256; ++octet) {
    const char c = static_cast<char>(octet);
    const auto in = [c](std::string_view set) { return set.find(c); };
    const bool digit = in(digits) != std::string_view::npos;
    const std::size_t as_small = in(small);
    const std::size_t as_large = in(large);
    EXPECT_EQ(is_digit(c), digit) << octet;
    EXPECT_EQ(is_alphanumeric(c), digit || as_small != small.npos || as_large != large.npos)
        << octet;
    EXPECT_EQ(is_blank(c), octet == 0x20 || octet == 0x09) << octet;
    EXPECT_EQ(lower(c), as_large == large.npos ? c : small[as_large]) << octet;
    EXPECT_EQ(upper(c), as_small == small.npos ? c : large[as_small]) << octet;
  }
}

TEST(Text, lowered_leaves_what_is_no_letter) {
  EXPECT_EQ(lowered("Via: SIP/2.0 [@`{\xC3\x84]"), "via: sip/2.0 [@`{\xC3\x84]");
  EXPECT_EQ(lowered(""), "");
  EXPECT_EQ(lowered(std::string_view{"A\0B", 3}), (std::string_view{"a\0b", 3}));
}

TEST(Text, comparing_without_case_concerns_letters_alone) {
  EXPECT_TRUE(equal_without_case("", ""));
  EXPECT_TRUE(equal_without_case("Content-Length", "cONTENT-lENGTH"));
  EXPECT_FALSE(equal_without_case("Content-Length", "Content-Lengt"));
  EXPECT_FALSE(equal_without_case("Content-Lengt", "Content-Length"));
  EXPECT_FALSE(equal_without_case("abc", "abd"));
  // Pairs that differ by the bit of case and are no letters.
  for (const auto& [one, other] : {std::pair{"[", "{"}, {"@", "`"}, {"]", "}"}, {"\xC4", "\xE4"}})
    EXPECT_FALSE(equal_without_case(one, other)) << one;
}

TEST(Text, trimming_takes_both_ends_and_nothing_between) {
  EXPECT_EQ(trimmed(" \t a \t b\t "), "a \t b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \t"), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed("\r a\n"), "\r a\n");
  EXPECT_EQ(trimmed("\r a\n", " \t\r\n"), "a");
  EXPECT_EQ(trimmed(" a ", "\n"), " a ");
}

}  // namespace
}  // namespace earshot
