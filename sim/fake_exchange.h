#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "edge/http/exchange.h"
#include "sim/fake_websocket.h"

namespace earshot::sim {

/// What became of one request: the test reads the answer, says how its write ended, or plays a
/// client that goes away.
struct FakeRequest {
  http::Request request;
  std::optional<http::Response> response;
  http::Written written;       ///< owed by the test once there is a response
  bool takes_at_once = false;  ///< answers are written whole before respond() returns
  std::function<void()> gone;
  std::shared_ptr<FakeSocket> socket;  ///< once upgraded
  bool dropped = false;                ///< the exchange was destroyed unanswered

  bool is_waiting() const { return !response && !socket && !dropped; }
  /// The write of the response ended so. Never inside respond(), as the contract says.
  void finish(bool ok) {
    if (const auto told = std::exchange(written, nullptr)) told(ok);
  }
  /// The client closes its connection before the answer.
  void cut() {
    if (!response)
      if (const auto told = std::exchange(gone, nullptr)) told();
  }
};

/// An exchange without a connection.
class FakeExchange final : public http::Exchange {
 public:
  explicit FakeExchange(std::shared_ptr<FakeRequest> of) : of_(std::move(of)) {}
  ~FakeExchange() override {
    if (!of_->response && !of_->socket) of_->dropped = true;
  }
  const http::Request& request() const override { return of_->request; }
  bool respond(http::Response response, const http::WhomToTell& whom) override {
    of_->response = std::move(response);
    if (!of_->takes_at_once && whom) of_->written = whom();
    return of_->takes_at_once;
  }
  std::unique_ptr<http::WebSocket> upgrade(
      std::vector<std::pair<std::string, std::string>> headers) override {
    of_->socket = std::make_shared<FakeSocket>();
    of_->socket->headers = std::move(headers);
    return std::make_unique<FakeWebSocket>(of_->socket);
  }
  void on_gone(std::function<void()> gone) override { of_->gone = std::move(gone); }

 private:
  std::shared_ptr<FakeRequest> of_;
};

}  // namespace earshot::sim
