#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "sim/tone.h"

namespace earshot::sim {

/// From which level on a tone counts as heard.
///
/// One G.711 step costs about 38 dB of signal to noise, spread over the band: in the bin of a tone
/// that is not there, a frame of up to five tones at -13 dBm0 each leaves less than -45 dBm0. A
/// leak at full level measures as -13, one 20 dB down as -33. So -38 dBm0 a frame finds even a
/// faint leak and takes no noise for one; over a longer window the noise in a bin falls, hence -45
/// there.
struct ToneThresholds {
  double frame_dbm0 = -38;   ///< windows up to 40 ms
  double window_dbm0 = -45;  ///< longer ones
};

/// Tells which of a set of tones are in what a listener received. Tones lie at least 200 Hz apart,
/// the width of a 20 ms frame's main lobe (tone.h), between 300 and 3400 Hz.
class ToneMeter {
 public:
  explicit ToneMeter(std::vector<Hertz> tones, ToneThresholds thresholds = {});

  /// Frequencies to be told apart, in order.
  const std::vector<Hertz>& tones() const { return tones_; }
  /// One level a tone, in the order of tones(), in dBm0.
  std::vector<double> levels(std::span<const std::int16_t> samples) const;
  /// Which tones are in `samples`, against the threshold for that length.
  std::set<Hertz> present(std::span<const std::int16_t> samples) const;
  /// Which tones are in any frame of 160 samples of `samples`: finds a leak of a single frame. What
  /// is left over at the end is measured together with the frame before it.
  std::set<Hertz> present_in_any_frame(std::span<const std::int16_t> samples) const;

 private:
  std::vector<Hertz> tones_;
  ToneThresholds thresholds_;
};

}  // namespace earshot::sim
