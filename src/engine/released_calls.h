#pragma once

#include <deque>
#include <unordered_map>

#include "base/time.h"
#include "model/directory.h"
#include "model/ids.h"

namespace earshot::engine {

/// The last calls each user has left, for ten minutes: a disposition may still come for them
/// (calls.md §4.3). Bounded by the number of users.
class ReleasedCalls {
 public:
  /// The user has left `call`. At most 32 a user are kept; the oldest goes.
  void note(const UserId& user, const CallId& call, TimePoint now);
  /// Whether they left it within the last ten minutes.
  bool knows(const UserId& user, const CallId& call, TimePoint now) const;
  /// Forgets users who are not in `directory`.
  void forget_others(const Directory& directory);

 private:
  struct Released {
    CallId call;
    TimePoint at;
  };
  std::unordered_map<UserId, std::deque<Released>> of_;  ///< oldest first
};

}  // namespace earshot::engine
