#include "base/phone_number.h"

#include <gtest/gtest.h>

namespace earshot {
namespace {

TEST(PhoneNumber, what_people_and_devices_write_is_read_as_what_is_dialled) {
  const struct {
    std::string_view written, dialled;
  } cases[] = {
      {"+14155550123", "+14155550123"},
      {"5001", "5001"},
      {" 5001\t", "5001"},
      {"+1 415-555-0123", "+14155550123"},
      {"+1 (415) 555-0123", "+14155550123"},
      {"+1.415.555.0123", "+14155550123"},
      {"(415) 555/0123", "4155550123"},
      {"+49 (0)30 1234567", "+49301234567"},
      {"(0)30 1234567", "0301234567"},
      {"*73", "*73"},
      {"#31#5001", "#31#5001"},
      {"+1\xC2\xA0"
       "415\xE2\x80\x91"
       "555\xE2\x80\x93"
       "0123",
       "+14155550123"},
      {"\xE2\x80\xAA+1 415\xE2\x80\xAC", "+1415"},
      {"tel:+1-415-555-0123", "+14155550123"},
      {"TEL:863-1234;phone-context=+1-914-555", "8631234"},
      {"+14155550123;phone-context=example.com", "+14155550123"},
      {"+14155550123;npdi;rn=+14155550100", "+14155550123"},
      {"+14155550123;ext=22;isub=1", "+14155550123"},
      {"8000;cpc=ordinary", "8000"},
  };
  for (const auto& [written, dialled] : cases) EXPECT_EQ(dialled_number(written), dialled);
}

TEST(PhoneNumber, what_holds_something_else_is_a_name_and_stays) {
  for (const std::string_view name :
       {"", "ann.lee", "anonymous", "ann-2;x=1", "1-800-FLOWERS", "+", "-", "5001+", "++1", "()"})
    EXPECT_EQ(dialled_number(name), name);
  EXPECT_EQ(dialled_number("  ann  "), "ann");
}

TEST(PhoneNumber, e164_is_plus_and_seven_to_fifteen_digits) {
  for (const std::string_view good : {"+14155550123", "+4930123", "+123456789012345", "+2901234"})
    EXPECT_TRUE(is_e164(good)) << good;
  for (const std::string_view bad : {"", "+", "+1", "+999123", "14155550123", "+04155550123",
                                     "+1234567890123456", "+1415555012a", "+1415555;x"})
    EXPECT_FALSE(is_e164(bad)) << bad;
}

}  // namespace
}  // namespace earshot
