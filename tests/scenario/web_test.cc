// The API's manners through the whole server: throttled log-ins, sessions that make room, methods,
// fields and filters.
#include <gtest/gtest.h>

#include "sim/fake_exchange.h"
#include "sim/world.h"

namespace earshot::scenario {
namespace {

using sim::FakeRequest;
using Sent = std::shared_ptr<FakeRequest>;

constexpr const char* kAgent = "Basic YWdlbnQ6c2VjcmV0LWFnZW50";  // agent:secret-agent
constexpr const char* kWrong = "Basic YWdlbnQ6d3Jvbmc=";          // agent:wrong

class Web : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(world.open());
    world.centre().mount(router);
  }
  Sent send(const std::string& method, const std::string& path, sim::HttpHeaders headers,
            std::string body = "", bool by_https = false) {
    auto sent = std::make_shared<FakeRequest>();
    sent->request.method = method;
    sent->request.path = path;
    sent->request.headers = std::move(headers);
    sent->request.body = std::move(body);
    sent->request.by_https = by_https;
    sent->request.peer = *Endpoint::parse("203.0.113.7", 40000);
    router.handle(std::make_unique<sim::FakeExchange>(sent));
    return sent;
  }
  static std::string header(const Sent& sent, std::string_view name) {
    for (const auto& [each, value] : sent->response->headers)
      if (each == name) return value.substr(0, value.find(';'));
    return "";
  }

  sim::World world;
  http::PrefixRouter router;
};

TEST_F(Web, wrong_passwords_get_429_and_a_live_session_goes_on) {
  const std::string cookie =
      header(send("GET", "/api/v2/me", {{"Authorization", kAgent}}), "Set-Cookie");
  ASSERT_NE(cookie, "");
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(send("GET", "/api/v2/me", {{"Authorization", kWrong}})->response->status, 403);
  for (const char* path : {"/api/v2/me", "/api/v2/notifications"}) {
    const Sent refused = send("POST", path, {{"Authorization", kAgent}}, "{}");
    EXPECT_EQ(refused->response->status, 429) << path;
    EXPECT_EQ(header(refused, "Retry-After"), "60");
    EXPECT_EQ(
        refused->response->body,
        R"({"statusCode":20,"statusMessage":"Too many wrong passwords. Try again in 60 seconds."})");
  }
  EXPECT_EQ(send("GET", "/api/v2/me", {{"Cookie", cookie}})->response->status, 200);
  EXPECT_EQ(
      send("GET", "/api/v2/me", {{"Cookie", cookie}, {"Authorization", kAgent}})->response->status,
      200);
  world.run(seconds{60});
  EXPECT_EQ(send("GET", "/api/v2/me", {{"Authorization", kAgent}})->response->status, 200);
}

TEST_F(Web, a_script_that_logs_in_again_and_again_ends_no_desktop) {
  sim::Desk& desk = world.agent();
  for (int i = 0; i < 140; ++i) {
    const std::string cookie =
        header(send("GET", "/api/v2/me", {{"Authorization", kAgent}}), "Set-Cookie");
    EXPECT_EQ(send("GET", "/api/v2/me", {{"Cookie", cookie}})->response->status, 200);
  }
  EXPECT_EQ(desk.get("/api/v2/me").status, 200);
  desk.forget();
  EXPECT_EQ(desk.operate("/api/v2/me/channels/voice", "NotReady").status, 200);
  world.run(seconds{1});
  EXPECT_EQ(desk.operate("/api/v2/me/channels/voice", "Ready").status, 200);
  world.run(seconds{60});
  EXPECT_EQ(world.centre().census().bayeux_sessions > 0, true);
}

/// Of JSESSIONID and BAYEUX_BROWSER.
TEST_F(Web, cookies_reach_as_far_as_the_configuration_in_force_allows) {
  const auto reach = [&](bool by_https) {
    std::string out;
    const Sent sent = send("POST", "/api/v2/notifications", {{"Authorization", kAgent}},
                           R"([{"channel":"/meta/handshake","version":"1.0","id":"1",)"
                           R"("supportedConnectionTypes":["long-polling"]}])",
                           by_https);
    for (const auto& [name, value] : sent->response->headers)
      if (name == "Set-Cookie") out += value.substr(value.find("SameSite")) + " ";
    return out;
  };
  EXPECT_EQ(reach(false), "SameSite=Lax SameSite=Lax ");
  EXPECT_EQ(reach(true), "SameSite=Lax; Secure SameSite=Lax; Secure ");
  app::Config config = world.settings();
  config.http.allowed_origins = {"https://desk.example"};
  world.centre().follow(config);
  EXPECT_EQ(reach(true), "SameSite=None; Secure SameSite=None; Secure ");
  config.view.base = "https://voice.example/api/v2";
  world.centre().follow(config);
  EXPECT_EQ(reach(false), "SameSite=None; Secure SameSite=None; Secure ");
}

/// DD-34: its waiting connect says not to come back.
TEST_F(Web, who_ends_their_session_is_told_to_poll_no_more) {
  std::string cookies;
  const auto ask = [&](const std::string& path, const std::string& body) {
    const Sent sent =
        send("POST", path,
             {cookies.empty() ? std::pair<std::string, std::string>{"Authorization", kAgent}
                              : std::pair<std::string, std::string>{"Cookie", cookies}},
             body);
    world.loop.run_posted();
    return sent;
  };
  const Sent greeting =
      ask("/api/v2/notifications", R"([{"channel":"/meta/handshake","version":"1.0","id":"1",)"
                                   R"("supportedConnectionTypes":["long-polling"]}])");
  for (const auto& [name, value] : greeting->response->headers)
    if (name == "Set-Cookie") cookies += value.substr(0, value.find(';')) + "; ";
  const std::string client{json::parse(greeting->response->body)->at(0).at("clientId").as_string()};
  greeting->finish(true);
  const Sent poll = ask("/api/v2/notifications",
                        R"([{"channel":"/meta/connect","id":"2","connectionType":"long-polling",)"
                        R"("clientId":")" +
                            client + R"("}])");
  const Sent again = poll->response ? ask("/api/v2/notifications",
                                          R"([{"channel":"/meta/connect","id":"3",)"
                                          R"("connectionType":"long-polling","clientId":")" +
                                              client + R"("}])")
                                    : poll;
  ASSERT_TRUE(again->is_waiting());
  const std::size_t before = world.centre().census().bayeux_sessions;
  EXPECT_EQ(ask("/api/v2/me", R"({"operationName":"EndContactCenterSession"})")->response->status,
            200);
  world.run(milliseconds{100});
  ASSERT_TRUE(again->response);
  EXPECT_EQ(json::parse(again->response->body)->at(0).at("advice").at("reconnect"), "none");
  EXPECT_EQ(world.centre().census().bayeux_sessions, before - 1);
}

TEST_F(Web, every_resource_names_its_methods) {
  struct Case {
    const char* path;
    const char* allow;
  };
  for (const Case& each :
       {Case{"/api/v2/diagnostics/version", "GET, HEAD"}, Case{"/api/v2/me", "GET, HEAD, POST"},
        Case{"/api/v2/me/calls", "GET, HEAD"}, Case{"/api/v2/me/channels/voice", "GET, HEAD, POST"},
        Case{"/api/v2/notifications", "POST"}, Case{"/api/v2/auth", "GET, HEAD"},
        Case{"/api/v2/auth/login", "POST"}, Case{"/api/v2/auth/logout", "POST"},
        Case{"/api/v2/auth/session", "GET, HEAD"}})
    for (const char* method : {"DELETE", "PUT", "PATCH"}) {
      const Sent sent = send(method, each.path, {{"Authorization", kAgent}});
      EXPECT_EQ(sent->response->status, 405) << method << each.path;
      EXPECT_EQ(header(sent, "Allow"), each.allow) << each.path;
    }
  EXPECT_EQ(send("HEAD", "/api/v2/diagnostics/version", {})->response->status, 200);
  EXPECT_EQ(send("HEAD", "/api/v2/me/devices", {{"Authorization", kAgent}})->response->status, 200);
}

TEST_F(Web, fields_and_filters_choose) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{200});
  sim::Desk& agent = world.agent();
  const std::string id{agent.calls().at(0).at("id").as_string()};
  const auto call = agent.get("/api/v2/me/calls/" + id + "?fields=id,state").body;
  EXPECT_EQ(call.at("call"), (json::object{{"id", id}, {"state", "Established"}}));
  EXPECT_EQ(agent.get("/api/v2/me/calls?state=Established").body.at("uris").as_array().size(), 1u);
  EXPECT_EQ(agent.get("/api/v2/me/calls?state=Held").body.at("uris").as_array().size(), 0u);
  EXPECT_EQ(agent.get("/api/v2/me/calls?state=Held,Established").body.at("uris").as_array().size(),
            1u);
  EXPECT_EQ(agent.get("/api/v2/me/calls?_=17").body.at("uris").as_array().size(), 1u);
}

}  // namespace
}  // namespace earshot::scenario
