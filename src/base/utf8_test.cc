#include "base/utf8.h"

#include <gtest/gtest.h>

namespace earshot {
namespace {

TEST(Utf8, tells_well_formed_text_from_the_rest) {
  for (const std::string_view good : {"", "plain", "\xC3\xBC", "\xE2\x82\xAC", "\xED\x9F\xBF",
                                      "\xF0\x9F\x99\x82", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const std::string_view bad :
       {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
        "a\xFC"
        "b"})
    EXPECT_FALSE(is_utf8(bad));
}

TEST(Utf8, what_is_no_character_is_replaced) {
  EXPECT_EQ(to_utf8("plain \xC3\xBC"), "plain \xC3\xBC");
  EXPECT_EQ(to_utf8("a\xFF"
                    "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(to_utf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(to_utf8("\xE9"
                    "T"),
            "\xEF\xBF\xBD"
            "T");
}

TEST(Utf8, latin1_becomes_utf8) {
  EXPECT_EQ(utf8_of_latin1("M\xFCller \xA7"), "M\xC3\xBCller \xC2\xA7");
  EXPECT_EQ(utf8_of_latin1(""), "");
}

}  // namespace
}  // namespace earshot
