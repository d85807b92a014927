// The tables [server], [http], [records] and [log]: see setting.h. What HTTP sockets do is seen on
// real ones, by a server put together as earshotd does it.

#include <fstream>
#include <future>
#include <thread>

#include "app/serving.h"
#include "base/log.h"
#include "edge/desk/page.h"
#include "sim/raw_http_client.h"
#include "sim/scratch_directory.h"
#include "tests/scenario/supervised.h"
#include "tests/settings/setting.h"

namespace earshot::settings {
namespace {

using scenario::Supervised;

/// A server on loopback, in a thread of its own.
class Served {
 public:
  /// The world's, with these settings.
  explicit Served(const std::string& settings)
      : Served(World::config("sip.listen = \"127.0.0.1:0\"\nmedia.address = \"127.0.0.1\"\n" +
                             settings)) {}
  explicit Served(app::Config config) : serving_(std::move(config), loop_, loop_, loop_, entropy_) {
    const auto started = serving_.start();
    EXPECT_TRUE(started) << started.error();
    if (started) places = *started;
    thread_ = std::thread{[this] { loop_.run(); }};
  }
  ~Served() {
    loop_.post([this] { serving_.stop([this] { loop_.stop(); }); });
    thread_.join();
  }
  const app::Config& config() const { return serving_.config(); }
  app::Serving::Places places;

 private:
  net::AsioLoop loop_;
  SystemEntropy entropy_;
  app::Serving serving_;
  std::thread thread_;
};

std::string request(const std::string& path, const std::string& headers) {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

TEST_F(Setting, server_stop_grace_s) {
  with("server.stop_grace_s = 3");
  ASSERT_TRUE(world->connect());
  for (const int number : {5000, 5001}) world->phone(number).vanish();
  bool stopped = false;
  world->centre().stop([&] { stopped = true; });
  world->run(milliseconds{2900});
  EXPECT_FALSE(stopped);
  world->run(milliseconds{200});
  EXPECT_TRUE(stopped);
}

TEST_F(Setting, http_listen) {
  const Served served{
      *app::parse_config("http.listen = \"127.0.0.1:0\"\nsip.listen = \"127.0.0.1:0\"", "f")};
  EXPECT_NE(served.places.http.port(), 8080);
  EXPECT_EQ(served.config().view.base, "http://" + served.places.http.to_string() + "/api/v2");
  sim::RawHttpClient client{served.places.http};
  client.get("/api/v2/diagnostics/version");
  EXPECT_EQ(client.read().status, 200);
}

TEST_F(Setting, http_external_url) {
  EXPECT_EQ(Served{"http.listen = \"127.0.0.1:0\"\nhttp.external_url = \"http://x/api/v2\""}
                .config()
                .view.base,
            "http://x/api/v2");
  with("http.external_url = \"https://voice.example.org/gws/api/v2\"");
  const json::value device = world->agent().device();
  EXPECT_TRUE(device.at("uri").as_string().starts_with("https://voice.example.org/gws/api/v2/"));
  const auto from = [&](const char* origin) {
    return status_of("GET", "/api/v2/me", {{"Authorization", kAgent}, {"Origin", origin}});
  };
  EXPECT_EQ(from("https://voice.example.org"), 200) << "pages of the proxy's own";
  EXPECT_EQ(from("https://oice.example.org"), 403);
  EXPECT_EQ(from("https://voice.example.org/gws"), 403);
}

TEST_F(Setting, http_allowed_origins) {
  for (const bool allowed : {false, true}) {
    with(allowed ? "http.allowed_origins = [\"https://*.example.org\"]" : "");
    EXPECT_EQ(status_of("GET", "/api/v2/me",
                        {{"Authorization", kAgent}, {"Origin", "https://desk.example.org"}}),
              allowed ? 200 : 403);
  }
}

/// A build without the desk has nothing to serve.
TEST_F(Setting, http_desk) {
  for (const bool on : {false, true}) {
    with(on ? "" : "http.desk = false");
    EXPECT_EQ(status_of("GET", "/", {}), on && !desk::built_pages().empty() ? 200 : 404);
    EXPECT_EQ(status_of("GET", "/api/v2/diagnostics/version", {}), 200);
  }
}

TEST_F(Setting, http_csrf_protection) {
  for (const bool on : {false, true}) {
    world = std::make_unique<World>(  // the world's own desks send no token
        1, World::config(on ? "http.csrf_protection = true" : ""));
    router = {};
    world->centre().mount(router);
    EXPECT_EQ(status_of("POST", "/api/v2/me", {{"Authorization", kAgent}},
                        R"({"operationName":"EndContactCenterSession"})"),
              on ? 403 : 200);
  }
}

TEST_F(Setting, http_trusted_proxies) {
  for (const bool trusted : {false, true}) {
    const Served served{"http.listen = \"127.0.0.1:0\"\n" +
                        std::string{trusted ? "http.trusted_proxies = [\"127.0.0.0/8\"]" : ""}};
    sim::RawHttpClient client{served.places.http};
    client.send(request("/api/v2/me", std::string{"Authorization: "} + kAgent +
                                          "\r\nX-Forwarded-Proto: https\r\n"));
    const auto answer = client.read();
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.head.find("; Secure") != std::string::npos, trusted) << answer.head;
  }
}

TEST_F(Setting, http_sessions_per_user) {
  with("http.sessions_per_user = 2\nnotifications.sessions_per_user = 1");
  const auto log_in = [&] {
    const auto sent = ask("GET", "/api/v2/me", {{"Authorization", kAgent}});
    std::string cookie;
    for (const auto& [name, value] : sent->response->headers)
      if (name == "Set-Cookie") cookie = value.substr(0, value.find(';'));
    EXPECT_EQ(status_of("GET", "/api/v2/me", {{"Cookie", cookie}}), 200);
    return cookie;
  };
  const std::string first = log_in();
  const std::string second = log_in();  // beside the desk's, which is in use
  EXPECT_EQ(status_of("GET", "/api/v2/me", {{"Cookie", first}}), 403);
  EXPECT_EQ(status_of("GET", "/api/v2/me", {{"Cookie", second}}), 200);
}

TEST_F(Setting, http_login_failures_per_user) {
  with("http.login_failures_per_user = 2");
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(status_of("GET", "/api/v2/me", {{"Authorization", kWrong}}), 403);
  EXPECT_EQ(status_of("GET", "/api/v2/me", {{"Authorization", kAgent}}), 429);
}

TEST_F(Setting, http_login_failures_per_address) {
  with("http.login_failures_per_address = 2");
  EXPECT_EQ(status_of("GET", "/api/v2/me", {{"Authorization", kWrongColleague}}), 403);
  EXPECT_EQ(status_of("GET", "/api/v2/me", {{"Authorization", kWrong}}), 403);
  EXPECT_EQ(status_of("GET", "/api/v2/me", {{"Authorization", kAgent}}), 429);
}

TEST_F(Setting, http_tolerate_other_channels) {
  for (const bool tolerated : {false, true}) {
    with(tolerated ? "http.tolerate_other_channels = true" : "");
    const auto start = [&](const char* channels) {
      return world->agent()
          .post("/api/v2/me", std::string{R"({"operationName":"StartContactCenterSession",)"} +
                                  R"("channels":)" + channels + "}")
          .status_code();
    };
    EXPECT_EQ(start(R"(["voice","chat","email"])"), tolerated ? 0 : 7);
    EXPECT_EQ(start(R"(["voice"])"), 0);
    EXPECT_EQ(start(R"(["chat"])"), 4) << "without voice there is nothing";
    world->phone(5001).unregister();
    world->run(seconds{1});
    ASSERT_EQ(world->agent().operate("/api/v2/me/channels/voice", "Offline").status, 200);
    EXPECT_EQ(start(R"(["voice","chat"])"), 4) << "and voice has to succeed";
  }
}

TEST_F(Setting, http_call_path_slash) {
  for (const bool slash : {false, true}) {
    with(slash ? "http.call_path_slash = true" : "");
    ASSERT_TRUE(world->connect());
    world->run(milliseconds{100});
    const json::value call = Supervised::call_of(*world, "agent");
    EXPECT_EQ(call.at("path").as_string(),
              (slash ? "/calls/" : "calls/") + std::string{call.at("id").as_string()});
  }
}

TEST_F(Setting, server_state_directory) {
  const sim::ScratchDirectory scratch;
  for (const bool kept : {false, true}) {
    with(kept ? "server.state_directory = \"" + (scratch.path() / "state").string() + "\"" : "");
    ASSERT_TRUE(world->restart(seconds{2}));
    world->phone(5000).dial("5001");
    world->run(seconds{2});
    EXPECT_EQ(world->phone(5001).is_up(), kept) << "its phone has not registered again";
    world.reset();
  }
}

TEST_F(Setting, records_file) {
  const sim::ScratchDirectory scratch;
  const auto file = scratch.path() / "calls.jsonl";
  with("records.file = \"" + file.string() + "\"");
  ASSERT_TRUE(world->connect());
  Supervised::end(*world);
  world->run(seconds{2});
  std::ifstream in{file};
  std::string line;
  ASSERT_TRUE(std::getline(in, line));
  EXPECT_EQ(json::parse(line)->at("record"), "segment");
  world.reset();
}

// ---- [log] ----

/// What is written of a line at each level, by the settings of this text.
std::string logged(const std::string& settings, bool terminal = false, bool coloured = false) {
  std::string out;
  set_log_sink([&](std::string_view line) { out += std::string{line} + "\n"; });
  app::set_log(World::config(settings), terminal, coloured);
  log(LogLevel::Debug, "debugging");
  log(LogLevel::Info, "informing");
  log(LogLevel::Error, "failing");
  set_log_sink({});
  set_log_level(LogLevel::Info);
  set_log_format(LogFormat::Json);
  return out;
}

TEST_F(Setting, log_level) {
  EXPECT_EQ(logged("log.level = \"warn\"").find("informing"), std::string::npos);
  EXPECT_NE(logged("log.level = \"warn\"").find("failing"), std::string::npos);
  EXPECT_NE(logged("log.level = \"debug\"").find("debugging"), std::string::npos);
  EXPECT_EQ(logged("").find("debugging"), std::string::npos);
  EXPECT_NE(logged("").find("informing"), std::string::npos);
}

TEST_F(Setting, log_format) {
  const auto is_json = [](const std::string& lines) { return lines.starts_with("{"); };
  EXPECT_FALSE(is_json(logged("log.format = \"text\"", false)));
  EXPECT_TRUE(is_json(logged("log.format = \"json\"", true)));
  EXPECT_TRUE(is_json(logged("log.format = \"auto\"", false)));
  EXPECT_FALSE(is_json(logged("log.format = \"auto\"", true)));
  const auto has_colours = [](const std::string& lines) {
    return lines.find('\x1b') != lines.npos;
  };
  EXPECT_TRUE(has_colours(logged("", true, true)));
  EXPECT_FALSE(has_colours(logged("", true, false)));
  EXPECT_FALSE(has_colours(logged("log.format = \"text\"", false, true)));
}

}  // namespace
}  // namespace earshot::settings
