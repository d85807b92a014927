#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.h"

namespace earshot::auth {

/// How many wrong passwords a minute are looked at.
struct LoginLimits {
  std::size_t per_user = 20;      ///< for one user name from one address
  std::size_t per_address = 200;  ///< for all names from one address, which many may share
};

/// Counts wrong passwords by address and user name, and by address alone; each count lives for a
/// minute from its first. Bounded: with kMaxCounts of a kind the one that began longest ago is
/// forgotten.
class LoginThrottle {
 public:
  static constexpr std::size_t kMaxCounts = 4096;

  explicit LoginThrottle(LoginLimits limits) : limits_(limits) {}

  /// How long a log-in of `user` from `address` is refused still; nothing where it is not.
  std::optional<Duration> refuses(const std::string& address, const std::string& user,
                                  TimePoint now) const;
  /// @return whether log-ins like this one are refused from now on, and were not before
  bool on_failure(const std::string& address, const std::string& user, TimePoint now);
  /// How many are remembered, of both kinds.
  std::size_t counts() const { return by_user_.size() + by_address_.size(); }

 private:
  /// Failures of one name or address, in the minute since the first.
  struct Count {
    TimePoint since;
    std::size_t failures = 0;
  };
  using Counts = std::unordered_map<std::string, Count>;
  static std::optional<Duration> left(const Counts& counts, const std::string& name,
                                      std::size_t limit, TimePoint now);
  static std::size_t count(Counts& counts, const std::string& name, TimePoint now);
  static void make_room(Counts& counts, TimePoint now);

  LoginLimits limits_;
  Counts by_user_;
  Counts by_address_;
};

}  // namespace earshot::auth
