#pragma once

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/cookie.h"
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

/// How long sessions last, and how many there may be.
struct SessionSettings {
  Duration idle_timeout = seconds{1800};
  std::size_t per_user = 64;  ///< beyond: one that is not in use makes room
  /// Beyond: refused for the rest of the minute. Whoever has a live session is served by it, so
  /// that nobody behind a shared address loses one.
  LoginLimits logins;
};

/// HTTP sessions: Basic once, then the JSESSIONID cookie (rest-and-sessions.md §B.2). Control loop.
///
/// A client that keeps no cookies makes a session with each request. Where a user has too many,
/// those whose cookie never came back end first, but never the newest; then the longest idle. What
/// is in use (a poll is held, a WebSocket is open) is never ended: there may be a few too many
/// then, as many as notifications allow.
class Sessions {
 public:
  Sessions(const DirectorySnapshot& directory, Loop& loop, Entropy& entropy,
           SessionSettings settings);
  Sessions(const Sessions&) = delete;
  ~Sessions();

  /// Why it is not known who sends a request.
  enum class Failure { NoCredentials, WrongCredentials, TooManyFailures };
  /// What to refuse a request with whose sender is not known.
  struct Unidentified {
    Failure why;
    seconds retry_after{};  ///< with TooManyFailures: at least 1
  };
  /// Why a session ended.
  enum class End {
    LogOut,
    Idle,
    Overflow,
    Removed,  ///< its user is gone, or has another password
  };
  /// @param cookie         the Cookie header, if any
  /// @param authorization  the Authorization header, if any; UTF-8, else ISO-8859-1
  /// @param address        the peer's, without port, for throttling
  /// A live cookie alone is enough. Credentials beside a live cookie of the same user keep its
  /// session; of another user they start a new one. Counts as activity. While log-ins are refused,
  /// the live cookie of the named user serves without a look at the password.
  Result<Identity, Unidentified> identify(std::optional<std::string_view> cookie,
                                          std::optional<std::string_view> authorization,
                                          const std::string& address);
  /// A page signs in. Its live session of the same user goes on; that of another user ends, and a
  /// new one begins. Unlike identify(), no cookie spares the password while log-ins are refused.
  Result<Identity, Unidentified> log_in(std::optional<std::string_view> cookie,
                                        const BasicCredentials& credentials,
                                        const std::string& address);
  /// Counts as activity (a held poll). Nothing where no such session lives.
  void touch(std::string_view session);
  /// When the user last sent anything, by a session that still lives.
  std::optional<TimePoint> last_used_by(const UserId& user) const;
  /// False where it ended, or never was.
  bool is_live(const HttpSessionId& session) const;
  /// Harmless where it has ended; else on_ended is told.
  void end(const HttpSessionId& session, End why = End::LogOut);
  /// Another directory is in force: whoever is gone, or has another password, is logged out.
  void on_directory_changed(const Directory& before);
  /// Told of every session that ends; not of one that makes room before its cookie ever came back:
  /// what its client does goes on under its credentials.
  void on_ended(std::function<void(const HttpSessionId&, End)> ended);
  /// Asked whether a session is in use, by those who hold its polls and WebSockets.
  void in_use_by(std::function<bool(const HttpSessionId&)> in_use);
  /// The value of Set-Cookie for JSESSIONID.
  /// @param by_https  the request came by https, as a trusted proxy says
  std::string set_cookie(const HttpSessionId& session, bool by_https) const {
    return cookies_.set_cookie(kCookie, session.value, by_https);
  }
  /// The value of Set-Cookie that makes a browser forget its JSESSIONID.
  std::string forget_cookie(bool by_https) const {
    return cookies_.set_cookie(kCookie, "", by_https) + "; Max-Age=0";
  }
  /// Of the cookies handed out from now on.
  void set_cookie_scope(CookieScope scope) { cookies_ = scope; }
  /// Whether requests that change something need their session's token; at first they do not.
  void demand_csrf_token(bool demand) { demands_token_ = demand; }
  /// The token of a session, as long as it lives: a UUID. Nothing while none is needed.
  std::optional<std::string> csrf_token(const HttpSessionId& session) const;
  /// Whether a request needs the token and does not show it, or comes without the session's cookie
  /// (rest-and-sessions.md §B.3). GET, HEAD and OPTIONS never need it.
  /// @param token  the X-CSRF-TOKEN header, if any
  bool is_forged(const Identity& by, std::string_view method,
                 std::optional<std::string_view> token) const;

 private:
  static constexpr std::string_view kCookie = "JSESSIONID";
  using Order = std::list<HttpSessionId>;  ///< the longest idle first
  /// The sessions of one user, by whether their cookie ever came back.
  struct UserSessions {
    Order fresh;  ///< their cookie never came back
    Order returning;
  };
  /// One log-in, until it ends.
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
  const User* authenticated(const std::optional<BasicCredentials>& credentials) const;
  Result<const User*, Unidentified> check(const std::optional<BasicCredentials>& credentials,
                                          const std::string& address);
  Unidentified wrong_credentials(const std::string& address, const std::string& user_name);
  Identity identity_of(Table::value_type* live, const UserId& user);
  Identity start(const UserId& user);
  void make_room(const UserId& user);
  bool is_in_use(const HttpSessionId& session) const;
  bool forget(const HttpSessionId& session);
  void on_use(Session& session);
  void watch(const HttpSessionId& id, Session& session);

  const DirectorySnapshot& directory_;
  Loop& loop_;
  Entropy& entropy_;
  SessionSettings settings_;
  CookieScope cookies_;
  bool demands_token_ = false;
  std::function<void(const HttpSessionId&, End)> ended_;
  std::function<bool(const HttpSessionId&)> in_use_;
  LoginThrottle throttle_;
  Table sessions_;
  std::unordered_map<UserId, UserSessions> by_user_;
};

}  // namespace earshot::auth
