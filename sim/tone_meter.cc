#include "sim/tone_meter.h"

#include <algorithm>
#include <utility>

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
      samples.size() < kLongWindow ? thresholds_.frame_dbm0 : thresholds_.window_dbm0;
  std::set<Hertz> out;
  const auto measured = levels(samples);
  for (std::size_t index = 0; index < tones_.size(); ++index)
    if (measured[index] >= threshold) out.insert(tones_[index]);
  return out;
}

std::set<Hertz> ToneMeter::present_in_any_frame(std::span<const std::int16_t> samples) const {
  std::set<Hertz> out;
  if (samples.empty()) return out;
  constexpr std::size_t kHop = kSamplesPerFrame / 2;  // or what lies across two frames is missed
  for (std::size_t at = 0; at == 0 || at + kHop < samples.size(); at += kHop)
    out.merge(present(samples.subspan(at, std::min(kSamplesPerFrame, samples.size() - at))));
  return out;
}

}  // namespace earshot::sim
