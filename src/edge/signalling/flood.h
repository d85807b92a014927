#pragma once

#include <cstddef>
#include <unordered_map>

#include "base/endpoint.h"
#include "base/time.h"

namespace earshot::signalling {

/// What one sender sends beyond 2,000 datagrams in 100 ms, or after 400 refused requests in them,
/// goes unread until they are over: others must not wait behind a flood. By address and port, so
/// that a flood hinders nobody behind the same NAT; trunks and phones are counted like strangers.
/// Remembers at most 10,000 senders, and begins again when there are more.
class Flood {
 public:
  /// One more datagram came.
  /// @return whether to read it
  bool admits(const Endpoint& sender, TimePoint now) {
    Window& window = window_of(sender, now);
    return ++window.came <= kMostRead && window.refused < kMostRefused;
  }
  /// A request was refused.
  void add_refused(const Endpoint& sender, TimePoint now) { ++window_of(sender, now).refused; }

 private:
  static constexpr std::size_t kMostSenders = 10'000;
  static constexpr int kMostRead = 2000;
  static constexpr int kMostRefused = 400;
  static constexpr Duration kWindow = milliseconds{100};
  /// What one sender did in the 100 ms that count.
  struct Window {
    TimePoint began{};
    int came = 0;
    int refused = 0;
  };
  Window& window_of(const Endpoint& sender, TimePoint now) {
    if (senders_.size() >= kMostSenders && !senders_.contains(sender)) senders_.clear();
    Window& window = senders_.try_emplace(sender, Window{now}).first->second;
    if (now >= window.began + kWindow) window = {now};
    return window;
  }
  std::unordered_map<Endpoint, Window> senders_;
};

}  // namespace earshot::signalling
