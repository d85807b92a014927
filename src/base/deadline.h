#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "base/loop.h"

namespace earshot {

/// A time by which something is due that is moved far more often than it comes. Putting it off
/// costs nothing: what runs too early looks again. One loop; never copied or moved.
class Deadline {
 public:
  /// `loop` outlives the deadline. `due` is called each time it comes; it may set it again, and may
  /// destroy it.
  Deadline(Loop& loop, std::function<void()> due) : loop_(loop), due_(std::move(due)) {}
  ~Deadline() { clear(); }
  Deadline(const Deadline&) = delete;

  /// Far-off ones are kept roughly.
  void set(TimePoint at) { set(at, loop_.now()); }
  /// The same, counted from the loop's now.
  void set_in(Duration after) {
    const TimePoint now = loop_.now();
    set(now + after, now);
  }
  /// Nothing is due. Keeps the timer, for whoever sets it again soon.
  void put_off() { at_.reset(); }
  /// Nothing is due, and no timer is left.
  void clear() {
    at_.reset();
    loop_.cancel(std::exchange(timer_, 0));
  }

 private:
  void set(TimePoint at, TimePoint now) {
    at_ = roughly(at, now);
    if (timer_ != 0 && timer_at_ <= *at_) return;
    loop_.cancel(timer_);
    watch();
  }
  void watch() {
    timer_at_ = *at_;
    timer_ = loop_.wake_at(timer_at_, [this] { look(); });
  }
  void look() {
    timer_ = 0;
    if (!at_) return;
    if (loop_.now() < *at_) return watch();
    at_.reset();
    due_();
  }

  Loop& loop_;
  std::function<void()> due_;
  std::optional<TimePoint> at_;
  TimePoint timer_at_{};
  TimerId timer_ = 0;
};

}  // namespace earshot
