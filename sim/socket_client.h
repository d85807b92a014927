#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "sim/fake_exchange.h"

namespace earshot::sim {

/// A scripted Bayeux client of one user that speaks over a WebSocket, which it opens at once.
class SocketClient {
 public:
  SocketClient(http::Handler& server, std::string user, std::string more_header = "",
               std::string value = "") {
    http::Request& request = open_->request;
    request.method = "GET";
    request.path = "/api/v2/notifications";
    request.headers = {
        {"Host", "earshot.example:8080"}, {"Upgrade", "websocket"}, {"Connection", "Upgrade"}};
    if (!user.empty()) request.headers.emplace_back("X-User", user);
    if (!more_header.empty()) request.headers.emplace_back(more_header, value);
    server.handle(std::make_unique<FakeExchange>(open_));
  }
  bool is_open() const { return open_->socket && !open_->socket->closed; }
  int status() const { return open_->response ? open_->response->status : 101; }
  FakeSocket& socket() { return *open_->socket; }

  void say(const std::string& channel, const std::string& more = "", const std::string& id = "7") {
    socket().say(text(channel, more, id));
  }
  std::string text(const std::string& channel, const std::string& more = "",
                   const std::string& id = "7") const {
    return R"({"channel":")" + channel + R"(","id":")" + id + R"(","clientId":")" + client_id +
           "\"" + more + "}";
  }
  void handshake(const std::string& more = "") {
    say("/meta/handshake", R"(,"supportedConnectionTypes":["websocket"])" + more);
    const auto replies = take();
    const auto* granted = replies.empty() ? nullptr : json::find_string(replies[0], "clientId");
    client_id = granted ? std::string(*granted) : "";
  }
  /// Handshake, subscription, the first connect answered, the second held.
  void settle(const std::string& more = "") {
    handshake(more);
    say("/meta/subscribe", R"(,"subscription":"/v2/me/*")");
    say("/meta/connect", R"(,"advice":{"timeout":0})");
    socket().finish(true);
    take();
    say("/meta/connect", "", "held");
  }
  /// What has come since the last look, message by message; nothing of what is no batch.
  std::vector<json::object> take() {
    std::vector<json::object> out;
    for (const auto& batch : std::exchange(socket().sent, {})) {
      const auto parsed = json::parse(batch);
      if (parsed && parsed->is_array())
        for (const auto& each : parsed->get_array()) out.push_back(each.as_object());
    }
    return out;
  }
  static std::vector<int> numbers(const std::vector<json::object>& messages) {
    std::vector<int> out;
    for (const auto& message : messages)
      if (const auto* data = message.if_contains("data"))
        out.push_back(static_cast<int>(data->at("errorCode").as_int64()));
    return out;
  }
  std::vector<int> events() { return numbers(take()); }

  std::string client_id;

 private:
  std::shared_ptr<FakeRequest> open_ = std::make_shared<FakeRequest>();
};

}  // namespace earshot::sim
