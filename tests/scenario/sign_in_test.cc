// Pages sign in, say who they are and sign out, through the whole server: cookies, tokens, limits.
#include <gtest/gtest.h>

#include "sim/fake_exchange.h"
#include "sim/world.h"

namespace earshot::scenario {
namespace {

using sim::FakeRequest;
using Sent = std::shared_ptr<FakeRequest>;

constexpr const char* kAgent = "Basic YWdlbnQ6c2VjcmV0LWFnZW50";  // agent:secret-agent
constexpr const char* kLogin = R"({"userName":"agent","password":"secret-agent"})";
constexpr const char* kWrong = R"({"userName":"agent","password":"wrong"})";
constexpr const char* kDenied = R"({"statusCode":20,"statusMessage":"Access denied"})";

class SignIn : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(world.open());
    world.centre().mount(router);
  }
  /// As a browser: cookies are kept, and sent with each request.
  Sent send(const std::string& method, const std::string& path, std::string body = "",
            sim::HttpHeaders headers = {}) {
    auto sent = std::make_shared<FakeRequest>();
    sent->request.method = method;
    sent->request.path = "/api/v2/" + path;
    sent->request.headers = std::move(headers);
    if (!cookie.empty()) sent->request.headers.emplace_back("Cookie", cookie);
    sent->request.body = std::move(body);
    sent->request.by_https = by_https;
    sent->request.peer = *Endpoint::parse("203.0.113.7", 40000);
    router.handle(std::make_unique<sim::FakeExchange>(sent));
    world.loop.run_posted();
    const std::string set = header(sent, "Set-Cookie");
    if (!set.empty())
      cookie = set.find("Max-Age=0") == set.npos ? set.substr(0, set.find(';')) : "";
    return sent;
  }
  static std::string header(const Sent& sent, std::string_view name) {
    if (!sent->response) return "";
    for (const auto& [each, value] : sent->response->headers)
      if (each == name) return value;
    return "";
  }
  std::string who() {
    const Sent sent = send("GET", "auth/session");
    const auto body = json::parse(sent->response->body);
    return sent->response->status == 200 ? json::serialize(body->at("user").at("userName"))
                                         : sent->response->body;
  }

  sim::World world;
  http::PrefixRouter router;
  std::string cookie;
  bool by_https = false;
};

TEST_F(SignIn, sets_the_cookie_and_says_who_it_is) {
  EXPECT_EQ(who(), kDenied);
  const Sent sent = send("POST", "auth/login", kLogin);
  ASSERT_EQ(sent->response->status, 200);
  const auto body = json::parse(sent->response->body);
  EXPECT_EQ(body->at("statusCode"), 0);
  EXPECT_EQ(body->at("user").at("userName"), "agent");
  EXPECT_FALSE(body->at("user").as_object().contains("password"));
  EXPECT_NE(header(sent, "Set-Cookie").find("; HttpOnly; SameSite=Lax"), std::string::npos);
  EXPECT_EQ(header(sent, "X-CSRF-TOKEN"), "");
  EXPECT_EQ(who(), R"("agent")");
  EXPECT_EQ(send("GET", "me")->response->status, 200);
}

TEST_F(SignIn, the_cookie_is_secure_behind_tls_and_reaches_allowed_pages) {
  by_https = true;
  EXPECT_NE(header(send("POST", "auth/login", kLogin), "Set-Cookie").find("SameSite=Lax; Secure"),
            std::string::npos);
  app::Config config = world.settings();
  config.http.allowed_origins = {"https://desk.example"};
  world.centre().follow(config);
  const Sent sent =
      send("POST", "auth/login", kLogin, {{"Origin", "https://desk.example"}, {"Host", "x"}});
  EXPECT_NE(header(sent, "Set-Cookie").find("SameSite=None; Secure"), std::string::npos);
  EXPECT_EQ(header(sent, "Access-Control-Allow-Origin"), "https://desk.example");
}

TEST_F(SignIn, a_strange_page_can_do_nothing_with_the_cookie) {
  send("POST", "auth/login", kLogin);
  for (const char* path : {"auth/login", "auth/logout", "me", "notifications"}) {
    const Sent sent = send("POST", path, kLogin, {{"Origin", "https://evil"}, {"Host", "x"}});
    EXPECT_EQ(sent->response->status, 403) << path;
    EXPECT_EQ(header(sent, "Set-Cookie"), "") << path;
  }
  EXPECT_EQ(who(), R"("agent")");
}

TEST_F(SignIn, signing_out_ends_the_session_and_leaves_the_agent_ready) {
  send("POST", "auth/login", kLogin);
  const std::string before = cookie;
  const std::string state = send("GET", "me/devices")->response->body;
  ASSERT_NE(state.find("Ready"), std::string::npos);
  const Sent sent = send("POST", "auth/logout");
  EXPECT_EQ(sent->response->body, R"({"statusCode":0})");
  EXPECT_EQ(cookie, "");
  cookie = before;
  EXPECT_EQ(who(), kDenied);
  EXPECT_EQ(send("POST", "auth/logout")->response->body, kDenied);
  cookie = "";
  send("POST", "auth/login", kLogin);
  EXPECT_EQ(send("GET", "me/devices")->response->body, state);
}

TEST_F(SignIn, another_user_in_the_same_browser_ends_the_session_before) {
  send("POST", "auth/login", kLogin);
  const std::string first = cookie;
  send("POST", "auth/login", kLogin);
  EXPECT_EQ(cookie, first) << "the same user goes on";
  send("POST", "auth/login", R"({"userName":"supervisor","password":"secret-supervisor"})");
  EXPECT_NE(cookie, first);
  EXPECT_EQ(who(), R"("supervisor")");
  cookie = first;
  EXPECT_EQ(who(), kDenied);
}

TEST_F(SignIn, wrong_passwords_are_counted_with_all_others) {
  send("POST", "auth/login", kLogin);
  const std::string live = cookie;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(send("POST", "auth/login", kWrong)->response->body, kDenied);
    EXPECT_EQ(
        send("GET", "me", "", {{"Authorization", "Basic YWdlbnQ6d3Jvbmc="}})->response->status,
        403);
  }
  const Sent refused = send("POST", "auth/login", kLogin);
  EXPECT_EQ(refused->response->status, 429) << "a live cookie does not spare the password here";
  EXPECT_EQ(header(refused, "Retry-After"), "60");
  EXPECT_EQ(who(), R"("agent")");
  world.run(seconds{60});
  EXPECT_EQ(send("POST", "auth/login", kLogin)->response->status, 200);
}

TEST_F(SignIn, what_is_wrong_with_a_request_is_named) {
  struct Case {
    const char* body;
    const char* answer;
  };
  for (const Case& each :
       {Case{R"({"password":"x"})", R"({"statusCode":1,"statusMessage":"userName is required"})"},
        Case{R"({"userName":"a","password":null})",
             R"({"statusCode":1,"statusMessage":"password is required"})"},
        Case{R"({"userName":7,"password":"x"})",
             R"({"statusCode":2,"statusMessage":"userName: a string is expected"})"},
        Case{"[]", R"({"statusCode":2,"statusMessage":"body: an object is expected"})"}}) {
    const Sent sent = send("POST", "auth/login", each.body);
    EXPECT_EQ(sent->response->status, 400) << each.body;
    EXPECT_EQ(sent->response->body, each.answer);
  }
  EXPECT_EQ(send("POST", "auth/login", "{")->response->status, 400);
  EXPECT_EQ(send("GET", "auth/other")->response->status, 404);
}

TEST_F(SignIn, only_the_demo_tells_its_passwords) {
  EXPECT_EQ(send("GET", "auth")->response->body,
            R"({"statusCode":0,"auth":{"loginPath":"/auth/login"}})");
}

/// rest-and-sessions.md §B.3, with http.csrf_protection on.
class Token : public SignIn {
 protected:
  void SetUp() override {
    SignIn::SetUp();
    app::Config config = world.settings();
    config.http.csrf_protection = true;
    world.centre().follow(config);
  }
  std::string ready(const std::string& token) {
    const Sent sent =
        send("POST", "me/channels/voice", R"({"operationName":"Ready"})",
             token.empty() ? sim::HttpHeaders{} : sim::HttpHeaders{{"X-CSRF-TOKEN", token}});
    return sent->response->body;
  }
  static constexpr const char* kForged =
      R"({"statusCode":3,"statusMessage":"Missing or invalid Csrf token"})";
};

TEST_F(Token, what_changes_something_needs_it) {
  const std::string token = header(send("POST", "auth/login", kLogin), "X-CSRF-TOKEN");
  ASSERT_EQ(token.size(), 36u) << "a UUID";
  EXPECT_EQ(token.find(cookie.substr(11, 8)), std::string::npos) << "it does not tell the session";
  for (const char* path : {"me", "auth/session"}) {
    const Sent sent = send("GET", path);
    EXPECT_EQ(header(sent, "X-CSRF-HEADER"), "X-CSRF-TOKEN");
    EXPECT_EQ(header(sent, "X-CSRF-TOKEN"), token) << "one a session";
  }
  EXPECT_EQ(ready(token), R"({"statusCode":0})");
  EXPECT_EQ(ready(""), kForged);
  EXPECT_EQ(ready(token.substr(1) + "0"), kForged);
  for (const char* path : {"notifications", "auth/logout"})
    EXPECT_EQ(send("POST", path, "[]")->response->body, kForged) << path;
  const std::string handshake =
      R"([{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["long-polling"]}])";
  EXPECT_EQ(send("POST", "notifications", handshake, {{"X-CSRF-TOKEN", token}})->response->status,
            200);
}

TEST_F(Token, is_of_one_session) {
  const std::string first = header(send("POST", "auth/login", kLogin), "X-CSRF-TOKEN");
  cookie = "";
  const std::string second = header(send("POST", "auth/login", kLogin), "X-CSRF-TOKEN");
  EXPECT_NE(first, second);
  EXPECT_EQ(ready(first), kForged);
  EXPECT_EQ(ready(second), R"({"statusCode":0})");
}

TEST_F(Token, a_client_without_cookies_is_refused) {
  const Sent sent = send("POST", "me", R"({"operationName":"EndContactCenterSession"})",
                         {{"Authorization", kAgent}});
  EXPECT_EQ(sent->response->body, kForged);
  EXPECT_EQ(send("GET", "me", "", {{"Authorization", kAgent}})->response->status, 200);
}

}  // namespace
}  // namespace earshot::scenario
