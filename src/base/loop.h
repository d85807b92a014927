#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "base/time.h"

namespace earshot {

/// Names a wake-up that can still be cancelled. 0 names none.
using TimerId = std::uint64_t;

/// One thread's queue of work and its clock. Objects live on one loop for life.
///
/// `post` may be called from any thread; everything else on the loop's own thread only.
/// sim has one whose time is turned by hand; net has the real ones.
class Loop {
 public:
  virtual ~Loop() = default;

  /// What its clock shows. Monotonic; under simulation it moves only when a test moves it.
  virtual TimePoint now() const = 0;
  /// Runs `work` later on this loop, in the order posted. Never runs it inside this call.
  virtual void post(std::function<void()> work) = 0;
  /// Runs `work` once, not before `at`; a time in the past means "as soon as possible".
  /// Resolution: 1 ms. Cost: O(1), as is cancelling: SIP over UDP keeps thousands of timers alive.
  virtual TimerId wake_at(TimePoint at, std::function<void()> work) = 0;
  /// Harmless for a timer that has run, was cancelled, or is 0.
  virtual void cancel(TimerId timer) = 0;
  /// Whether the caller is on this loop's thread. For assertions.
  virtual bool is_here() const = 0;

  /// wake_at, counted from now().
  TimerId wake_in(Duration after, std::function<void()> work) {
    return wake_at(now() + after, std::move(work));
  }
};

}  // namespace earshot
