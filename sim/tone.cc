#include "sim/tone.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace earshot::sim {
namespace {

constexpr double kFullScale = 32767;
constexpr double kTurn = 2 * std::numbers::pi;

double dbm0_of_amplitude(double amplitude) {
  if (amplitude <= 0) return kFloorDbm0;
  return std::max(kFloorDbm0, 20 * std::log10(amplitude / kFullScale) + kFullScaleDbm0);
}

}  // namespace

double amplitude_of(double dbm0) { return kFullScale * std::pow(10, (dbm0 - kFullScaleDbm0) / 20); }

ToneGenerator::ToneGenerator(Hertz frequency, double level_dbm0) : frequency_(frequency) {
  set_level(level_dbm0);
}

void ToneGenerator::set_level(double dbm0) {
  amplitude_ = std::min(amplitude_of(dbm0), kFullScale);
}

void ToneGenerator::fill(std::span<std::int16_t> out) {
  const double step = kTurn * frequency_ / kSampleRateHz;
  for (auto& sample : out) {
    sample = static_cast<std::int16_t>(std::lround(amplitude_ * std::sin(phase_)));
    phase_ = std::fmod(phase_ + step, kTurn);
  }
}

double level_of(Hertz frequency, std::span<const std::int16_t> samples) {
  if (samples.empty()) return kFloorDbm0;
  const double omega = kTurn * frequency / kSampleRateHz;
  const double coefficient = 2 * std::cos(omega);
  const double hann = kTurn / static_cast<double>(samples.size());
  // cos(n · hann), each from the two before it: a cosine a sample would cost more than the rest.
  const double turn = 2 * std::cos(hann);
  double cosine = 1;
  double cosine_before = std::cos(hann);
  double previous = 0;
  double before = 0;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double state = (0.5 - 0.5 * cosine) * samples[n] + coefficient * previous - before;
    before = std::exchange(previous, state);
    cosine_before = std::exchange(cosine, turn * cosine - cosine_before);
  }
  const double power = previous * previous + before * before - coefficient * previous * before;
  // A sine of amplitude A gives A · N / 4 in its own bin: half for the sine, half for the window.
  const double amplitude =
      4 * std::sqrt(std::max(power, 0.0)) / static_cast<double>(samples.size());
  return dbm0_of_amplitude(amplitude);
}

double level_of_all(std::span<const std::int16_t> samples) {
  double energy = 0;
  for (const double sample : samples) energy += sample * sample;
  if (samples.empty()) return kFloorDbm0;
  return dbm0_of_amplitude(std::sqrt(2 * energy / static_cast<double>(samples.size())));
}

}  // namespace earshot::sim
