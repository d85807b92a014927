#include "edge/media/digit_player.h"

#include <gtest/gtest.h>

namespace earshot::media {
namespace {

// RFC 4733 §2.5.1.4
TEST(DigitPlayer, the_end_of_a_digit_is_said_three_times) {
  DigitPlayer player;
  player.add("5");
  int ends = 0;
  for (int tick = 0; tick < 20; ++tick)
    if (const auto next = player.next()) ends += (next->payload[1] & 0x80) != 0;
  EXPECT_EQ(ends, 3);
}

}  // namespace
}  // namespace earshot::media
