#pragma once

#include <chrono>
#include <cstdint>
#include <ratio>

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

/// When a timer for `at` may run that need not be exact: where it is 10 s away or more, on a whole
/// tenth of a second, up to 1 % late, together with all others of that tenth. Waking the loop costs
/// as much as most of what is then done.
inline TimePoint roughly(TimePoint at, TimePoint now) {
  using Tenths = std::chrono::duration<std::int64_t, std::deci>;
  return at - now < seconds{10} ? at : TimePoint{std::chrono::ceil<Tenths>(at.time_since_epoch())};
}

}  // namespace earshot
