#include "sim/melody.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace earshot::sim {
namespace {

std::vector<std::int16_t> sung(std::uint64_t seed, std::size_t samples) {
  Melody melody{300, -10, seed};
  std::vector<std::int16_t> out(samples);
  for (std::size_t at = 0; at < samples; at += kSamplesPerFrame)
    melody.fill(std::span{out}.subspan(at, kSamplesPerFrame));
  return out;
}

TEST(Melody, sings_and_pauses_at_the_level_it_was_given) {
  const auto samples = sung(7, 60 * 8000);
  int singing = 0, pausing = 0;
  for (std::size_t at = 0; at < samples.size(); at += kSamplesPerFrame) {
    const auto frame = std::span{samples}.subspan(at, kSamplesPerFrame);
    std::all_of(frame.begin(), frame.end(), [](int sample) { return sample == 0; }) ? ++pausing
                                                                                    : ++singing;
  }
  EXPECT_GT(singing, 20 * 50) << "of a minute";
  EXPECT_GT(pausing, 10 * 50);
  const auto loudest = *std::max_element(samples.begin(), samples.end());
  EXPECT_LE(loudest, amplitude_of(-10));
  EXPECT_GT(loudest, amplitude_of(-16));
}

TEST(Melody, is_the_same_of_a_seed_and_another_of_another) {
  EXPECT_EQ(sung(1, 8000 * 10), sung(1, 8000 * 10));
  EXPECT_NE(sung(1, 8000 * 10), sung(2, 8000 * 10));
}

}  // namespace
}  // namespace earshot::sim
