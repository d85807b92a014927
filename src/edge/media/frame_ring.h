#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "wire/rtp/jitter_buffer.h"

namespace earshot::media {

/// 20 ms of a stem, and where they belong.
struct PlacedFrame {
  std::uint32_t place = 0;  ///< in frames, from the beginning of the recording
  rtp::Frame samples{};
};

/// Frames from one thread to one other; neither waits, nothing is allocated.
class FrameRing {
 public:
  static constexpr std::size_t kCapacity = 128;  ///< a power of two; 2.5 s a disk may stand still

  /// The writing thread. @return false, and counted, where the reader is too far behind
  bool push(std::uint32_t place, const rtp::Frame& samples) {
    const std::size_t at = pushed_.load(std::memory_order_relaxed);
    if (at - popped_.load(std::memory_order_acquire) == kCapacity) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    frames_[at % kCapacity].place = place;
    frames_[at % kCapacity].samples = samples;
    pushed_.store(at + 1, std::memory_order_release);
    return true;
  }
  /// The reading thread. The oldest frame, valid until drop_front(); nothing where none waits.
  const PlacedFrame* front() const {
    const std::size_t at = popped_.load(std::memory_order_relaxed);
    return at == pushed_.load(std::memory_order_acquire) ? nullptr : &frames_[at % kCapacity];
  }
  /// The reading thread; after a front() that was not null.
  void drop_front() { popped_.fetch_add(1, std::memory_order_release); }

  /// Frames that found no room, since the beginning. Any thread.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  std::array<PlacedFrame, kCapacity> frames_{};
  alignas(64) std::atomic<std::size_t> pushed_ = 0;  // each on a cache line of its own
  alignas(64) std::atomic<std::size_t> popped_ = 0;
  std::atomic<std::uint64_t> dropped_ = 0;
};

}  // namespace earshot::media
