#include "edge/http/request_reader.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string_view>

namespace earshot::http {
namespace {

constexpr RequestReader::Limits kLimits{1024, 100};

struct Read {
  int refused = 0;  ///< status, 0 when not
  bool done = false;
  Request request;
  std::size_t used = 0;
  bool keep_alive = false;
};

/// Reads `text` as it would come in pieces of `piece` bytes.
Read read(const std::string& text, std::size_t piece = std::string::npos) {
  RequestReader reader{kLimits};
  Read result;
  std::string pending;
  for (std::size_t at = 0; at < text.size() && !reader.is_done(); at += piece) {
    pending += text.substr(at, piece);
    const auto used = reader.put(pending);
    if (!used) {
      result.refused = used.error().status;
      return result;
    }
    result.used += *used;
    pending.erase(0, *used);
    if (piece == std::string::npos) break;
  }
  result.done = reader.is_done();
  if (result.done) {
    result.keep_alive = reader.keep_alive();
    result.request = reader.take();
  }
  return result;
}

TEST(RequestReader, reads_the_same_in_any_pieces) {
  const std::string requests[] = {
      "POST /api/v2/me?a=b HTTP/1.1\r\nHost: x\r\nX-Two: 1\r\nx-two: 2\r\nContent-Length: "
      "5\r\n\r\nhello",
      "POST /api/v2/me?a=b HTTP/1.1\r\nHost: x\r\nX-Two: 1\r\nx-two: 2\r\n"
      "Transfer-Encoding: Chunked\r\n\r\n2;ext=1\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: x\r\n\r\n"};
  for (const auto& text : requests)
    for (const std::size_t piece : {std::string::npos, std::size_t{1}, std::size_t{7}}) {
      const Read one = read(text + (piece == std::string::npos ? "GET /next" : ""), piece);
      ASSERT_TRUE(one.done) << piece;
      EXPECT_EQ(one.used, text.size());
      EXPECT_EQ(one.request.method, "POST");
      EXPECT_EQ(one.request.path, "/api/v2/me");
      EXPECT_EQ(one.request.parameter("a"), "b");
      EXPECT_EQ(one.request.headers[1].second, "1");
      EXPECT_EQ(one.request.headers[2].second, "2");
      EXPECT_EQ(one.request.body, "hello");
      EXPECT_TRUE(one.keep_alive);
    }
}

/// As proxies make them of HTTP/2 (RFC 9113 §8.2.3).
TEST(RequestReader, several_cookie_lines_are_one) {
  const Read one = read(
      "GET / HTTP/1.1\r\nHost: x\r\nCookie: a=1\r\nX-Two: 2\r\ncookie: b=2; c=3\r\nCOOKIE: d=4\r\n"
      "\r\n");
  ASSERT_TRUE(one.done);
  EXPECT_EQ(one.request.headers_named("Cookie"),
            std::vector<std::string_view>{"a=1; b=2; c=3; d=4"});
  EXPECT_EQ(one.request.header("X-Two"), "2");
}

TEST(RequestReader, a_folded_line_is_refused_in_any_pieces) {
  for (const std::string folded :
       {"Transfer-Encoding:\r\n chunked\r\n", "Transfer-Encoding: chun\r\n\tked\r\n",
        "Transfer-Encoding: chunked\r\n ,identity\r\n", "Content-Length:\r\n 1\r\n",
        "X: a\r\n b\r\n"})
    for (const std::size_t piece : {std::string::npos, std::size_t{1}, std::size_t{7}})
      EXPECT_EQ(read("POST / HTTP/1.1\r\nHost: x\r\n" + folded + "\r\n0\r\n\r\n", piece).refused,
                400)
          << folded << piece;
  EXPECT_TRUE(read("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n \n b").done)
      << "the body is no line of the head";
}

TEST(RequestReader, tells_whether_the_connection_lives_on) {
  EXPECT_TRUE(read("GET / HTTP/1.1\r\nHost: x\r\n\r\n").keep_alive);
  EXPECT_FALSE(read("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").keep_alive);
  EXPECT_FALSE(read("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(RequestReader, tells_once_that_the_client_waits_to_go_on) {
  RequestReader reader{kLimits};
  const std::string head =
      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
  ASSERT_TRUE(reader.put(head));
  EXPECT_TRUE(reader.take_expectation());
  EXPECT_FALSE(reader.take_expectation());
  ASSERT_TRUE(reader.put("ok"));
  EXPECT_TRUE(reader.is_done());
}

struct Bad {
  const char* name;
  std::string text;
  int status;
};

class BadRequests : public testing::TestWithParam<Bad> {};

TEST_P(BadRequests, are_refused) {
  for (const std::size_t piece : {std::string::npos, std::size_t{1}, std::size_t{13}})
    EXPECT_EQ(read(GetParam().text, piece).refused, GetParam().status) << piece;
}

std::string with(const std::string& fields, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadRequests,
    testing::Values(
        Bad{"garbage", "\x16\x03\x01\x02 what is this\r\n\r\n", 400},
        Bad{"no_version", "GET /\r\n\r\n", 400}, Bad{"version_2", "GET / HTTP/2.0\r\n\r\n", 400},
        Bad{"bare_line_feeds", "GET / HTTP/1.1\nHost: x\n\n\r\n\r\n", 400},
        Bad{"space_before_colon", with("X : 1\r\n"), 400}, Bad{"no_colon", with("X\r\n"), 400},
        Bad{"control_in_value", with(std::string("X: a\0b\r\n", 8)), 400},
        Bad{"no_host", "GET / HTTP/1.1\r\n\r\n", 400}, Bad{"two_hosts", with("Host: y\r\n"), 400},
        Bad{"bad_escape", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        Bad{"authority_form", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        Bad{"two_lengths", with("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), 400},
        Bad{"same_length_twice", with("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), 400},
        Bad{"list_of_lengths", with("Content-Length: 1, 1\r\n", "a"), 400},
        Bad{"signed_length", with("Content-Length: +1\r\n", "a"), 400},
        Bad{"negative_length", with("Content-Length: -1\r\n", "a"), 400},
        Bad{"endless_length", with("Content-Length: 99999999999999999999999\r\n"), 400},
        Bad{"length_and_chunked", with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400},
        Bad{"chunked_and_length", with("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"), 400},
        Bad{"chunked_twice", with("Transfer-Encoding: chunked, chunked\r\n"), 400},
        Bad{"not_chunked_last", with("Transfer-Encoding: chunked, gzip\r\n"), 400},
        Bad{"other_coding", with("Transfer-Encoding: gzip\r\n"), 400},
        Bad{"chunked_in_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Bad{"bad_chunk_size", with("Transfer-Encoding: chunked\r\n", "zz\r\n\r\n"), 400},
        Bad{"endless_chunk_extension",
            with("Transfer-Encoding: chunked\r\n", "1;" + std::string(2000, 'x')), 431},
        Bad{"endless_trailers",
            with("Transfer-Encoding: chunked\r\n", "0\r\n" + std::string(2000, 'x')), 431},
        Bad{"other_expectation", with("Expect: tea\r\nContent-Length: 1\r\n"), 417},
        Bad{"long_body", with("Content-Length: 101\r\n"), 413},
        Bad{"long_chunk", with("Transfer-Encoding: chunked\r\n", "65\r\n" + std::string(101, 'x')),
            413},
        Bad{"long_chunks",
            with("Transfer-Encoding: chunked\r\n",
                 "60\r\n" + std::string(96, 'x') + "\r\n5\r\n12345\r\n0\r\n\r\n"),
            413},
        Bad{"long_line", "GET /" + std::string(2000, 'x') + " HTTP/1.1\r\n\r\n", 431},
        Bad{"long_field", with("X: " + std::string(2000, 'x') + "\r\n"), 431},
        Bad{"many_fields",
            [] {
              std::string fields;
              for (int i = 0; i < 300; ++i) fields += "X: 1\r\n";
              return with(fields);
            }(),
            431}),
    [](const auto& bad) { return bad.param.name; });

TEST(RequestReader, says_how_long_a_body_may_be) {
  RequestReader reader{{1024, 100}};
  const auto put = reader.put(with("Content-Length: 101\r\n"));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().message, "The body is longer than 100 bytes.");
}

/// Seeded, so that a failure repeats; the fuzzers go deeper.
TEST(RequestReader, survives_mutilated_requests_in_any_pieces) {
  const std::string seeds[] = {
      with("Content-Length: 3\r\n", "abc"),
      with("Transfer-Encoding: chunked\r\n", "3;a=\"b\"\r\nabc\r\n0\r\nX: 1\r\n\r\n"),
      "GET http://h/%41?a=%42&b HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nX: a\r\n b\r\n\r\n"};
  constexpr std::string_view kLikely = "\r\n:;0 aF,%\t\"";
  std::mt19937 random{20160325};
  int done = 0;
  for (int round = 0; round < 30'000; ++round) {
    std::string text = seeds[random() % std::size(seeds)];
    for (auto edits = random() % 4; edits > 0; --edits) {
      const auto at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = kLikely[random() % kLikely.size()];
          break;
        case 1:
          text.erase(at, 1 + random() % 3);
          if (text.empty()) text = "\r";
          break;
        default:
          text.insert(at, 1, kLikely[random() % kLikely.size()]);
      }
    }
    done += read(text, 1 + random() % 40).done ? 1 : 0;
  }
  EXPECT_GT(done, 1000);
  EXPECT_LT(done, 29'000);
}

}  // namespace
}  // namespace earshot::http
