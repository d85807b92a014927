#include "edge/http/response_text.h"

#include <gtest/gtest.h>

#include "edge/http/refusal.h"

namespace earshot::http {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ResponseText, carries_the_house_fields) {
  Response response;
  response.body = "{}";
  EXPECT_EQ(response_text(response, {}),
            "HTTP/1.1 200 OK\r\n"
            "Server: Earshot\r\n"
            "Content-Type: application/json;charset=UTF-8\r\n"
            "Content-Length: 2\r\n"
            "Cache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "\r\n"
            "{}");
}

TEST(ResponseText, says_what_becomes_of_the_connection) {
  EXPECT_TRUE(contains(response_text({}, {.close = true}), "\r\nConnection: close\r\n"));
  EXPECT_TRUE(contains(response_text({}, {.is_http_1_0 = true}), "\r\nConnection: keep-alive\r\n"));
  EXPECT_FALSE(contains(response_text({}, {}), "Connection"));
}

TEST(ResponseText, head_tells_the_length_of_a_body_it_does_not_send) {
  Response response;
  response.body = "abc";
  const std::string text = response_text(response, {.is_head = true});
  EXPECT_TRUE(contains(text, "Content-Length: 3\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(ResponseText, no_content_has_no_length) {
  Response response;
  response.status = 204;
  const std::string text = response_text(response, {});
  EXPECT_FALSE(contains(text, "\r\nContent-")) << text;
}

TEST(ResponseText, a_value_cannot_start_a_new_line) {
  Response response;
  response.headers = {{"Location", "/a\r\nSet-Cookie: x=1\r\n\r\n<html>"},
                      {"Bad Name", "1"},
                      {"Bad\r\nName", "1"},
                      {"", "1"},
                      {"Content-Length", "99"},
                      {"transfer-encoding", "chunked"},
                      {"Connection", "upgrade"},
                      {"Set-Cookie", "JSESSIONID=a"},
                      {"Set-Cookie", "other=b"}};
  const std::string text = response_text(response, {});
  EXPECT_TRUE(contains(text, "Location: /aSet-Cookie: x=1<html>\r\n"));
  EXPECT_TRUE(contains(text, "Set-Cookie: JSESSIONID=a\r\nSet-Cookie: other=b\r\n"));
  EXPECT_TRUE(contains(text, "Content-Length: 0\r\n"));
  for (const char* absent : {"\r\nSet-Cookie: x", "Bad", "99", "chunked", "upgrade"})
    EXPECT_FALSE(contains(text, absent)) << absent;
}

TEST(ResponseText, a_handlers_cache_control_replaces_ours) {
  Response response;
  response.headers = {{"cache-control", "max-age=60"}};
  const std::string text = response_text(response, {});
  EXPECT_TRUE(contains(text, "cache-control: max-age=60"));
  EXPECT_FALSE(contains(text, "no-store"));
}

TEST(Refusal, speaks_the_apis_form) {
  EXPECT_EQ(refusal(404, "Not \"found\"").body,
            R"({"statusCode":6,"statusMessage":"Not \"found\""})");
  EXPECT_EQ(refusal(413, "x").body, R"({"statusCode":2,"statusMessage":"x"})");
  EXPECT_EQ(refusal(503, "x").body, R"({"statusCode":4,"statusMessage":"x"})");
}

}  // namespace
}  // namespace earshot::http
