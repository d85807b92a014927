#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/time.h"

namespace earshot::signalling {

/// How fast the requests of one party (a device, a trunk) are taken: of those it may have open, one
/// in 150 in 100 ms, and always 20. So a burst of one party's takes no time from the others' calls.
class Pace {
 public:
  /// Whether one more of `party` is taken now.
  /// @param most  how many of its requests may be open
  bool admits(const std::string& party, std::size_t most, TimePoint now) {
    Window& window = windows_.try_emplace(party, Window{now}).first->second;
    if (now >= window.began + kWindow) window = {now};
    if (window.taken >= std::max(most / 150, kAlways)) return false;
    ++window.taken;
    return true;
  }

 private:
  static constexpr std::size_t kAlways = 20;
  static constexpr Duration kWindow = milliseconds{100};
  /// What was taken of one party in the 100 ms that count.
  struct Window {
    TimePoint began{};
    std::size_t taken = 0;
  };
  std::unordered_map<std::string, Window> windows_;  ///< parties of the directory alone
};

}  // namespace earshot::signalling
