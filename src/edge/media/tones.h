#pragma once

#include <cstdint>

#include "model/media.h"
#include "wire/rtp/jitter_buffer.h"

namespace earshot::media {

/// One listener's place in a tone the bridge plays itself: linear 16-bit, 8000 Hz, from loops
/// computed once for the whole server.
///
/// HoldMusic: eight slow notes of a pentatonic scale, 1047 to 1760 Hz, 0.6 s each, softly struck,
/// at -24 dBm0 at most: quiet, and above the tones tests hum with. Ringback: 425 Hz at -18 dBm0,
/// one second on and four off (ITU-T E.180, most of Europe).
class TonePlayer {
 public:
  /// Starts `tone` from its beginning.
  void start(Tone tone);
  /// The next 20 ms.
  void read(rtp::Frame& out);

 private:
  Tone tone_ = Tone::HoldMusic;
  std::size_t at_ = 0;  ///< in samples, into the loop
};

/// Computes the loops; otherwise the first player to start does.
void prepare_tones();

}  // namespace earshot::media
