#include "edge/auth/sessions.h"

#include <algorithm>
#include <utility>

#include "base/digest_hash.h"
#include "base/log.h"
#include "edge/auth/session_cookie.h"

namespace earshot::auth {
namespace {

constexpr std::size_t kIdOctets = 20;      // 160 random bits
constexpr std::size_t kLongestName = 128;  // octets; longer ones are counted together

}  // namespace

Sessions::Sessions(const Directory& directory, Loop& loop, Entropy& entropy,
                   SessionSettings settings)
    : directory_(directory),
      loop_(loop),
      entropy_(entropy),
      settings_(settings),
      throttle_(settings.failures_per_minute),
      throttle_of_addresses_(settings.failures_per_address) {}

Sessions::~Sessions() {
  for (const auto& [id, session] : sessions_) loop_.cancel(session.expiry);
}

Result<Identity, Sessions::Failure> Sessions::identify(
    std::optional<std::string_view> cookie, std::optional<std::string_view> authorization,
    const std::string& address) {
  auto* const live = live_cookie(cookie);
  if (!authorization || !is_basic(*authorization)) {
    if (!live) return Error{Failure::NoCredentials};
    on_use(live->second);
    return Identity{live->second.user, live->first, false};
  }

  const auto credentials = parse_basic(*authorization).value_or(BasicCredentials{});
  const bool is_long = credentials.user_name.size() > kLongestName;
  const std::string name = is_long ? std::string{} : credentials.user_name;
  const std::string source = address + ' ' + name;
  const TimePoint now = loop_.now();
  if (throttle_.refuses(source, now) || throttle_of_addresses_.refuses(address, now)) {
    const User* const owner = live ? directory_.user(live->second.user) : nullptr;
    if (!owner || owner->user_name != credentials.user_name) return Error{Failure::TooManyFailures};
    on_use(live->second);  // the cookie alone would be enough
    return Identity{owner->id, live->first, false};
  }
  const User* const user = authenticated(credentials);
  if (!user) {
    throttle_.on_failure(source, now);
    throttle_of_addresses_.on_failure(address, now);
    log(LogLevel::Warn, "wrong credentials", {{"address", address}, {"user_name", name}});
    return Error{Failure::WrongCredentials};
  }
  if (live && live->second.user == user->id) {
    on_use(live->second);
    return Identity{user->id, live->first, false};
  }
  return start(user->id);
}

Sessions::Table::value_type* Sessions::live_cookie(std::optional<std::string_view> cookie) {
  if (!cookie) return nullptr;
  for (const std::string_view value : session_cookies(*cookie)) {
    const auto found = sessions_.find(value);
    if (found != sessions_.end()) return &*found;
  }
  return nullptr;
}

/// Takes the same steps whether the user exists or not, so that the time tells no names.
const User* Sessions::authenticated(const BasicCredentials& credentials) const {
  const User* user = nullptr;
  for (const User& one : directory_.users)
    if (one.user_name == credentials.user_name) user = &one;
  // Digests are of one length, so that the comparison does not tell the password's.
  const bool matches = equal_in_constant_time(sha256_hex(credentials.password),
                                              sha256_hex(user ? user->password : std::string{}));
  const bool usable = user && !user->password.empty();
  return matches && usable ? user : nullptr;
}

Identity Sessions::start(const UserId& user) {
  make_room(user);
  const HttpSessionId id{entropy_.hex(kIdOctets)};
  UserSessions& siblings = by_user_[user];
  Order& fresh = siblings.fresh;
  Session& session = sessions_[id];
  session.user = user;
  session.siblings = &siblings;
  session.last_used = loop_.now();
  session.place = fresh.insert(fresh.end(), id);
  watch(id, session);
  return {user, id, true};
}

void Sessions::make_room(const UserId& user) {
  const auto found = by_user_.find(user);
  if (found == by_user_.end()) return;
  const auto& [fresh, returning] = found->second;
  if (fresh.size() + returning.size() < settings_.per_user) return;
  if (fresh.empty())
    end(HttpSessionId{returning.front()});
  else
    (void)forget(HttpSessionId{fresh.front()});  // nobody has it: no end that could be told
}

void Sessions::on_use(Session& session) {
  auto& [fresh, returning] = *session.siblings;
  Order& from = session.came_back ? returning : fresh;
  returning.splice(returning.end(), from, session.place);
  session.came_back = true;
  session.last_used = loop_.now();
}

/// The timer is not moved with each use; when it runs it looks how long the session has been idle.
void Sessions::watch(const HttpSessionId& id, Session& session) {
  session.expiry = loop_.wake_at(session.last_used + settings_.idle_timeout, [this, id] {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    if (loop_.now() - found->second.last_used >= settings_.idle_timeout)
      end(id);
    else
      watch(id, found->second);
  });
}

void Sessions::touch(std::string_view session) {
  if (const auto found = sessions_.find(session); found != sessions_.end()) on_use(found->second);
}

std::optional<TimePoint> Sessions::last_used_by(const UserId& user) const {
  std::optional<TimePoint> last;
  const auto found = by_user_.find(user);
  if (found == by_user_.end()) return last;
  for (const Order* order : {&found->second.fresh, &found->second.returning})
    if (!order->empty()) last = std::max(last, {sessions_.at(order->back()).last_used});
  return last;
}

bool Sessions::is_live(const HttpSessionId& session) const { return sessions_.contains(session); }

void Sessions::end(const HttpSessionId& session) {
  const HttpSessionId id = session;  // it may be the very one that goes
  if (forget(id) && ended_) ended_(id);
}

bool Sessions::forget(const HttpSessionId& session) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return false;
  const Session gone = std::move(found->second);
  sessions_.erase(found);
  loop_.cancel(gone.expiry);
  auto& [fresh, returning] = *gone.siblings;
  (gone.came_back ? returning : fresh).erase(gone.place);
  if (fresh.empty() && returning.empty()) by_user_.erase(gone.user);
  return true;
}

void Sessions::on_ended(std::function<void(const HttpSessionId&)> ended) {
  ended_ = std::move(ended);
}

std::string Sessions::set_cookie(const HttpSessionId& session) {
  return "JSESSIONID=" + session.value + "; Path=/; HttpOnly; SameSite=Lax";
}

}  // namespace earshot::auth
