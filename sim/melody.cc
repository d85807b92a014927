#include "sim/melody.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace earshot::sim {
namespace {

constexpr std::array kScale{1.0, 9.0 / 8, 5.0 / 4, 3.0 / 2, 5.0 / 3, 2.0};
constexpr int kAttack = 160;  // samples

}  // namespace

Melody::Melody(Hertz pitch, double level_dbm0, std::uint64_t seed)
    : random_(seed), pitch_(pitch), amplitude_(std::min(amplitude_of(level_dbm0), 32767.0)) {}

void Melody::next_note() {
  const auto between = [this](int low, int high) {
    return low + static_cast<int>(random_() % static_cast<std::uint64_t>(high - low + 1));
  };
  position_ = 0;
  phase_ = 0;
  if (notes_left_ == 0) {
    note_ = 0;
    length_ = between(6'000, 20'000);
    notes_left_ = between(4, 12);
    return;
  }
  --notes_left_;
  note_ = pitch_ * kScale[random_() % kScale.size()];
  length_ = between(900, 2'400);
}

void Melody::fill(std::span<std::int16_t> out) {
  for (std::int16_t& sample : out) {
    if (position_ == length_) next_note();
    // A fast attack and a fall to silence, as of something struck; an octave gives it a colour.
    const double rise = std::min(1.0, double(position_) / kAttack);
    const double fall = 1.0 - double(position_) / length_;
    const double tone = 0.8 * std::sin(phase_) + 0.2 * std::sin(2 * phase_);
    sample = note_ == 0 ? std::int16_t{0}
                        : static_cast<std::int16_t>(std::lround(amplitude_ * rise * fall * tone));
    phase_ += 2 * std::numbers::pi * note_ / kSampleRateHz;
    ++position_;
  }
}

}  // namespace earshot::sim
