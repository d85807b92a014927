#include "edge/notify/lines.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "edge/http/refusal.h"
#include "edge/http/websocket.h"
#include "edge/notify/browser_cookie.h"

namespace earshot::notify {

Lines::~Lines() {
  for (const auto& line : lines_) ground_.loop.cancel(line->unused);
}

/// Pages of other origins do not come this far (http::OriginGuard).
void Lines::open(std::unique_ptr<http::Exchange> exchange, Caller caller, Line::Ear& ear) {
  const http::Request& request = exchange->request();
  if (unused_of(caller.user) >= ground_.settings.max_unused_lines_per_user)
    return exchange->respond(http::refusal(429, "Too many WebSockets without a session"));
  Headers headers;
  if (caller.set_cookie) headers.emplace_back("Set-Cookie", *caller.set_cookie);
  Line::Operator& board = *this;
  const auto line =
      std::make_shared<Line>(board, ear, std::move(caller), browser_in(request.header("Cookie")));
  auto socket = exchange->upgrade(std::move(headers));
  if (!socket) return;
  line->open(std::move(socket));
  lines_.insert(line);
  by_user_.add(line->caller.user, line);
  by_http_session_.add(line->caller.http_session, line);
  await_session(*line);
}

/// Counted each time: a user has few lines, and a count that is kept could leak.
std::size_t Lines::unused_of(const UserId& user) const {
  const auto& lines = by_user_.of(user);
  return static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(), [](const auto& line) { return !line->subscriber; }));
}

/// A line nobody speaks on ends soon.
void Lines::await_session(Line& line) {
  ground_.loop.cancel(line.unused);
  line.unused = ground_.loop.wake_in(ground_.settings.unused_line,
                                     [this, &line] {  // cancelled before it ends
                                       line.unused = 0;
                                       close(line.shared_from_this(), http::CloseCode::Normal);
                                     });
}

/// The push target moves at once; what the session was reached by before is let go.
void Lines::put(Subscriber& subscriber, const Shared& line) {
  if (subscriber.line == line) return;
  if (line->subscriber) let_go(*line->subscriber);
  if (const auto old = subscriber.line) {
    let_go(subscriber);
    close(old, http::CloseCode::Normal);
  }
  ground_.loop.cancel(std::exchange(line->unused, 0));
  line->subscriber = &subscriber;
  subscriber.line = line;
  dispatch_.look_at(subscriber);
}

/// The session lives on without its line, until it expires.
void Lines::let_go(Subscriber& subscriber) {
  const auto line = std::exchange(subscriber.line, nullptr);
  if (!line) return;
  line->subscriber = nullptr;
  dispatch_.on_gone(subscriber, std::exchange(line->held_cycle, 0));
  subscriber.session.on_message(ground_.loop.now());
  dispatch_.arm(subscriber);
}

void Lines::close(const Shared& line, http::CloseCode code) {
  line->close(code);
  on_closed(line);
}

void Lines::on_closed(const Shared& line) {
  if (lines_.erase(line) == 0) return;
  by_user_.strike(line->caller.user, line);
  by_http_session_.strike(line->caller.http_session, line);
  ground_.loop.cancel(std::exchange(line->unused, 0));
  if (line->subscriber) let_go(*line->subscriber);
}

void Lines::on_parted(const Shared& line, std::optional<http::CloseCode> code) {
  if (code)
    close(line, *code);
  else
    await_session(*line);
}

void Lines::close_all_of(const std::string& http_session) {
  const auto lines = by_http_session_.of(http_session);
  for (const auto& line : lines) close(line, http::CloseCode::Normal);
}

void Lines::close_all(http::CloseCode code) {
  const std::vector<Shared> all{lines_.begin(), lines_.end()};
  for (const auto& line : all) close(line, code);
}

}  // namespace earshot::notify
