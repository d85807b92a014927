#include "edge/notify/pace.h"

#include <algorithm>

namespace earshot::notify {

namespace {

constexpr Duration kSecond = seconds{1};
constexpr std::size_t kFewNames = 64;

}  // namespace

Pace::Pace(std::size_t per_second)
    : step_(kSecond / static_cast<Duration::rep>(per_second)), forget_above_(kFewNames) {}

bool Pace::allows(const std::string& name, TimePoint now) {
  if (rested_at_.size() > forget_above_) forget_the_rested(now);
  TimePoint& rested_at = rested_at_[name];
  const TimePoint then = std::max(rested_at, now) + step_;
  if (then - now > kSecond) return false;
  rested_at = then;
  return true;
}

/// Only when there are twice as many as the last time: O(1) a call on the average.
void Pace::forget_the_rested(TimePoint now) {
  std::erase_if(rested_at_, [now](const auto& entry) { return entry.second <= now; });
  forget_above_ = std::max(kFewNames, 2 * rested_at_.size());
}

}  // namespace earshot::notify
