#include "edge/media/source_latch.h"

#include <gtest/gtest.h>

namespace earshot::media {
namespace {

const TimePoint kStart{seconds{100}};
const Endpoint kSignalled = *Endpoint::parse("192.0.2.1", 4000);
const Endpoint kSip = *Endpoint::parse("198.51.100.7", 5060);
const Endpoint kBehindNat = *Endpoint::parse("198.51.100.7", 61000);
const Endpoint kStranger = *Endpoint::parse("203.0.113.9", 4000);

class SourceLatchTest : public testing::Test {
 protected:
  SourceLatchTest() { latch_.expect(kSignalled, kSip, kStart, seconds{5}); }
  bool hear(const Endpoint& from, int sequence, std::uint32_t ssrc = 1,
            TimePoint at = kStart + seconds{1}) {
    return latch_.accept(from, ssrc, static_cast<std::uint16_t>(sequence), at);
  }
  bool latch(const Endpoint& from, int sequence = 10) {
    hear(from, sequence);
    hear(from, sequence + 1);
    return hear(from, sequence + 2);
  }
  SourceLatch latch_;
};

TEST_F(SourceLatchTest, takes_the_signalled_address_at_any_time) {
  EXPECT_TRUE(hear(kSignalled, 1));
  EXPECT_TRUE(hear(kSignalled, 900, 77, kStart + seconds{500}));
  EXPECT_EQ(latch_.peer(), kSignalled);
}

TEST_F(SourceLatchTest, takes_another_source_after_three_packets_in_a_row) {
  EXPECT_FALSE(hear(kBehindNat, 65535));
  EXPECT_FALSE(hear(kBehindNat, 0));
  EXPECT_EQ(latch_.peer(), kSignalled);
  EXPECT_TRUE(hear(kBehindNat, 1));
  EXPECT_EQ(latch_.peer(), kBehindNat);
  EXPECT_TRUE(hear(kBehindNat, 500, 2, kStart + seconds{60})) << "another SSRC of the same source";
}

TEST_F(SourceLatchTest, latches_once) {
  ASSERT_TRUE(latch(kBehindNat));
  EXPECT_FALSE(latch(kStranger));
  EXPECT_EQ(latch_.peer(), kBehindNat);
}

TEST_F(SourceLatchTest, never_latches_once_the_signalled_address_was_heard) {
  ASSERT_TRUE(hear(kSignalled, 1));
  for (std::uint16_t i = 0; i < 100; ++i) EXPECT_FALSE(hear(kStranger, i));
}

TEST_F(SourceLatchTest, a_stranger_never_latches) {
  for (std::uint16_t i = 0; i < 5000; ++i) ASSERT_FALSE(hear(kStranger, i));
  EXPECT_EQ(latch_.peer(), kSignalled);
  for (std::uint16_t i = 0; i < 3; ++i) {  // nor does it hinder who may
    EXPECT_FALSE(hear(kStranger, static_cast<std::uint16_t>(6000 + i)));
    EXPECT_EQ(hear(kBehindNat, i), i == 2);
    EXPECT_FALSE(hear(kStranger, 7000 + i, 3));
  }
  EXPECT_EQ(latch_.peer(), kBehindNat);
}

TEST_F(SourceLatchTest, without_a_sip_host_only_the_signalled_one_is_at_home) {
  latch_.expect(kSignalled.with_port(4002), {}, kStart, seconds{5});
  EXPECT_FALSE(latch(kBehindNat));
  EXPECT_TRUE(latch(kSignalled.with_port(61000)));
}

TEST_F(SourceLatchTest, a_stranger_who_continues_the_stream_is_the_peer) {
  ASSERT_TRUE(latch(kBehindNat, 10));  // SSRC 1, up to 12
  const TimePoint soon = kStart + seconds{1} + milliseconds{100};
  for (const int i : {13, 14, 15, 16})
    EXPECT_FALSE(hear(kStranger, i, 1, soon)) << "the old source may still send";
  const TimePoint late = kStart + seconds{180};
  for (const int i : {17, 18, 19, 20}) EXPECT_FALSE(hear(kStranger, i, 2, late)) << "SSRC";
  for (const int i : {5, 6, 7, 8}) EXPECT_FALSE(hear(kStranger, i, 1, late)) << "past";
  EXPECT_FALSE(hear(kStranger, 40, 1, late));
  EXPECT_FALSE(hear(kStranger, 41, 1, late));
  EXPECT_TRUE(hear(kStranger, 42, 1, late));
  EXPECT_EQ(latch_.peer(), kStranger);
}

TEST_F(SourceLatchTest, who_is_at_home_wins_the_place_back_from_who_is_not) {
  ASSERT_TRUE(latch(kBehindNat, 10));
  const TimePoint late = kStart + seconds{180};
  for (const int i : {13, 14, 15}) hear(kStranger, i, 1, late);
  ASSERT_EQ(latch_.peer(), kStranger);
  for (const int i : {70, 71, 72}) hear(kBehindNat, i, 9, late);
  EXPECT_EQ(latch_.peer(), kBehindNat);
}

TEST_F(SourceLatchTest, a_forged_home_that_falls_silent_is_replaced) {
  ASSERT_TRUE(latch(kBehindNat));
  const Endpoint port = kBehindNat.with_port(40000);
  for (const int i : {100, 101, 102}) EXPECT_EQ(hear(port, i, 5, kStart + seconds{2}), i == 102);
}

TEST_F(SourceLatchTest, the_signalled_address_wins_its_place_back) {
  ASSERT_TRUE(latch(kBehindNat));
  EXPECT_TRUE(hear(kSignalled, 1));
  EXPECT_EQ(latch_.peer(), kSignalled);
  EXPECT_FALSE(latch(kBehindNat, 13));
}

TEST_F(SourceLatchTest, never_latches_after_the_window) {
  const TimePoint late = kStart + seconds{5};
  for (std::uint16_t i = 0; i < 10; ++i) EXPECT_FALSE(hear(kBehindNat, i, 1, late));
}

TEST_F(SourceLatchTest, an_unstable_stream_never_latches) {
  for (std::uint16_t i = 0; i < 30; ++i) EXPECT_FALSE(hear(kBehindNat, i, i / 2)) << "SSRC";
  for (std::uint16_t i = 0; i < 30; ++i) EXPECT_FALSE(hear(kBehindNat, i * 2)) << "sequence";
  for (std::uint16_t i = 0; i < 30; ++i)
    EXPECT_FALSE(hear(kBehindNat.with_port(static_cast<std::uint16_t>(5000 + i)), i)) << "port";
  for (std::uint16_t i = 0; i < 30; ++i) {  // two at once hinder one another
    EXPECT_FALSE(hear(kBehindNat, i));
    EXPECT_FALSE(hear(kBehindNat.with_port(1), i));
  }
}

TEST_F(SourceLatchTest, relatches_only_after_another_answer) {
  ASSERT_TRUE(latch(kBehindNat));
  latch_.expect(kSignalled, kSip, kStart + seconds{2}, seconds{5});
  EXPECT_EQ(latch_.peer(), kBehindNat) << "kept: the signalled address is the same";
  const Endpoint moved = kBehindNat.with_port(61001);
  EXPECT_TRUE(latch_.accept(kBehindNat, 1, 13, kStart + seconds{2})) << "still the peer";
  EXPECT_FALSE(latch(moved)) << "who is heard is not replaced";
  latch_.expect(kSignalled, kSip, kStart + seconds{3}, seconds{5});
  EXPECT_FALSE(latch_.accept(moved, 1, 1, kStart + seconds{4}));
  EXPECT_FALSE(latch_.accept(moved, 1, 2, kStart + seconds{4}));
  EXPECT_TRUE(latch_.accept(moved, 1, 3, kStart + seconds{4}));
}

TEST_F(SourceLatchTest, another_signalled_address_forgets_the_latched_one) {
  ASSERT_TRUE(latch(kBehindNat));
  const Endpoint other = kSignalled.with_port(4002);
  latch_.expect(other, kSip, kStart + seconds{1}, seconds{5});
  EXPECT_EQ(latch_.peer(), other);
  EXPECT_FALSE(hear(kSignalled, 1));
}

TEST_F(SourceLatchTest, the_unspecified_address_is_nobody) {
  for (const Endpoint& nowhere : {*Endpoint::parse("0.0.0.0", 4000), kSignalled.with_port(0)}) {
    latch_.expect(nowhere, kSip, kStart, seconds{5});
    EXPECT_TRUE(latch_.peer().is_unspecified());
    EXPECT_FALSE(latch(kStranger));
  }
}

}  // namespace
}  // namespace earshot::media
