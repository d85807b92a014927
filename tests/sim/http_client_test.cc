#include "sim/http_client.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>

#include "edge/http/exchange.h"
#include "edge/http/server.h"
#include "net/asio_loop.h"
#include "sim/handler_peer.h"
#include "sim/virtual_loop.h"

namespace earshot::sim {
namespace {

/// Echoes what it was asked; holds "/held" until release().
class Echo final : public http::Handler {
 public:
  void handle(std::unique_ptr<http::Exchange> exchange) override {
    ++requests;
    if (exchange->request().path == "/held") {
      exchange->on_gone([this] { ++gone; });
      held.push_back(std::move(exchange));
      return;
    }
    if (exchange->request().path == "/dropped") return;
    answer(*exchange);
  }
  void release() {
    for (auto& exchange : std::exchange(held, {})) answer(*exchange);
  }
  void answer(http::Exchange& exchange) {
    const auto& request = exchange.request();
    http::Response response;
    response.status = request.method == "POST" ? 201 : 200;
    response.headers = {{"Set-Cookie", "seen=yes; Path=/"}};
    response.body = request.method + " " + request.path + " " + request.body + " " +
                    std::string(request.header("Authorization").value_or("-")) + " " +
                    std::string(request.header("Cookie").value_or("-"));
    const auto whom = [this] { return [this](bool ok) { ok ? ++written : ++unwritten; }; };
    if (exchange.respond(std::move(response), whom)) ++written;
  }

  int requests = 0;
  int gone = 0;
  int written = 0;
  int unwritten = 0;
  std::deque<std::unique_ptr<http::Exchange>> held;
};

class HttpClientTest : public testing::Test {
 protected:
  HttpClientTest() {
    const auto bound = server.listen(Endpoint::v4({127, 0, 0, 1}, 0));
    EXPECT_TRUE(bound);
    address = *bound;
  }
  /// Runs the loop until `count` replies came, at most 10 s.
  void run(std::size_t count) {
    wanted = count;
    const TimerId limit = loop.wake_in(seconds{10}, [this] { loop.stop(); });
    if (replies.size() < wanted) loop.run();
    loop.cancel(limit);
    ASSERT_GE(replies.size(), count);
  }
  OnHttpReply keep() {
    return [this](const HttpReply& reply) {
      replies.push_back(reply);
      if (replies.size() >= wanted) loop.stop();
    };
  }

  net::AsioLoop loop;
  Echo echo;
  http::Server server{loop, {}, echo};
  Endpoint address;
  std::vector<HttpReply> replies;
  std::size_t wanted = 0;
};

TEST_F(HttpClientTest, asks_and_keeps_the_connection_and_the_cookie) {
  HttpClient client(loop, address, {HttpLogin{"a", "b"}, seconds{60}, 6});
  client.get("/one%20x?y=z", keep());
  run(1);
  EXPECT_EQ(replies[0].status, 200);
  EXPECT_EQ(replies[0].body, "GET /one x  Basic YTpi -");
  client.post("/two", "{}", keep());
  run(2);
  EXPECT_EQ(replies[1].status, 201);
  EXPECT_EQ(replies[1].body, "POST /two {} Basic YTpi seen=yes");
  EXPECT_EQ(client.connections(), 1u);
  EXPECT_EQ(server.connections(), 1u);
}

TEST_F(HttpClientTest, a_held_request_does_not_hold_up_others) {
  HttpClient client(loop, address);
  client.post("/held", "poll", keep());
  client.get("/quick", keep());
  run(1);
  EXPECT_EQ(replies[0].body, "GET /quick  - -");
  EXPECT_EQ(client.connections(), 2u);
  loop.post([this] { echo.release(); });
  run(2);
  EXPECT_EQ(replies[1].status, 201);
}

TEST_F(HttpClientTest, more_requests_than_connections_wait_their_turn) {
  HttpClient client(loop, address, {std::nullopt, seconds{60}, 2});
  for (int index = 0; index < 20; ++index) client.get("/" + std::to_string(index), keep());
  run(20);
  EXPECT_EQ(client.connections(), 2u);
  for (const auto& reply : replies) EXPECT_EQ(reply.status, 200);
}

TEST_F(HttpClientTest, a_connection_the_server_closed_meanwhile_is_replaced) {
  HttpClient client(loop, address);
  client.get("/one", keep());
  run(1);
  server.stop();
  http::Server again{loop, {}, echo};
  ASSERT_TRUE(again.listen(address));
  client.get("/two", keep());
  run(2);
  EXPECT_EQ(replies[1].status, 200) << replies[1].body;
}

TEST_F(HttpClientTest, says_why_there_is_no_answer) {
  server.stop();
  HttpClient nobody(loop, address);
  nobody.get("/", keep());
  run(1);
  EXPECT_EQ(replies[0].status, 0);
  EXPECT_NE(replies[0].body.find("refused"), std::string::npos) << replies[0].body;
}

TEST_F(HttpClientTest, gives_up_after_its_time) {
  HttpClient client(loop, address, {std::nullopt, milliseconds{50}, 6});
  client.get("/held", keep());
  run(1);
  EXPECT_EQ(replies[0].status, 0);
  EXPECT_EQ(replies[0].body, "no answer in time");
  EXPECT_EQ(client.connections(), 0u);
}

TEST_F(HttpClientTest, closing_answers_what_is_under_way) {
  HttpClient client(loop, address);
  client.get("/held", keep());
  client.get("/quick", keep());
  run(1);
  client.close();
  run(2);
  EXPECT_EQ(replies[1].status, 0);
}

TEST(HandlerPeer, asks_a_handler_as_a_browser_does) {
  VirtualLoop loop;
  Echo echo;
  HandlerPeer peer(loop, echo, HttpLogin{"a", "b"});
  std::vector<HttpReply> replies;
  const auto keep = [&](const HttpReply& reply) { replies.push_back(reply); };
  peer.get("/one%20x?y=z", keep);
  EXPECT_EQ(echo.requests, 0) << "never inside send()";
  loop.run_posted();
  peer.post("/two", "{}", keep);
  loop.run_posted();
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_EQ(replies[0].body, "GET /one x  Basic YTpi -");
  EXPECT_EQ(replies[1].body, "POST /two {} Basic YTpi seen=yes");
  EXPECT_EQ(echo.written, 2);
  peer.get("/bad%zz", keep);
  peer.get("/dropped", keep);
  loop.run_posted();
  ASSERT_EQ(replies.size(), 4u);
  EXPECT_EQ(replies[2].status, 400);
  EXPECT_EQ(replies[3].status, 500);
  EXPECT_EQ(peer.waiting(), 0u);
}

TEST(HandlerPeer, a_client_that_goes_away_is_told_to_who_waits) {
  VirtualLoop loop;
  Echo echo;
  HandlerPeer peer(loop, echo);
  int told = 0;
  peer.get("/held", [&](const HttpReply&) { ++told; });
  loop.run_posted();
  EXPECT_EQ(peer.waiting(), 1u);
  peer.cut();
  loop.run_posted();
  EXPECT_EQ(echo.gone, 1);
  echo.release();
  loop.run_posted();
  EXPECT_EQ(told, 0);
  EXPECT_EQ(echo.unwritten, 1);
}

}  // namespace
}  // namespace earshot::sim
