#include "base/hex.h"

#include <gtest/gtest.h>

namespace earshot {
namespace {

TEST(Hex, writes_two_digits_for_each_octet) {
  EXPECT_EQ(hex(""), "");
  EXPECT_EQ(hex({"\x00\x0f\xa0\xff", 4}), "000fa0ff");
}

TEST(Hex, writes_a_number_in_the_width_it_is_given) {
  EXPECT_EQ(hex_number(0, 4), "0000");
  EXPECT_EQ(hex_number(0x2a, 8), "0000002a");
  EXPECT_EQ(hex_number(0xfedcba9876543210, 16), "fedcba9876543210");
  EXPECT_EQ(hex_number(0x12345, 2), "45");
}

TEST(Hex, reads_two_digits_of_either_case) {
  for (int octet = 0; octet < 256; ++octet) {
    const char c = static_cast<char>(octet);
    std::string digits = hex({&c, 1});
    EXPECT_EQ(octet_of_hex(digits), c);
    for (char& digit : digits)
      if (digit >= 'a') digit = static_cast<char>(digit - 'a' + 'A');
    EXPECT_EQ(octet_of_hex(digits), c);
  }
}

TEST(Hex, reads_nothing_else) {
  for (const std::string_view text : {"", "0", "000", "0g", "g0", "-1", "0x", " 1", "1 "})
    EXPECT_EQ(octet_of_hex(text), std::nullopt) << text;
}

}  // namespace
}  // namespace earshot
