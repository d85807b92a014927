#include "sim/tone_meter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace earshot::sim {
namespace {

using Samples = std::vector<std::int16_t>;
const std::vector<Hertz> kTones{400, 600, 850, 1100, 1400, 1700};

Samples tone(Hertz frequency, std::size_t count, double level = -13) {
  Samples out(count);
  ToneGenerator(frequency, level).fill(out);
  return out;
}

Samples sum(const std::vector<Samples>& parts) {
  Samples out(parts.front().size());
  for (const auto& part : parts)
    for (std::size_t index = 0; index < out.size(); ++index)
      out[index] = static_cast<std::int16_t>(out[index] + part[index]);
  return out;
}

/// µ-law's rounding (ITU-T G.711): 13 bits of range, 4 bits of mantissa.
std::int16_t companded(std::int16_t sample) {
  const int magnitude = std::min(std::abs(int{sample}), 32635) + 132;
  int exponent = 7;
  while (exponent > 0 && (magnitude & (0x80 << exponent)) == 0) --exponent;
  const int step = 8 << exponent;
  const int rounded = magnitude / step * step + step / 2 - 132;
  return static_cast<std::int16_t>(sample < 0 ? -rounded : rounded);
}

Samples companded(Samples samples) {
  std::transform(samples.begin(), samples.end(), samples.begin(),
                 [](std::int16_t sample) { return companded(sample); });
  return samples;
}

TEST(Tone, measures_the_level_it_was_made_with) {
  for (const double level : {-3.0, -13.0, -30.0})
    for (const std::size_t count : {160u, 320u, 8000u}) {
      EXPECT_NEAR(level_of(1100, tone(1100, count, level)), level, 0.2) << level << " " << count;
      EXPECT_NEAR(level_of_all(tone(1100, count, level)), level, 0.3);
    }
  EXPECT_EQ(level_of(1100, Samples(160)), kFloorDbm0);
  EXPECT_EQ(level_of(1100, {}), kFloorDbm0);
}

TEST(Tone, phase_runs_on_from_frame_to_frame) {
  ToneGenerator generator(733);
  Samples frames(1600);
  for (std::size_t at = 0; at < frames.size(); at += 160)
    generator.fill(std::span(frames).subspan(at, 160));
  EXPECT_EQ(frames, tone(733, 1600));
}

TEST(ToneMeter, tells_each_tone_from_the_others_in_one_frame) {
  const ToneMeter meter(kTones);
  for (const Hertz one : kTones) EXPECT_EQ(meter.present(tone(one, 160)), (std::set<Hertz>{one}));
}

TEST(ToneMeter, tells_apart_every_subset_through_g711_in_frames_and_in_windows) {
  const ToneMeter meter(kTones);
  for (unsigned mask = 1; mask < 64; ++mask) {
    std::vector<Samples> parts;
    std::set<Hertz> wanted;
    for (std::size_t index = 0; index < kTones.size(); ++index)
      if (mask & (1u << index)) {
        parts.push_back(tone(kTones[index], 6400));
        wanted.insert(kTones[index]);
      }
    const auto heard = companded(sum(parts));
    EXPECT_EQ(meter.present(heard), wanted) << mask;
    EXPECT_EQ(meter.present_in_any_frame(heard), wanted) << mask;
    EXPECT_EQ(meter.present(std::span(heard).first(160)), wanted) << mask;
  }
}

TEST(ToneMeter, hears_nothing_in_silence_and_in_noise) {
  const ToneMeter meter(kTones);
  Samples noise(8000);
  std::uint32_t state = 1;
  for (auto& sample : noise) {
    state = state * 1664525 + 1013904223;
    sample = static_cast<std::int16_t>(static_cast<int>(state >> 20) - 2048);  // about -22 dBm0
  }
  EXPECT_TRUE(meter.present(noise).empty());
  EXPECT_TRUE(meter.present_in_any_frame(Samples(8000)).empty());
}

TEST(ToneMeter, a_tone_that_starts_or_stops_anywhere_is_not_taken_for_its_neighbours) {
  const ToneMeter meter(kTones);
  for (const Hertz one : kTones)
    for (std::size_t edge = 0; edge < 160; edge += 7)
      for (const bool starts : {true, false}) {
        auto samples = tone(one, 1920);
        for (std::size_t index = 0; index < samples.size(); ++index)
          if ((index < 800 + edge) == starts) samples[index] = 0;
        EXPECT_EQ(meter.present_in_any_frame(samples), (std::set<Hertz>{one})) << edge;
        EXPECT_EQ(meter.present(samples), (std::set<Hertz>{one})) << edge;
      }
}

TEST(ToneMeter, finds_a_leak_of_half_a_frame) {
  const ToneMeter meter(kTones);
  auto samples = tone(400, 8000);
  const auto leak = tone(1100, 80);
  for (std::size_t index = 0; index < leak.size(); ++index)
    samples[4040 + index] = static_cast<std::int16_t>(samples[4040 + index] + leak[index]);
  EXPECT_EQ(meter.present_in_any_frame(samples), (std::set<Hertz>{400, 1100}));
}

TEST(ToneMeter, finds_a_leak_25_dB_down_in_a_long_window) {
  const ToneMeter meter(kTones);
  const auto heard = companded(sum({tone(400, 6400), tone(1100, 6400, -38)}));
  EXPECT_EQ(meter.present(heard), (std::set<Hertz>{400, 1100}));
}

}  // namespace
}  // namespace earshot::sim
