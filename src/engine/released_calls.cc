#include "engine/released_calls.h"

#include <algorithm>

namespace earshot::engine {
namespace {

constexpr seconds kKept{600};
constexpr std::size_t kKeptPerUser = 32;

}  // namespace

void ReleasedCalls::note(const UserId& user, const CallId& call, TimePoint now) {
  auto& released = of_[user];
  if (released.size() == kKeptPerUser) released.pop_front();
  released.push_back({call, now});
}

bool ReleasedCalls::knows(const UserId& user, const CallId& call, TimePoint now) const {
  const auto found = of_.find(user);
  return found != of_.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const Released& each) {
           return each.call == call && now - each.at < kKept;
         });
}

void ReleasedCalls::forget_others(const Directory& directory) {
  std::erase_if(of_, [&](const auto& each) { return !directory.user(each.first); });
}

}  // namespace earshot::engine
