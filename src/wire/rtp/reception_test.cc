#include "wire/rtp/reception.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace earshot::rtp {
namespace {

const TimePoint kStart{seconds{100}};

class ReceptionTest : public testing::Test {
 protected:
  void receive(std::initializer_list<int> sequences, std::uint32_t ssrc = 1) {
    for (const int sequence : sequences)
      reception_.on_packet(ssrc, static_cast<std::uint16_t>(sequence), 0, kStart, false);
  }
  Reception reception_{8000};
};

TEST_F(ReceptionTest, counts_gaps_as_losses_across_the_wrap) {
  receive({65533, 65534, 1, 2});  // 65535 and 0 are missing
  EXPECT_EQ(reception_.packets(), 4u);
  EXPECT_EQ(reception_.lost(), 2u);
  const ReportBlock block = reception_.take_block(kStart);
  EXPECT_EQ(block.ssrc, 1u);
  EXPECT_EQ(block.highest_sequence, 0x10002u);
  EXPECT_EQ(block.cumulative_lost, 2);
  EXPECT_EQ(block.fraction_lost, 2 * 256 / 6);
}

TEST_F(ReceptionTest, reordered_packets_are_no_losses_and_duplicates_make_none_good) {
  receive({1, 3, 2, 4, 4, 4});
  EXPECT_EQ(reception_.lost(), 0u);
  EXPECT_EQ(reception_.take_block(kStart).cumulative_lost, -2) << "RFC 3550 A.3";
}

TEST_F(ReceptionTest, the_fraction_is_of_the_last_interval) {
  receive({1, 2, 3, 5});
  EXPECT_EQ(reception_.take_block(kStart).fraction_lost, 256 / 5);
  receive({6, 7, 8, 9});
  EXPECT_EQ(reception_.take_block(kStart).fraction_lost, 0);
  EXPECT_EQ(reception_.take_block(kStart).fraction_lost, 0) << "nothing expected, nothing lost";
}

TEST_F(ReceptionTest, a_jump_is_believed_with_the_second_packet) {
  receive({10, 11, 40000});
  EXPECT_EQ(reception_.take_block(kStart).highest_sequence, 11u);
  receive({40001});
  EXPECT_EQ(reception_.take_block(kStart).highest_sequence, 40001u);
  EXPECT_EQ(reception_.lost(), 0u);
}

TEST_F(ReceptionTest, another_ssrc_keeps_the_sums) {
  receive({1, 3});
  receive({500, 502}, 2);
  EXPECT_EQ(reception_.packets(), 4u);
  EXPECT_EQ(reception_.lost(), 2u);
  EXPECT_EQ(reception_.take_block(kStart).ssrc, 2u);
}

TEST_F(ReceptionTest, jitter_is_the_smoothed_difference_of_transit_times) {
  for (int i = 0; i < 500; ++i)
    reception_.on_packet(1, static_cast<std::uint16_t>(i), static_cast<std::uint32_t>(i) * 160,
                         kStart + milliseconds{20 * i});
  EXPECT_EQ(reception_.jitter(), Duration{});
  for (int i = 500; i < 1000; ++i)  // every other one 4 ms late: |D| is 4 ms each time
    reception_.on_packet(1, static_cast<std::uint16_t>(i), static_cast<std::uint32_t>(i) * 160,
                         kStart + milliseconds{20 * i + (i % 2) * 4});
  EXPECT_NEAR(static_cast<double>(reception_.jitter().count()), 4e6, 0.2e6);
}

TEST_F(ReceptionTest, reports_when_the_last_sender_report_came) {
  receive({1});
  EXPECT_EQ(reception_.take_block(kStart).last_sr, 0u);
  reception_.on_sender_report(0x1122334455667788, kStart);
  const ReportBlock block = reception_.take_block(kStart + milliseconds{1500});
  EXPECT_EQ(block.last_sr, 0x33445566u);
  EXPECT_EQ(block.delay_since_last_sr, 65536u * 3 / 2);
}

}  // namespace
}  // namespace earshot::rtp
