#include "edge/signalling/challenged.h"

#include <algorithm>

#include "base/log.h"

namespace earshot::signalling {
namespace {

constexpr std::size_t kMostWaiting = 250;
constexpr std::size_t kMostKnown = 1000;
constexpr std::size_t kLongestText = 80;  ///< of what a stranger wrote
constexpr Duration kPatience = seconds{5};
constexpr Duration kMemory = std::chrono::hours{1};

std::string key_of(const Endpoint& source, std::string_view number) {
  return source.address().append(" ").append(number.substr(0, kLongestText));
}

}  // namespace

void Challenged::add(const Endpoint& source, std::string_view number, std::string_view user_agent) {
  if (waiting_.size() >= kMostWaiting) return;
  waiting_.try_emplace(
      key_of(source, number),
      Waiting{source, std::string{number.substr(0, kLongestText)},
              std::string{user_agent.substr(0, kLongestText)}, loop_.now() + kPatience});
  if (alarm_ == 0) alarm_ = loop_.wake_at(loop_.now() + kPatience, [this] { look(); });
}

void Challenged::answered(const Endpoint& source, std::string_view number) {
  waiting_.erase(key_of(source, number));
}

bool Challenged::gave_up(const Endpoint& source, std::string_view number) const {
  const auto known = gave_up_.find(key_of(source, number));
  return known != gave_up_.end() && loop_.now() < known->second;
}

void Challenged::look() {
  const TimePoint now = loop_.now();
  alarm_ = 0;
  TimePoint next = now + kPatience;
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const Waiting& one = at->second;
    if (now < one.due) {
      next = std::min(next, one.due);
      ++at;
      continue;
    }
    if (LogGate& gate = gates_.of(one.source); gate.pass(now))
      log(LogLevel::Warn, "challenged, not answered",
          {{"number", one.number},
           {"from", one.source.to_string()},
           {"user_agent", one.user_agent},
           {"unlogged", gate.take_swallowed()}});
    if (gave_up_.size() >= kMostKnown) gave_up_.clear();
    gave_up_[at->first] = now + kMemory;
    at = waiting_.erase(at);
  }
  if (!waiting_.empty()) alarm_ = loop_.wake_at(next, [this] { look(); });
}

}  // namespace earshot::signalling
