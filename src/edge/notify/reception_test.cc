#include "edge/notify/reception.h"

#include <gtest/gtest.h>

#include "edge/notify/browser_cookie.h"
#include "sim/bayeux_client.h"
#include "sim/seeded_entropy.h"
#include "sim/trusting_callers.h"
#include "sim/virtual_loop.h"

namespace earshot::notify {
namespace {

using sim::BayeuxClient;
using sim::error_of;
using sim::Poll;
using sim::reconnect_of;

/// A reception without a hub.
class ReceptionTest : public testing::Test, public http::Handler {
 protected:
  void handle(std::unique_ptr<http::Exchange> exchange) override {
    reception.handle(std::move(exchange));
  }

  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  sim::TrustingCallers callers;
  Ground ground{loop, entropy, callers, {}, History{loop, entropy, {}}, {}};
  Dispatch dispatch{ground};
  Lines lines{ground, dispatch};
  Reception reception{ground, dispatch, lines};
  http::Handler& server = *this;
};

std::vector<std::string> set_cookies(const Poll& poll) {
  std::vector<std::string> out;
  for (const auto& [name, value] : poll->response->headers)
    if (name == "Set-Cookie") out.push_back(value);
  return out;
}

TEST_F(ReceptionTest, nobody_is_told_who_is_not_authenticated) {
  BayeuxClient stranger{server, ""};
  const auto poll = stranger.send(R"([{"channel":"/meta/handshake"}])");
  EXPECT_EQ(poll->response->status, 403);
  EXPECT_EQ(poll->response->body, R"({"statusCode":20,"statusMessage":"Access denied"})");
  EXPECT_EQ(ground.roster.size(), 0u);
}

TEST_F(ReceptionTest, handshake_gives_session_advice_and_cookie) {
  BayeuxClient client{server, "ann"};
  client.headers = {{"X-New", "1"}};
  const auto poll = client.send(
      R"({"channel":"/meta/handshake","id":"1","supportedConnectionTypes":["websocket","long-polling"]})");
  EXPECT_EQ(poll->response->status, 200);
  const auto reply = BayeuxClient::last(poll);
  EXPECT_EQ(reply.at("successful"), true);
  EXPECT_EQ(reply.at("clientId").as_string().size(), 40u);
  EXPECT_EQ(json::serialize(reply.at("supportedConnectionTypes")),
            R"(["websocket","long-polling"])");
  EXPECT_EQ(json::serialize(reply.at("advice")),
            R"({"reconnect":"retry","interval":0,"timeout":25000})");
  const auto cookies = set_cookies(poll);
  ASSERT_EQ(cookies.size(), 2u);
  EXPECT_EQ(cookies[0], "JSESSIONID=fresh; Path=/");
  EXPECT_TRUE(cookies[1].starts_with("BAYEUX_BROWSER="));
  EXPECT_TRUE(cookies[1].ends_with("; Path=/; HttpOnly; SameSite=Lax"));
}

TEST_F(ReceptionTest, a_valid_browser_cookie_is_never_replaced) {
  BayeuxClient client{server, "ann"};
  client.cookie = "a=b; BAYEUX_BROWSER=0123456789abcdef; c=d";
  const auto poll =
      client.send(R"({"channel":"/meta/handshake","supportedConnectionTypes":["long-polling"]})");
  EXPECT_TRUE(set_cookies(poll).empty());
}

TEST(BrowserCookie, only_well_formed_values_count) {
  EXPECT_EQ(browser_in("BAYEUX_BROWSER=0123456789abcdef"), "0123456789abcdef");
  EXPECT_EQ(browser_in("BAYEUX_BROWSER=short, BAYEUX_BROWSER=\"0123456789abcdef\""),
            "0123456789abcdef");
  EXPECT_EQ(browser_in("x=1;BAYEUX_BROWSER=0123456789abcdef ; y"), "0123456789abcdef");
  for (const char* header :
       {"", "BAYEUX_BROWSER=", "BAYEUX_BROWSER=short", "=;=;;", "BAYEUX_BROWSER=\"0123456789abcdef",
        "XBAYEUX_BROWSER=0123456789abcdef", "BAYEUX_BROWSER=0123456789abcde\n"})
    EXPECT_FALSE(browser_in(header)) << header;
  EXPECT_FALSE(browser_in("BAYEUX_BROWSER=" + std::string(129, 'a')));
}

TEST_F(ReceptionTest, no_transport_in_common_is_told_to_stop) {
  BayeuxClient client{server, "ann"};
  for (const std::string types :
       {R"(["callback-polling","x<y"])", R"("long-polling")", R"([7])", "[]", "{}"}) {
    const auto reply = BayeuxClient::last(
        client.send(R"({"channel":"/meta/handshake","supportedConnectionTypes":)" + types + "}"));
    EXPECT_EQ(reply.at("successful"), false);
    EXPECT_EQ(reconnect_of(reply), "none");
    EXPECT_EQ(error_of(reply), types.starts_with("[\"c")
                                   ? "301:callback-polling:connection_type_unsupported"
                                   : "301::connection_type_unsupported");
  }
  EXPECT_EQ(ground.roster.size(), 0u);
}

TEST_F(ReceptionTest, a_handshake_is_alone) {
  BayeuxClient client{server, "ann"};
  const auto replies = BayeuxClient::messages(
      client.send(R"([{"channel":"/meta/handshake","supportedConnectionTypes":["long-polling"]},)"
                  R"({"channel":"/meta/handshake","supportedConnectionTypes":["long-polling"]},)"
                  R"({"channel":"/meta/subscribe","subscription":"/a"}])"));
  ASSERT_EQ(replies.size(), 3u);
  EXPECT_EQ(replies[0].at("successful"), true);
  EXPECT_EQ(error_of(replies[1]), "400::handshake_not_alone");
  EXPECT_EQ(error_of(replies[2]), "400::handshake_not_alone");
  EXPECT_EQ(ground.roster.size(), 1u);
}

TEST_F(ReceptionTest, a_session_belongs_to_its_browser) {
  BayeuxClient client{server, "ann"};
  client.cookie = "BAYEUX_BROWSER=0123456789abcdef";
  client.settle();
  const auto own = client.cookie;
  client.cookie = "BAYEUX_BROWSER=fedcba9876543210";
  EXPECT_EQ(error_of(BayeuxClient::last(client.subscribe("/a"))), "402::session_unknown");
  client.cookie = "";
  EXPECT_EQ(error_of(BayeuxClient::last(client.subscribe("/a"))), "402::session_unknown");
  client.cookie = own;
  EXPECT_EQ(error_of(BayeuxClient::last(client.subscribe("/a"))), "");
}

TEST_F(ReceptionTest, a_session_is_bound_to_the_cookie_its_handshake_handed_out) {
  BayeuxClient client{server, "ann"};
  client.settle();
  const auto own = client.cookie;
  for (const std::string other : {"", "BAYEUX_BROWSER=fedcba9876543210"}) {
    client.cookie = other;
    EXPECT_EQ(error_of(BayeuxClient::last(client.connect())), "402::session_unknown") << other;
  }
  client.cookie = own;
  EXPECT_TRUE(client.connect()->is_waiting());
}

TEST_F(ReceptionTest, a_session_whose_cookie_was_never_shown_is_bound_to_its_http_session) {
  BayeuxClient client{server, "ann"};
  client.keeps_cookies = false;
  client.web = "web1";
  client.settle();
  client.web = "web2";
  EXPECT_EQ(error_of(BayeuxClient::last(client.connect())), "402::session_unknown");
  client.web = "web1";
  EXPECT_TRUE(client.connect()->is_waiting());
}

TEST_F(ReceptionTest, a_client_without_cookies_is_bound_to_its_user_alone) {
  BayeuxClient client{server, "ann"};
  client.keeps_cookies = false;
  client.web = "web1";
  client.settle();
  client.web = "web2";
  client.headers = {{"X-New", "its credentials began this HTTP session"}};
  EXPECT_EQ(error_of(BayeuxClient::last(client.subscribe("/a"))), "");
  client.cookie = "BAYEUX_BROWSER=fedcba9876543210";
  EXPECT_EQ(error_of(BayeuxClient::last(client.subscribe("/a"))), "402::session_unknown");
}

TEST_F(ReceptionTest, one_request_speaks_for_one_session) {
  BayeuxClient first{server, "ann"};
  BayeuxClient second{server, "ann"};
  second.keeps_cookies = first.keeps_cookies = false;
  first.settle();
  second.settle();
  const auto replies = BayeuxClient::messages(first.send(
      R"([{"channel":"/meta/subscribe","subscription":"/a","clientId":")" + first.client_id +
      R"("},{"channel":"/meta/subscribe","subscription":"/a","clientId":")" + second.client_id +
      R"("},{"channel":"/meta/subscribe","subscription":"/a"}])"));
  ASSERT_EQ(replies.size(), 3u);
  EXPECT_EQ(error_of(replies[0]), "");
  EXPECT_EQ(error_of(replies[1]), "402::session_unknown");
  EXPECT_EQ(error_of(replies[2]), "402::session_unknown");
}

TEST_F(ReceptionTest, a_poll_is_held_and_answered_after_the_timeout) {
  BayeuxClient client{server, "ann"};
  client.settle();
  const auto poll = client.connect();
  loop.run_for(milliseconds{24'999});
  EXPECT_TRUE(poll->is_waiting());
  loop.run_for(milliseconds{101});
  ASSERT_TRUE(poll->response);
  EXPECT_EQ(poll->response->body, R"([{"channel":"/meta/connect","id":"2","successful":true}])");
  EXPECT_EQ(callers.touched, (std::vector<std::string>{"ann"}));
}

TEST_F(ReceptionTest, a_connect_in_company_is_not_held) {
  BayeuxClient client{server, "ann"};
  client.settle();
  const auto poll =
      client.send("[" + client.connect_text() +
                  R"(,{"channel":"/meta/subscribe","subscription":"/a","clientId":")" +
                  client.client_id + R"("},)" + client.connect_text() + "]");
  ASSERT_TRUE(poll->response);
  EXPECT_EQ(BayeuxClient::messages(poll).size(), 3u);
  poll->finish(true);
  EXPECT_TRUE(client.connect()->is_waiting());
}

TEST_F(ReceptionTest, disconnect_ends_the_session_and_its_poll) {
  BayeuxClient client{server, "ann"};
  client.settle();
  const auto poll = client.connect();
  EXPECT_EQ(BayeuxClient::last(client.disconnect()).at("successful"), true);
  const auto farewell = BayeuxClient::last(poll);
  EXPECT_EQ(farewell.at("successful"), false);
  EXPECT_EQ(reconnect_of(farewell), "none");
  EXPECT_EQ(ground.roster.size(), 0u);
  EXPECT_EQ(error_of(BayeuxClient::last(client.disconnect())), "402::session_unknown");
}

TEST_F(ReceptionTest, a_session_that_never_connected_makes_room_first) {
  BayeuxClient desk{server, "ann"};
  desk.settle();  // between two polls
  for (int i = 0; i < 40; ++i) {
    loop.run_for(milliseconds{100});
    BayeuxClient{server, "ann"}.handshake();
  }
  EXPECT_EQ(ground.roster.size(), 20u);
  EXPECT_TRUE(desk.connect()->is_waiting());
}

TEST_F(ReceptionTest, at_the_limit_an_idle_session_makes_room) {
  std::vector<BayeuxClient> clients;
  for (int count = 0; count < 20; ++count) {
    clients.emplace_back(server, "ann").settle();
    loop.run_for(milliseconds{10});
  }
  const auto held = clients[0].connect();
  BayeuxClient newest{server, "ann"};
  newest.settle();
  EXPECT_EQ(ground.roster.size(), 20u);
  EXPECT_TRUE(held->is_waiting());
  EXPECT_EQ(error_of(BayeuxClient::last(clients[1].connect())), "402::session_unknown");
}

TEST_F(ReceptionTest, with_all_sessions_polling_a_further_one_is_refused) {
  std::vector<BayeuxClient> clients;
  for (int count = 0; count < 20; ++count) {
    clients.emplace_back(server, "ann").settle();
    clients.back().connect();
  }
  BayeuxClient beyond{server, "ann"};
  const auto reply = BayeuxClient::last(
      beyond.send(R"({"channel":"/meta/handshake","supportedConnectionTypes":["long-polling"]})"));
  EXPECT_EQ(error_of(reply), "429::too_many_sessions");
  EXPECT_EQ(reconnect_of(reply), "none");
  BayeuxClient other{server, "bob"};
  other.handshake();
  EXPECT_EQ(ground.roster.size(), 21u);
}

TEST_F(ReceptionTest, stray_requests_are_refused_and_leave_nothing) {
  struct Case {
    std::string body;
    int status;
  };
  std::string many = "[{}";
  for (int count = 0; count < 200; ++count) many += ",{}";
  const std::vector<Case> cases{
      {"", 400},
      {"[]", 400},
      {"{", 400},
      {"[[[[]]]]", 400},
      {"[1,2]", 400},
      {R"([{"channel":"\ud800"}])", 400},
      {std::string(100'000, '['), 400},
      {many + "]", 413},
      {std::string(256 * 1024 + 1, ' '), 413},
      {"{}", 200},
      {R"([{"channel":7,"id":[],"clientId":{}}])", 200},
      {R"([{"channel":"/meta/connect","clientId":7}])", 200},
      {R"([{"channel":"/meta/connect","clientId":""}])", 200},
      {R"([{"__proto__":{"channel":"/meta/handshake"},"constructor":1}])", 200},
      {R"([{"channel":"/meta/connect","id":")" + std::string(200'000, '9') + "\"}]", 200},
      {R"([{"channel":"/)" + std::string(200'000, 'x') + "\"}]", 200},
      {R"([{"channel":"/meta/subscribe","subscription":[[[]]],"clientId":"x"}])", 200},
      {R"([{"channel":"/meta/handshake\u0000"}])", 200},
  };
  BayeuxClient client{server, "ann"};
  for (const auto& each : cases) {
    const auto poll = client.send(each.body);
    ASSERT_TRUE(poll->response) << each.body.substr(0, 60);
    EXPECT_EQ(poll->response->status, each.status) << each.body.substr(0, 60);
    if (each.status != 200) continue;
    for (const auto& reply : BayeuxClient::messages(poll)) EXPECT_EQ(reply.at("successful"), false);
  }
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
    client.method = method;
    const auto poll = client.send("");
    EXPECT_EQ(poll->response->status, 405) << method;
    EXPECT_EQ(poll->response->headers, (Headers{{"Allow", "POST"}})) << method;
  }
  EXPECT_EQ(ground.roster.size(), 0u);
  EXPECT_EQ(loop.timers(), 0u);
}

}  // namespace
}  // namespace earshot::notify
