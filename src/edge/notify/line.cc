// How the hub speaks over WebSocket: sockets opened and closed, and the sessions on them.
#include <utility>

#include "edge/http/refusal.h"
#include "edge/notify/browser_cookie.h"
#include "edge/notify/hub.h"
#include "wire/bayeux/reply.h"

namespace earshot::notify {

/// Pages of other origins do not come this far (http::OriginGuard).
void Hub::open_line(std::unique_ptr<http::Exchange> exchange, Caller caller) {
  const http::Request& request = exchange->request();
  if (lines_.unused_of(caller.user) >= settings_.max_unused_lines_per_user)
    return exchange->respond(http::refusal(429, "Too many WebSockets without a session"));
  Headers headers;
  if (caller.set_cookie) headers.emplace_back("Set-Cookie", *caller.set_cookie);
  Line::Operator& ear = *this;
  auto line = std::make_shared<Line>(ear, std::move(caller), browser_in(request.header("Cookie")));
  auto socket = exchange->upgrade(std::move(headers));
  if (!socket) return;
  line->open(std::move(socket));
  lines_.add(line);
  await_session(*line);
}

/// A line nobody speaks on ends soon.
void Hub::await_session(Line& line) {
  loop_.cancel(line.unused);
  line.unused =
      loop_.wake_in(settings_.unused_line, [this, &line] {  // cancelled before the line ends
        line.unused = 0;
        close_line(line.shared_from_this(), http::CloseCode::Normal);
      });
}

/// The push target moves at once (bayeux.md §6.3); what the session was reached by before is let
/// go.
void Hub::put_on(const std::shared_ptr<Line>& line, Subscriber& subscriber) {
  if (subscriber.line == line) return;
  if (line->subscriber) let_go(*line->subscriber);
  if (const auto old = subscriber.line) {
    let_go(subscriber);
    close_line(old, http::CloseCode::Normal);
  }
  loop_.cancel(std::exchange(line->unused, 0));
  line->subscriber = &subscriber;
  subscriber.line = line;
  look_at(subscriber);
}

/// The session lives on without its line, until it expires.
void Hub::let_go(Subscriber& subscriber) {
  const auto line = std::exchange(subscriber.line, nullptr);
  if (!line) return;
  line->subscriber = nullptr;
  on_gone(subscriber, std::exchange(line->held_cycle, 0));
  subscriber.session.on_message(loop_.now());
  arm(subscriber);
}

void Hub::close_line(const std::shared_ptr<Line>& line, http::CloseCode code) {
  line->close(code);
  on_closed(line);
}

void Hub::on_closed(const std::shared_ptr<Line>& line) {
  if (!lines_.remove(line)) return;
  loop_.cancel(std::exchange(line->unused, 0));
  if (line->subscriber) let_go(*line->subscriber);
}

/// Without acknowledgement events need no connect to travel by.
/// @return whether they are written already; else a report will come
bool Hub::push(Subscriber& subscriber) {
  const auto events = subscriber.session.push();
  const bool sent = subscriber.line->send(
      bayeux::batch_text(events, {}, subscriber.track != nullptr),
      [this, &subscriber] { return report_on(subscriber, {bayeux::Session::kPush}); });
  if (sent) subscriber.session.on_written(bayeux::Session::kPush, true, loop_.now());
  return sent;
}

}  // namespace earshot::notify
