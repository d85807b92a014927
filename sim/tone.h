#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace earshot::sim {

/// Cycles a second.
using Hertz = double;

inline constexpr double kSampleRateHz = 8000;
inline constexpr std::size_t kSamplesPerFrame = 160;  ///< 20 ms

/// A sine whose peak is 32767 (linear 16-bit) is 3.14 dBm0 (ITU-T G.711 §2, µ-law's full load).
inline constexpr double kFullScaleDbm0 = 3.14;
/// What "silence" measures as: nothing is reported below.
inline constexpr double kFloorDbm0 = -90;

/// The peak of a sine of that level, in linear 16-bit units.
double amplitude_of(double dbm0);

/// A sine of 8000 Hz samples whose phase runs on from frame to frame, whatever the level does.
class ToneGenerator {
 public:
  /// @param level_dbm0  -13 by default: loud speech, and room for five tones in one sum
  explicit ToneGenerator(Hertz frequency, double level_dbm0 = -13);
  void set_level(double dbm0);
  Hertz frequency() const { return frequency_; }
  /// Fills `out` with the next samples.
  void fill(std::span<std::int16_t> out);

 private:
  Hertz frequency_;
  double amplitude_ = 0;
  double phase_ = 0;  // radians
};

/// The level of `frequency` in `samples` (8000 Hz), in dBm0, by Goertzel's algorithm with a Hann
/// window; kFloorDbm0 at the least. The window's main lobe is 4 · 8000 / samples.size() Hz wide
/// (200 Hz for a frame of 20 ms), its first side lobe 31 dB down.
double level_of(Hertz frequency, std::span<const std::int16_t> samples);

/// The level of everything in `samples`, in dBm0; kFloorDbm0 at the least.
double level_of_all(std::span<const std::int16_t> samples);

}  // namespace earshot::sim
