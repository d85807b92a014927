#include "edge/auth/login_throttle.h"

#include <algorithm>

namespace earshot::auth {
namespace {
constexpr Duration kWindow = seconds{60};
}

bool LoginThrottle::refuses(const std::string& source, TimePoint now) const {
  const auto found = counts_.find(source);
  return found != counts_.end() && now - found->second.since < kWindow &&
         found->second.failures >= limit_;
}

void LoginThrottle::on_failure(const std::string& source, TimePoint now) {
  if (!counts_.contains(source) && counts_.size() >= kMaxSources) make_room(now);
  Count& count = counts_[source];
  if (count.failures == 0 || now - count.since >= kWindow) count = {now, 0};
  ++count.failures;
}

void LoginThrottle::make_room(TimePoint now) {
  std::erase_if(counts_, [now](const auto& one) { return now - one.second.since >= kWindow; });
  if (counts_.size() < kMaxSources) return;
  counts_.erase(std::min_element(
      counts_.begin(), counts_.end(),
      [](const auto& one, const auto& other) { return one.second.since < other.second.since; }));
}

}  // namespace earshot::auth
