#include "edge/http/websocket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "edge/http/server.h"
#include "sim/raw_http_client.h"

namespace earshot::http {
namespace {

constexpr int kClose = 0x88;
constexpr int kPing = 0x89;
constexpr int kPong = 0x8A;
constexpr int kText = 0x81;

/// Speaks frames over a raw socket.
class FrameClient {
 public:
  explicit FrameClient(const Endpoint& server) : raw(server) {}

  void ask(const std::string& more = "", const std::string& behind = "") {
    raw.send(
        "GET /socket HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\n"
        "Upgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        more + "\r\n" + behind);
  }
  int open() {
    ask();
    return raw.read().status;
  }
  static std::string masked(int first, std::string payload) {
    std::string frame;
    append_frame(frame, Opcode::Text, payload);
    frame.resize(frame.size() - payload.size());
    frame[0] = static_cast<char>(first);
    frame[1] = static_cast<char>(frame[1] | 0x80);
    for (std::size_t i = 0; i < payload.size(); ++i)
      payload[i] = static_cast<char>(payload[i] ^ "mask"[i % 4]);
    return frame + "mask" + payload;
  }
  void say(int first, const std::string& payload) { raw.send(masked(first, payload)); }

  struct Frame {
    int first = 0;  ///< 0: the connection ended
    std::string payload;
  };
  Frame hear() {
    const std::string head = raw.read_octets(2);
    if (head.size() < 2) return {};
    std::size_t size = static_cast<unsigned char>(head[1]);
    if (size >= 126) {
      const std::string length = raw.read_octets(size == 126 ? 2 : 8);
      size = 0;
      for (const char octet : length) size = size << 8 | static_cast<unsigned char>(octet);
    }
    return {static_cast<unsigned char>(head[0]), raw.read_octets(size)};
  }
  /// The code of the close frame that is next; 0 where something else is.
  int hear_close() {
    const Frame frame = hear();
    if (frame.first != kClose || frame.payload.size() != 2) return 0;
    return static_cast<unsigned char>(frame.payload[0]) << 8 |
           static_cast<unsigned char>(frame.payload[1]);
  }

  sim::RawHttpClient raw;
};

/// Accepts everybody and says back what it hears.
class Echo final : public Handler {
 public:
  struct Talk final : WebSocket::Listener {
    void on_text(std::string_view text) override {
      if (text == "drop") {
        socket.reset();
        return;
      }
      if (text == "flood") {
        for (int i = 0; i < 64; ++i) send(std::string(1 << 20, 'x'));
        return;
      }
      if (text.starts_with("now ")) {  // so many texts of a growing number, not all of which fit
        for (int i = 0; i < std::stoi(std::string{text.substr(4)}); ++i)
          at_once += send(std::to_string(i) + std::string(1 << 15, ' '));
        return;
      }
      send(text);
    }
    void on_closed() override { ++closed; }
    /// Notes how the write ended, at once or when it is told.
    bool send(std::string_view text) {
      const bool sent =
          socket->send_text(text, [this] { return [this](bool ok) { written.push_back(ok); }; });
      if (sent) written.push_back(true);
      return sent;
    }
    int closed = 0;
    int at_once = 0;  ///< texts that send_text had written when it returned
    std::vector<bool> written;
    std::unique_ptr<WebSocket> socket;
  };

  void handle(std::unique_ptr<Exchange> exchange) override {
    if (!asks_for_websocket(exchange->request())) {
      exchange->respond({});
      return;
    }
    auto socket = exchange->upgrade({{"Set-Cookie", "a=b"}});
    if (!socket) return;
    talks.push_back(std::make_unique<Talk>());
    talks.back()->socket = std::move(socket);
    talks.back()->socket->listen(*talks.back());
  }
  std::vector<std::unique_ptr<Talk>> talks;
};

class WebSocketTest : public testing::Test {
 protected:
  explicit WebSocketTest(ServerSettings settings = {}) : server(loop_, settings, echo) {
    auto bound = server.listen(*Endpoint::parse("127.0.0.1", 0));
    EXPECT_TRUE(bound) << bound.error();
    if (bound) local = *bound;
    thread_ = std::thread{[this] { loop_.run(); }};
  }
  ~WebSocketTest() override {
    loop_.post([this] {
      server.stop();
      echo.talks.clear();
      loop_.stop();
    });
    thread_.join();
  }
  /// Waits until `holds` is true on the loop, asking it again each millisecond of its own time.
  bool eventually(std::function<bool()> holds) {
    std::promise<bool> answer;
    const TimePoint until = loop_.now() + sim::RawHttpClient::kPatience;
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
  bool eventually_closed() {
    return eventually([this] {
      return server.connections() == 0 && echo.talks.size() == 1 && echo.talks[0]->closed == 1;
    });
  }

  net::AsioLoop loop_;
  Echo echo;
  Server server;
  Endpoint local;
  std::thread thread_;
};

TEST_F(WebSocketTest, the_handshake_is_that_of_RFC_6455) {
  FrameClient client{local};
  client.ask("Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");
  const auto answer = client.raw.read();
  EXPECT_EQ(answer.status, 101);
  const auto has = [&](const char* field) {
    return answer.head.find(std::string(field) + "\r\n") != std::string::npos;
  };
  EXPECT_TRUE(has("Upgrade: websocket"));
  EXPECT_TRUE(has("Connection: Upgrade"));
  EXPECT_TRUE(has("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) << "RFC 6455 §1.3";
  EXPECT_TRUE(has("Set-Cookie: a=b"));
  for (const char* never : {"Content-Length", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"})
    EXPECT_EQ(answer.head.find(never), std::string::npos) << never;
}

TEST_F(WebSocketTest, a_bad_handshake_is_refused) {
  const std::string good = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  for (const std::string& fields :
       {good + key, good + key + "Sec-WebSocket-Version: 8\r\n",
        good + "Sec-WebSocket-Version: 13\r\n",
        good + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n"}) {
    FrameClient client{local};
    client.raw.send("GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
    const auto answer = client.raw.read();
    EXPECT_EQ(answer.status, 400) << fields;
  }
  FrameClient old{local};
  old.raw.send("GET / HTTP/1.0\r\n" + good + key + "Sec-WebSocket-Version: 13\r\n\r\n");
  EXPECT_EQ(old.raw.read().status, 400);
  FrameClient plain{local};
  plain.raw.send("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_EQ(plain.raw.read().status, 200) << "without Connection: Upgrade it asks for nothing";
}

TEST_F(WebSocketTest, texts_go_both_ways_in_order) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  for (const std::size_t size : {1u, 125u, 126u, 65'536u, 262'144u}) {
    client.say(kText, std::string(size, 'x'));
    const auto frame = client.hear();
    EXPECT_EQ(frame.first, kText);
    EXPECT_EQ(frame.payload, std::string(size, 'x'));
  }
  std::string many;
  for (int i = 0; i < 500; ++i) many += FrameClient::masked(kText, std::to_string(i));
  client.raw.send(many);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.hear().payload, std::to_string(i));
  EXPECT_TRUE(eventually([&] { return echo.talks[0]->written == std::vector<bool>(505, true); }));
}

TEST_F(WebSocketTest, what_comes_right_behind_the_handshake_is_heard) {
  FrameClient client{local};
  client.ask("", FrameClient::masked(kText, "early"));
  EXPECT_EQ(client.raw.read().status, 101);
  EXPECT_EQ(client.hear().payload, "early");
}

TEST_F(WebSocketTest, fragments_and_pings_between_them) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  client.say(0x01, "a");
  client.say(kPing, "there?");
  client.say(0x80, "b");
  const auto pong = client.hear();
  EXPECT_EQ(pong.first, kPong);
  EXPECT_EQ(pong.payload, "there?");
  EXPECT_EQ(client.hear().payload, "ab");
}

TEST_F(WebSocketTest, the_close_handshake_is_answered_in_kind) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  client.say(kClose, "\x03\xE9");
  EXPECT_EQ(client.hear_close(), 1001);
  EXPECT_TRUE(client.raw.ends());
  client.raw.leave();
  EXPECT_TRUE(eventually_closed());
}

TEST_F(WebSocketTest, a_broken_rule_is_told_and_ends_the_connection) {
  const struct {
    std::string bytes;
    int code;
  } cases[] = {{FrameClient::masked(0x82, "x"), 1003},
               {std::string("\x81\x01x", 3), 1002},
               {FrameClient::masked(0xC1, "x"), 1002},
               {FrameClient::masked(kText, "\xC0\xAF"), 1007},
               {FrameClient::masked(kText, std::string(262'145, 'x')), 1009}};
  for (const auto& each : cases) {
    FrameClient client{local};
    ASSERT_EQ(client.open(), 101);
    client.raw.send(each.bytes);
    EXPECT_EQ(client.hear_close(), each.code);
    EXPECT_TRUE(client.raw.ends());
    client.raw.leave();
    EXPECT_TRUE(eventually_closed()) << each.code;
    loop_.post([this] { echo.talks.clear(); });
  }
}

TEST_F(WebSocketTest, a_client_that_is_gone_is_noticed) {
  for (const bool crashes : {true, false}) {
    FrameClient client{local};
    ASSERT_EQ(client.open(), 101);
    crashes ? client.raw.crash() : client.raw.leave();
    EXPECT_TRUE(eventually_closed());
    loop_.post([this] { echo.talks.clear(); });
  }
}

TEST_F(WebSocketTest, the_owner_may_drop_it_while_it_talks) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  client.say(kText, "drop");
  EXPECT_EQ(client.hear_close(), 1001);
  client.say(kText, "not heard");
  client.say(kClose, "\x03\xE9");
  EXPECT_TRUE(client.raw.ends());
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
  EXPECT_TRUE(eventually([&] { return echo.talks[0]->closed == 0; }));
}

TEST_F(WebSocketTest, after_an_end_writes_fail) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  client.raw.leave();
  ASSERT_TRUE(eventually_closed());
  loop_.post([this] { echo.talks[0]->on_text("late"); });
  EXPECT_TRUE(eventually([&] { return echo.talks[0]->written == std::vector<bool>{false}; }));
}

TEST_F(WebSocketTest, after_an_end_nothing_is_written_at_once) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  client.raw.leave();
  ASSERT_TRUE(eventually_closed());
  loop_.post([this] { echo.talks[0]->on_text("now 2"); });
  EXPECT_TRUE(eventually([&] { return echo.talks[0]->written == std::vector<bool>(2, false); }));
  EXPECT_TRUE(eventually([&] { return echo.talks[0]->at_once == 0; }));
}

TEST_F(WebSocketTest, a_reader_who_stalls_is_cut_before_the_queue_grows) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  client.say(kText, "flood");
  EXPECT_TRUE(eventually_closed());
  EXPECT_TRUE(eventually(
      [&] { return echo.talks[0]->written.size() == 64 && !echo.talks[0]->written.back(); }));
}

TEST_F(WebSocketTest, a_server_that_finishes_says_goodbye) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  loop_.post([this] { server.finish(seconds{5}, [] {}); });
  EXPECT_EQ(client.hear_close(), 1001);
}

TEST_F(WebSocketTest, a_stopping_server_ends_its_sockets) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  loop_.post([this] { server.stop(); });
  EXPECT_EQ(client.hear().first, 0);
  EXPECT_TRUE(eventually_closed());
}

ServerSettings impatient() {
  ServerSettings settings;
  settings.idle_timeout = milliseconds{60};
  settings.websocket = {.max_message_bytes = 100,
                        .max_unsent_bytes = 1000,
                        .ping_after = milliseconds{30},
                        .pong_within = milliseconds{200},
                        .close_within = milliseconds{30}};
  return settings;
}

/// Keeps whatever its client is slow to read.
class RoomyWebSocket : public WebSocketTest {
 protected:
  static ServerSettings roomy() {
    ServerSettings settings;
    settings.websocket.max_unsent_bytes = std::size_t{1} << 30;
    return settings;
  }
  RoomyWebSocket() : WebSocketTest(roomy()) {}
};

TEST_F(RoomyWebSocket, what_is_written_at_once_is_in_order_and_only_the_rest_is_reported) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  client.say(kText, "now 1");
  EXPECT_EQ(client.hear().payload.substr(0, 2), "0 ");
  EXPECT_TRUE(eventually([&] { return echo.talks[0]->at_once == 1; }));
  constexpr int kMany = 1000;  // 33 MB: more than the system's buffers take
  client.say(kText, "now 1000");
  EXPECT_TRUE(eventually([&] { return echo.talks[0]->at_once > 1; }));
  EXPECT_LT(echo.talks[0]->at_once, 1 + kMany) << "the system takes no more";
  for (int i = 0; i < kMany; ++i) {
    const std::string number = std::to_string(i) + ' ';
    ASSERT_EQ(client.hear().payload.substr(0, number.size()), number);
  }
  EXPECT_TRUE(eventually([&] {
    const auto& talk = *echo.talks[0];
    return int(talk.written.size()) == 1 + kMany &&
           std::all_of(talk.written.begin(), talk.written.end(), [](bool ok) { return ok; });
  }));
}

class ImpatientWebSocket : public WebSocketTest {
 protected:
  ImpatientWebSocket() : WebSocketTest(impatient()) {}
};

TEST_F(ImpatientWebSocket, the_silent_are_asked_and_those_who_answer_stay) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client.hear().first, kPing);
    client.say(kPong, "");
  }
  client.say(kText, "still here");
  auto frame = client.hear();
  if (frame.first == kPing) frame = client.hear();
  EXPECT_EQ(frame.payload, "still here");
}

TEST_F(ImpatientWebSocket, who_does_not_answer_a_ping_is_cut) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  EXPECT_EQ(client.hear().first, kPing);
  EXPECT_EQ(client.hear().first, 0);
  EXPECT_TRUE(eventually_closed());
}

TEST_F(ImpatientWebSocket, who_does_not_answer_a_close_is_cut) {
  FrameClient client{local};
  ASSERT_EQ(client.open(), 101);
  client.say(kText, "drop");
  FrameClient::Frame frame = client.hear();
  while (frame.first == kPing) frame = client.hear();
  EXPECT_EQ(frame.first, kClose);
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
}

}  // namespace
}  // namespace earshot::http
