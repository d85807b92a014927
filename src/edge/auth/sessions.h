#pragma once

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/entropy.h"
#include "base/loop.h"
#include "base/result.h"
#include "edge/auth/basic_credentials.h"
#include "edge/auth/login_throttle.h"
#include "model/directory.h"
#include "model/ids.h"

namespace earshot::auth {

/// Names an HTTP session; never shown or logged. The cookie's value.
using HttpSessionId = TextId<struct HttpSessionTag>;

/// Who sends a request.
struct Identity {
  UserId user;
  HttpSessionId session;
  bool is_new = false;  ///< answer with set_cookie(session)
};

struct SessionSettings {
  Duration idle_timeout = seconds{1800};
  std::size_t per_user = 64;  ///< beyond: the longest idle one ends
  /// Wrong passwords for one user name from one address; beyond: this name's credentials from there
  /// are refused for the rest of the minute. A live session of the same user still serves.
  std::size_t failures_per_minute = 20;
  /// The same for all names together, so that many desks may share an address.
  std::size_t failures_per_address = 200;
};

/// HTTP sessions: Basic once, then the JSESSIONID cookie (rest-and-sessions.md §B.2). Control loop.
///
/// A client that keeps no cookies makes a session with each request. Where a user has too many,
/// those whose cookie never came back end first, so that such a client ends no other's session.
class Sessions {
 public:
  Sessions(const Directory& directory, Loop& loop, Entropy& entropy, SessionSettings settings);
  Sessions(const Sessions&) = delete;
  ~Sessions();

  enum class Failure { NoCredentials, WrongCredentials, TooManyFailures };
  /// @param cookie         the Cookie header, if any
  /// @param authorization  the Authorization header, if any; UTF-8, else ISO-8859-1
  /// @param address        the peer's, without port, for throttling
  /// A live cookie alone is enough. Credentials beside a live cookie of the same user keep its
  /// session; of another user they start a new one. Counts as activity.
  /// TooManyFailures never meets a live cookie of the user whom the credentials name.
  Result<Identity, Failure> identify(std::optional<std::string_view> cookie,
                                     std::optional<std::string_view> authorization,
                                     const std::string& address);
  /// Counts as activity (a held poll). Nothing where no such session lives.
  void touch(std::string_view session);
  /// When the user last sent anything, by a session that still lives.
  std::optional<TimePoint> last_used_by(const UserId& user) const;
  bool is_live(const HttpSessionId& session) const;
  void end(const HttpSessionId& session);
  /// Told of every session that ends, by end(), idleness or overflow; not of one that makes room
  /// before its cookie ever came back: what its client does goes on under its credentials.
  void on_ended(std::function<void(const HttpSessionId&)> ended);
  /// `JSESSIONID=…; Path=/; HttpOnly; SameSite=Lax`
  static std::string set_cookie(const HttpSessionId& session);

 private:
  using Order = std::list<HttpSessionId>;  ///< the longest idle first
  struct UserSessions {
    Order fresh;  ///< their cookie never came back
    Order returning;
  };
  struct Session {
    UserId user;
    UserSessions* siblings = nullptr;  ///< the user's, in `by_user_`; itself among them
    TimePoint last_used;
    TimerId expiry = 0;
    bool came_back = false;  ///< its cookie has
    Order::iterator place;   ///< in the user's `returning` or `fresh`
  };

  /// Ids are looked for as they stand in a header.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>{}(id); }
    std::size_t operator()(const HttpSessionId& id) const { return (*this)(id.value); }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(const HttpSessionId& a, const HttpSessionId& b) const { return a == b; }
    bool operator()(std::string_view a, const HttpSessionId& b) const { return a == b.value; }
  };
  using Table = std::unordered_map<HttpSessionId, Session, Hash, Same>;

  Table::value_type* live_cookie(std::optional<std::string_view> cookie);
  const User* authenticated(const BasicCredentials& credentials) const;
  Identity start(const UserId& user);
  void make_room(const UserId& user);
  bool forget(const HttpSessionId& session);
  void on_use(Session& session);
  void watch(const HttpSessionId& id, Session& session);

  const Directory& directory_;
  Loop& loop_;
  Entropy& entropy_;
  SessionSettings settings_;
  std::function<void(const HttpSessionId&)> ended_;
  LoginThrottle throttle_;  ///< by address and user name
  LoginThrottle throttle_of_addresses_;
  Table sessions_;
  std::unordered_map<UserId, UserSessions> by_user_;
};

}  // namespace earshot::auth
