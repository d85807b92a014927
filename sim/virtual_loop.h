#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "base/loop.h"
#include "base/timer_wheel.h"

namespace earshot::sim {

/// A loop whose clock stands still until a test turns it. Between two steps of the clock all posted
/// work runs, in the order posted, and what it posts as well; then the clock jumps to the next
/// timer. While work runs, now() is the time it was due (posted work: the time it was posted).
///
/// The thread that makes the loop turns it. post() may come from others, as the Loop contract says,
/// but then the order is no longer the seed's.
class VirtualLoop final : public Loop {
 public:
  /// Starts an hour after the epoch, so that "some time ago" is a valid time.
  VirtualLoop();

  TimePoint now() const override { return now_; }
  void post(std::function<void()> work) override;
  TimerId wake_at(TimePoint at, std::function<void()> work) override;
  void cancel(TimerId timer) override;
  bool is_here() const override;

  /// Runs everything due up to and including `until`, which is now() afterwards.
  void run_until(TimePoint until);
  void run_for(Duration span) { run_until(now_ + span); }
  /// Runs posted work alone; the clock does not move.
  void run_posted();
  /// Turns the clock step by step until `condition` holds (asked before the first and after each
  /// step).
  /// @return false where `limit` passed first; now() is then the start plus `limit`
  bool run_until(const std::function<bool()>& condition, Duration limit);
  /// Runs until neither posted work nor a timer is left.
  /// @return false where `limit` passed first
  bool run_until_idle(Duration limit);

  /// Timers armed now; for leak checks.
  std::size_t timers() const { return wheel_.size(); }

 private:
  void step(TimePoint limit);

  const std::thread::id home_ = std::this_thread::get_id();
  TimePoint now_;
  TimerWheel wheel_;
  std::mutex mutex_;  // guards posted_
  std::deque<std::function<void()>> posted_;
};

}  // namespace earshot::sim
