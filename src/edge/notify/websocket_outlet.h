#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/loop.h"
#include "edge/http/websocket.h"
#include "edge/notify/caller.h"
#include "edge/notify/outlet.h"

namespace earshot::notify {

struct Subscriber;

/// One WebSocket of a client: who opened it, and which session speaks on it. A session may leave
/// it and come back, but it never carries two at a time (bayeux.md §6.3).
class Line final : public http::WebSocket::Listener, public std::enable_shared_from_this<Line> {
 public:
  /// Who listens on every line: the hub.
  class Operator {
   public:
    virtual void on_text(const std::shared_ptr<Line>& line, std::string_view text) = 0;
    /// It is of no more use.
    virtual void on_closed(const std::shared_ptr<Line>& line) = 0;

   protected:
    ~Operator() = default;
  };

  /// `listener` outlives the line.
  Line(Operator& listener, Caller opened_by, std::optional<std::string> with_browser)
      : caller(std::move(opened_by)), browser(std::move(with_browser)), operator_(listener) {}

  void open(std::unique_ptr<http::WebSocket> socket) {
    socket_ = std::move(socket);
    socket_->listen(*this);
  }
  /// As http::WebSocket::send_text.
  bool send(std::string_view batch, const http::WhomToTell& whom) {
    return socket_->send_text(batch, whom);
  }
  /// What was sent still goes out; nothing is heard any more.
  void close(http::CloseCode code) { socket_->close(code); }

  const Caller caller;
  const std::optional<std::string> browser;  ///< the cookie of the upgrade
  Subscriber* subscriber = nullptr;          ///< the session on it, which knows us in turn
  std::uint64_t held_cycle = 0;              ///< of the connect that came on it last to be held
  TimerId unused = 0;                        ///< runs while no session is on it

 private:
  void on_text(std::string_view text) override { operator_.on_text(shared_from_this(), text); }
  void on_closed() override { operator_.on_closed(shared_from_this()); }

  Operator& operator_;
  std::unique_ptr<http::WebSocket> socket_;
};

/// A connect held on a line.
class WebSocketOutlet final : public Outlet {
 public:
  explicit WebSocketOutlet(std::weak_ptr<Line> line) : line_(std::move(line)) {}
  /// One message for events and reply: it arrives whole or not at all, so a batch number never
  /// comes without its batch (bayeux.md §8 rule 7).
  bool answer(std::string batch, const http::WhomToTell& whom) override;
  void abandon() override {}

 private:
  std::weak_ptr<Line> line_;
};

}  // namespace earshot::notify
