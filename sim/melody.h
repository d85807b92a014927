#pragma once

#include <cstdint>
#include <random>
#include <span>

#include "sim/tone.h"

namespace earshot::sim {

/// A voice to be told from others by ear: phrases of a few short notes around one pitch, with
/// pauses as of somebody who listens. 8000 Hz samples. The same seed sings the same.
class Melody {
 public:
  Melody(Hertz pitch, double level_dbm0, std::uint64_t seed);
  /// Fills `out` with the next samples.
  void fill(std::span<std::int16_t> out);

 private:
  void next_note();

  std::mt19937_64 random_;
  Hertz pitch_;
  double amplitude_;
  Hertz note_ = 0;                 ///< 0: a pause
  double phase_ = 0;               // radians
  int position_ = 0, length_ = 0;  ///< within the note, in samples
  int notes_left_ = 0;             ///< of the phrase
};

}  // namespace earshot::sim
