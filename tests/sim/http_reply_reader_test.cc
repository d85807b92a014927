#include "sim/http_reply_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace earshot::sim {
namespace {

/// Offers `text` in pieces of `step` octets.
HttpReply read(const std::string& text, std::size_t step, bool end = false) {
  HttpReplyReader reader;
  for (std::size_t at = 0; at < text.size(); at += step)
    EXPECT_TRUE(reader.put(std::string_view(text).substr(at, step)));
  if (end) {
    EXPECT_TRUE(reader.put_end());
  }
  EXPECT_TRUE(reader.is_done());
  return reader.take();
}

TEST(HttpReplyReader, reads_a_body_of_known_length_in_any_pieces) {
  const std::string text =
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: a=1; Path=/\r\n\r\nhello";
  for (const std::size_t step : {1u, 3u, 1000u}) {
    const auto reply = read(text, step);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "hello");
    EXPECT_EQ(reply.header("set-cookie"), "a=1; Path=/");
  }
}

TEST(HttpReplyReader, reads_chunks_with_extensions_and_trailers) {
  const std::string text =
      "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nX-After: z\r\n\r\n";
  for (const std::size_t step : {1u, 7u, 1000u}) {
    const auto reply = read(text, step);
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(reply.body, "abc0123456789");
  }
}

TEST(HttpReplyReader, passes_over_100_and_has_no_body_for_204) {
  EXPECT_EQ(read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 5).status, 204);
}

TEST(HttpReplyReader, without_a_length_the_end_of_the_connection_ends_the_body) {
  EXPECT_EQ(read("HTTP/1.0 200 OK\r\n\r\nall of it", 4, true).body, "all of it");
}

TEST(HttpReplyReader, an_early_end_is_an_error) {
  for (const char* text :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"}) {
    HttpReplyReader reader;
    EXPECT_TRUE(reader.put(text));
    EXPECT_FALSE(reader.put_end()) << text;
  }
}

TEST(HttpReplyReader, what_is_no_http_answer_is_refused) {
  for (const char* text :
       {"SIP/2.0 200 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFF\r\n"}) {
    HttpReplyReader reader;
    EXPECT_FALSE(reader.put(text)) << text;
  }
}

TEST(HttpReplyReader, says_whether_the_connection_lives_on) {
  const auto keeps = [](const std::string& head) {
    HttpReplyReader reader;
    EXPECT_TRUE(reader.put(head + "Content-Length: 0\r\n\r\n"));
    return reader.keeps_alive();
  };
  EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nConnection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0 200 OK\r\n"));
  EXPECT_TRUE(keeps("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n"));
}

TEST(HttpIdentity, sends_basic_credentials_and_the_cookies_it_was_given) {
  HttpIdentity identity(HttpLogin{"Aladdin", "open sesame"});
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const std::pair<std::string, std::string> basic{"Authorization",
                                                  "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="};
  EXPECT_EQ(identity.headers(), Headers{basic}) << "RFC 7617 §2";
  HttpReply reply;
  reply.headers = {{"Set-Cookie", "JSESSIONID=abc; Path=/; HttpOnly"}, {"set-cookie", "b=2"}};
  identity.take(reply);
  EXPECT_EQ(identity.headers(), (Headers{basic, {"Cookie", "JSESSIONID=abc; b=2"}}));
  reply.headers = {{"Set-Cookie", "b=; Max-Age=0"}};
  identity.take(reply);
  EXPECT_EQ(identity.headers(), (Headers{basic, {"Cookie", "JSESSIONID=abc"}}));
}

}  // namespace
}  // namespace earshot::sim
