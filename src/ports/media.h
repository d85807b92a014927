#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "model/hearing.h"
#include "model/ids.h"
#include "model/media.h"

namespace earshot {

/// Where one party's voice is written.
struct StemOrder {
  /// Below the configured directory, made of ids the server gave:
  /// "<call id>/<recording>-<line>.wav". At most four names of [0-9A-Za-z._-], none beginning with
  /// a dot. An existing file is not written over.
  std::string file;
  /// When the recording of the call began. A stem whose line comes later begins with the silence
  /// since then, so that all stems of a recording, laid side by side, are the call.
  TimePoint since{};
};

/// What the engine tells the bridge. Control loop only; the work is done on a media loop, in the
/// order given.
class Media {
 public:
  virtual ~Media() = default;
  /// Opens a line's RTP and RTCP ports in `bridge`, made on its first line. Synchronous.
  /// @return where the line receives, or a sentence ("no free RTP port in 10000-10999")
  virtual Result<LocalMedia, std::string> open(BridgeId bridge, LineId line) = 0;
  /// Where the line's peer receives, and how; replaces what was known.
  virtual void connect(LineId line, RemoteMedia remote) = 0;
  /// Takes effect for all listeners at one tick border (sources passed through as they come: at the
  /// same border); then MediaEvents::plan_applied.
  virtual void apply(MediaPlan plan) = 0;
  /// Tells `digits` (0-9 * # A-D) to whoever hears `from` while they last, as telephone events:
  /// gated like its voice, and left out for who did not agree to events.
  virtual void send_digits(LineId from, std::string digits) = 0;
  /// Records what the peer of `line` says, and nobody else: one stem a party, taken before mixing,
  /// as a WAV file (linear 16 bit, 8000 Hz, mono). Whose stems are taken is the caller's decision:
  /// who leaves a coach or a silent listener out, or keeps their files apart, keeps them from
  /// whoever may hear the customer's. Replaces a recording of the same line that is under way.
  ///
  /// The stem is silent where the peer sent nothing, where digits were told as events, and where
  /// the disk was too slow for seconds. It can be played while it grows; a crash costs half a
  /// second. The call does not notice any of it.
  virtual void record(LineId line, StemOrder stem) = 0;
  /// Silence from here on, in its time; `paused` false: the voice again.
  virtual void pause_recording(LineId line, bool paused) = 0;
  /// Finishes the stem; close() does so as well. Harmless where nothing is recorded.
  virtual void stop_recording(LineId line) = 0;
  /// Has what the peer of `line` says measured for the next 15 s, and told by line_read about once
  /// a second. Asked again meanwhile, 15 s from then. A line nobody asks about costs nothing.
  virtual void watch(LineId line) = 0;
  /// Stops a line, frees its ports, and reports line_closed. Last line: the bridge is gone.
  virtual void close(LineId line) = 0;
};

/// What the bridge tells the engine. Delivered on the control loop.
class MediaEvents {
 public:
  virtual ~MediaEvents() = default;
  /// From the next frame sent on, everybody hears as revision `revision` says.
  /// @param tick  how many times 20 ms the bridge's media loop had mixed by then
  virtual void plan_applied(BridgeId bridge, std::uint64_t revision, std::uint64_t tick) = 0;
  /// Nothing at all came from the peer of a connected line for the configured time: no RTP of any
  /// payload type, no RTCP, no keep-alive. Said again each time as long has passed, and with
  /// `silent` false once something came. That the peer is gone does not follow: one that holds, or
  /// whose user is muted, may send nothing.
  virtual void line_silent(LineId line, bool silent) = 0;
  /// What was measured of a line that is watched, since it was told last.
  virtual void line_read(LineId line, const LineReading& reading) = 0;
  /// The stem of `line` cannot be written, or no further; said once a stem, which keeps what it
  /// has. The line may be gone. @param reason  a sentence for the log ("No space left on device")
  virtual void recording_failed(LineId line, const std::string& reason) = 0;
  /// Follows close(), once: nothing more is told of the line. @param quality  as it was at the end
  virtual void line_closed(LineId line, LineQuality quality) = 0;
};

}  // namespace earshot
