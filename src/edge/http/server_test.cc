#include "edge/http/server.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/log.h"
#include "sim/raw_http_client.h"

namespace earshot::http {
namespace {

using Client = sim::RawHttpClient;
constexpr auto kDeadline = Client::kPatience;

/// Answers by path; keeps what comes to /hold.
class Scripted final : public Handler {
 public:
  void handle(std::unique_ptr<Exchange> exchange) override {
    const Request& request = exchange->request();
    if (request.path == "/hold") {
      held.push_back(std::move(exchange));
      held.back()->on_gone([this] { ++gone; });
    } else if (request.path == "/quiet") {
      held.push_back(std::move(exchange));
    } else if (request.path == "/drop") {
      exchange.reset();
    } else if (request.path == "/throw") {
      throw std::runtime_error{"handler fault"};
    } else if (request.path == "/large") {
      Response response;
      response.body.assign(64 * 1024 * 1024, 'x');
      answer(*exchange, std::move(response));
    } else {
      Response response;
      response.body = request.method + " " + request.path + " " + request.body;
      if (const auto id = request.parameter("id")) response.body += *id;
      answer(*exchange, std::move(response));
    }
  }

  /// Notes how the write ended, at once or when it is told.
  void answer(Exchange& exchange, Response response) {
    const auto whom = [this] { return [this](bool ok) { written.push_back(ok); }; };
    if (exchange.respond(std::move(response), whom)) written.push_back(true);
  }

  std::deque<std::unique_ptr<Exchange>> held;
  int gone = 0;
  std::vector<bool> written;
};

class ServerTest : public testing::Test {
 protected:
  explicit ServerTest(ServerSettings settings = {}) : server_(loop_, settings, handler_) {
    auto bound = server_.listen(*Endpoint::parse("127.0.0.1", 0));
    EXPECT_TRUE(bound) << bound.error();
    if (bound) local_ = *bound;
    thread_ = std::thread{[this] { loop_.run(); }};
  }
  ~ServerTest() override {
    on_loop([&] {
      server_.stop();
      handler_.held.clear();
    });
    loop_.stop();
    thread_.join();
    set_log_sink({});
  }

  void on_loop(const std::function<void()>& work) {
    std::promise<void> done;
    loop_.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  /// Waits until `holds` is true on the loop, asking it again each millisecond of its own time.
  bool eventually(std::function<bool()> holds) {
    std::promise<bool> answer;
    const TimePoint until = loop_.now() + kDeadline;
    std::function<void()> look = [&] {
      if (holds())
        answer.set_value(true);
      else if (loop_.now() > until)
        answer.set_value(false);
      else
        loop_.wake_in(milliseconds{1}, look);
    };
    loop_.post(look);
    return answer.get_future().get();
  }
  bool eventually_held(std::size_t count) {
    return eventually([&, count] { return handler_.held.size() == count; });
  }

  net::AsioLoop loop_;
  Scripted handler_;
  Server server_;
  Endpoint local_;
  std::thread thread_;
};

ServerSettings impatient() {
  ServerSettings settings;
  settings.max_header_bytes = 1024;
  settings.max_body_bytes = 1000;
  settings.max_connections = 3;
  settings.head_timeout = milliseconds{40};
  settings.idle_timeout = milliseconds{120};
  settings.write_timeout = milliseconds{60};
  return settings;
}

class ImpatientServer : public ServerTest {
 protected:
  ImpatientServer() : ServerTest(impatient()) {}
};

TEST_F(ServerTest, serves_many_requests_on_one_connection) {
  Client client{local_};
  for (int i = 0; i < 50; ++i) {
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "POST /echo hello");
  }
  EXPECT_TRUE(eventually([&] { return handler_.written == std::vector<bool>(50, true); }));
  on_loop([&] { EXPECT_EQ(server_.connections(), 1u); });
  client.leave();
  EXPECT_TRUE(eventually([&] { return server_.connections() == 0; }));
}

TEST_F(ServerTest, passes_head_and_options_to_the_handler) {
  Client client{local_};
  client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto head = client.read(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_NE(head.head.find("Content-Length: 8\r\n"), std::string::npos);
  EXPECT_EQ(client.read().body, "OPTIONS / ");
}

TEST_F(ServerTest, reads_chunked_bodies_sent_byte_by_byte) {
  Client client{local_};
  const std::string request =
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  for (const char c : request) client.send({&c, 1});
  EXPECT_EQ(client.read().body, "POST /c abcde");
}

TEST_F(ServerTest, answers_pipelined_requests_in_order) {
  Client client{local_};
  std::string all;
  for (int i = 0; i < 200; ++i)
    all += "GET /p?id=" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(all);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(client.read().body, "GET /p " + std::to_string(i));
}

TEST_F(ServerTest, asks_for_a_body_whose_client_waits_to_be_asked) {
  Client client{local_};
  client.send("POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("ok");
  EXPECT_EQ(client.read().body, "POST /e ok");
}

TEST_F(ServerTest, closes_when_the_client_asks_for_it) {
  Client modern{local_};
  modern.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto answer = modern.read();
  EXPECT_NE(answer.head.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(modern.ends());
  Client old{local_};
  old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n");
  EXPECT_NE(old.read().head.find("Connection: keep-alive\r\n"), std::string::npos);
  EXPECT_EQ(old.read().status, 200);
  EXPECT_TRUE(old.ends());
}

TEST_F(ServerTest, a_held_request_is_answered_later_and_the_one_behind_it_is_kept) {
  Client client{local_};
  client.get("/hold");
  ASSERT_TRUE(eventually_held(1));
  client.get("/next");
  on_loop([&] {
    Response response;
    response.body = "late";
    handler_.answer(*handler_.held[0], response);
    EXPECT_EQ(handler_.written, std::vector<bool>{true}) << "the system took all of it";
    handler_.held[0]->respond(response);  // at most once: harmless
    handler_.held.clear();
  });
  EXPECT_EQ(client.read().body, "late");
  EXPECT_EQ(client.read().body, "GET /next ");
  on_loop([&] { EXPECT_EQ(handler_.gone, 0); });
  EXPECT_TRUE(eventually([&] { return handler_.written == std::vector<bool>{true, true}; }));
}

TEST_F(ServerTest, much_sent_ahead_of_a_held_request_waits_and_is_not_lost) {
  Client client{local_};
  client.get("/hold");
  ASSERT_TRUE(eventually_held(1));
  const std::string body(200'000, 'b');
  std::thread writer{[&] {
    for (int i = 0; i < 10; ++i)
      client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + body);
  }};
  on_loop([&] { handler_.held[0]->respond({}); });
  EXPECT_EQ(client.read().status, 200);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.read().body.size(), 8 + body.size());
  writer.join();
}

struct Leaving {
  const char* name;
  void (*leave)(Client&);
};

class LeavingClients : public ServerTest, public testing::WithParamInterface<Leaving> {};

TEST_P(LeavingClients, are_noticed_at_once_while_their_request_is_held) {
  Client client{local_};
  client.get("/hold");
  ASSERT_TRUE(eventually_held(1));
  GetParam().leave(client);
  ASSERT_TRUE(eventually([&] { return handler_.gone == 1; }));
  on_loop([&] {
    handler_.answer(*handler_.held[0], {});
    EXPECT_TRUE(handler_.written.empty());  // never inside the call
  });
  EXPECT_TRUE(eventually([&] { return !handler_.written.empty(); }));
  EXPECT_TRUE(eventually([&] { return server_.connections() == 0; }));
  on_loop([&] {
    EXPECT_EQ(handler_.gone, 1);
    for (const bool ok : handler_.written) EXPECT_FALSE(ok);
  });
}

INSTANTIATE_TEST_SUITE_P(Ways, LeavingClients,
                         testing::Values(Leaving{"close", [](Client& client) { client.leave(); }},
                                         Leaving{"reset", [](Client& client) { client.crash(); }},
                                         Leaving{"close_behind_another_request",
                                                 [](Client& client) {
                                                   client.get("/next");
                                                   client.leave();
                                                 }}),
                         [](const auto& way) { return way.param.name; });

TEST_F(ServerTest, nobody_is_told_of_a_client_that_left_after_its_answer) {
  Client client{local_};
  client.get("/hold");
  ASSERT_TRUE(eventually_held(1));
  on_loop([&] {
    handler_.held[0]->respond({});
    handler_.held.clear();
  });
  EXPECT_EQ(client.read().status, 200);
  client.leave();
  EXPECT_TRUE(eventually([&] { return server_.connections() == 0; }));
  on_loop([&] { EXPECT_EQ(handler_.gone, 0); });
}

TEST_F(ServerTest, on_gone_registered_late_is_called_and_a_dropped_exchange_is_not) {
  Client first{local_};
  Client second{local_};
  first.get("/quiet");
  second.get("/quiet");
  ASSERT_TRUE(eventually_held(2));
  first.crash();
  second.crash();
  ASSERT_TRUE(eventually([&] { return server_.connections() == 0; }));
  on_loop([&] {
    for (auto& exchange : handler_.held) exchange->on_gone([&] { ++handler_.gone; });
    EXPECT_EQ(handler_.gone, 0);
    handler_.held.pop_back();
  });
  EXPECT_TRUE(eventually([&] { return handler_.gone == 1; }));
}

TEST_F(ServerTest, a_client_that_only_stopped_sending_still_gets_its_answers) {
  Client client{local_};
  client.get("/one");
  client.get("/quiet");
  client.finish_sending();
  EXPECT_EQ(client.read().body, "GET /one ");
  ASSERT_TRUE(eventually_held(1));
  on_loop([&] { handler_.held[0]->respond({}); });
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(client.ends());
}

TEST_F(ServerTest, an_exchange_dropped_unanswered_gets_500) {
  Client client{local_};
  client.get("/drop");
  const auto answer = client.read();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, R"({"statusCode":4,"statusMessage":"Internal error"})");
  client.get("/after");
  EXPECT_EQ(client.read().status, 200);
}

TEST_F(ServerTest, a_handler_that_throws_gets_500_and_the_server_goes_on) {
  set_log_sink([](std::string_view) {});
  Client client{local_};
  client.get("/throw");
  client.get("/after");
  EXPECT_EQ(client.read().status, 500);
  EXPECT_EQ(client.read().status, 200);
}

TEST_F(ServerTest, malformed_requests_get_400_in_the_apis_form_and_a_closed_connection) {
  for (const char* bad :
       {"nonsense\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    Client client{local_};
    client.send(bad);
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 400) << bad;
    EXPECT_TRUE(answer.body.starts_with(R"({"statusCode":2,"statusMessage":"Malformed request)"))
        << answer.body;
    EXPECT_NE(answer.head.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(client.ends());
  }
}

TEST_F(ServerTest, refusals_reach_a_client_that_is_still_sending) {
  Client large{local_};
  large.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
  large.send(std::string(300'000, 'x'));
  EXPECT_EQ(large.read().status, 413);
  Client wide{local_};
  wide.send("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'));
  EXPECT_EQ(wide.read().status, 431);
}

TEST_F(ServerTest, holds_two_hundred_polls_and_answers_each_with_its_own) {
  constexpr std::size_t kCount = 200;
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < kCount; ++i) {
    clients.push_back(std::make_unique<Client>(local_));
    clients[i]->get("/hold?id=" + std::to_string(i));
  }
  ASSERT_TRUE(eventually_held(kCount));
  on_loop([&] {
    EXPECT_EQ(server_.connections(), kCount);
    while (!handler_.held.empty()) {
      Response response;
      response.body = *handler_.held.back()->request().parameter("id");
      handler_.held.back()->respond(std::move(response));
      handler_.held.pop_back();
    }
  });
  for (std::size_t i = 0; i < kCount; ++i) EXPECT_EQ(clients[i]->read().body, std::to_string(i));
}

TEST_F(ServerTest, stop_ends_connections_and_makes_held_exchanges_harmless) {
  Client held{local_};
  Client idle{local_};
  held.get("/hold");
  idle.get("/a");
  EXPECT_EQ(idle.read().status, 200);
  ASSERT_TRUE(eventually_held(1));
  ASSERT_TRUE(eventually([&] { return handler_.written.size() == 1; }));
  on_loop([&] {
    server_.stop();
    EXPECT_EQ(server_.connections(), 0u);
    EXPECT_EQ(handler_.held[0]->request().path, "/hold");
    handler_.written.clear();
    handler_.answer(*handler_.held[0], {});
    server_.stop();
  });
  EXPECT_TRUE(held.ends());
  EXPECT_TRUE(idle.ends());
  EXPECT_TRUE(eventually([&] { return handler_.written == std::vector<bool>{false}; }));
}

TEST_F(ServerTest, finish_lets_answers_go_out_and_waits_for_its_clients) {
  Client held{local_};
  Client idle{local_};
  held.get("/hold");
  idle.get("/a");
  EXPECT_EQ(idle.read().status, 200);
  ASSERT_TRUE(eventually_held(1));
  bool finished = false;
  on_loop([&] {
    server_.finish(kDeadline, [&] { finished = true; });
    handler_.answer(*handler_.held[0], {});
  });
  EXPECT_EQ(held.read().status, 200);
  EXPECT_TRUE(held.ends());
  EXPECT_TRUE(idle.ends());
  held.leave();
  idle.leave();
  EXPECT_TRUE(eventually([&] { return finished; }));
  on_loop([&] { EXPECT_EQ(server_.connections(), 0u); });
}

TEST_F(ServerTest, finish_does_not_wait_for_ever) {
  Client held{local_};
  held.get("/hold");
  ASSERT_TRUE(eventually_held(1));
  bool finished = false;
  on_loop([&] { server_.finish(milliseconds{20}, [&] { finished = true; }); });
  EXPECT_TRUE(held.ends());
  EXPECT_TRUE(eventually([&] { return finished; }));
}

TEST_F(ServerTest, a_port_in_use_is_told_in_the_systems_words) {
  on_loop([&] {
    const auto second = server_.listen(local_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error(), local_.to_string() + ": Address already in use");
  });
}

TEST_F(ImpatientServer, gives_up_a_request_that_does_not_come_to_an_end) {
  for (const char* slow : {"G", "GET / HTTP/1.1\r\nHost: x\r\n",
                           "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"}) {
    Client client{local_};
    client.send(slow);
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 408) << slow;
    EXPECT_EQ(answer.body, R"({"statusCode":2,"statusMessage":"Request timeout"})");
    EXPECT_TRUE(client.ends());
  }
}

TEST_F(ImpatientServer, closes_idle_connections_but_not_one_whose_request_is_held) {
  Client held{local_};
  held.get("/hold");
  ASSERT_TRUE(eventually_held(1));
  Client silent{local_};
  EXPECT_TRUE(silent.ends());
  Client idle{local_};
  idle.get("/a");
  EXPECT_EQ(idle.read().status, 200);
  EXPECT_TRUE(idle.ends());
  on_loop([&] { handler_.held[0]->respond({}); });
  EXPECT_EQ(held.read().status, 200);
}

TEST_F(ImpatientServer, cuts_a_client_that_does_not_read) {
  Client client{local_};
  client.get("/large");
  EXPECT_TRUE(eventually([&] { return handler_.written == std::vector<bool>{false}; }));
  EXPECT_TRUE(eventually([&] { return server_.connections() == 0; }));
}

TEST_F(ImpatientServer, refuses_connections_beyond_its_limit_and_takes_others_later) {
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<Client>(local_));
    clients[i]->get("/hold");
    ASSERT_TRUE(eventually_held(i + 1));
  }
  {
    Client beyond{local_};
    beyond.get("/a");
    const auto answer = beyond.read();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.body, R"({"statusCode":4,"statusMessage":"Too many connections"})");
    EXPECT_TRUE(beyond.ends());
  }
  clients.pop_back();
  ASSERT_TRUE(eventually([&] { return handler_.gone == 1; }));
  on_loop([&] { handler_.held.pop_back(); });
  ASSERT_TRUE(eventually([&] { return server_.connections() == 2; }));
  Client after{local_};
  after.get("/a");
  EXPECT_EQ(after.read().status, 200);
}

}  // namespace
}  // namespace earshot::http
