#include "edge/http/origin_guard.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "sim/fake_exchange.h"
#include "sim/virtual_loop.h"

namespace earshot::http {
namespace {

TEST(Origin, patterns_match_whole_origins) {
  struct Case {
    std::string pattern;
    std::string origin;
    bool matches;
  };
  const std::vector<Case> cases{
      {"https://desk.example", "https://desk.example", true},
      {"https://desk.example", "HTTPS://Desk.Example", true},
      {"https://desk.example", "http://desk.example", false},
      {"https://desk.example", "https://desk.example:8443", false},
      {"https://desk.example", "https://desk.example.evil", false},
      {"https://*.example.com", "https://a.example.com", true},
      {"https://*.example.com", "https://a.b.example.com", true},
      {"https://*.example.com", "https://.example.com", false},
      {"https://*.example.com", "https://example.com", false},
      {"https://*.example.com", "https://evilexample.com", false},
      {"https://*.example.com", "https://evil.com/.example.com", false},
      {"https://*.example.com", "https://evil@a.example.com", false},
      {"http://localhost:*", "http://localhost:3000", true},
      {"http://localhost:*", "http://localhost", false},
      {"https://*.a.*", "https://x.a.org", true},
      {"", "https://a", false},
      {"https://a", "null", false},
  };
  for (const auto& each : cases)
    EXPECT_EQ(matches_origin(each.origin, std::vector{each.pattern}), each.matches)
        << each.pattern << " " << each.origin;
  EXPECT_FALSE(matches_origin("https://a", {}));
}

/// Says yes to everybody, and counts them.
class Yes final : public Handler {
 public:
  void handle(std::unique_ptr<Exchange> exchange) override {
    ++asked;
    exchange->respond({}, {});
  }
  int asked = 0;
};

class OriginGuardTest : public testing::Test {
 protected:
  OriginGuardTest() { guard.allow({"https://*.desk.example"}); }

  Response ask(const std::string& origin, const std::string& method = "POST",
               std::vector<std::pair<std::string, std::string>> more = {}) {
    auto asked = std::make_shared<sim::FakeRequest>();
    asked->request.method = method;
    asked->request.path = "/";
    asked->request.headers = std::move(more);
    asked->request.headers.emplace_back("Host", "voice.example:8080");
    if (!origin.empty()) asked->request.headers.emplace_back("Origin", origin);
    guard.handle(std::make_unique<sim::FakeExchange>(asked));
    return asked->response.value_or(Response{});
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const auto& [each, value] : response.headers)
      if (each == name) return value;
    return "";
  }

  Yes handler;
  sim::VirtualLoop loop;
  OriginGuard guard{handler, loop};
};

TEST_F(OriginGuardTest, our_own_pages_and_clients_without_pages_pass_as_they_are) {
  for (const std::string origin : {"", "http://voice.example:8080", "https://Voice.example:8080"}) {
    const auto response = ask(origin);
    EXPECT_EQ(response.status, 200) << origin;
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "") << origin;
  }
}

TEST_F(OriginGuardTest, strange_pages_are_refused_before_anything_happens) {
  for (const std::string origin : {"null", "https://evil.example", "http://voice.example",
                                   "http://voice.example:8081", "https://x.desk.example.evil"})
    for (const std::string method : {"POST", "GET", "OPTIONS"}) {
      const auto response = ask(origin, method, {{"Access-Control-Request-Method", "POST"}});
      EXPECT_EQ(response.status, 403) << origin;
      EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "") << origin;
    }
  EXPECT_EQ(ask("https://evil.example", "GET", {{"Upgrade", "websocket"}}).status, 403);
  EXPECT_EQ(handler.asked, 0);
}

TEST_F(OriginGuardTest, a_refusal_names_the_origin_and_the_key_and_is_logged_now_and_then) {
  std::vector<std::string> lines;
  set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(ask("http://localhost:3000").body,
              R"({"statusCode":2,"statusMessage":"Origin http://localhost:3000 is not allowed. )"
              R"(Add it to http.allowed_origins."})");
  loop.run_for(seconds{10});
  ask("http://localhost:3001");
  flush_log();
  set_log_sink({});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].find("http://localhost:3000"), std::string::npos);
  EXPECT_NE(lines[0].find("http.allowed_origins"), std::string::npos);
  EXPECT_NE(lines[1].find("http://localhost:3001"), std::string::npos);
}

TEST_F(OriginGuardTest, a_refusal_shows_no_character_that_is_no_url_s) {
  std::string line;
  set_log_sink([&](std::string_view text) { line = text; });
  const auto body = ask("http://a b\x7f\xff\n\"." + std::string(200, 'x')).body;
  flush_log();
  set_log_sink({});
  EXPECT_NE(body.find("http://a?b???\\\"."), body.npos) << body;
  EXPECT_EQ(body.find(std::string(90, 'x')), body.npos) << "100 characters are shown";
  EXPECT_NE(line.find("http://a?b???\\\"."), line.npos) << line;
}

TEST_F(OriginGuardTest, listed_pages_are_let_through_and_told_so) {
  const auto response = ask("https://a.desk.example");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "https://a.desk.example");
  EXPECT_EQ(header(response, "Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(header(response, "Access-Control-Expose-Headers"),
            "ETag, Idempotency-Replayed, Retry-After, X-CSRF-HEADER, X-CSRF-TOKEN");
  EXPECT_EQ(header(response, "Vary"), "Origin");
  EXPECT_EQ(handler.asked, 1);
}

TEST_F(OriginGuardTest, browsers_that_ask_first_are_answered_without_the_handler) {
  const auto response =
      ask("https://a.desk.example", "OPTIONS", {{"Access-Control-Request-Method", "POST"}});
  EXPECT_EQ(header(response, "Access-Control-Allow-Headers"),
            "Authorization, Content-Type, X-Requested-With, X-CSRF-TOKEN, ContactCenterId, ssid, "
            "surl, Idempotency-Key, If-Match");
  EXPECT_EQ(header(response, "Access-Control-Allow-Methods"), "GET, POST, PUT, DELETE");
  EXPECT_EQ(handler.asked, 0);
}

}  // namespace
}  // namespace earshot::http
