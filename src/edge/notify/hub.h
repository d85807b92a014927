#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/cookie.h"
#include "base/entropy.h"
#include "base/loop.h"
#include "edge/http/exchange.h"
#include "edge/notify/caller.h"
#include "edge/notify/dispatch.h"
#include "edge/notify/ground.h"
#include "edge/notify/lines.h"
#include "edge/notify/notify_settings.h"
#include "edge/notify/reception.h"
#include "ports/event_sink.h"
#include "view/settings.h"

namespace earshot::notify {

/// Tells users what happened, over Bayeux. Each event goes to its own user's sessions alone, and of
/// those to the ones that subscribed to its channel: once, in order, serialised once.
///
/// As an http::Handler it is mounted at /api/v2/notifications; what a request asks for is decided
/// by its body, never by its path. A session may move between HTTP and
/// WebSocket; on a WebSocket events are pushed and the connect stays held.
///
/// A client may ask for sequence numbers, and for what came after one it knows: its session is fed
/// from the user's history until it has caught up, and again whenever its queue is full. It is
/// ended only where the history itself does not reach back to it. Control loop only.
class Hub final : public EventSink, public http::Handler {
 public:
  /// `loop`, `entropy` and `callers` outlive the hub: app builds all four.
  Hub(Loop& loop, Entropy& entropy, Callers& callers, NotifySettings settings,
      view::ViewSettings view);
  /// Waiting polls are answered 500 by their exchanges.
  ~Hub() override;
  Hub(const Hub&) = delete;

  /// Sends nothing yet: waiting connects are answered once per turn of the loop, so that what is
  /// published together travels together.
  void publish(const std::vector<Event>& events) override;
  /// Answers 403 with statusCode 20 where nobody is authenticated, 400 where the body is no Bayeux
  /// batch, 413 where it is too long; else 200 and an array, now or when there is something to say.
  void handle(std::unique_ptr<http::Exchange> exchange) override;

  /// The HTTP session ended, and so do its Bayeux sessions. Where its user logged out, their
  /// waiting connects are told to stop (DD-34), else to shake hands again.
  void end_session(const std::string& http_session, bool logged_out = true);
  /// Whether a session or a WebSocket of that HTTP session lives.
  bool is_in_use(const std::string& http_session) const;
  /// The server ends, and every session with it: waiting connects are answered with the advice to
  /// shake hands again, WebSockets are closed with 1001. The caller takes no requests afterwards.
  void stop();

  using End = notify::End;
  /// As Dispatch::on_ended.
  void on_ended(std::function<void(const UserId& user, End why, std::size_t left)> ended);

  /// Told of each session that comes to be subscribed to /v2/users, with whose it is. TeamWatch
  /// decides who is told there.
  void on_users_wanted(std::function<void(const UserId& by)> wanted) {
    reception_.on_users_wanted(std::move(wanted));
  }
  /// Whether a session of the user is subscribed to /v2/users.
  bool wants_users(const UserId& by) const;
  /// How many notifications wait for such a session of theirs, at the most.
  std::size_t queued_for(const UserId& by) const;
  /// A notification on /v2/users, told `to` in order with their own.
  void tell_of_users(const UserId& to, std::string message_json);

  /// What GET /me/events reads. Lives as long as the hub.
  EventHistory& history() { return ground_.history; }
  /// Of the cookies handed out from now on.
  void set_cookie_scope(CookieScope scope) { reception_.set_cookie_scope(scope); }

  /// Bayeux sessions that live, of all users.
  std::size_t sessions() const { return ground_.roster.size(); }
  /// Bayeux sessions that live, of this user.
  std::size_t sessions_of(const UserId& user) const { return ground_.roster.of_user(user).size(); }
  /// Open WebSockets, with a session or without.
  std::size_t lines() const { return lines_.size(); }
  /// No session and no line is left, nor anything that was kept of one.
  bool is_empty() const;
  /// Connects that wait for their answer. Looks at every session, as do the two below.
  std::size_t held_connects() const;
  /// Over all sessions; an event counts once for each session it waits for.
  std::size_t queued_events() const;
  /// Likewise the octets of their texts.
  std::size_t queued_bytes() const;
  /// Events in the history, of all users.
  std::size_t kept_events() const { return ground_.history.events(); }
  /// What the history takes in memory, about.
  std::size_t kept_bytes() const { return ground_.history.bytes(); }

 private:
  void tell(const UserId& user, const bayeux::Channel& channel, std::string message_json,
            History::Track* track);
  const bayeux::Channel* channel_of(const std::string& name);

  view::ViewSettings view_;
  Ground ground_;
  Dispatch dispatch_;
  Lines lines_;
  Reception reception_;
  std::unordered_map<std::string, bayeux::Channel> channels_;  ///< of the events, made once each
};

}  // namespace earshot::notify
