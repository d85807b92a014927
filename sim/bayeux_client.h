#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "sim/fake_exchange.h"

namespace earshot::sim {

using Poll = std::shared_ptr<FakeRequest>;

/// The error of a reply; "" where it has none.
inline std::string error_of(const json::object& reply) {
  const auto* error = json::find_string(reply, "error");
  return error ? std::string(*error) : "";
}

/// What the advice of a reply says of reconnecting; "" where it has none, "incomplete" where it is
/// not whole.
inline std::string reconnect_of(const json::object& reply) {
  const auto* found = reply.if_contains("advice");
  if (!found) return "";
  const auto& advice = found->as_object();
  const auto is_number = [&](const char* name) {
    const auto* value = advice.if_contains(name);
    return value && value->is_int64();
  };
  const auto* reconnect = json::find_string(advice, "reconnect");
  const bool whole = advice.size() == 3 && is_number("interval") && is_number("timeout");
  return whole && reconnect ? std::string(*reconnect) : "incomplete";
}

/// A scripted Bayeux client of one user, which sends what the test says and holds what it gets.
class BayeuxClient {
 public:
  BayeuxClient(http::Handler& server, std::string user) : server_(server), user_(std::move(user)) {}

  Poll send(std::string body) {
    auto poll = std::make_shared<sim::FakeRequest>();
    poll->request.method = method;
    poll->request.path = "/api/v2/notifications";
    if (!user_.empty()) poll->request.headers.emplace_back("X-User", user_);
    if (!web.empty()) poll->request.headers.emplace_back("X-Web", web);
    if (!cookie.empty()) poll->request.headers.emplace_back("Cookie", cookie);
    for (const auto& header : headers) poll->request.headers.push_back(header);
    poll->request.body = std::move(body);
    poll->request.peer = peer;
    poll->takes_at_once = takes_at_once;
    server_.handle(std::make_unique<sim::FakeExchange>(poll));
    return poll;
  }
  /// Shakes hands and remembers the session and the cookie, as a browser does.
  void handshake() {
    const auto poll = send(R"([{"channel":"/meta/handshake","id":"1","version":"1.0",)"
                           R"("supportedConnectionTypes":["long-polling"])" +
                           offers + "}]");
    poll->finish(true);
    const auto reply = last(poll);
    const auto* granted = json::find_string(reply, "clientId");
    client_id = granted ? std::string(*granted) : "";
    if (!poll->response) return;
    for (const auto& [name, value] : poll->response->headers)
      if (keeps_cookies && name == "Set-Cookie" && value.starts_with("BAYEUX"))
        cookie = value.substr(0, value.find(';'));
  }
  Poll connect(const std::string& more = "") { return send("[" + connect_text(more) + "]"); }
  Poll subscribe(const std::string& channel) {
    return send(R"([{"channel":"/meta/subscribe","id":"3","clientId":")" + client_id +
                R"(","subscription":")" + channel + R"("}])");
  }
  Poll disconnect() {
    return send(R"([{"channel":"/meta/disconnect","id":"4","clientId":")" + client_id + R"("}])");
  }
  std::string connect_text(const std::string& more = "") const {
    return R"({"channel":"/meta/connect","id":"2","connectionType":"long-polling","clientId":")" +
           client_id + "\"" + more + "}";
  }
  /// Handshake, subscription and the first connect, all answered.
  void settle(const std::string& channel = "/v2/me/*") {
    handshake();
    subscribe(channel);
    connect(R"(,"advice":{"timeout":0})")->finish(true);
  }

  static std::vector<json::object> messages(const Poll& poll) {
    std::vector<json::object> out;
    if (!poll->response) return out;
    const auto parsed = json::parse(poll->response->body);
    if (parsed && parsed->is_array())
      for (const auto& each : parsed->get_array()) out.push_back(each.as_object());
    return out;
  }
  /// The errorCode of each event in an answer: tests number events by it.
  static std::vector<int> events(const Poll& poll) {
    std::vector<int> out;
    for (const auto& message : messages(poll))
      if (const auto* data = message.if_contains("data"))
        out.push_back(static_cast<int>(data->at("errorCode").as_int64()));
    return out;
  }
  static json::object last(const Poll& poll) {
    const auto all = messages(poll);
    return all.empty() ? json::object{} : all.back();
  }

  std::string client_id;
  std::string cookie;
  std::string offers;  ///< further members of the handshake: `,"ext":{"ack":true}`
  std::string web;
  std::string method = "POST";
  std::vector<std::pair<std::string, std::string>> headers;
  bool keeps_cookies = true;
  bool takes_at_once = false;  ///< its answers, as FakeRequest
  Endpoint peer;

 private:
  http::Handler& server_;
  std::string user_;
};

}  // namespace earshot::sim
