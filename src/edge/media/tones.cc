#include "edge/media/tones.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace earshot::media {
namespace {

using Loop = std::vector<std::int16_t>;

constexpr double kSampleRateHz = 8000;
constexpr double kFullScaleDbm0 = 3.14;  // a sine of peak 32767 in µ-law (ITU-T G.711 §2)

double peak_of(double dbm0) { return 32767 * std::pow(10.0, (dbm0 - kFullScaleDbm0) / 20); }

double sine(double frequency_hz, std::size_t sample) {
  return std::sin(2 * std::numbers::pi * frequency_hz * static_cast<double>(sample) /
                  kSampleRateHz);
}

/// Rises over 40 ms and dies away to nothing at the note's end: no clicks, also where the loop
/// closes.
double envelope(std::size_t sample, std::size_t length) {
  const double rise = std::min(1.0, static_cast<double>(sample) / (0.04 * kSampleRateHz));
  const double rest = 1 - static_cast<double>(sample) / static_cast<double>(length);
  return rise * rest * rest;
}

Loop make_hold_music() {
  constexpr std::array kNotesHz{1046.5, 1318.5, 1568.0, 1318.5, 1760.0, 1568.0, 1318.5, 1174.7};
  constexpr std::size_t kNote = 4800;
  Loop loop;
  for (const double note : kNotesHz)
    for (std::size_t i = 0; i < kNote; ++i)
      loop.push_back(static_cast<std::int16_t>(peak_of(-24) * envelope(i, kNote) * sine(note, i)));
  return loop;
}

Loop make_ringback() {
  Loop loop(5 * 8000, 0);
  for (std::size_t i = 0; i < 8000; ++i) {
    const double edge =
        std::min({1.0, static_cast<double>(i) / 80, (8000.0 - static_cast<double>(i)) / 80});
    loop[i] = static_cast<std::int16_t>(peak_of(-18) * edge * sine(425, i));
  }
  return loop;
}

const Loop& loop_of(Tone tone) {
  static const Loop hold_music = make_hold_music();
  static const Loop ringback = make_ringback();
  switch (tone) {
    case Tone::HoldMusic:
      return hold_music;
    case Tone::Ringback:
      return ringback;
  }
  return hold_music;
}

}  // namespace

void TonePlayer::start(Tone tone) {
  tone_ = tone;
  at_ = 0;
}

void TonePlayer::read(rtp::Frame& out) {
  const Loop& loop = loop_of(tone_);  // whole frames: 4800 and 8000 are multiples of 160
  std::copy_n(loop.begin() + static_cast<std::ptrdiff_t>(at_), out.size(), out.begin());
  at_ = (at_ + out.size()) % loop.size();
}

void prepare_tones() { loop_of(Tone::HoldMusic); }

}  // namespace earshot::media
