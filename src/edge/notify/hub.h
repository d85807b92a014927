#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/cookie.h"
#include "base/entropy.h"
#include "base/loop.h"
#include "edge/http/exchange.h"
#include "edge/notify/caller.h"
#include "edge/notify/history.h"
#include "edge/notify/notify_settings.h"
#include "edge/notify/pace.h"
#include "edge/notify/roster.h"
#include "edge/notify/switchboard.h"
#include "edge/notify/websocket_outlet.h"
#include "ports/event_sink.h"
#include "view/settings.h"
#include "wire/bayeux/message.h"
#include "wire/bayeux/session.h"

namespace earshot::notify {

/// Tells users what happened, over Bayeux. Each event goes to its own user's sessions alone, and of
/// those to the ones that subscribed to its channel: once, in order, serialised once.
///
/// As an http::Handler it is mounted at /api/v2/notifications; what a request asks for is decided
/// by its body, never by its path. A session may come over HTTP and over WebSocket by turns; on a
/// WebSocket events are pushed and the connect stays held.
///
/// A client may ask for sequence numbers, and for what came after one it knows: its session is fed
/// from the user's history until it has caught up, and again whenever its queue is full. It is
/// ended only where the history itself does not reach back to it. Control loop only.
class Hub final : public EventSink, public http::Handler, private Line::Operator {
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

  /// Why a Bayeux session ended.
  enum class End { Disconnect, Timeout, Overflow, LogOut, HttpSession, Displaced, ServerEnds };
  /// Told once of every session that ends, in a later turn of the loop; `left` is how many its user
  /// has then.
  void on_ended(std::function<void(const UserId& user, End why, std::size_t left)> ended);

  EventHistory& history() { return history_; }
  /// Of the cookies handed out from now on.
  void set_cookie_scope(CookieScope scope) { cookies_ = scope; }

  std::size_t sessions() const { return roster_.size(); }
  std::size_t sessions_of(const UserId& user) const { return roster_.of_user(user).size(); }
  std::size_t lines() const { return lines_.size(); }
  /// No session and no line is left, nor anything that was kept of one.
  bool is_empty() const;
  std::size_t held_connects() const;
  std::size_t queued_events() const;
  std::size_t queued_bytes() const;
  std::size_t kept_events() const { return history_.events(); }
  std::size_t kept_bytes() const { return history_.bytes(); }

 private:
  struct Reception;
  class WriteReport;

  // hub.cc: events out, and the ways a session goes on or ends.
  void tell(const UserId& user, const bayeux::Channel& channel, std::string message_json,
            History::Track* track);
  const bayeux::Channel* channel_of(const std::string& name);
  void look_at(Subscriber& subscriber);
  void look_at_due();
  bool has_something(const Subscriber& subscriber) const;
  bool send_what_waits(Subscriber& subscriber);
  bool catch_up(Subscriber& subscriber);
  void answer_waiting(Subscriber& subscriber);
  void on_written(Subscriber& subscriber, const std::vector<std::uint64_t>& cycles, bool ok);
  void on_gone(Subscriber& subscriber, std::uint64_t cycle);
  void on_timer(Subscriber& subscriber);
  void arm(Subscriber& subscriber);
  void end(Subscriber& subscriber, End why);
  http::Written report_on(const Subscriber& subscriber, std::vector<std::uint64_t> cycles);
  http::Written report_of(Reception& reception);
  void on_answered(const Reception& reception);

  // line.cc: WebSockets.
  void open_line(std::unique_ptr<http::Exchange> exchange, Caller caller);
  void await_session(Line& line);
  void put_on(const std::shared_ptr<Line>& line, Subscriber& subscriber);
  void let_go(Subscriber& subscriber);
  void close_line(const std::shared_ptr<Line>& line, http::CloseCode code);
  void on_closed(const std::shared_ptr<Line>& line) override;
  bool push(Subscriber& subscriber);

  // reception.cc: requests in.
  static Reception reception_of(const std::vector<bayeux::Message>& batch,
                                std::optional<std::string_view> cookies);
  void on_text(const std::shared_ptr<Line>& line, std::string_view text) override;
  void follow(const bayeux::Message& message, Reception& reception);
  void refuse_unknown(const bayeux::Message& message, Reception& reception);
  void on_handshake(const bayeux::Message& message, Reception& reception);
  bayeux::Extensions grant(const bayeux::Message& message, Subscriber& fresh);
  void on_connect(const bayeux::Message& message, Subscriber& from, Reception& reception);
  void conclude(std::unique_ptr<http::Exchange> exchange, Reception reception);
  void hold(std::unique_ptr<http::Exchange> exchange, Reception reception);
  Subscriber* sender_of(const bayeux::Message& message, const Reception& reception);
  bool make_room(const UserId& user);
  bool is_crowded(const Subscriber& subscriber) const;

  Loop& loop_;
  Entropy& entropy_;
  Callers& callers_;
  NotifySettings settings_;
  CookieScope cookies_;
  view::ViewSettings view_;
  History history_;
  Roster roster_;
  Switchboard lines_;
  Pace paces_of_users_;
  Pace paces_of_addresses_;
  std::unordered_map<std::string, bayeux::Channel> channels_;  ///< of the events, made once each
  std::vector<Subscriber*> due_;  ///< got events since the last look; null where it ended meanwhile
  std::function<void(const UserId&, End, std::size_t)> ended_;
  /// Callbacks that outlive us find out by this.
  std::shared_ptr<Hub*> self_ = std::make_shared<Hub*>(this);
};

}  // namespace earshot::notify
