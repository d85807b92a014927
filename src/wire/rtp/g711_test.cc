#include "wire/rtp/g711.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace earshot::rtp {
namespace {

/// One positive interval of a law's characteristic, as G.711's tables list them: from a decision
/// value to the next, and the value a decoder puts out, which lies midway. Linear 16-bit units.
struct Interval {
  int from;
  int to;
  int output;
};

/// G.711 table 2: µ-law, 14-bit units, times four. The first step is half as wide and puts out 0;
/// the segments end at 31, 95, 223, 479, 991, 2015, 4063 and 8159.
std::vector<Interval> ulaw_intervals() {
  std::vector<Interval> intervals{{0, 4, 0}};
  int at = 1;
  for (int segment = 0; segment < 8; ++segment) {
    const int step = 2 << segment;
    for (int i = segment == 0 ? 1 : 0; i < 16; ++i, at += step)
      intervals.push_back({at * 4, (at + step) * 4, (at + step / 2) * 4});
  }
  return intervals;
}

/// G.711 table 1: A-law, 13-bit units (4096 full scale), times eight. Two segments of step 2, then
/// doubling, ending at 64, 128, 256 … 4096.
std::vector<Interval> alaw_intervals() {
  std::vector<Interval> intervals;
  int at = 0;
  for (int segment = 0; segment < 8; ++segment) {
    const int step = 2 << std::max(0, segment - 1);
    for (int i = 0; i < 16; ++i, at += step)
      intervals.push_back({at * 8, (at + step) * 8, (at + step / 2) * 8});
  }
  return intervals;
}

struct Law {
  const char* name;
  std::vector<Interval> intervals;
  std::int16_t (*decode)(std::uint8_t);
  std::uint8_t (*encode)(std::int16_t);
  std::uint8_t positive_zero;  ///< the code of the first positive interval
  std::uint8_t inverted;       ///< bits the wire turns over
};

std::vector<Law> laws() {
  return {{"ulaw", ulaw_intervals(), ulaw_decode, ulaw_encode, 0xFF, 0x7F},
          {"alaw", alaw_intervals(), alaw_decode, alaw_encode, 0xD5, 0x55}};
}

TEST(G711, all_256_codes_decode_to_the_outputs_of_the_standard) {
  for (const Law& law : laws()) {
    ASSERT_EQ(law.intervals.size(), 128u);
    for (int i = 0; i < 128; ++i) {
      const auto positive = static_cast<std::uint8_t>(0x80 | (i ^ law.inverted));
      const auto negative = static_cast<std::uint8_t>(i ^ law.inverted);
      const int output = law.intervals[static_cast<std::size_t>(i)].output;
      EXPECT_EQ(law.decode(positive), output) << law.name << " " << i;
      EXPECT_EQ(law.decode(negative), -output) << law.name << " " << i;
    }
  }
  EXPECT_EQ(ulaw_decode(0x80), 32124);
  EXPECT_EQ(alaw_decode(0xAA), 32256);
}

TEST(G711, all_65536_samples_fall_into_the_interval_of_their_code) {
  for (const Law& law : laws()) {
    for (int sample = -32768; sample <= 32767; ++sample) {
      // One's complement, as ITU-T G.191 quantises: both signs have the same 32768 magnitudes.
      const int magnitude = sample < 0 ? ~sample : sample;
      auto interval = std::find_if(law.intervals.begin(), law.intervals.end(),
                                   [&](const Interval& one) { return magnitude < one.to; });
      if (interval == law.intervals.end()) --interval;  // beyond the last decision value: clipped
      const int decoded = law.decode(law.encode(static_cast<std::int16_t>(sample)));
      ASSERT_EQ(decoded, sample < 0 ? -interval->output : interval->output)
          << law.name << " " << sample;
    }
  }
}

TEST(G711, the_code_taken_is_the_nearest_but_where_the_step_doubles) {
  for (const Law& law : laws()) {
    int outputs[256];
    for (int code = 0; code < 256; ++code)
      outputs[code] = law.decode(static_cast<std::uint8_t>(code));
    std::sort(std::begin(outputs), std::end(outputs));
    for (int sample = -32768; sample <= 32767; ++sample) {
      const int taken = law.decode(law.encode(static_cast<std::int16_t>(sample)));
      const auto above = std::lower_bound(std::begin(outputs), std::end(outputs), sample);
      int nearest = above == std::end(outputs) ? *(above - 1) : *above;
      if (above != std::begin(outputs) && sample - *(above - 1) < std::abs(nearest - sample))
        nearest = *(above - 1);
      // The standard's decision value at a border is not midway between its neighbours, which are
      // half of the old and half of the new step away: off by at most a quarter of the old step.
      const int step = std::abs(taken - nearest);
      ASSERT_LE(std::abs(taken - sample) - std::abs(nearest - sample), std::max(1, step / 3))
          << law.name << " " << sample;
    }
  }
}

TEST(G711, a_code_survives_decoding_and_encoding) {
  for (const Law& law : laws())
    for (int code = 0; code < 256; ++code) {
      if (law.decode(static_cast<std::uint8_t>(code)) == 0) continue;  // µ-law has two zeros
      EXPECT_EQ(law.encode(law.decode(static_cast<std::uint8_t>(code))), code) << law.name;
    }
}

TEST(G711, from_law_to_law_is_the_way_over_linear) {
  for (int code = 0; code < 256; ++code) {
    const auto octet = static_cast<std::uint8_t>(code);
    EXPECT_EQ(ulaw_to_alaw(octet), alaw_encode(ulaw_decode(octet)));
    EXPECT_EQ(alaw_to_ulaw(octet), ulaw_encode(alaw_decode(octet)));
  }
  EXPECT_EQ(ulaw_to_alaw(kUlawSilence), kAlawSilence);
}

}  // namespace
}  // namespace earshot::rtp
