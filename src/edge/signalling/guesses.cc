#include "edge/signalling/guesses.h"

#include <algorithm>

namespace earshot::signalling {
namespace {

constexpr std::size_t kMost = 4000;
constexpr std::size_t kLongestUser = 80;  ///< so that a stranger's text fills no memory
constexpr int kPerSecond = 10;
constexpr int kFree = 4;
constexpr int kMostDoublings = 6;
constexpr Duration kLongest = seconds{60};
constexpr Duration kMemory = std::chrono::minutes{10};

std::string pair_of(const Endpoint& source, std::string_view user) {
  return source.address().append(" ").append(user.substr(0, kLongestUser));
}

/// Room for one more: what is old goes first, then whatever there is.
template <class Map, class IsOld>
void make_room(Map& map, const IsOld& is_old) {
  if (map.size() < kMost) return;
  std::erase_if(map, [&](const auto& entry) { return is_old(entry.second); });
  if (map.size() >= kMost) map.erase(map.begin());
}

}  // namespace

bool Guesses::are_allowed(const Endpoint& source, std::string_view user, TimePoint now) const {
  const auto host = hosts_.find(source.with_port(0));
  if (host != hosts_.end() && now < host->second.second_began + seconds{1} &&
      host->second.in_this_second >= kPerSecond)
    return false;
  const auto pair = pairs_.find(pair_of(source, user));
  return pair == pairs_.end() || now >= pair->second.open_at;
}

void Guesses::add(const Endpoint& source, std::string_view user, TimePoint now) {
  make_room(hosts_, [&](const Host& old) { return now >= old.second_began + seconds{1}; });
  Host& host = hosts_[source.with_port(0)];
  if (now >= host.second_began + seconds{1}) host = {now, 0};
  ++host.in_this_second;

  make_room(pairs_, [&](const Pair& old) { return now >= old.last + kMemory; });
  Pair& pair = pairs_[pair_of(source, user)];
  if (now >= pair.last + kMemory) pair = {};
  pair.last = now;
  if (++pair.failures <= kFree) return;
  const int doublings = std::min(pair.failures - kFree - 1, kMostDoublings);
  pair.open_at = now + std::min<Duration>(seconds{1 << doublings}, kLongest);
}

void Guesses::forgive(const Endpoint& source, std::string_view user) {
  pairs_.erase(pair_of(source, user));
}

}  // namespace earshot::signalling
