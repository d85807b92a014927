#include "edge/http/forwarded.h"

#include <gtest/gtest.h>

namespace earshot::http {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

Request believed(const Headers& headers, const std::string& peer = "10.0.0.1") {
  const std::vector<Network> trusted{*Network::parse("10.0.0.0/8"),
                                     *Network::parse("2001:db8:1::1")};
  Request request;
  request.headers = headers;
  request.peer = *Endpoint::parse(peer, 4000);
  believe_proxies(request, trusted);
  return request;
}

std::string sender(const Headers& headers, const std::string& peer = "10.0.0.1") {
  return believed(headers, peer).peer.address();
}

TEST(Forwarded, the_sender_is_the_first_from_the_end_who_is_not_trusted) {
  EXPECT_EQ(sender({{"X-Forwarded-For", "192.0.2.7"}}), "192.0.2.7");
  EXPECT_EQ(sender({{"X-Forwarded-For", "192.0.2.66, 192.0.2.7, 10.0.0.2"}}), "192.0.2.7");
  EXPECT_EQ(sender({{"x-forwarded-for", "192.0.2.66"}, {"X-Forwarded-For", "192.0.2.7"}}),
            "192.0.2.7");
  EXPECT_EQ(sender({{"X-Forwarded-For", "10.0.0.9, 10.0.0.2"}}), "10.0.0.9") << "all are ours";
  EXPECT_EQ(sender({{"X-Forwarded-For", "192.0.2.7:5000"}}), "192.0.2.7");
  EXPECT_EQ(sender({{"X-Forwarded-For", "2001:db8::7"}}), "2001:db8::7");
  EXPECT_EQ(sender({{"X-Forwarded-For", "192.0.2.7"}}, "2001:db8:1::1"), "192.0.2.7");
}

TEST(Forwarded, takes_the_standard_header) {
  EXPECT_EQ(sender({{"Forwarded", "for=192.0.2.66, For=192.0.2.7;proto=https;by=10.0.0.1"}}),
            "192.0.2.7");
  EXPECT_EQ(sender({{"Forwarded", R"(for="[2001:db8::7]:4711")"}}), "2001:db8::7");
  EXPECT_EQ(sender({{"Forwarded", R"(by="x,y;for=192.0.2.9";for=192.0.2.7)"}}), "192.0.2.7");
}

/// What stands in quotes is a name, not another hop: a client could write it to be somebody else.
TEST(Forwarded, quotes_hold_no_hops) {
  EXPECT_EQ(sender({{"Forwarded", R"(for=192.0.2.7;by="x, for=192.0.2.9")"}}), "192.0.2.7");
  EXPECT_EQ(sender({{"Forwarded", R"(for=192.0.2.7;by="x\", for=192.0.2.9")"}}), "192.0.2.7");
  EXPECT_EQ(sender({{"Forwarded", R"(for=192.0.2.7;by="x\\", for=192.0.2.9)"}}), "192.0.2.9");
}

TEST(Forwarded, what_cannot_be_read_is_where_the_chain_ends) {
  EXPECT_EQ(sender({{"X-Forwarded-For", "192.0.2.66, unknown, 10.0.0.2"}}), "10.0.0.2");
  EXPECT_EQ(sender({{"Forwarded", "for=_hidden"}}), "10.0.0.1");
  for (const char* none : {"", ",", "evil", "1.2.3", "\"", "\\"}) {
    EXPECT_EQ(sender({{"X-Forwarded-For", none}}), "10.0.0.1") << none;
    EXPECT_EQ(sender({{"Forwarded", none}}), "10.0.0.1") << none;
  }
}

TEST(Forwarded, nobody_else_is_believed) {
  const Request request =
      believed({{"X-Forwarded-For", "10.0.0.3"}, {"X-Forwarded-Proto", "https"}}, "192.0.2.1");
  EXPECT_EQ(request.peer.to_string(), "192.0.2.1:4000");
  EXPECT_FALSE(request.by_https);
}

TEST(Forwarded, two_headers_that_differ_are_not_believed) {
  EXPECT_EQ(sender({{"X-Forwarded-For", "192.0.2.7"}, {"Forwarded", "for=192.0.2.8"}}), "10.0.0.1");
  EXPECT_EQ(sender({{"X-Forwarded-For", "192.0.2.7"}, {"Forwarded", "for=192.0.2.7"}}),
            "192.0.2.7");
}

TEST(Forwarded, tells_whether_the_client_came_by_https) {
  EXPECT_TRUE(believed({{"X-Forwarded-Proto", "https"}}).by_https);
  EXPECT_FALSE(believed({{"X-Forwarded-Proto", "http"}}).by_https);
  EXPECT_TRUE(believed({{"Forwarded", "for=192.0.2.7;proto=HTTPS"}}).by_https);
  EXPECT_FALSE(believed({{"Forwarded", "for=192.0.2.7"}}).by_https);
  EXPECT_FALSE(believed({}).by_https);
}

}  // namespace
}  // namespace earshot::http
