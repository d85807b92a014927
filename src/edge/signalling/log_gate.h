#pragma once

#include <cstdint>
#include <utility>

#include "base/time.h"

namespace earshot::signalling {

/// Lets a few log lines through in each window of time: what outsiders cause must not fill the
/// disk.
class LogGate {
 public:
  /// Whether a line may be written now.
  bool pass(TimePoint now) {
    if (now - window_began_ >= kWindow) {
      window_began_ = now;
      written_ = 0;
    }
    if (written_ < kLines) {
      ++written_;
      return true;
    }
    ++swallowed_;
    return false;
  }
  /// Lines not written since this was last asked.
  std::int64_t take_swallowed() { return std::exchange(swallowed_, 0); }

 private:
  static constexpr Duration kWindow = seconds{10};
  static constexpr int kLines = 10;
  TimePoint window_began_{};
  int written_ = 0;
  std::int64_t swallowed_ = 0;
};

}  // namespace earshot::signalling
