#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/time.h"

namespace earshot::notify {

/// How often something may be done in whose name: so many times a second, all at once or spread.
/// Forgets who has been quiet for a second, so that it holds no more names than were busy lately.
class Pace {
 public:
  /// @param per_second  at least 1
  explicit Pace(std::size_t per_second);
  /// Counts what it allows.
  bool allows(const std::string& name, TimePoint now);
  /// How many are remembered.
  std::size_t names() const { return rested_at_.size(); }

 private:
  void forget_the_rested(TimePoint now);

  Duration step_;  ///< what one time costs
  /// When each may do everything at once again; each time moves it on by a step.
  std::unordered_map<std::string, TimePoint> rested_at_;
  std::size_t forget_above_;
};

}  // namespace earshot::notify
