#include "edge/media/listener_stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace earshot::media {
namespace {

const TimePoint kStart{seconds{100}};

rtp::PacketView packet(std::uint16_t sequence, std::uint32_t timestamp, std::uint32_t ssrc = 7) {
  rtp::PacketView view;
  view.sequence = sequence;
  view.timestamp = timestamp;
  view.ssrc = ssrc;
  return view;
}

class ListenerStreamTest : public testing::Test {
 protected:
  TimePoint at(int ms) const { return kStart + milliseconds{ms}; }
  ListenerStream stream_{99, 1000, 5000};
  const LineId a_{1};
  const LineId b_{2};
};

TEST_F(ListenerStreamTest, frames_follow_one_another) {
  for (std::uint16_t i = 0; i < 100; ++i) {
    const auto header = stream_.frame(at(20 * i));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->ssrc, 99u);
    EXPECT_EQ(header->marker, i == 0);
    EXPECT_EQ(header->sequence, 1000 + i);
    EXPECT_EQ(header->timestamp, 5000u + 160u * i);
  }
}

TEST_F(ListenerStreamTest, a_source_s_gaps_and_order_stay_visible) {
  struct Row {
    std::uint16_t sequence;
    std::uint32_t timestamp;
    std::uint16_t out_sequence;
  };
  int ms = 0;
  for (const Row row : {Row{65534, 0, 1000}, Row{65535, 160, 1001}, Row{1, 480, 1003},
                        Row{0, 320, 1002}, Row{2, 640, 1004}}) {
    const auto header = stream_.pass(a_, packet(row.sequence, row.timestamp), 160, at(ms));
    ms += 20;
    ASSERT_TRUE(header);
    EXPECT_EQ(header->sequence, row.out_sequence);
    EXPECT_EQ(header->timestamp, 5000 + row.timestamp);
    EXPECT_EQ(header->marker, row.out_sequence == 1000);
  }
}

TEST_F(ListenerStreamTest, a_change_of_source_continues_both_counts) {
  stream_.pass(a_, packet(10, 100000), 160, at(0));
  stream_.pass(a_, packet(11, 100160), 160, at(20));
  const auto changed = stream_.pass(b_, packet(40000, 7), 160, at(40));
  ASSERT_TRUE(changed);
  EXPECT_TRUE(changed->marker);
  EXPECT_EQ(changed->sequence, 1002);
  EXPECT_EQ(changed->timestamp, 5320u);
  EXPECT_FALSE(stream_.pass(b_, packet(39999, 7 - 160), 160, at(41))) << "from before the change";
  const auto next = stream_.pass(b_, packet(40001, 167), 160, at(60));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->sequence, 1003);
  EXPECT_EQ(next->timestamp, 5480u);
}

TEST_F(ListenerStreamTest, a_source_that_begins_anew_is_a_change_too) {
  stream_.pass(a_, packet(10, 1000), 160, at(0));
  const auto other_ssrc = stream_.pass(a_, packet(500, 90000, 8), 160, at(20));
  ASSERT_TRUE(other_ssrc);
  EXPECT_EQ(other_ssrc->sequence, 1001);
  EXPECT_EQ(other_ssrc->timestamp, 5160u);
  const auto jump = stream_.pass(a_, packet(30000, 80000000, 8), 160, at(40));
  ASSERT_TRUE(jump);
  EXPECT_EQ(jump->sequence, 1002);
  EXPECT_EQ(jump->timestamp, 5320u);
  EXPECT_TRUE(jump->marker);
}

TEST_F(ListenerStreamTest, a_source_that_is_passed_through_for_hours_stays_the_same) {
  for (std::uint32_t i = 0; i < 100'000; ++i) {  // half an hour; its numbers wrap round
    const auto header = stream_.pass(a_, packet(static_cast<std::uint16_t>(60'000 + i), 160 * i),
                                     160, at(static_cast<int>(20 * i)));
    ASSERT_TRUE(header) << i;
    ASSERT_EQ(header->sequence, static_cast<std::uint16_t>(1000 + i)) << i;
    ASSERT_EQ(header->timestamp, 5000 + 160 * i) << i;
    ASSERT_EQ(header->marker, i == 0) << i;
  }
}

TEST_F(ListenerStreamTest, a_jump_of_its_numbers_alone_is_a_change) {
  stream_.pass(a_, packet(10, 1000), 160, at(0));
  const auto far = stream_.pass(a_, packet(5000, 1160), 160, at(20));
  ASSERT_TRUE(far);
  EXPECT_EQ(far->sequence, 1001) << "no listener waits for 4,989 packets";
  EXPECT_EQ(far->timestamp, 5160u);
  EXPECT_TRUE(far->marker);
  const auto back = stream_.pass(a_, packet(4000, 1320), 160, at(40));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->sequence, 1002);
  EXPECT_EQ(back->timestamp, 5320u);
  const auto lost = stream_.pass(a_, packet(4011, 3080), 160, at(260));
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->sequence, 1013) << "a few that are missing are shown as missing";
}

TEST_F(ListenerStreamTest, a_jump_of_its_timestamps_alone_is_a_change) {
  stream_.pass(a_, packet(10, 1000), 160, at(0));
  const auto ahead = stream_.pass(a_, packet(11, 80'000'000), 160, at(20));
  ASSERT_TRUE(ahead);
  EXPECT_EQ(ahead->sequence, 1001);
  EXPECT_EQ(ahead->timestamp, 5160u);
  EXPECT_TRUE(ahead->marker);
  const auto back = stream_.pass(a_, packet(12, 1320), 160, at(40));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->timestamp, 5320u);
  EXPECT_TRUE(back->marker);
}

TEST_F(ListenerStreamTest, the_marker_tells_of_each_change) {
  EXPECT_TRUE(stream_.frame(at(0))->marker);
  EXPECT_FALSE(stream_.frame(at(20))->marker);
  EXPECT_TRUE(stream_.pass(a_, packet(1, 0), 160, at(40))->marker);
  EXPECT_FALSE(stream_.pass(a_, packet(2, 160), 160, at(60))->marker);
  EXPECT_TRUE(stream_.frame(at(80))->marker);
  stream_.change();
  EXPECT_TRUE(stream_.frame(at(100))->marker);
}

TEST_F(ListenerStreamTest, a_pause_moves_the_timestamp_on_and_sets_the_marker) {
  stream_.frame(at(0));
  const auto header = stream_.frame(at(10000));
  ASSERT_TRUE(header);
  EXPECT_TRUE(header->marker);
  EXPECT_EQ(header->sequence, 1001);
  EXPECT_EQ(header->timestamp, 5000u + 80000u);
}

TEST_F(ListenerStreamTest, changes_at_random_never_repeat_a_number_nor_run_from_the_clock) {
  std::mt19937 random{5};
  std::uint16_t sequence = 1000;
  std::uint32_t timestamp = 5000;
  bool first = true;
  for (int ms = 0, way = 0; ms < 60'000; ++ms) {
    if (random() % 100 == 0) {
      way = static_cast<int>(random() % 3);
      stream_.change();
    }
    std::optional<rtp::PacketView> header;
    const auto frame = static_cast<std::uint32_t>(ms / 20);
    if (way == 0 && ms % 20 == 0)
      header = stream_.frame(at(ms));
    else if (way == 1 && ms % 20 == 7)
      header =
          stream_.pass(a_, packet(static_cast<std::uint16_t>(frame), frame * 160), 160, at(ms));
    else if (way == 2 && ms % 20 == 15)
      header = stream_.pass(b_, packet(static_cast<std::uint16_t>(frame + 9), frame * 160 + 5, 8),
                            160, at(ms));
    if (!header) continue;
    if (!first) {
      EXPECT_EQ(header->sequence, static_cast<std::uint16_t>(sequence + 1));
      EXPECT_GE(static_cast<std::int32_t>(header->timestamp - timestamp), 160);
    }
    first = false;
    sequence = header->sequence;
    timestamp = header->timestamp;
    const auto lead =
        static_cast<std::int32_t>(timestamp - 5000 - static_cast<std::uint32_t>(ms) * 8);
    ASSERT_LT(std::abs(lead), 960) << ms;
  }
}

TEST_F(ListenerStreamTest, all_packets_of_an_event_have_one_timestamp) {
  for (const bool passing : {false, true}) {
    ListenerStream stream{99, 1000, 5000};
    if (passing)
      stream.pass(a_, packet(9, 1840), 160, at(0));
    else
      stream.frame(at(0));
    const auto begin = stream.event(a_, packet(10, 2000), at(20));
    EXPECT_TRUE(begin.marker);
    EXPECT_EQ(begin.timestamp, 5160u);
    EXPECT_EQ(begin.sequence, 1001);
    if (!passing) stream.frame(at(20));
    const auto goes_on = stream.event(a_, packet(11, 2000), at(40));
    EXPECT_EQ(goes_on.timestamp, 5160u) << passing;
    EXPECT_EQ(goes_on.sequence, passing ? 1002 : 1003);
    const auto other = stream.event(a_, packet(12, 4000), at(300));
    EXPECT_NE(other.timestamp, 5160u);
  }
}

TEST_F(ListenerStreamTest, what_is_left_out_leaves_no_gap) {
  stream_.pass(a_, packet(9, 0), 160, at(0));
  stream_.leave_out(a_, packet(10, 160));
  stream_.leave_out(a_, packet(11, 160));
  const auto header = stream_.pass(a_, packet(12, 480), 160, at(60));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->sequence, 1001);
  EXPECT_EQ(header->timestamp, 5480u);
}

TEST_F(ListenerStreamTest, a_jump_of_either_count_alone_is_a_change) {
  stream_.pass(a_, packet(10, 1000), 160, at(0));
  const auto sequence = stream_.pass(a_, packet(30000, 1160), 160, at(20));
  ASSERT_TRUE(sequence);
  EXPECT_EQ(sequence->sequence, 1001);
  EXPECT_TRUE(sequence->marker);
  ListenerStream other{99, 1000, 5000};
  other.pass(a_, packet(10, 1000), 160, at(0));
  const auto timestamp = other.pass(a_, packet(11, 80000000), 160, at(20));
  ASSERT_TRUE(timestamp);
  EXPECT_EQ(timestamp->timestamp, 5160u);
  EXPECT_TRUE(timestamp->marker);
}

TEST_F(ListenerStreamTest, no_number_is_used_twice_after_anothers_event) {
  EXPECT_EQ(stream_.pass(a_, packet(10, 0), 160, at(0))->sequence, 1000);
  EXPECT_EQ(stream_.event(b_, packet(7, 900, 8), at(10)).sequence, 1001);
  EXPECT_EQ(stream_.pass(a_, packet(11, 160), 160, at(20))->sequence, 1002);
}

TEST_F(ListenerStreamTest, a_long_stream_goes_on_past_every_wrap) {
  for (int i = 0; i < 70'000; ++i)
    ASSERT_TRUE(
        stream_.pass(a_, packet(static_cast<std::uint16_t>(i), static_cast<std::uint32_t>(i) * 160),
                     160, at(20 * i)))
        << i;
}

}  // namespace
}  // namespace earshot::media
