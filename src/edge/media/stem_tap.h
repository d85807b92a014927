#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/time.h"
#include "edge/media/stem.h"
#include "wire/rtp/jitter_buffer.h"
#include "wire/rtp/packet.h"

namespace earshot::media {

/// Takes what one peer says to its stem, before any mixing. It has a jitter buffer of its own, so
/// that neither does a recording change what anybody hears, nor a plan what is recorded. Media
/// loop only; its end is the stem's.
class StemTap {
 public:
  explicit StemTap(std::shared_ptr<Stem> stem) : stem_(std::move(stem)) {}
  ~StemTap();
  StemTap(const StemTap&) = delete;
  StemTap& operator=(const StemTap&) = delete;

  /// An audio packet that was accepted from the peer.
  void hear(const rtp::PacketView& packet, rtp::Law law) {
    incoming_.insert(packet.ssrc, packet.timestamp, packet.payload, law);
  }
  /// The frame of the tick that was due at `due`: the same place in all stems of a recording.
  void read(TimePoint due);
  /// Silence from here on, in its time; then the voice again.
  void pause(bool paused) { paused_ = paused; }

 private:
  const std::shared_ptr<Stem> stem_;
  rtp::JitterBuffer incoming_;
  bool paused_ = false;
  std::uint32_t length_ = 0;  ///< in frames, up to the last tick
};

}  // namespace earshot::media
