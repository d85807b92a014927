#pragma once

#include <string>

#include "base/result.h"
#include "model/ids.h"
#include "model/media.h"

namespace earshot {

/// What the engine tells the bridge. Control loop only; the work is done on a media loop, in the
/// order given.
class Media {
 public:
  virtual ~Media() = default;
  /// Opens a leg's RTP and RTCP ports in `bridge`, made on its first leg. Synchronous.
  /// @return where the leg receives, or a sentence ("no free RTP port in 10000-10999")
  virtual Result<LocalMedia, std::string> open(BridgeId bridge, LegId leg) = 0;
  /// Where the leg's peer receives, and how; replaces what was known.
  virtual void connect(LegId leg, RemoteMedia remote) = 0;
  /// Takes effect for all listeners at one tick border (sources passed through as they come: at the
  /// same border); then MediaEvents::plan_applied.
  virtual void apply(MediaPlan plan) = 0;
  /// Tells `digits` (0-9 * # A-D) to whoever hears `from` while they last, as telephone events:
  /// gated like its voice, and left out for who did not agree to events.
  virtual void send_digits(LegId from, std::string digits) = 0;
  /// Stops a leg, frees its ports, and reports leg_closed. Last leg: the bridge is gone.
  virtual void close(LegId leg) = 0;
};

/// What the bridge tells the engine. Delivered on the control loop.
class MediaEvents {
 public:
  virtual ~MediaEvents() = default;
  /// From the next frame sent on, everybody hears as revision `revision` says.
  virtual void plan_applied(BridgeId bridge, std::uint64_t revision) = 0;
  /// A leg whose peer should be sending (it is connected, its direction says so) has sent neither
  /// RTP nor RTCP for the configured time. Said once; again after it was heard in between.
  virtual void leg_silent(LegId leg) = 0;
  virtual void leg_closed(LegId leg, LegQuality quality) = 0;
};

}  // namespace earshot
