#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/loop.h"

namespace earshot {

/// A hierarchical timing wheel: four levels of 256 slots, 1 ms a tick, about 49 days of reach.
/// Insert and cancel are O(1); a timer is moved at most three times before it runs.
/// Single-threaded. Loops are built on it.
class TimerWheel {
 public:
  explicit TimerWheel(TimePoint now);

  /// Runs `work` once, in an advance() to `at` or later. @return what cancel() takes
  TimerId add(TimePoint at, std::function<void()> work);
  /// Harmless for a timer that has run or was cancelled, and for 0.
  void cancel(TimerId timer);
  /// Runs everything due at `now`, in order of due time (by tick, then by insertion).
  /// Work may add and cancel timers; one added for the past runs in the same call.
  void advance(TimePoint now);
  /// When `advance` should next be called: never later than the first due timer. Empty when idle.
  std::optional<TimePoint> next() const;
  /// Timers that are yet to run.
  std::size_t size() const { return live_; }

 private:
  using Tick = std::uint64_t;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr int kLevels = 4;
  static constexpr int kSlotBits = 8;
  static constexpr int kSlots = 1 << kSlotBits;

  /// A timer, or a free place for one, in the list of its slot.
  struct Entry {
    Tick due = 0;
    std::uint32_t generation = 0;
    std::uint32_t previous = kNone;
    std::uint32_t following = kNone;
    std::uint32_t slot = kNone;  ///< level * kSlots + index while armed; kNone while free
    std::function<void()> work;
  };
  /// Timers that are due together, as far as its level tells: a doubly linked list.
  struct Slot {
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
  };

  Tick tick_of(TimePoint at) const;
  void link(std::uint32_t entry);
  void unlink(std::uint32_t entry);
  void cascade(int level);

  TimePoint origin_;
  Tick current_ = 0;  ///< every timer due at or before this tick has run
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
  std::array<Slot, kLevels * kSlots> slots_;
  std::size_t live_ = 0;
};

}  // namespace earshot
