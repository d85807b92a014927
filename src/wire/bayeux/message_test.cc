#include "wire/bayeux/message.h"

#include <gtest/gtest.h>

#include <limits>

namespace earshot::bayeux {
namespace {

Message only(const std::string& text) {
  auto batch = parse_batch(text);
  EXPECT_TRUE(batch) << text;
  if (!batch) return {};
  EXPECT_EQ(batch->size(), 1u);
  return batch->front();
}

TEST(Message, kinds_follow_the_channel) {
  const std::vector<std::pair<std::string, Kind>> cases{
      {"/meta/handshake", Kind::Handshake},     {"/meta/connect", Kind::Connect},
      {"/meta/disconnect", Kind::Disconnect},   {"/meta/subscribe", Kind::Subscribe},
      {"/meta/unsubscribe", Kind::Unsubscribe}, {"/meta/other", Kind::OtherMeta},
      {"/meta/connect/x", Kind::OtherMeta},     {"/metal", Kind::Publish},
      {"/v2/me/calls", Kind::Publish},
  };
  for (const auto& [channel, kind] : cases)
    EXPECT_EQ(only(R"([{"channel":")" + channel + R"("}])").kind, kind) << channel;
}

TEST(Message, connect_carries_its_wishes) {
  const auto message = only(
      R"({"channel":"/meta/connect","id":"12","clientId":"abc","connectionType":"long-polling",)"
      R"("advice":{"timeout":0,"interval":250.7}})");
  EXPECT_EQ(message.id, "\"12\"");
  EXPECT_EQ(message.client_id, "abc");
  EXPECT_TRUE(message.has_advice);
  EXPECT_EQ(message.advice_timeout, Duration{});
  EXPECT_EQ(message.advice_interval, Duration{milliseconds{250}});
  EXPECT_EQ(message.fault, "");
}

TEST(Message, senseless_wishes_are_no_wishes) {
  for (const std::string wish : {"-1", "\"5\"", "null", "[]", "true"}) {
    const auto message = only(R"({"channel":"/meta/connect","advice":{"timeout":)" + wish + "}}");
    EXPECT_TRUE(message.has_advice);
    EXPECT_FALSE(message.advice_timeout) << wish;
  }
  EXPECT_EQ(only(R"({"channel":"/meta/connect","advice":{"timeout":1e300}})").advice_timeout,
            Duration{std::chrono::hours{24}});
  EXPECT_FALSE(only(R"({"channel":"/meta/connect","advice":7})").has_advice);
}

TEST(Message, acknowledgements_are_read_where_they_mean_something) {
  const auto offers = [](const std::string& ext) {
    return only(R"({"channel":"/meta/handshake","ext":)" + ext + "}").offers_ack;
  };
  EXPECT_TRUE(offers(R"({"ack":true})"));
  for (const std::string ext : {R"({"ack":false})", R"({"ack":1})", "{}", "7", "null", "[true]"})
    EXPECT_FALSE(offers(ext)) << ext;
  const auto ack = [](const std::string& number) {
    return only(R"({"channel":"/meta/connect","ext":{"ack":)" + number + "}}").ack;
  };
  EXPECT_EQ(ack("17"), 17);
  EXPECT_EQ(ack("-1"), -1);
  EXPECT_EQ(ack("18446744073709551615"), std::numeric_limits<std::int64_t>::max());
  for (const std::string number : {"1e300", "1.5", "true", "\"1\"", "null", "{}"})
    EXPECT_EQ(ack(number), std::nullopt) << number;
  EXPECT_FALSE(only(R"({"channel":"/meta/handshake","ext":{"ack":1}})").ack);
  EXPECT_FALSE(only(R"({"channel":"/meta/connect","ext":{"ack":true}})").offers_ack);
}

TEST(Message, a_handshake_may_ask_for_sequence_numbers_and_for_what_came_after_one) {
  const auto asked = [](const std::string& earshot) {
    return only(R"({"channel":"/meta/handshake","ext":{"earshot":)" + earshot + "}}");
  };
  for (const std::string plain : {"true", "{}", R"({"after":null})", R"({"before":1})"}) {
    EXPECT_TRUE(asked(plain).wants_sequence) << plain;
    EXPECT_EQ(asked(plain).after, std::nullopt) << plain;
  }
  EXPECT_EQ(asked(R"({"after":4503599627370497})").after, 4503599627370497u);
  for (const std::string bad :
       {"\"1\"", "-1", "1.5", "0", "{}", "[1]", "true", "1e300", "-9223372036854775808"})
    EXPECT_EQ(asked(R"({"after":)" + bad + "}").after, 0u) << "no number of ours: " << bad;
  for (const std::string none : {"false", "1", "null", "\"true\"", "[]"})
    EXPECT_FALSE(asked(none).wants_sequence) << none;
  EXPECT_FALSE(only(R"({"channel":"/meta/connect","ext":{"earshot":true}})").wants_sequence);
}

TEST(Message, ids_are_echoed_or_refused) {
  struct Case {
    std::string sent;
    std::string echoed;
    bool valid;
  };
  const std::vector<Case> cases{
      {R"("1")", R"("1")", true},
      {R"("aZ09")", R"("aZ09")", true},
      {"17", "17", true},
      {"-3", "-3", true},
      {"18446744073709551615", "18446744073709551615", true},
      {"null", "", true},
      {R"("")", R"("")", false},
      {R"("a-b")", R"("a-b")", false},
      {R"("a\"b")", R"("a\"b")", false},
      {"1.5", "", false},
      {"true", "", false},
      {"[1]", "", false},
      {R"({"x":1})", "", false},
      {"\"" + std::string(kMaxIdLength, '7') + "\"", "\"" + std::string(kMaxIdLength, '7') + "\"",
       true},
      {"\"" + std::string(kMaxIdLength + 1, '7') + "\"", "", false},
  };
  for (const auto& each : cases) {
    const auto message = only(R"({"channel":"/a","id":)" + each.sent + "}");
    EXPECT_EQ(message.id, each.echoed) << each.sent;
    EXPECT_EQ(message.fault, each.valid ? "" : "405::message_id_invalid") << each.sent;
  }
}

TEST(Message, channels_of_wrong_shape_are_named_as_faults) {
  for (const std::string shape : {"{}", R"({"channel":7})", R"({"channel":null})",
                                  R"({"channel":["/a"]})", R"({"__proto__":{"channel":"/a"}})"})
    EXPECT_EQ(only("[" + shape + "]").fault, "400::channel_missing") << shape;
  for (const std::string name : {"", "/", "meta", "/a*", "/**", "/meta//connect"})
    EXPECT_EQ(only(R"([{"channel":")" + name + R"("}])").fault, "405::channel_invalid") << name;
}

TEST(Message, subscription_is_one_string_or_strings_alone) {
  struct Case {
    std::string sent;
    std::vector<std::string> names;
  };
  const std::vector<Case> cases{
      {R"("/a")", {"/a"}},
      {R"(["/a","/b"])", {"/a", "/b"}},
      {R"(["/a",7])", {}},
      {R"([["/a"]])", {}},
      {"[]", {}},
      {"7", {}},
      {R"({"0":"/a"})", {}},
  };
  for (const auto& each : cases) {
    const auto message = only(R"({"channel":"/meta/subscribe","subscription":)" + each.sent + "}");
    EXPECT_EQ(message.subscriptions, each.names) << each.sent;
    EXPECT_EQ(message.subscription, each.sent);
  }
  EXPECT_EQ(only(R"({"channel":"/meta/subscribe"})").subscription, "");
}

TEST(Message, of_duplicate_keys_the_last_wins) {
  EXPECT_EQ(only(R"({"channel":"/a","channel":"/meta/connect"})").kind, Kind::Connect);
}

TEST(Message, members_that_are_null_count_as_left_out) {
  const auto message =
      only(R"({"channel":"/meta/connect","id":null,"clientId":null,"advice":null,"ext":null,)"
           R"("subscription":null,"supportedConnectionTypes":null,"data":null})");
  EXPECT_EQ(message.fault, "");
  EXPECT_EQ(message.id, "");
  EXPECT_EQ(message.client_id, "");
  EXPECT_FALSE(message.has_advice);
  EXPECT_FALSE(message.ack);
  const auto handshake = only(R"({"channel":"/meta/handshake","ext":{"ack":null,"earshot":null},)"
                              R"("advice":{"timeout":null,"interval":null}})");
  EXPECT_FALSE(handshake.offers_ack);
  EXPECT_FALSE(handshake.wants_sequence);
  EXPECT_FALSE(handshake.advice_timeout);
  EXPECT_FALSE(handshake.advice_interval);
  EXPECT_EQ(only(R"({"channel":null})").fault, "400::channel_missing");
}

TEST(Batch, a_byte_order_mark_is_passed_over) {
  EXPECT_EQ(only("\xEF\xBB\xBF{\"channel\":\"/meta/connect\"}").kind, Kind::Connect);
  EXPECT_FALSE(parse_batch("\xEF\xBB\xBF\xEF\xBB\xBF[]")) << "once";
  EXPECT_FALSE(parse_batch("[\xEF\xBB\xBF]"));
}

TEST(Batch, may_be_of_no_message) {
  for (const std::string each : {"[]", " [ ]\n"}) {
    const auto batch = parse_batch(each);
    ASSERT_TRUE(batch) << each;
    EXPECT_TRUE(batch->empty());
  }
}

TEST(Batch, malformed_bodies_are_refused) {
  std::string deep = R"([{"channel":"/a","data":)" + std::string(100'000, '[');
  const std::vector<std::string> cases{
      "",
      "{",
      "[",
      "[[]]",
      "7",
      "null",
      "\"x\"",
      "[7]",
      R"([{"channel":"/a"},null])",
      "[{}]x",
      "[{},]",
      "{'a':1}",
      R"([{"channel":"\ud800"}])",
      R"([{"channel":"\udc00x"}])",
      "[{\"channel\":\"\xff\"}]",
      deep,
      std::string(1, '\0'),
      R"([[{"channel":"/meta/handshake"}]])",
  };
  for (const auto& each : cases) {
    const auto batch = parse_batch(each);
    ASSERT_FALSE(batch) << each.substr(0, 60);
    EXPECT_EQ(batch.error(), BatchFault::Malformed);
  }
}

TEST(Batch, the_number_of_messages_is_bounded) {
  const auto of = [](std::size_t count) {
    std::string text = "[{}";
    for (std::size_t index = 1; index < count; ++index) text += ",{}";
    return text + "]";
  };
  EXPECT_TRUE(parse_batch(of(kMaxMessages)));
  const auto beyond = parse_batch(of(kMaxMessages + 1));
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error(), BatchFault::TooMany);
}

}  // namespace
}  // namespace earshot::bayeux
