#include "edge/http/target.h"

#include <gtest/gtest.h>

namespace earshot::http {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

struct Good {
  const char* target;
  const char* path;
  Query query;
};

TEST(Target, is_taken_apart_and_decoded) {
  const Good cases[] = {
      {"/", "/", {}},
      {"/api/v2/me?subresources=*", "/api/v2/me", {{"subresources", "*"}}},
      {"/a?", "/a", {}},
      {"/a?x=1&x=2&&y&=z&w=", "/a", {{"x", "1"}, {"x", "2"}, {"y", ""}, {"", "z"}, {"w", ""}}},
      {"/a%20b/%C3%bc?n%26m=1%3D2", "/a b/\xC3\xBC", {{"n&m", "1=2"}}},
      {"/a+b?c=d+e%2B", "/a+b", {{"c", "d e+"}}},
      {"/a/../b/./c//d", "/a/../b/./c//d", {}},
      {"/%2e%2E/x", "/../x", {}},
      {"/a?b=c=d?e", "/a", {{"b", "c=d?e"}}},
      {"http://host.example:8080/api?x=1", "/api", {{"x", "1"}}},
      {"http://host.example", "/", {}},
      {"*", "/", {}},
  };
  for (const auto& one : cases) {
    const auto target = parse_target(one.target);
    ASSERT_TRUE(target) << one.target;
    EXPECT_EQ(target->path, one.path) << one.target;
    EXPECT_EQ(target->query, one.query) << one.target;
  }
}

TEST(Target, is_refused_where_it_is_malformed) {
  for (const char* bad : {"",          "a",        "a/b",          "host:80",  "/%",
                          "/%2",       "/%zz",     "/%2g",         "/%-1",     "/%00",
                          "/a?x=%",    "/a?%g0=1", "/%ff",         "/a?x=%C3", "/a#b",
                          "http:///x", "http://",  "ftp://host/x", "?a=b",     "http://host?x=1"})
    EXPECT_FALSE(parse_target(bad)) << bad;
}

}  // namespace
}  // namespace earshot::http
