#include "sim/tone_meter.h"

#include <algorithm>

namespace earshot::sim {

ToneMeter::ToneMeter(std::vector<Hertz> tones, ToneThresholds thresholds)
    : tones_(std::move(tones)), thresholds_(thresholds) {}

std::vector<double> ToneMeter::levels(std::span<const std::int16_t> samples) const {
  std::vector<double> out;
  out.reserve(tones_.size());
  for (const Hertz tone : tones_) out.push_back(level_of(tone, samples));
  return out;
}

std::set<Hertz> ToneMeter::present(std::span<const std::int16_t> samples) const {
  const double threshold =
      samples.size() <= 2 * kSamplesPerFrame ? thresholds_.frame_dbm0 : thresholds_.window_dbm0;
  std::set<Hertz> out;
  const auto measured = levels(samples);
  for (std::size_t index = 0; index < tones_.size(); ++index)
    if (measured[index] >= threshold) out.insert(tones_[index]);
  return out;
}

std::set<Hertz> ToneMeter::present_in_any_frame(std::span<const std::int16_t> samples) const {
  std::set<Hertz> out;
  while (!samples.empty()) {
    const bool last = samples.size() < 2 * kSamplesPerFrame;
    const auto frame = last ? samples : samples.first(kSamplesPerFrame);
    out.merge(present(frame));
    samples = samples.subspan(frame.size());
  }
  return out;
}

}  // namespace earshot::sim
