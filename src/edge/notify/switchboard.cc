#include "edge/notify/switchboard.h"

#include <algorithm>

namespace earshot::notify {

void Switchboard::add(const std::shared_ptr<Line>& line) {
  lines_.insert(line);
  by_user_.add(line->caller.user, line);
  by_http_session_.add(line->caller.http_session, line);
}

bool Switchboard::remove(const std::shared_ptr<Line>& line) {
  if (lines_.erase(line) == 0) return false;
  by_user_.strike(line->caller.user, line);
  by_http_session_.strike(line->caller.http_session, line);
  return true;
}

/// Counted each time: a user has few lines, and a count that is kept could leak.
std::size_t Switchboard::unused_of(const UserId& user) const {
  const auto& lines = by_user_.of(user);
  return static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(), [](const auto& line) { return !line->subscriber; }));
}

}  // namespace earshot::notify
