#include "edge/auth/sessions.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "base/digest_hash.h"
#include "base/log.h"

namespace earshot::auth {
namespace {

constexpr std::size_t kIdOctets = 20;  // 160 random bits
constexpr std::size_t kShownName = 64;

std::string name_in(const std::optional<BasicCredentials>& credentials) {
  return credentials ? credentials->user_name : std::string{};
}

/// A name may be as long as a header; what is counted and logged is not.
std::string shown(const std::string& name) {
  std::size_t end = std::min(name.size(), kShownName);
  while (end < name.size() && end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80)
    --end;  // not within a character
  return name.substr(0, end);
}

}  // namespace

Sessions::Sessions(const DirectorySnapshot& directory, Loop& loop, Entropy& entropy,
                   SessionSettings settings)
    : directory_(directory),
      loop_(loop),
      entropy_(entropy),
      settings_(settings),
      throttle_(settings.logins) {}

Sessions::~Sessions() {
  for (const auto& [id, session] : sessions_) loop_.cancel(session.expiry);
}

Result<Identity, Sessions::Unidentified> Sessions::identify(
    std::optional<std::string_view> cookie, std::optional<std::string_view> authorization,
    const std::string& address) {
  auto* const live = live_cookie(cookie);
  if (!authorization || !is_basic(*authorization)) {
    if (!live) return Error{Unidentified{Failure::NoCredentials}};
    on_use(live->second);
    return Identity{live->second.user, live->first, false};
  }

  const auto credentials = parse_basic(*authorization);
  const auto user = check(credentials, address);
  if (user) return identity_of(live, (*user)->id);
  // A live cookie of the named user serves while their log-ins are refused.
  const User* const served = live ? directory_->user(live->second.user) : nullptr;
  if (user.error().why != Failure::TooManyFailures || !served ||
      served->user_name != name_in(credentials))
    return Error{user.error()};
  on_use(live->second);
  return Identity{served->id, live->first, false};
}

Result<Identity, Sessions::Unidentified> Sessions::log_in(std::optional<std::string_view> cookie,
                                                          const BasicCredentials& credentials,
                                                          const std::string& address) {
  const auto user = check(credentials, address);
  if (!user) return Error{user.error()};
  auto* const live = live_cookie(cookie);
  if (live && live->second.user != (*user)->id) {
    end(live->first);
    return start((*user)->id);
  }
  return identity_of(live, (*user)->id);
}

/// Their live session, else a new one.
Identity Sessions::identity_of(Table::value_type* live, const UserId& user) {
  if (!live || live->second.user != user) return start(user);
  on_use(live->second);
  return {user, live->first, false};
}

Result<const User*, Sessions::Unidentified> Sessions::check(
    const std::optional<BasicCredentials>& credentials, const std::string& address) {
  const std::string name = name_in(credentials);
  if (const auto left = throttle_.refuses(address, shown(name), loop_.now()))
    return Error{Unidentified{Failure::TooManyFailures, std::chrono::ceil<seconds>(*left)}};
  const User* const user = authenticated(credentials);
  if (!user) return Error{wrong_credentials(address, name)};
  return user;
}

Sessions::Table::value_type* Sessions::live_cookie(std::optional<std::string_view> cookie) {
  if (!cookie) return nullptr;
  for (const std::string_view value : cookie_values(*cookie, kCookie)) {
    const auto found = sessions_.find(value);
    if (found != sessions_.end()) return &*found;
  }
  return nullptr;
}

Sessions::Unidentified Sessions::wrong_credentials(const std::string& address,
                                                   const std::string& user_name) {
  const std::string user = shown(user_name);
  const bool is_last = throttle_.on_failure(address, user, loop_.now());
  log(LogLevel::Warn, "wrong credentials", {{"user", user}, {"address", address}});
  if (is_last)
    log(LogLevel::Warn,
        "too many wrong credentials: log-ins are refused for the rest of the minute",
        {{"user", user}, {"address", address}});
  return {Failure::WrongCredentials};
}

/// Takes the same steps whether the user exists or not, so that the time tells no names.
const User* Sessions::authenticated(const std::optional<BasicCredentials>& credentials) const {
  if (!credentials) return nullptr;
  const User* const user = directory_->user_named(credentials->user_name);
  // Digests are of one length, so that the comparison does not tell the password's.
  const bool matches = equal_in_constant_time(sha256_hex(credentials->password),
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
  const auto is_idle = [this](const HttpSessionId& id) { return !is_in_use(id); };
  const auto newest = fresh.empty() ? fresh.end() : std::prev(fresh.end());
  if (const auto unused = std::find_if(fresh.begin(), newest, is_idle); unused != newest)
    return void(forget(HttpSessionId{*unused}));  // nobody has it: no end that could be told
  const auto idle = std::find_if(returning.begin(), returning.end(), is_idle);
  if (idle != returning.end())
    end(HttpSessionId{*idle}, End::Overflow);
  else if (newest != fresh.end() && is_idle(*newest))
    (void)forget(HttpSessionId{*newest});
}

bool Sessions::is_in_use(const HttpSessionId& session) const { return in_use_ && in_use_(session); }

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
    if (is_in_use(id)) found->second.last_used = loop_.now();
    if (loop_.now() - found->second.last_used >= settings_.idle_timeout)
      end(id, End::Idle);
    else
      watch(id, found->second);
  });
}

/// Derived from the session's secret name, which it does not tell: nothing is stored for it.
std::optional<std::string> Sessions::csrf_token(const HttpSessionId& session) const {
  if (!demands_token_) return std::nullopt;
  std::string token = hmac_sha256_hex(session.value, "csrf token").substr(0, 32);
  for (const std::size_t dash : {20, 16, 12, 8}) token.insert(dash, 1, '-');
  return token;
}

bool Sessions::is_forged(const Identity& by, std::string_view method,
                         std::optional<std::string_view> token) const {
  if (!demands_token_ || method == "GET" || method == "HEAD" || method == "OPTIONS") return false;
  return by.is_new || !token || !equal_in_constant_time(*token, *csrf_token(by.session));
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

void Sessions::end(const HttpSessionId& session, End why) {
  const HttpSessionId id = session;  // it may be the very one that goes
  if (forget(id) && ended_) ended_(id, why);
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

void Sessions::on_directory_changed(const Directory& before) {
  std::vector<HttpSessionId> over;
  for (const auto& [user, theirs] : by_user_) {
    const User* was = before.user(user);
    const User* is = directory_->user(user);
    if (was && is && was->password == is->password) continue;
    for (const Order* order : {&theirs.fresh, &theirs.returning})
      over.insert(over.end(), order->begin(), order->end());
  }
  for (const HttpSessionId& session : over) end(session, End::Removed);
}

void Sessions::on_ended(std::function<void(const HttpSessionId&, End)> ended) {
  ended_ = std::move(ended);
}

void Sessions::in_use_by(std::function<bool(const HttpSessionId&)> in_use) {
  in_use_ = std::move(in_use);
}

}  // namespace earshot::auth
