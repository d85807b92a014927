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
/// it and come back, but it never carries two at a time (bayeux.md §6.3). Control loop only.
class Line final : public http::WebSocket::Listener,
                   public Carrier,
                   public std::enable_shared_from_this<Line> {
 public:
  /// Hears what is said on a line.
  class Ear {
   public:
    /// One whole text message. The line may be closed from inside.
    virtual void on_text(const std::shared_ptr<Line>& line, std::string_view text) = 0;

   protected:
    ~Ear() = default;
  };
  /// Keeps all lines.
  class Operator {
   public:
    /// It is of no more use.
    virtual void on_closed(const std::shared_ptr<Line>& line) = 0;
    /// Its session ended. @param code  nothing: its client closes it, or shakes hands on it again
    virtual void on_parted(const std::shared_ptr<Line>& line,
                           std::optional<http::CloseCode> code) = 0;

   protected:
    ~Operator() = default;
  };

  /// `board` and `ear` outlive the line.
  Line(Operator& board, Ear& ear, Caller opened_by, std::optional<std::string> with_browser)
      : caller(std::move(opened_by)),
        browser(std::move(with_browser)),
        operator_(board),
        ear_(ear) {}

  /// Takes the socket and listens. Once, in the turn that brought it.
  void open(std::unique_ptr<http::WebSocket> socket) {
    socket_ = std::move(socket);
    socket_->listen(*this);
  }
  bool send(std::string batch, const http::WhomToTell& whom) override {
    return socket_->send_text(batch, whom);
  }
  /// What was sent still goes out; nothing is heard any more.
  void close(http::CloseCode code) { socket_->close(code); }
  /// Its session ended: see Operator::on_parted.
  void part(std::optional<http::CloseCode> code) {
    subscriber = nullptr;
    operator_.on_parted(shared_from_this(), code);
  }

  const Caller caller;
  const std::optional<std::string> browser;  ///< the cookie of the upgrade
  Subscriber* subscriber = nullptr;          ///< the session on it, which knows us in turn
  std::uint64_t held_cycle = 0;              ///< of the connect that came on it last to be held
  TimerId unused = 0;                        ///< runs while no session is on it

 private:
  void on_text(std::string_view text) override { ear_.on_text(shared_from_this(), text); }
  void on_closed() override { operator_.on_closed(shared_from_this()); }

  Operator& operator_;
  Ear& ear_;
  std::unique_ptr<http::WebSocket> socket_;
};

/// A connect held on a line.
class LineOutlet final : public Outlet {
 public:
  explicit LineOutlet(std::weak_ptr<Line> line) : line_(std::move(line)) {}
  /// One message for events and reply: it arrives whole or not at all, so a batch number never
  /// comes without its batch (bayeux.md §8 rule 7). Where the line is gone it was not written.
  bool send(std::string batch, const http::WhomToTell& whom) override {
    if (const auto line = line_.lock()) return line->send(std::move(batch), whom);
    http::ask(whom);
    return false;
  }
  void abandon() override {}

 private:
  std::weak_ptr<Line> line_;
};

}  // namespace earshot::notify
