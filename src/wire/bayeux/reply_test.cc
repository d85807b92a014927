#include "wire/bayeux/reply.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace earshot::bayeux {
namespace {

Message message_of(const std::string& text) {
  const auto batch = parse_batch(text);
  return batch ? batch->front() : Message{};
}

void expect_json(const std::string& actual, const std::string& expected) {
  const auto left = json::parse(actual);
  const auto right = json::parse(expected);
  ASSERT_TRUE(left) << actual;
  ASSERT_TRUE(right) << expected;
  EXPECT_EQ(*left, *right) << actual;
}

TEST(Reply, handshake_names_the_session_and_advises_in_full) {
  const auto message = message_of(R"({"channel":"/meta/handshake","id":"1"})");
  const std::vector<std::string> types{"websocket", "long-polling"};
  expect_json(handshake_reply(ReplyTo{message}, "abc", types, {.timeout = seconds{25}}),
              R"({"channel":"/meta/handshake","id":"1","successful":true,"clientId":"abc",
                  "version":"1.0","minimumVersion":"1.0",
                  "supportedConnectionTypes":["websocket","long-polling"],
                  "advice":{"reconnect":"retry","interval":0,"timeout":25000}})");
}

TEST(Reply, connect_advises_only_when_asked) {
  const auto message = message_of(R"({"channel":"/meta/connect","id":2})");
  expect_json(connect_reply(ReplyTo{message}, std::nullopt),
              R"({"channel":"/meta/connect","id":2,"successful":true})");
  expect_json(connect_reply(ReplyTo{message}, Advice{.interval = milliseconds{5}}),
              R"({"channel":"/meta/connect","id":2,"successful":true,
                  "advice":{"reconnect":"retry","interval":5,"timeout":0}})");
}

TEST(Reply, extensions_are_confirmed_and_batches_numbered) {
  const auto message = message_of(R"({"channel":"/meta/connect","id":2})");
  expect_json(connect_reply(ReplyTo{message}, std::nullopt, 7),
              R"({"channel":"/meta/connect","id":2,"successful":true,"ext":{"ack":7}})");
  const auto granted = [](const Extensions& extensions) {
    const auto reply = json::parse(handshake_reply(ReplyTo{}, "abc", {}, {}, extensions));
    const auto* ext = reply ? reply->as_object().if_contains("ext") : nullptr;
    return ext ? json::serialize(*ext) : "";
  };
  EXPECT_EQ(granted({}), "");
  EXPECT_EQ(granted({.ack = true}), R"({"ack":true})");
  EXPECT_EQ(granted({.newest = 17}), R"({"earshot":{"newest":17}})");
  EXPECT_EQ(granted({.ack = true, .newest = 17, .snapshot = "/me"}),
            R"({"ack":true,"earshot":{"newest":17,"gap":{"snapshot":"/me"}}})");
}

TEST(Reply, failure_quotes_what_the_client_sent) {
  const auto message = message_of(R"({"channel":"/meta/\"x","id":"3"})");
  expect_json(failure_reply(ReplyTo{message}, "403:/meta/\"x:publish_denied",
                            Advice{.reconnect = Reconnect::None}),
              R"({"channel":"/meta/\"x","id":"3","successful":false,
                  "error":"403:/meta/\"x:publish_denied",
                  "advice":{"reconnect":"none","interval":0,"timeout":0}})");
}

TEST(Reply, a_message_without_channel_and_id_is_still_answered) {
  expect_json(failure_reply(ReplyTo{message_of("{}")}, "400::channel_missing"),
              R"({"successful":false,"error":"400::channel_missing"})");
}

TEST(Reply, subscription_is_echoed_as_it_came) {
  const auto message =
      message_of(R"({"channel":"/meta/subscribe","id":"4","subscription":["/a","/b"]})");
  expect_json(subscription_reply(message, ""),
              R"({"channel":"/meta/subscribe","id":"4","successful":true,
                  "subscription":["/a","/b"]})");
  expect_json(subscription_reply(message, "403::subscription_invalid"),
              R"({"channel":"/meta/subscribe","id":"4","successful":false,
                  "subscription":["/a","/b"],"error":"403::subscription_invalid"})");
}

TEST(Reply, events_come_before_replies) {
  const auto event =
      std::make_shared<const EventMessage>(EventMessage{R"({"channel":"/a","data":1})", 17});
  const std::vector<EventText> events{event, event};
  const std::vector<std::string> replies{R"({"successful":true})"};
  EXPECT_EQ(batch_text(events, replies),
            R"([{"channel":"/a","data":1},{"channel":"/a","data":1},{"successful":true}])");
  EXPECT_EQ(batch_text({}, replies), R"([{"successful":true}])");
  EXPECT_EQ(batch_text(std::span(events).first(1), replies, true),
            R"([{"channel":"/a","data":1,"ext":{"earshot":{"sequence":17}}},{"successful":true}])");
}

}  // namespace
}  // namespace earshot::bayeux
