#pragma once

#include <string>
#include <unordered_map>

#include "base/time.h"

namespace earshot::auth {

/// Counts wrong passwords by where they come from, a minute from the first one on: an address, or
/// an address and a user name. Bounded: with kMaxSources counted the one that began longest ago is
/// forgotten.
class LoginThrottle {
 public:
  static constexpr std::size_t kMaxSources = 4096;

  explicit LoginThrottle(std::size_t failures_per_minute) : limit_(failures_per_minute) {}

  bool refuses(const std::string& source, TimePoint now) const;
  void on_failure(const std::string& source, TimePoint now);
  std::size_t sources() const { return counts_.size(); }

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
