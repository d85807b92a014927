#include "edge/notify/team_watch.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "model/oversight.h"
#include "view/user_state_json.h"

namespace earshot::notify {
namespace {

/// So many are told in one turn of the loop, which has other things to do.
constexpr std::size_t kAtOnce = 64;
/// A watcher whose client has so many notifications to fetch gets no more.
constexpr std::size_t kEnough = 256;
/// Then it is looked at again.
constexpr Duration kPause = milliseconds{50};

/// Whether anybody but themselves may be theirs to look after.
bool looks_after_others(const User& user) {
  return administers(user) || user.has(Role::Supervisor);
}

}  // namespace

TeamWatch::TeamWatch(Hub& hub, const DirectorySnapshot& directory, Loop& loop,
                     const view::ViewSettings& settings)
    : hub_(hub), directory_(directory), loop_(loop), settings_(settings) {}

TeamWatch::~TeamWatch() { loop_.cancel(timer_); }

void TeamWatch::publish(const std::vector<Event>& events) {
  hub_.publish(events);
  if (watchers_.empty()) return;
  for (const Event& event : events) touch(user_of(event));
}

void TeamWatch::on_users_wanted(const UserId& id) {
  const User* user = directory_->user(id);
  if (!user || !looks_after_others(*user) || !hub_.wants_users(id)) return;
  watchers_.try_emplace(id);
  tell_all(id);
}

void TeamWatch::on_directory_changed() {
  for (const auto& [watcher, news] : watchers_) tell_all(watcher);
}

void TeamWatch::tell_all(const UserId& watcher) {
  const User* user = directory_->user(watcher);
  if (!user) return;
  Watcher& news = watchers_.at(watcher);
  news.own_told.clear();
  for (const User* each : seen_by(*directory_, *user)) {
    (void)look_at(each->id);
    enqueue(news, each->id);
  }
  work_later();
}

UserView TeamWatch::view_of(const UserId& id) const {
  UserView view{id, {}, {}};
  const User* user = directory_->user(id);
  if (!user || !user->default_device) return view;
  view.device = voice_->device(*user->default_device);
  view.call = voice_->active_call_at(*user->default_device);
  return view;
}

/// Whoever looks after others may be listened to as well, and not be told so
/// (supervision.notify_agent): neither by what is said nor by when.
std::string TeamWatch::own_message(const UserId& user) const {
  UserView own = known_.at(user).view;
  if (own.call) {
    const auto call = voice_->call_of(user, own.call->id);
    own.call->monitored = call && call->supervisor_listening_in;
  }
  return view::user_state_message(own, settings_);
}

void TeamWatch::touch(const UserId& user) {
  touched_.push_back(user);
  work_later();
}

/// @return whether anything that is shown of them has changed
bool TeamWatch::look_at(const UserId& user) {
  Known& known = known_[user];
  known.view = view_of(user);
  std::string message = view::user_state_message(known.view, settings_);
  if (message == known.message) return false;
  known.message = std::move(message);
  return true;
}

void TeamWatch::enqueue(Watcher& watcher, const UserId& user) {
  if (watcher.is_waiting.insert(user).second) watcher.waiting.push_back(user);
}

/// Whose call is watched by `supervisor`, as last seen: that is shown, and nobody else may be told.
void TeamWatch::touch_monitored_by(const UserId& supervisor) {
  const auto known = known_.find(supervisor);
  if (known == known_.end() || !known->second.view.device) return;
  const auto& monitoring = known->second.view.device->monitoring;
  const User* agent = monitoring ? directory_->owner_of(monitoring->target) : nullptr;
  if (agent && agent->id != supervisor &&
      std::find(touched_.begin(), touched_.end(), agent->id) == touched_.end())
    touched_.push_back(agent->id);
}

bool TeamWatch::sees(const UserId& watcher, const UserId& user) const {
  const User* watching = directory_->user(watcher);
  const User* watched = directory_->user(user);
  return watching && watched && may_see(*directory_, *watching, *watched);
}

/// @return whether there is more to tell
bool TeamWatch::send(const UserId& user, Watcher& watcher) {
  for (std::size_t sent = 0; !watcher.waiting.empty() && sent < kAtOnce; ++sent) {
    if (hub_.queued_for(user) >= kEnough) return true;
    const UserId of = std::move(watcher.waiting.front());
    watcher.waiting.pop_front();
    watcher.is_waiting.erase(of);
    if (!sees(user, of)) continue;
    if (of != user) {
      hub_.tell_of_users(user, known_.at(of).message);
    } else if (auto own = own_message(of); own != watcher.own_told) {
      watcher.own_told = own;
      hub_.tell_of_users(user, std::move(own));
    }
  }
  return !watcher.waiting.empty();
}

void TeamWatch::work_later(Duration after) {
  if (timer_ == 0) timer_ = loop_.wake_in(after, [this] { work(); });
}

void TeamWatch::work() {
  timer_ = 0;
  std::erase_if(watchers_, [this](const auto& each) { return !hub_.wants_users(each.first); });
  if (watchers_.empty()) {
    known_.clear();
    touched_.clear();
    return;
  }
  for (std::size_t at = 0; at < touched_.size(); ++at) {  // it may grow
    const UserId id = touched_[at];
    touch_monitored_by(id);
    const bool changed = look_at(id);
    touch_monitored_by(id);
    if (!changed) continue;
    for (auto& [watcher, news] : watchers_)
      if (sees(watcher, id)) enqueue(news, id);
  }
  touched_.clear();
  bool more = false;
  for (auto& [user, news] : watchers_) more = send(user, news) || more;
  if (more) work_later(kPause);
}

}  // namespace earshot::notify
