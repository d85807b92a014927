#include "edge/media/frame_ring.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace earshot::media {
namespace {

TEST(FrameRing, gives_back_in_order_what_found_room_and_counts_the_rest) {
  const auto ring = std::make_unique<FrameRing>();
  rtp::Frame frame{};
  EXPECT_EQ(ring->front(), nullptr);
  for (std::uint32_t round = 0; round < 3; ++round) {
    for (std::uint32_t i = 0; i < FrameRing::kCapacity + 5; ++i) {
      frame.fill(static_cast<std::int16_t>(i));
      EXPECT_EQ(ring->push(i, frame), i < FrameRing::kCapacity);
    }
    for (std::uint32_t i = 0; i < FrameRing::kCapacity; ++i, ring->drop_front()) {
      ASSERT_NE(ring->front(), nullptr);
      EXPECT_EQ(ring->front()->place, i);
      EXPECT_EQ(ring->front()->samples.back(), static_cast<std::int16_t>(i));
    }
    EXPECT_EQ(ring->front(), nullptr);
    EXPECT_EQ(ring->dropped(), 5 * (round + 1));
  }
}

TEST(FrameRing, two_threads_lose_nothing_that_was_not_counted) {  // for the thread sanitizer
  constexpr std::uint32_t kFrames = 50'000;
  const auto ring = std::make_unique<FrameRing>();
  std::atomic<bool> done = false;
  std::thread media{[&] {
    rtp::Frame frame{};
    for (std::uint32_t i = 0; i < kFrames; ++i) {
      frame.fill(static_cast<std::int16_t>(i));
      ring->push(i, frame);
      if (i % 64 == 0) std::this_thread::yield();
    }
    done.store(true, std::memory_order_release);
  }};
  std::uint64_t got = 0;
  std::int64_t last = -1;
  for (;;) {
    const bool was_done = done.load(std::memory_order_acquire);
    while (const PlacedFrame* frame = ring->front()) {
      ASSERT_GT(frame->place, last);
      last = frame->place;
      const auto expected = static_cast<std::int16_t>(frame->place);
      ASSERT_EQ(frame->samples.front(), expected);
      ASSERT_EQ(frame->samples.back(), expected);
      ++got;
      ring->drop_front();
    }
    if (was_done) break;
  }
  media.join();
  EXPECT_EQ(got + ring->dropped(), kFrames);
}

}  // namespace
}  // namespace earshot::media
