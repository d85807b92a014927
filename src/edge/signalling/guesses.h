#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/endpoint.h"
#include "base/time.h"

namespace earshot::signalling {

/// Slows the guessing of passwords. Failures are counted for each host, at most ten a second, and
/// for each pair of host and user: from the fifth on the pair waits 1, 2, 4… up to 60 s. Whoever
/// guesses shuts out nobody at another address. Remembers at most 4,000 of either for ten minutes.
class Guesses {
 public:
  /// Whether a digest of `user` from that host is looked at now.
  bool are_allowed(const Endpoint& source, std::string_view user, TimePoint now) const;
  /// It was wrong.
  void add(const Endpoint& source, std::string_view user, TimePoint now);
  /// It was right.
  void forgive(const Endpoint& source, std::string_view user);

 private:
  /// Wrong passwords from one host, in the second that counts.
  struct Host {
    TimePoint second_began{};
    int in_this_second = 0;
  };
  /// Wrong passwords for one user from one host, and when the next one is looked at.
  struct Pair {
    int failures = 0;
    TimePoint last{};
    TimePoint open_at{};
  };

  std::unordered_map<Endpoint, Host> hosts_;
  std::unordered_map<std::string, Pair> pairs_;
};

}  // namespace earshot::signalling
