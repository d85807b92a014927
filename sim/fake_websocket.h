#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "edge/http/websocket.h"

namespace earshot::sim {

/// The client's end of a WebSocket: the test reads what was sent, says how each write ended, and
/// what the client does.
struct FakeSocket {
  std::vector<std::pair<std::string, std::string>> headers;  ///< of the 101
  http::WebSocket::Listener* listener = nullptr;
  std::vector<std::string> sent;
  std::deque<http::Written> written;      ///< one a text, owed by the test
  bool takes_at_once = false;             ///< texts are written whole before send_text() returns
  std::optional<http::CloseCode> closed;  ///< by the server

  void say(std::string_view text) {
    if (listener) listener->on_text(text);
  }
  /// All writes so far ended so.
  void finish(bool ok) {
    for (auto& told : std::exchange(written, {}))
      if (told) told(ok);
  }
  /// The client's end is gone; writes under way fail afterwards.
  void cut() {
    if (auto* told = std::exchange(listener, nullptr)) told->on_closed();
    finish(false);
  }
};

class FakeWebSocket final : public http::WebSocket {
 public:
  explicit FakeWebSocket(std::shared_ptr<FakeSocket> of) : of_(std::move(of)) {}
  ~FakeWebSocket() override { FakeWebSocket::close(http::CloseCode::GoingAway); }
  void listen(Listener& listener) override { of_->listener = &listener; }
  bool send_text(std::string_view text, const http::WhomToTell& whom) override {
    of_->sent.emplace_back(text);
    if (!of_->takes_at_once && whom) of_->written.push_back(whom());
    return of_->takes_at_once;
  }
  void close(http::CloseCode code) override {
    of_->listener = nullptr;
    if (!of_->closed) of_->closed = code;
  }

 private:
  std::shared_ptr<FakeSocket> of_;
};

}  // namespace earshot::sim
