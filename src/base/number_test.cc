#include "base/number.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace earshot {
namespace {

TEST(Number, is_read_up_to_the_end_of_its_range) {
  EXPECT_EQ(whole_number<std::uint8_t>("0"), 0);
  EXPECT_EQ(whole_number<std::uint8_t>("255"), 255);
  EXPECT_EQ(whole_number<std::uint8_t>("256"), std::nullopt);
  EXPECT_EQ(whole_number<int>("2147483647"), 2147483647);
  EXPECT_EQ(whole_number<int>("2147483648"), std::nullopt);
  EXPECT_EQ(whole_number<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(whole_number<std::uint64_t>("18446744073709551616"), std::nullopt);
  EXPECT_EQ(whole_number<int>("007"), 7);
}

TEST(Number, is_digits_alone) {
  for (const std::string_view text : {"", "-1", "-0", "+1", " 1", "1 ", "1.0", "1x", "0x10", "a"}) {
    EXPECT_EQ(whole_number<int>(text), std::nullopt) << text;
    EXPECT_EQ(whole_number<unsigned>(text), std::nullopt) << text;
  }
}

TEST(Number, may_be_hexadecimal) {
  const auto read = [](std::string_view text) { return whole_number<std::uint32_t, 16>(text); };
  EXPECT_EQ(read("fF"), 255u);
  EXPECT_EQ(read("0x1"), std::nullopt);
  EXPECT_EQ(read("g"), std::nullopt);
}

}  // namespace
}  // namespace earshot
