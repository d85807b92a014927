// The login sequences of the known clients (rest-and-sessions.md §B.5), request by request against
// the whole server.
#include <gtest/gtest.h>

#include <map>

#include "sim/fake_exchange.h"
#include "sim/world.h"

namespace earshot {
namespace {

using sim::FakeRequest;
using Sent = std::shared_ptr<FakeRequest>;

/// A program that logs the user "agent" in, with the cookies and credentials its real one sends.
class Program {
 public:
  explicit Program(sim::World& world) : world_(world) { world.centre().mount(router_); }

  bool sends_credentials = true;
  bool keeps_cookies = true;

  Sent send(std::string method, const std::string& path, std::string body = "") {
    auto sent = std::make_shared<FakeRequest>();
    http::Request& request = sent->request;
    request.method = std::move(method);
    request.path = path.substr(0, path.find('?'));
    if (const auto query = path.find('='); query != std::string::npos)
      request.query.emplace_back("subresources", path.substr(query + 1));
    request.peer = *Endpoint::parse("198.51.100.8", 40000);
    if (sends_credentials)
      request.headers.emplace_back("Authorization", "Basic YWdlbnQ6c2VjcmV0LWFnZW50");
    std::string cookies;
    for (const auto& [name, value] : jar_) cookies += (cookies.empty() ? "" : "; ") + name + value;
    if (!cookies.empty()) request.headers.emplace_back("Cookie", cookies);
    request.body = std::move(body);
    router_.handle(std::make_unique<sim::FakeExchange>(sent));
    if (sent->response) take_cookies(*sent->response);
    return sent;
  }
  json::value get(const std::string& path) { return body_of(send("GET", path)); }
  int operate(const std::string& path, const std::string& members) {
    const auto reply = body_of(send("POST", path, R"({"operationName":)" + members + "}"));
    return reply.at("statusCode").to_number<int>();
  }
  int start_session(const std::string& more = "") {
    return operate("/api/v2/me", R"("StartContactCenterSession","channels":["voice"])" + more);
  }

  json::object shake_hands() {
    auto reply = bayeux(R"({"channel":"/meta/handshake","id":"1","version":"1.0",)"
                        R"("supportedConnectionTypes":["long-polling"]})");
    if (const auto* id = json::find_string(reply, "clientId")) client_id_ = *id;
    return reply;
  }
  bool subscribe(const std::string& channel) {
    return bayeux(R"({"channel":"/meta/subscribe","id":"2","subscription":")" + channel +
                  R"(","clientId":")" + client_id_ + R"("})")
               .at("successful") == true;
  }
  Sent connect(bool at_once = false) {
    return send(
        "POST", "/api/v2/notifications/connect",
        R"({"channel":"/meta/connect","id":"3","connectionType":"long-polling","clientId":")" +
            client_id_ + "\"" + (at_once ? R"(,"advice":{"timeout":0})" : "") + "}");
  }
  /// All devices' states told by polls until nothing comes for a second.
  std::vector<std::string> states_told() {
    std::vector<std::string> states;
    while (true) {
      const Sent poll = connect();
      world_.run(seconds{1});
      if (poll->is_waiting()) {
        poll->cut();
        return states;
      }
      poll->finish(true);
      const json::value batch = body_of(poll);
      for (const json::value& message : batch.as_array())
        if (const auto* channel = message.as_object().if_contains("channel");
            *channel == "/v2/me/devices")
          states.emplace_back(
              message.at("data").at("devices").at(0).at("userState").at("state").as_string());
    }
  }

  static json::value body_of(const Sent& sent) {
    EXPECT_TRUE(sent->response);
    auto body = sent->response ? json::parse(sent->response->body) : json::parse("{}");
    EXPECT_TRUE(body);
    return body ? *body : json::value{};
  }

 private:
  json::object bayeux(const std::string& message) {
    const Sent sent = send("POST", "/api/v2/notifications", "[" + message + "]");
    sent->finish(true);
    return body_of(sent).at(0).as_object();
  }
  void take_cookies(const http::Response& response) {
    if (!keeps_cookies) return;
    for (const auto& [name, value] : response.headers) {
      const auto equals = value.find('=');
      if (name == "Set-Cookie")
        jar_[value.substr(0, equals)] = value.substr(equals, value.find(';') - equals);
    }
  }

  sim::World& world_;
  http::PrefixRouter router_;
  std::map<std::string, std::string> jar_;
  std::string client_id_;
};

class NotifyLogin : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(world.open());
    world.agent().operate("/api/v2/me", "EndContactCenterSession");  // nobody is logged in
    world.run(seconds{1});
  }
  using States = std::vector<std::string>;
  sim::World world;
  Program program{world};
};

TEST_F(NotifyLogin, WWE_asks_without_credentials_first) {
  program.sends_credentials = false;
  const auto stranger = program.send("GET", "/api/v2/me?subresources=*");
  EXPECT_EQ(stranger->response->status, 403);
  EXPECT_EQ(Program::body_of(stranger).at("statusCode"), 20);
  program.sends_credentials = true;
  EXPECT_EQ(program.get("/api/v2/me?subresources=*").at("statusCode"), 0);
  program.sends_credentials = false;  // the cookie serves from here on
  EXPECT_EQ(program.start_session(), 0);
  EXPECT_EQ(program.shake_hands().at("successful"), true);
  EXPECT_TRUE(program.subscribe("/v2/me/devices"));
  EXPECT_TRUE(program.subscribe("/notifications/services"));
  EXPECT_EQ(program.get("/api/v2/diagnostics/version").at("statusCode"), 0);
  const auto me = program.get("/api/v2/me/?subresources=devices,calls,channels,interactions,chats");
  EXPECT_EQ(me.at("user").at("devices").as_array().size(), 1u)
      << "what was told before it listened";
  EXPECT_EQ(program.operate("/api/v2/me/channels/voice", R"("NotReady")"), 0);
  EXPECT_EQ(program.operate("/api/v2/me/channels/voice", R"("Ready")"), 0);
  program.connect(true)->finish(false);
  EXPECT_EQ(program.states_told().back(), "Ready");
}

TEST_F(NotifyLogin, VUE_is_ready_in_the_same_instant_as_its_session_starts) {
  EXPECT_EQ(
      program.get("/api/v2/me?subresources=features,devices,channels,settings").at("statusCode"),
      0);
  program.shake_hands();
  EXPECT_TRUE(program.subscribe("/v2/me/*"));
  const Sent first = program.connect(true);
  EXPECT_EQ(Program::body_of(first).at(0).at("successful"), true);
  first->finish(true);
  EXPECT_EQ(program.start_session(), 0);
  EXPECT_EQ(program.operate("/api/v2/me/channels/voice", R"("Ready")"), 0) << "queued, not refused";
  EXPECT_EQ(program.states_told(), (States{"NotReady", "Ready"}));
}

TEST_F(NotifyLogin, IOS_waits_for_all_subscriptions) {
  program.get("/api/v2/me?subresources=*");
  program.sends_credentials = false;
  program.shake_hands();
  for (const std::string channel :
       {"/v2/me/devices", "/v2/me/calls", "/v2/me/channels", "/v2/me/chats", "/v2/me/emails"})
    EXPECT_TRUE(program.subscribe(channel)) << channel << ": granted, though nothing is told there";
  program.connect(true)->finish(true);
  const Sent poll = program.connect();
  EXPECT_TRUE(poll->is_waiting());
  EXPECT_EQ(program.start_session(), 0);
  world.run(milliseconds{10});
  ASSERT_FALSE(poll->is_waiting()) << "told at once";
  EXPECT_EQ(Program::body_of(poll).at(0).at("channel"), "/v2/me/devices");
}

TEST_F(NotifyLogin, NET_shakes_hands_first_and_knows_no_cookie) {
  program.keeps_cookies = false;
  EXPECT_EQ(program.shake_hands().at("successful"), true);
  EXPECT_TRUE(program.subscribe("/**"));
  program.connect(true)->finish(true);
  const auto me = program.get("/api/v2/me?subresources=*");
  EXPECT_TRUE(me.at("user").at("settings").is_object()) << "it looks there unchecked";
  EXPECT_EQ(program.start_session(), 0);
  EXPECT_EQ(program.operate("/api/v2/me/channels/voice", R"("Ready")"), 0);
  EXPECT_EQ(program.states_told(), (States{"NotReady", "Ready"}))
      << "each request is another HTTP session; events go to the user";
}

TEST_F(NotifyLogin, JSWI_names_a_place) {
  program.get("/api/v2/me");
  program.shake_hands();
  EXPECT_TRUE(program.subscribe("/v2/me/*"));
  program.connect(true)->finish(true);
  EXPECT_EQ(program.start_session(R"(,"place":"Place_5001")"), 0);
  EXPECT_EQ(program.states_told(), (States{"NotReady"}));
}

}  // namespace
}  // namespace earshot
