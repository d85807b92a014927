#pragma once

#include <cstddef>
#include <unordered_map>

#include "base/endpoint.h"
#include "base/time.h"

namespace earshot::signalling {

/// After 400 refused requests of one sender within 100 ms, what else it sends in them goes unread:
/// known phones must not wait behind a flood. By address and port, so that a flood hinders nobody
/// behind the same NAT. Remembers at most 1,000 senders, and begins again when there are more.
class Flood {
 public:
  /// One more was refused.
  void add(const Endpoint& sender, TimePoint now) {
    if (senders_.size() >= kMostSenders && !senders_.contains(sender)) senders_.clear();
    Window& window = senders_[sender];
    if (now >= window.began + kWindow) window = {now, 0};
    ++window.refused;
  }
  bool is_over(const Endpoint& sender, TimePoint now) const {
    const auto known = senders_.find(sender);
    return known != senders_.end() && known->second.refused >= kMostRefused &&
           now < known->second.began + kWindow;
  }

 private:
  static constexpr std::size_t kMostSenders = 1000;
  static constexpr int kMostRefused = 400;
  static constexpr Duration kWindow = milliseconds{100};
  struct Window {
    TimePoint began{};
    int refused = 0;
  };
  std::unordered_map<Endpoint, Window> senders_;
};

}  // namespace earshot::signalling
