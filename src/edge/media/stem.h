#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "edge/media/frame_ring.h"
#include "model/ids.h"
#include "ports/media.h"

namespace earshot::media {

/// What the media loop and the disk loop share of one party's recording. Frames that are not in it
/// are silence: before the line came, while it is paused or says nothing, and where the disk was
/// too slow. So a stem is aligned with the others of its call, whatever happens.
struct Stem {
  static constexpr std::uint32_t kOpen = 0xFFFFFFFF;

  Stem(LineId of, StemOrder ordered) : leg(of), order(std::move(ordered)) {}

  const LineId leg;
  const StemOrder order;
  FrameRing frames;                           ///< from the media loop to the disk loop
  std::atomic<std::uint32_t> length = kOpen;  ///< in frames; set once, after the last was pushed
};

}  // namespace earshot::media
