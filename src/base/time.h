#pragma once

#include <chrono>
#include <cstdint>

namespace earshot {

/// The server's monotonic clock. A Loop tells what it shows; under simulation it is turned by hand.
struct ServerClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<ServerClock, duration>;
  static constexpr bool is_steady = true;
};

using Duration = ServerClock::duration;
using TimePoint = ServerClock::time_point;

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace earshot
