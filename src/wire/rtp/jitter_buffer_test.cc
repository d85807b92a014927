#include "wire/rtp/jitter_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <random>
#include <vector>

#include "wire/rtp/g711.h"

namespace earshot::rtp {
namespace {

constexpr std::uint32_t kSsrc = 7;

/// A sample that tells its own timestamp: noise, so that order and place can be read off.
std::uint8_t sample_at(std::uint32_t timestamp) {
  return static_cast<std::uint8_t>(timestamp * 2654435761u >> 13);
}
Bytes payload_at(std::uint32_t timestamp, std::size_t size = 160) {
  Bytes payload(size);
  for (std::size_t i = 0; i < size; ++i)
    payload[i] = sample_at(timestamp + static_cast<std::uint32_t>(i));
  return payload;
}
Frame frame_at(std::uint32_t timestamp) {
  Frame frame;
  for (std::size_t i = 0; i < frame.size(); ++i)
    frame[i] = ulaw_decode(sample_at(timestamp + static_cast<std::uint32_t>(i)));
  return frame;
}

class JitterBufferTest : public testing::Test {
 protected:
  void put(std::uint32_t timestamp, std::size_t size = 160, std::uint32_t ssrc = kSsrc) {
    buffer_.insert(ssrc, timestamp, payload_at(timestamp, size), Law::Ulaw);
  }
  bool read() { return buffer_.read(out_); }
  /// Whether the tick gives what was spoken at `timestamp`; the first 5 ms may be a blend.
  testing::AssertionResult plays(std::uint32_t timestamp) {
    const bool heard = read();
    const Frame wanted = frame_at(timestamp);
    if (heard && std::equal(out_.begin() + 40, out_.end(), wanted.begin() + 40))
      return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << "heard " << heard << ", sample 100 is " << out_[100] << " instead of " << wanted[100];
  }
  JitterBuffer buffer_;
  Frame out_{};
};

TEST_F(JitterBufferTest, is_silent_before_the_stream) {
  EXPECT_FALSE(read());
  EXPECT_TRUE(std::all_of(out_.begin(), out_.end(), [](auto sample) { return sample == 0; }));
  EXPECT_EQ(buffer_.concealed(), 0u);
}

TEST_F(JitterBufferTest, a_steady_stream_waits_for_the_tick_alone) {
  for (std::uint32_t i = 0; i < 1000; ++i) {
    put(5000 + i * 160);
    ASSERT_TRUE(plays(5000 + i * 160)) << i;
    ASSERT_EQ(buffer_.waiting(), 0u);
  }
  EXPECT_EQ(buffer_.concealed(), 0u);
}

TEST_F(JitterBufferTest, both_laws_and_wrapping_timestamps) {
  std::uint32_t timestamp = 0xFFFFFF00;
  for (int i = 0; i < 10; ++i, timestamp += 160) {
    put(timestamp);
    ASSERT_TRUE(plays(timestamp)) << i;
  }
  buffer_.insert(kSsrc, timestamp, Bytes(160, alaw_encode(-3000)), Law::Alaw);
  ASSERT_TRUE(read());
  EXPECT_EQ(out_[100], alaw_decode(alaw_encode(-3000)));
}

TEST_F(JitterBufferTest, packets_of_any_length_come_out_whole) {
  for (const std::uint32_t ptime : {10u, 20u, 30u, 40u, 60u, 100u, 13u}) {
    buffer_.reset();
    const std::uint32_t size = ptime * 8;
    std::uint32_t sent = 0;
    std::vector<std::int16_t> heard;
    for (std::uint32_t ms = 0; ms < 2000; ++ms) {
      if (ms % ptime == 0) {
        put(sent, size);
        sent += size;
      }
      if (ms % 20 == 7 && read()) heard.insert(heard.end(), out_.begin(), out_.end());
    }
    // From the second half on everything is in order and complete.
    ASSERT_GT(heard.size(), 14000u) << ptime;
    const std::size_t half = heard.size() / 2 / 160 * 160;
    std::uint32_t at = 0;
    while (at < sent &&
           !std::equal(heard.begin() + half, heard.begin() + half + 160, frame_at(at).begin()))
      ++at;
    ASSERT_LT(at, sent) << ptime;
    for (std::size_t i = half; i + 160 <= heard.size(); i += 160, at += 160)
      ASSERT_TRUE(std::equal(heard.begin() + i, heard.begin() + i + 160, frame_at(at).begin()))
          << ptime << " ms, sample " << i;
    EXPECT_LE(buffer_.waiting(), size + 160) << ptime;
  }
}

TEST_F(JitterBufferTest, a_lost_packet_is_concealed_and_costs_no_delay) {
  put(0);
  ASSERT_TRUE(plays(0));
  EXPECT_TRUE(read()) << "the frame before, fading";
  EXPECT_EQ(buffer_.concealed(), 1u);
  EXPECT_EQ(out_[0], frame_at(0)[159]) << "joins up with what was heard";
  EXPECT_EQ(out_[159], frame_at(0)[0] * 321 / 480) << "and fades";
  put(320);  // 160 never comes
  ASSERT_TRUE(plays(320));
  EXPECT_EQ(buffer_.waiting(), 0u);
  EXPECT_EQ(buffer_.concealed(), 1u);
}

TEST_F(JitterBufferTest, concealment_fades_to_silence_within_60_ms) {
  put(0);
  ASSERT_TRUE(plays(0));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(read());
  EXPECT_LT(std::abs(out_[159]), 70);
  EXPECT_FALSE(read());
  EXPECT_EQ(buffer_.concealed(), 3u);
}

TEST_F(JitterBufferTest, a_late_packet_is_played_and_the_delay_grows_once) {
  put(0);
  ASSERT_TRUE(plays(0));
  read();  // 160 is late
  put(160);
  ASSERT_TRUE(plays(160));
  for (std::uint32_t i = 2; i < 50; ++i) {  // always one tick late from now on
    put(i * 160);
    ASSERT_TRUE(plays(i * 160));
  }
  EXPECT_EQ(buffer_.late(), 0u);
  EXPECT_EQ(buffer_.concealed(), 1u);
}

TEST_F(JitterBufferTest, reordered_packets_find_their_place_and_duplicates_change_nothing) {
  put(0);
  put(160);
  put(320);
  ASSERT_TRUE(plays(320)) << "before the first read the newest frame is the place to begin";
  put(640);
  put(480);
  put(480);
  put(640);
  put(320);
  ASSERT_TRUE(plays(480));
  ASSERT_TRUE(plays(640));
  EXPECT_EQ(buffer_.late(), 1u);
  read();
  put(960);  // overtakes 800, after a tick that found nothing
  put(800);
  ASSERT_TRUE(plays(800));
  ASSERT_TRUE(plays(960));
}

TEST_F(JitterBufferTest, a_pause_in_the_stream_costs_no_delay) {
  for (std::uint32_t i = 0; i < 10; ++i) {
    put(i * 160);
    ASSERT_TRUE(plays(i * 160));
  }
  for (const std::uint32_t pause : {4u, 7u, 50u, 500u}) {
    const std::uint32_t start = (10 + pause) * 160;
    buffer_.reset();
    put(9 * 160);
    ASSERT_TRUE(plays(9 * 160));
    for (std::uint32_t i = 0; i < pause; ++i) read();
    put(start);
    ASSERT_TRUE(plays(start)) << pause;
    put(start + 160);
    ASSERT_TRUE(plays(start + 160)) << pause;
    EXPECT_EQ(buffer_.waiting(), 0u);
  }
}

TEST_F(JitterBufferTest, a_jump_of_the_timestamps_and_another_ssrc_begin_anew) {
  put(0);
  ASSERT_TRUE(plays(0));
  put(1'000'000);
  ASSERT_TRUE(plays(1'000'000));
  put(50, 160, kSsrc + 1);
  ASSERT_TRUE(plays(50));
  // Backwards within a stream: believed after six packets.
  put(1'000'000, 160, kSsrc + 2);
  ASSERT_TRUE(plays(1'000'000));
  for (std::uint32_t i = 0; i < 5; ++i) {
    put(2000 + i * 160, 160, kSsrc + 2);
    read();
  }
  put(2800, 160, kSsrc + 2);
  ASSERT_TRUE(plays(2800));
}

TEST_F(JitterBufferTest, a_burst_after_a_stall_does_not_leave_its_length_as_delay) {
  std::uint32_t sent = 0;
  for (; sent < 100; ++sent) {
    put(sent * 160);
    read();
  }
  for (int i = 0; i < 10; ++i) read();             // the network stands still for 200 ms…
  for (int i = 0; i < 10; ++i) put(sent++ * 160);  // …and then gives all at once
  for (int i = 0; i < 120; ++i) {
    put(sent++ * 160);
    EXPECT_TRUE(read());
  }
  EXPECT_LE(buffer_.waiting(), 160u);
  for (int i = 0; i < 200; ++i) read();
  for (int i = 0; i < 100; ++i) put(sent++ * 160);  // two seconds at once
  EXPECT_LE(buffer_.waiting(), 2400u);
}

/// Runs a stream through random delays; @return the share of ticks concealed after the first second
double concealed_share(JitterBuffer& buffer, std::uint32_t jitter_ms, unsigned seed) {
  std::mt19937 random{seed};
  std::multimap<std::uint32_t, std::uint32_t> arrivals;
  constexpr std::uint32_t kPackets = 3000;
  for (std::uint32_t i = 0; i < kPackets; ++i)
    arrivals.emplace(i * 20 + (jitter_ms ? random() % jitter_ms : 0), i * 160);
  Frame out;
  std::uint64_t before = 0;
  for (std::uint32_t ms = 0; ms < kPackets * 20; ++ms) {
    for (auto [at, last] = arrivals.equal_range(ms); at != last; ++at)
      buffer.insert(kSsrc, at->second, payload_at(at->second), Law::Ulaw);
    if (ms % 20 == 9) buffer.read(out);
    if (ms == 1000) before = buffer.concealed();
  }
  return static_cast<double>(buffer.concealed() - before) / kPackets;
}

TEST(JitterBufferProperty, adapts_to_jitter) {
  for (const std::uint32_t jitter : {0u, 5u, 15u, 30u, 60u, 100u}) {
    JitterBuffer buffer;
    EXPECT_LT(concealed_share(buffer, jitter, 17), jitter == 0 ? 1e-9 : 0.04) << jitter << " ms";
    EXPECT_LE(buffer.waiting(), jitter * 8 + 320) << jitter << " ms";
  }
}

TEST(JitterBufferProperty, whatever_is_put_in_memory_and_delay_stay_bounded) {
  std::mt19937 random{23};
  for (int round = 0; round < 30; ++round) {
    JitterBuffer buffer;
    Frame out;
    std::uint32_t timestamp = static_cast<std::uint32_t>(random());
    for (int step = 0; step < 2000; ++step) {
      const Bytes payload(random() % 1000, 0x10);
      switch (random() % 8) {
        case 0:
          timestamp = static_cast<std::uint32_t>(random());
          break;
        case 1:
          timestamp -= static_cast<std::uint32_t>(random() % 4000);
          break;
        case 2:
          timestamp += static_cast<std::uint32_t>(random() % 4000);
          break;
        default:
          timestamp += static_cast<std::uint32_t>(payload.size());
      }
      buffer.insert(random() % 50 == 0 ? 2 : 1, timestamp, payload,
                    random() % 2 ? Law::Ulaw : Law::Alaw);
      ASSERT_LE(buffer.waiting(), 4096u);
      if (random() % 2) buffer.read(out);
    }
  }
}

}  // namespace
}  // namespace earshot::rtp
