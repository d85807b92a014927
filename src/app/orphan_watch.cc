#include "app/orphan_watch.h"

#include <algorithm>

#include "base/log.h"

namespace earshot::app {

OrphanWatch::OrphanWatch(Loop& loop, Duration grace, const notify::Hub& hub,
                         const auth::Sessions& sessions, VoiceApi& voice)
    : loop_(loop), grace_(grace), hub_(hub), sessions_(sessions), voice_(voice) {}

OrphanWatch::~OrphanWatch() {
  for (const auto& [user, timer] : timers_) loop_.cancel(timer);
}

void OrphanWatch::on_session_ended(const UserId& user, std::size_t left) {
  if (left == 0 && grace_ > Duration{} && is_logged_in(user)) look_at(user, loop_.now() + grace_);
}

void OrphanWatch::look_at(const UserId& user, TimePoint when) {
  TimerId& timer = timers_[user];
  loop_.cancel(timer);
  timer = loop_.wake_at(when, [this, user] { look(user); });
}

/// Whoever has a session again is watched again when that one ends.
void OrphanWatch::look(const UserId& user) {
  timers_.erase(user);
  if (hub_.sessions_of(user) > 0 || !is_logged_in(user)) return;
  const TimePoint now = loop_.now();
  const auto last_request = sessions_.last_used_by(user);
  if (last_request && *last_request + grace_ > now) return look_at(user, *last_request + grace_);
  if (!voice_.calls_of(user).empty()) return look_at(user, now + grace_);
  log(LogLevel::Warn, "an agent's desktop is gone; the agent is logged out",
      {{"number", number_of(user)}, {"user_id", user.value}});
  voice_.end_session(user);
}

std::string OrphanWatch::number_of(const UserId& user) const {
  const auto devices = voice_.devices_of(user);
  return devices.empty() ? std::string{} : devices.front().phone_number;
}

bool OrphanWatch::is_logged_in(const UserId& user) const {
  const auto devices = voice_.devices_of(user);
  return std::any_of(devices.begin(), devices.end(), [](const DeviceView& device) {
    return device.agent_state != AgentState::LoggedOut;
  });
}

}  // namespace earshot::app
