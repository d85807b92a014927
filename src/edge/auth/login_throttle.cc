#include "edge/auth/login_throttle.h"

#include <algorithm>

namespace earshot::auth {
namespace {

constexpr Duration kWindow = seconds{60};

/// An address holds no space.
std::string name_of(const std::string& address, const std::string& user) {
  return address + ' ' + user;
}

}  // namespace

std::optional<Duration> LoginThrottle::left(const Counts& counts, const std::string& name,
                                            std::size_t limit, TimePoint now) {
  const auto found = counts.find(name);
  if (found == counts.end() || found->second.failures < limit) return std::nullopt;
  const Duration rest = found->second.since + kWindow - now;
  return rest > Duration{} ? std::optional{rest} : std::nullopt;
}

std::optional<Duration> LoginThrottle::refuses(const std::string& address, const std::string& user,
                                               TimePoint now) const {
  const auto of_user = left(by_user_, name_of(address, user), limits_.per_user, now);
  const auto of_address = left(by_address_, address, limits_.per_address, now);
  return std::max(of_user, of_address);
}

bool LoginThrottle::on_failure(const std::string& address, const std::string& user, TimePoint now) {
  const std::size_t of_user = count(by_user_, name_of(address, user), now);
  const std::size_t of_address = count(by_address_, address, now);
  return of_user == limits_.per_user || of_address == limits_.per_address;
}

std::size_t LoginThrottle::count(Counts& counts, const std::string& name, TimePoint now) {
  if (!counts.contains(name) && counts.size() >= kMaxCounts) make_room(counts, now);
  Count& count = counts[name];
  if (count.failures == 0 || now - count.since >= kWindow) count = {now, 0};
  return ++count.failures;
}

void LoginThrottle::make_room(Counts& counts, TimePoint now) {
  std::erase_if(counts, [now](const auto& one) { return now - one.second.since >= kWindow; });
  if (counts.size() < kMaxCounts) return;
  counts.erase(std::min_element(
      counts.begin(), counts.end(),
      [](const auto& one, const auto& other) { return one.second.since < other.second.since; }));
}

}  // namespace earshot::auth
