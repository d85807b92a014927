#pragma once

#include <string>
#include <unordered_map>

#include "base/time.h"

namespace earshot::auth {

/// Counts wrong passwords by address, a minute from the first one on. Bounded: with kMaxAddresses
/// counted the one that began longest ago is forgotten.
class LoginThrottle {
 public:
  static constexpr std::size_t kMaxAddresses = 4096;

  explicit LoginThrottle(std::size_t failures_per_minute) : limit_(failures_per_minute) {}

  bool refuses(const std::string& address, TimePoint now) const;
  void on_failure(const std::string& address, TimePoint now);
  std::size_t addresses() const { return counts_.size(); }

 private:
  struct Count {
    TimePoint since;
    std::size_t failures = 0;
  };
  void make_room(TimePoint now);

  std::size_t limit_;
  std::unordered_map<std::string, Count> counts_;
};

}  // namespace earshot::auth
