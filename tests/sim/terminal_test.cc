#include "sim/terminal.h"

#include <gtest/gtest.h>

namespace earshot::sim {
namespace {

using Pieces = std::vector<std::string>;

TEST(Terminal, a_line_that_fits_is_left_as_it_is) {
  EXPECT_EQ(wrapped("  two words", 11), Pieces{"  two words"});
  EXPECT_EQ(wrapped(std::string(500, 'x'), 0), Pieces{std::string(500, 'x')});
}

TEST(Terminal, no_line_ends_in_a_space) {
  EXPECT_EQ(wrapped("  a row    ", 0), Pieces{"  a row"});
  EXPECT_EQ(wrapped("  a row    ", 80), Pieces{"  a row"});
  EXPECT_EQ(wrapped("  a row    ", 7), Pieces{"  a row"})
      << "what is left out needs no second line";
  EXPECT_EQ(wrapped("   ", 80), Pieces{""});
}

TEST(Terminal, words_are_never_split_and_go_on_deeper) {
  EXPECT_EQ(wrapped("  one two three four", 14),
            (Pieces{"  one two", "      three", "      four"}));
  EXPECT_EQ(wrapped("a extraordinarily b", 10), (Pieces{"a", "extraordinarily", "    b"}))
      << "a long one needs its room";
  EXPECT_EQ(wrapped("a ordinarily", 12), (Pieces{"a ordinarily"}));
  EXPECT_EQ(wrapped("  a ordinarily", 12), (Pieces{"  a", "  ordinarily"}));
}

TEST(Terminal, json_is_broken_between_its_members) {
  EXPECT_EQ(wrapped(R"({"a":"x","targetDeviceUri":"http://127.0.0.1:8080/api"})", 40),
            (Pieces{R"({"a":"x","targetDeviceUri":)", R"(    "http://127.0.0.1:8080/api"})"}));
}

TEST(Terminal, colours_and_the_octets_of_a_character_take_no_room) {
  EXPECT_EQ(wrapped("\x1b[32m✓ ✓ ✓\x1b[0m", 5), Pieces{"\x1b[32m✓ ✓ ✓\x1b[0m"});
  EXPECT_EQ(wrapped("✓✓✓ ✓✓✓", 5), (Pieces{"✓✓✓", "  ✓✓✓"}));
}

}  // namespace
}  // namespace earshot::sim
