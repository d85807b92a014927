#pragma once

#include <cstdint>
#include <utility>

#include "base/time.h"

namespace earshot {

/// Lets a few log lines through in each window of time: what outsiders or a full machine cause must
/// not fill the disk. One loop.
class LogGate {
 public:
  explicit LogGate(int lines = 10, Duration window = seconds{10})
      : lines_(lines), window_(window) {}
  /// Whether a line may be written now.
  bool pass(TimePoint now) {
    if (now - window_began_ >= window_) {
      window_began_ = now;
      written_ = 0;
    }
    if (written_ < lines_) {
      ++written_;
      return true;
    }
    ++swallowed_;
    return false;
  }
  /// Lines not written since this was last asked.
  std::int64_t take_swallowed() { return std::exchange(swallowed_, 0); }

 private:
  int lines_;
  Duration window_;
  TimePoint window_began_{};
  int written_ = 0;
  std::int64_t swallowed_ = 0;
};

}  // namespace earshot
