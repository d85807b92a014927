// The public clients of the API, request by request, as each of them sends it, up to the log-in and
// what it asks after it (rest-and-sessions.md §B.5): every answer is one that client takes for
// success.

#include <gtest/gtest.h>

#include <map>

#include "base/base64.h"
#include "edge/http/target.h"
#include "sim/fake_exchange.h"
#include "tests/scenario/supervised.h"

namespace earshot::scenario {
namespace {

/// Which credentials a client sends.
enum class Credentials {
  Always,     ///< Basic on every request, and no cookies
  FirstOnly,  ///< Basic on the first request, then the cookie
};

/// One client at the agent's desk, at the level of HTTP.
class Client {
 public:
  Client(World& world, Credentials credentials, std::string origin = "")
      : world_(world), credentials_(credentials), origin_(std::move(origin)) {
    world.centre().mount(router_);
  }

  json::value get(const std::string& target) { return send("GET", target, ""); }
  json::value post(const std::string& target, const std::string& body) {
    return send("POST", target, body);
  }
  /// Without any credentials, as a probe for a live session.
  int status_of_probe(const std::string& target) {
    return ask("GET", target, "", {})->response->status;
  }
  /// A Bayeux message, and the reply to it.
  json::object tell(const std::string& message) {
    const std::string id = client_id_.empty() ? "" : R"(,"clientId":")" + client_id_ + '"';
    const json::value replies = send("POST", "/api/v2/notifications",
                                     "[" + message.substr(0, message.size() - 1) + id + "}]");
    return replies.at(0).as_object();
  }
  void shake_hands() {
    const auto reply = tell(R"({"channel":"/meta/handshake","id":"1","version":"1.0",)"
                            R"("supportedConnectionTypes":["long-polling"]})");
    ASSERT_TRUE(reply.at("successful").as_bool());
    client_id_ = std::string{reply.at("clientId").as_string()};
  }
  void subscribe(const std::string& channel) {
    const auto reply =
        tell(R"({"channel":"/meta/subscribe","id":"2","subscription":")" + channel + "\"}");
    EXPECT_TRUE(reply.at("successful").as_bool()) << channel;
  }
  void connect() {
    const auto reply = tell(R"({"channel":"/meta/connect","id":"3",)"
                            R"("connectionType":"long-polling","advice":{"timeout":0}})");
    EXPECT_TRUE(reply.at("successful").as_bool());
  }

 private:
  json::value send(const std::string& method, const std::string& target, const std::string& body) {
    sim::HttpHeaders headers{{"Content-Type", "application/json; charset=UTF-8"},
                             {"X-Requested-With", "XMLHttpRequest"}};
    if (!origin_.empty()) headers.emplace_back("Origin", origin_);
    if (credentials_ == Credentials::Always || cookies_.empty())
      headers.emplace_back("Authorization", "Basic " + base64(std::string{"agent:secret-agent"}));
    std::string cookies;
    for (const auto& [name, value] : cookies_)
      cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    if (credentials_ == Credentials::FirstOnly && !cookies.empty())
      headers.emplace_back("Cookie", cookies);
    const auto sent = ask(method, target, body, std::move(headers));
    EXPECT_TRUE(sent->response) << method << " " << target;
    if (!sent->response) return {};
    EXPECT_EQ(sent->response->status, 200) << method << " " << target << sent->response->body;
    for (const auto& [name, value] : sent->response->headers)
      if (name == "Set-Cookie") {
        const auto equals = value.find('=');
        cookies_[value.substr(0, equals)] = value.substr(equals + 1, value.find(';') - equals - 1);
      }
    sent->finish(true);
    return *json::parse(sent->response->body);
  }
  std::shared_ptr<sim::FakeRequest> ask(const std::string& method, const std::string& target,
                                        const std::string& body, sim::HttpHeaders headers) {
    auto sent = std::make_shared<sim::FakeRequest>();
    const auto parsed = http::parse_target(target);
    sent->request.method = method;
    sent->request.path = parsed->path;
    sent->request.query = parsed->query;
    sent->request.headers = std::move(headers);
    sent->request.body = body;
    sent->request.peer = *Endpoint::parse("198.51.100.7", 40000);
    router_.handle(std::make_unique<sim::FakeExchange>(sent));
    world_.loop.run_posted();
    return sent;
  }

  World& world_;
  const Credentials credentials_;
  const std::string origin_;
  http::PrefixRouter router_;
  std::map<std::string, std::string> cookies_;
  std::string client_id_;
};

/// The phones are registered, the agent is logged out.
struct Clients : testing::Test {
  std::unique_ptr<World> world;
  void open(const std::string& settings = "") {
    world = std::make_unique<World>(1, World::config(settings));
    ASSERT_TRUE(world->open());
    ASSERT_EQ(world->agent().operate("/api/v2/me/channels/voice", "Offline").status, 200);
  }
  static std::string state_of(const json::value& me) {
    return std::string{me.at("user").at("devices").at(0).at("userState").at("state").as_string()};
  }
  static int code(const json::value& body) {
    return static_cast<int>(body.at("statusCode").as_int64());
  }
  /// An empty list or object too, but there.
  static bool has(const json::value& body, std::string_view member) {
    return body.as_object().contains(member);
  }
};

constexpr const char* kMe = "/api/v2/me";
constexpr const char* kVoice = "/api/v2/me/channels/voice";

TEST_F(Clients, wwe) {
  open("http.tolerate_other_channels = true");
  Client client{*world, Credentials::FirstOnly};
  EXPECT_EQ(client.status_of_probe("/api/v2/me?subresources=features,devices,channels"), 403);
  const auto me = client.get("/api/v2/me?subresources=features,devices,channels").at("user");
  for (const char* member : {"features", "devices", "channels", "contactCenterId"})
    EXPECT_TRUE(has(me, member)) << member;
  const std::string id{me.at("id").as_string()};
  const std::string device{me.at("devices").at(0).at("id").as_string()};
  EXPECT_TRUE(has(client.get("/internal-api/me/settings?fields=*"), "resources"));
  (void)client.get("/internal-api/contact-center?subresources=businessAttributes");
  (void)client.get("/internal-api/business-attributes");
  const auto services = client.get("/api/v2/services?fields=*").at("services");
  for (const char* member : {"id", "name", "type", "state", "uri", "path"})
    EXPECT_TRUE(has(services.at(0), member)) << member;
  EXPECT_TRUE(
      client.get("/api/v2/groups?type=dispositions&fields=*").at("groups").as_array().empty());
  EXPECT_TRUE(has(client.get("/api/v2/me/groups?type=BusinessUnit&fields=*"), "groups"));
  for (const std::string& path : {"/api/v2/me/devices/" + device, "/api/v2/devices/" + device}) {
    const auto options = client.get(path + "/settings/tserver");
    EXPECT_TRUE(has(options, "key"));
    EXPECT_TRUE(has(options.at("settings").at(0), "name"));
    EXPECT_TRUE(has(options.at("settings").at(0), "value"));
  }
  (void)client.get("/api/v2/workbins");
  EXPECT_EQ(code(client.post(kMe, R"({"operationName":"StartContactCenterSession",)"
                                  R"("channels":["voice","chat","email"]})")),
            0);
  const auto contact = client.get("/api/v2/contacts/" + id + "?type=User").at("contact");
  for (const char* member : {"id", "name", "type", "phoneNumbers", "userName", "firstName",
                             "lastName", "employeeId", "uri", "path"})
    EXPECT_TRUE(has(contact, member)) << member;
  client.shake_hands();
  client.subscribe("/**");
  client.connect();
  EXPECT_TRUE(has(client.get("/api/v2/diagnostics/version"), "version"));
  const auto again =
      client.get("/api/v2/me/?subresources=devices,calls,channels,interactions,chats").at("user");
  for (const char* member : {"devices", "calls", "channels", "interactions", "chats"})
    EXPECT_TRUE(has(again, member)) << member;
  EXPECT_EQ(code(client.post(kVoice, R"({"operationName":"NotReady"})")), 0);
  (void)client.post("/internal-api/operations", R"({"operationName":"SendUserEvent"})");
  EXPECT_EQ(state_of(client.get("/api/v2/me?subresources=devices")), "NotReady");
}

TEST_F(Clients, vue) {
  open("http.allowed_origins = [\"http://localhost:8081\"]");
  Client client{*world, Credentials::FirstOnly, "http://localhost:8081"};
  const auto me = client.get("/api/v2/me?subresources=features,devices,channels,settings");
  EXPECT_TRUE(has(me.at("user"), "settings"));
  client.shake_hands();
  client.subscribe("/v2/me/*");
  client.connect();
  EXPECT_EQ(code(client.post(kMe, R"({"operationName":"StartContactCenterSession",)"
                                  R"("channels":["voice"]})")),
            0);
  EXPECT_EQ(code(client.post(kVoice, R"({"operationName":"Ready"})")), 0);
  const auto contacts = client.get(
      "/api/v2/contacts?type=User&includeUsersInBusinessUnits=AG_DEV&roles=ROLE_AGENT&limit=100"
      "&filterName=NamesOrPhoneNumberMatches&filterParameters=*&sortBy=name&order=Ascending");
  EXPECT_EQ(contacts.at("contacts").as_array().size(), 3u);
  EXPECT_EQ(contacts.at("totalCount"), 3);
  EXPECT_EQ(contacts.at("contacts").at(0).at("name"), "agent");
  EXPECT_EQ(state_of(client.get("/api/v2/me?subresources=*")), "Ready");
}

/// Takes 7 for success as well.
TEST_F(Clients, ios) {
  open();
  Client client{*world, Credentials::FirstOnly};
  (void)client.get("/api/v2/me?subresources=*");
  client.shake_hands();
  for (const char* channel :
       {"/v2/me/calls", "/v2/me/devices", "/v2/me/channels", "/v2/me/chats", "/v2/me/emails"})
    client.subscribe(channel);
  client.connect();
  EXPECT_EQ(code(client.post(kMe, R"({"operationName":"StartContactCenterSession",)"
                                  R"("channels":["voice","chat","email"]})")),
            7);
  const auto states = client.get("/api/v2/settings/agent-states").at("settings");
  for (const char* member : {"id", "operationName", "displayName", "state"})
    EXPECT_TRUE(has(states.at(0), member)) << member;
  EXPECT_TRUE(has(client.get("/api/v2/contacts"), "contacts"));
  for (const json::value& state : states.as_array())
    if (state.at("state") != "Logout") {
      const std::string name{state.at("operationName").as_string()};
      EXPECT_EQ(code(client.post(kVoice, R"({"operationName":")" + name + "\"}")), 0) << name;
    }
}

/// CometD first, by Basic and without a cookie; nulls for what it leaves out; throws on any other
/// statusCode than 0 and where there is none.
TEST_F(Clients, net) {
  open();
  Client client{*world, Credentials::Always};
  client.shake_hands();
  client.subscribe("/**");
  const auto me = client.get("/api/v2/me?subresources=*");
  EXPECT_EQ(code(me), 0);
  EXPECT_TRUE(me.at("user").at("settings").is_object());
  EXPECT_TRUE(has(me.at("user"), "channelStates"));
  EXPECT_EQ(code(client.post(kMe, R"({"operationName":"StartContactCenterSession",)"
                                  R"("channels":["voice"],"place":null,"loginCode":null,)"
                                  R"("queue":null,"devicePath":null})")),
            0);
  for (const char* path : {"/users", "/users/a1", "/queues?channel=voice&fields=*", "/features",
                           "/me/features", "/me/settings", "/me/skills", "/devices/device-5001"})
    EXPECT_EQ(code(client.get(std::string{"/api/v2"} + path)), 0) << path;
  EXPECT_EQ(code(client.post("/api/v2/me/devices/device-5001/calls",
                             R"({"operationName":"Dial","destination":{"phoneNumber":"5002"},)"
                             R"("userData":null})")),
            0);
  world->run(seconds{2});
}

TEST_F(Clients, jswi) {
  open();
  Client client{*world, Credentials::FirstOnly};
  (void)client.get(kMe);
  client.shake_hands();
  client.subscribe("/v2/me/workitems");
  client.connect();
  EXPECT_EQ(code(client.post(kMe, R"({"operationName":"StartContactCenterSession",)"
                                  R"("channels":["voice"],"place":"Place_5001"})")),
            0);
  (void)client.get("/api/v2/settings/agent-states");
  EXPECT_EQ(client.get(kVoice).at("channel").at("channel"), "voice");
  EXPECT_TRUE(has(client.get("/api/v2/me/workbins"), "workbins"));
}

}  // namespace
}  // namespace earshot::scenario
