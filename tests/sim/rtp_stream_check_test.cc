#include "sim/rtp_stream_check.h"

#include <gtest/gtest.h>

#include <array>

namespace earshot::sim {
namespace {

using Order = RtpStreamCheck::Order;

class RtpStreamCheckTest : public testing::Test {
 protected:
  /// The packet `number` of a stream that began near the wrap of both counts.
  Order take(int number, std::uint32_t shift = 0, std::uint32_t ssrc = 7) {
    rtp::PacketView packet;
    packet.ssrc = ssrc;
    packet.sequence = static_cast<std::uint16_t>(65'530 + number);
    packet.timestamp =
        static_cast<std::uint32_t>(-500) + 160 * static_cast<std::uint32_t>(number) + shift;
    packet.payload = payload;
    return check.take(packet, true);
  }
  Order take_event(int number) {
    rtp::PacketView packet;
    packet.ssrc = 7;
    packet.sequence = static_cast<std::uint16_t>(65'530 + number);
    packet.timestamp = 1;
    return check.take(packet, false);
  }

  std::array<std::uint8_t, 160> payload{};
  RtpStreamCheck check;
};

TEST_F(RtpStreamCheckTest, a_steady_stream_is_continuous_across_the_wrap) {
  for (int number = 0; number < 100; ++number) EXPECT_EQ(take(number), Order::New);
  EXPECT_TRUE(check.report().is_continuous());
  EXPECT_EQ(check.report().packets, 100u);
  EXPECT_EQ(check.report().lost, 0u);
}

TEST_F(RtpStreamCheckTest, loss_and_lateness_and_duplicates_are_the_networks) {
  take(0);
  EXPECT_EQ(take(3), Order::New);
  EXPECT_EQ(check.report().lost, 2u);
  EXPECT_EQ(take(1), Order::Late);
  EXPECT_EQ(take(1), Order::Duplicate);
  EXPECT_EQ(take(3), Order::Duplicate);
  EXPECT_EQ(take(2), Order::Late);
  EXPECT_EQ(take(4), Order::New);
  EXPECT_EQ(check.report().lost, 0u);
  EXPECT_EQ(check.report().late, 2u);
  EXPECT_EQ(check.report().duplicates, 2u);
  EXPECT_TRUE(check.report().is_continuous()) << to_string(check.report());
}

TEST_F(RtpStreamCheckTest, a_timestamp_that_does_not_go_with_its_number_is_a_jump) {
  take(0);
  take(1, 80);
  EXPECT_EQ(check.report().timestamp_jumps, 1u);
  EXPECT_FALSE(check.report().is_continuous());
}

TEST_F(RtpStreamCheckTest, another_ssrc_and_another_count_break_the_stream) {
  take(0);
  take(1, 0, 8);
  EXPECT_EQ(check.report().ssrc_changes, 1u);
  take(1000, 0, 8);
  EXPECT_EQ(check.report().sequence_jumps, 1u);
  EXPECT_EQ(check.report().lost, 0u);
}

TEST_F(RtpStreamCheckTest, events_share_the_count_and_free_the_next_timestamp) {
  take(0);
  EXPECT_EQ(take_event(1), Order::New);
  EXPECT_EQ(take_event(2), Order::New);
  take(3, 160 * 4);
  take(4, 160 * 4);
  EXPECT_TRUE(check.report().is_continuous()) << to_string(check.report());
  EXPECT_EQ(check.report().audio_packets, 3u);
}

TEST_F(RtpStreamCheckTest, a_frame_of_another_length_is_odd) {
  rtp::PacketView packet;
  packet.payload = std::span(payload).first(80);
  check.take(packet, true);
  EXPECT_EQ(check.report().odd_sizes, 1u);
}

}  // namespace
}  // namespace earshot::sim
