#include "edge/desk/desk.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "sim/fake_exchange.h"

namespace earshot::desk {
namespace {

constexpr std::array kPages{
    Page{"/", "text/html;charset=UTF-8", "\"1\"", false, "<html>", "zipped page"},
    Page{"/floor", "text/html;charset=UTF-8", "\"1\"", false, "<html>", "zipped page"},
    Page{"/desk-AB.js", "text/javascript;charset=UTF-8", "\"2\"", true, "let a", "zipped script"}};

class DeskTest : public testing::Test {
 protected:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  http::Response ask(const std::string& path, Headers headers = {},
                     const std::string& method = "GET") {
    auto sent = std::make_shared<sim::FakeRequest>();
    sent->request.method = method;
    sent->request.path = path;
    sent->request.headers = std::move(headers);
    desk.handle(std::make_unique<sim::FakeExchange>(sent));
    return *sent->response;
  }
  static std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [each, value] : response.headers)
      if (each == name) return value;
    return "";
  }
  Desk desk{kPages};
};

TEST_F(DeskTest, a_page_comes_plain_or_compressed_as_the_browser_takes_it) {
  struct Case {
    const char* accept;
    bool compressed;
  };
  for (const Case& each :
       {Case{"gzip, deflate, br", true}, Case{"br;q=1, GZIP;q=0.5", true}, Case{"*", true},
        Case{"", false}, Case{"br", false}, Case{"gzip;q=0", false}, Case{"gzip; q=0.000", false},
        Case{"gzipped", false}}) {
    const auto response = ask("/", {{"Accept-Encoding", each.accept}});
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, each.compressed ? "zipped page" : "<html>") << each.accept;
    EXPECT_EQ(header(response, "Content-Encoding"), each.compressed ? "gzip" : "") << each.accept;
    EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
  }
  EXPECT_EQ(ask("/").type, "text/html;charset=UTF-8");
  EXPECT_EQ(ask("/floor").body, "<html>");
}

TEST_F(DeskTest, nothing_foreign_and_nothing_inline_is_allowed_to_run) {
  for (const char* path : {"/", "/desk-AB.js"}) {
    const auto response = ask(path);
    const std::string policy = header(response, "Content-Security-Policy");
    for (const char* part : {"default-src 'none'", "script-src 'self'", "style-src 'self'",
                             "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"})
      EXPECT_NE(policy.find(part), policy.npos) << part;
    EXPECT_EQ(policy.find("unsafe"), policy.npos);
    EXPECT_EQ(policy.find("http"), policy.npos);
    EXPECT_EQ(header(response, "Referrer-Policy"), "same-origin");
    EXPECT_EQ(header(response, "X-Frame-Options"), "DENY");
  }
}

TEST_F(DeskTest, what_a_browser_has_is_not_sent_again) {
  EXPECT_EQ(header(ask("/"), "ETag"), "W/\"1\"");
  EXPECT_EQ(header(ask("/"), "Cache-Control"), "no-cache");
  EXPECT_EQ(header(ask("/desk-AB.js"), "Cache-Control"), "public, max-age=31536000, immutable");
  for (const char* known : {"W/\"1\"", "\"1\"", "\"0\", W/\"1\"", "*"}) {
    const auto response = ask("/", {{"If-None-Match", known}});
    EXPECT_EQ(response.status, 304) << known;
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(header(response, "ETag"), "W/\"1\"");
  }
  EXPECT_EQ(ask("/", {{"If-None-Match", "W/\"2\""}}).status, 200);
}

TEST_F(DeskTest, other_paths_and_methods_are_refused_in_the_form_of_the_api) {
  for (const char* path : {"/nothing", "/floor/", "/desk-AB.js.map", "/..", ""})
    EXPECT_EQ(ask(path).body, R"({"statusCode":6,"statusMessage":"Not found"})") << path;
  const auto response = ask("/", {}, "POST");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
  EXPECT_EQ(ask("/", {}, "HEAD").status, 200);
}

}  // namespace
}  // namespace earshot::desk
