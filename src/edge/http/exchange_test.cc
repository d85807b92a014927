#include "edge/http/exchange.h"

#include <gtest/gtest.h>

namespace earshot::http {
namespace {

struct Answer {
  std::string by;
  int status = 0;
  std::string body;
};

class ScriptedExchange final : public Exchange {
 public:
  ScriptedExchange(std::string path, Answer& answer) : answer_(answer) {
    request_.path = std::move(path);
  }
  const Request& request() const override { return request_; }
  bool respond(Response response, const WhomToTell&) override {
    answer_.status = response.status;
    answer_.body = response.body;
    return true;
  }
  void on_gone(std::function<void()>) override {}
  Answer& answer() { return answer_; }

 private:
  Request request_;
  Answer& answer_;
};

class Signing final : public Handler {
 public:
  explicit Signing(std::string name, std::string& by) : name_(std::move(name)), by_(by) {}
  void handle(std::unique_ptr<Exchange> exchange) override {
    by_ = name_;
    exchange->respond({});
  }

 private:
  std::string name_;
  std::string& by_;
};

TEST(Request, names_of_fields_know_no_case_and_those_of_parameters_do) {
  Request request;
  request.headers = {{"X-One", "1"}, {"x-one", "2"}};
  request.query = {{"a", "1"}, {"a", "2"}, {"B", "3"}};
  EXPECT_EQ(request.header("X-ONE"), "1");
  EXPECT_EQ(request.header("x-on"), std::nullopt);
  EXPECT_EQ(request.parameter("a"), "1");
  EXPECT_EQ(request.parameter("b"), std::nullopt);
}

TEST(PrefixRouter, chooses_the_longest_prefix_of_whole_segments) {
  std::string by;
  Signing api{"api", by};
  Signing notifications{"notifications", by};
  Signing desk{"desk", by};
  PrefixRouter router;
  router.add("/api/v2", api);
  router.add("/desk/", desk);
  router.add("/api/v2/notifications", notifications);
  const std::pair<const char*, const char*> cases[] = {
      {"/api/v2", "api"},
      {"/api/v2/", "api"},
      {"/api/v2/me/calls", "api"},
      {"/api/v2/notificationsX", "api"},
      {"/api/v2/notifications", "notifications"},
      {"/api/v2/notifications/handshake", "notifications"},
      {"/desk/app.js", "desk"},
  };
  for (const auto& [path, expected] : cases) {
    by.clear();
    Answer answer;
    router.handle(std::make_unique<ScriptedExchange>(path, answer));
    EXPECT_EQ(by, expected) << path;
    EXPECT_EQ(answer.status, 200);
  }
}

TEST(PrefixRouter, answers_404_where_nothing_matches) {
  std::string by;
  Signing api{"api", by};
  PrefixRouter router;
  router.add("/api/v2", api);
  for (const char* path : {"/", "/api", "/api/v20", "/API/v2"}) {
    Answer answer;
    router.handle(std::make_unique<ScriptedExchange>(path, answer));
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.body, R"({"statusCode":6,"statusMessage":"Not found"})");
    EXPECT_EQ(by, "");
  }
}

}  // namespace
}  // namespace earshot::http
