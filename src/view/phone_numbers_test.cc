#include "view/phone_numbers.h"

#include <gtest/gtest.h>

namespace earshot::view {
namespace {

TEST(PhoneNumbers, are_shown_as_their_country_writes_them) {
  const struct {
    std::string region, number, e164, formatted;
  } cases[] = {
      {"", "+14155550123", "+14155550123", "+1 415-555-0123"},
      {"", "+442071838750", "+442071838750", "+44 20 7183 8750"},
      {"DE", "+442071838750", "+442071838750", "+44 20 7183 8750"},
      {"DE", "03012345678", "+493012345678", "+49 30 12345678"},
      {"US", "4155550123", "+14155550123", "+1 415-555-0123"},
  };
  for (const auto& [region, number, e164, formatted] : cases) {
    PhoneNumbers numbers{region};
    EXPECT_EQ(numbers.of(number).e164, e164) << number;
    EXPECT_EQ(numbers.of(number).formatted, formatted) << number;
    EXPECT_EQ(numbers.of(number).formatted, formatted) << number << ", as kept";
  }
}

TEST(PhoneNumbers, what_cannot_be_read_is_shown_as_it_came) {
  PhoneNumbers numbers;
  for (const std::string number : {"", "15550100", "4155550123", "anonymous", "911", "*73", "Ann B",
                                   "14155550123;ext=5", "\xff\xfe"}) {
    EXPECT_EQ(numbers.of(number).e164, "") << number;
    EXPECT_EQ(numbers.of(number).formatted, number);
  }
  for (const std::string number :
       {"+", "+999123", "+1", "+14155550123;ext=5", "+12345678901234567890"}) {
    EXPECT_EQ(numbers.of(number).e164, "") << "E.164 or empty: " << number;
    EXPECT_EQ(numbers.of(number).formatted, number);
  }
  EXPECT_EQ(numbers.of("+99912345678").e164, "+99912345678") << "a country to come";
}

TEST(PhoneNumbers, more_numbers_than_it_keeps_are_read_all_the_same) {
  PhoneNumbers numbers;
  for (int number = 100'000; number < 125'000; ++number)
    EXPECT_EQ(numbers.of(std::to_string(number)).formatted, std::to_string(number));
  const std::string endless(60'000, '7');
  EXPECT_EQ(numbers.of(endless).formatted, endless);
  EXPECT_EQ(numbers.of("+14155550123").formatted, "+1 415-555-0123");
}

TEST(PhoneNumbers, knows_regions) {
  EXPECT_TRUE(PhoneNumbers::knows("DE"));
  for (const std::string unknown : {"", "de", "ZZ", "XX", "USA", "Germany"})
    EXPECT_FALSE(PhoneNumbers::knows(unknown)) << unknown;
}

}  // namespace
}  // namespace earshot::view
