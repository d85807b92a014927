#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "sim/tone.h"

namespace earshot::sim {

/// From which level on a tone counts as heard, in dBm0.
///
/// Short windows must not take an edge for a tone: a tone at -13 dBm0 that starts or stops within a
/// frame leaves up to -32 dBm0 in a bin 200 Hz away, five at once some -26. A leak at full level
/// measures as -13, a leak of half a frame as -19. Hence -24. In a long window an edge weighs
/// little, and G.711's own noise (38 dB below the signal, spread over the band and the harmonics)
/// stays below -50. Hence -42, which also finds a leak 29 dB down; a leak of a single frame within
/// a long window is present_in_any_frame's to find.
struct ToneThresholds {
  double frame_dbm0 = -24;   ///< windows shorter than kLongWindow
  double window_dbm0 = -42;  ///< longer ones
};

/// 200 ms.
inline constexpr std::size_t kLongWindow = 1600;

/// Tells which of a set of tones are in what a listener received. Tones lie at least 200 Hz apart,
/// the width of a 20 ms frame's main lobe (level_of), between 300 and 3400 Hz.
class ToneMeter {
 public:
  explicit ToneMeter(std::vector<Hertz> tones, ToneThresholds thresholds = {});

  /// Frequencies to be told apart, in order.
  const std::vector<Hertz>& tones() const { return tones_; }
  /// One level a tone, in the order of tones(), in dBm0.
  std::vector<double> levels(std::span<const std::int16_t> samples) const;
  /// Which tones are in `samples`, against the threshold for that length.
  std::set<Hertz> present(std::span<const std::int16_t> samples) const;
  /// Which tones are in any 160 samples of `samples`, looked at every 80: finds a leak of one
  /// frame.
  std::set<Hertz> present_in_any_frame(std::span<const std::int16_t> samples) const;

 private:
  std::vector<Hertz> tones_;
  ToneThresholds thresholds_;
};

}  // namespace earshot::sim
