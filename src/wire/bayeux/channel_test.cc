#include "wire/bayeux/channel.h"

#include <gtest/gtest.h>

namespace earshot::bayeux {
namespace {

std::vector<std::string> names(const Channel& channel) {
  std::vector<std::string> out;
  for (const auto& pattern : channel.patterns()) out.push_back(pattern.name());
  return out;
}

TEST(Channel, names_are_judged_as_the_protocol_says) {
  struct Case {
    std::string name;
    bool channel;
    bool pattern;
  };
  const std::vector<Case> cases{
      {"/a", true, true},
      {"/v2/me/calls", true, true},
      {"/a b/!#$()+-._@{}~", true, true},
      {"/*", false, true},
      {"/**", false, true},
      {"/v2/me/*", false, true},
      {"/v2/**", false, true},
      {"", false, false},
      {"/", false, false},
      {"a", false, false},
      {"*", false, false},
      {"/a/", false, false},
      {"//", false, false},
      {"//a", false, false},
      {"/a//b", false, false},
      {"/a//*", false, false},
      {"//*", false, false},
      {"/a*", false, false},
      {"/a/***", false, false},
      {"/*/b", false, false},
      {"/**/b", false, false},
      {"/**/*", false, false},
      {"/a:b", false, false},
      {"/a?b", false, false},
      {"/\xc3\xa4", false, false},
      {std::string("/a\0b", 4), false, false},
      {"/" + std::string(kMaxChannelLength - 1, 'x'), true, true},
      {"/" + std::string(kMaxChannelLength, 'x'), false, false},
      {"/" + std::string(kMaxChannelLength, 'x') + "/*", false, false},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(is_channel(each.name), each.channel) << each.name;
    EXPECT_EQ(is_pattern(each.name), each.pattern) << each.name;
    EXPECT_EQ(Channel::of(each.name).has_value(), each.channel) << each.name;
  }
}

TEST(Channel, meta_and_service_are_whole_first_segments) {
  EXPECT_TRUE(is_meta("/meta/connect"));
  EXPECT_TRUE(is_meta("/meta/**"));
  EXPECT_TRUE(is_meta("/meta"));
  EXPECT_FALSE(is_meta("/metal"));
  EXPECT_TRUE(is_service("/service/echo"));
  EXPECT_FALSE(is_service("/services/a"));
}

TEST(Channel, patterns_that_match_are_known_beforehand) {
  EXPECT_EQ(names(*Channel::of("/a/b/c")),
            (std::vector<std::string>{"/a/b/c", "/a/b/*", "/a/b/**", "/a/**", "/**"}));
  EXPECT_EQ(names(*Channel::of("/a")), (std::vector<std::string>{"/a", "/*", "/**"}));
}

TEST(Subscriptions, match_as_the_protocol_says) {
  struct Case {
    std::string pattern;
    std::string channel;
    bool matches;
  };
  const std::vector<Case> cases{
      {"/v2/me/calls", "/v2/me/calls", true},
      {"/v2/me/calls", "/v2/me/call", false},
      {"/v2/me/*", "/v2/me/calls", true},
      {"/v2/me/*", "/v2/me", false},
      {"/v2/me/*", "/v2/me/calls/x", false},
      {"/v2/me/**", "/v2/me/calls/x", true},
      {"/v2/**", "/v2", false},
      {"/v2/**", "/v2/me", true},
      {"/*", "/v2", true},
      {"/*", "/v2/me", false},
      {"/**", "/v2/me/calls", true},
      {"/v2/me/calls/**", "/v2/me/calls", false},
      {"/v2/you/*", "/v2/me/calls", false},
  };
  for (const auto& each : cases) {
    Subscriptions subscriptions;
    subscriptions.add(each.pattern);
    EXPECT_EQ(subscriptions.match(*Channel::of(each.channel)), each.matches)
        << each.pattern << " " << each.channel;
  }
}

TEST(Subscriptions, adding_twice_is_once_and_removing_ends_it) {
  Subscriptions subscriptions;
  EXPECT_TRUE(subscriptions.add("/a/*"));
  EXPECT_FALSE(subscriptions.add("/a/*"));
  EXPECT_EQ(subscriptions.size(), 1u);
  subscriptions.remove("/never");
  subscriptions.remove("/a/*");
  EXPECT_EQ(subscriptions.size(), 0u);
  EXPECT_FALSE(subscriptions.match(*Channel::of("/a/b")));
}

}  // namespace
}  // namespace earshot::bayeux
