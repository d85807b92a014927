#include "edge/api/request_headers.h"

#include <gtest/gtest.h>

namespace earshot::api {
namespace {

http::Request with_header(const std::string& name, std::vector<std::string> values) {
  http::Request request;
  for (std::string& value : values) request.headers.emplace_back(name, std::move(value));
  return request;
}

TEST(RequestHeaders, dry_run_is_true_or_refused) {
  struct Case {
    std::vector<std::pair<std::string, std::string>> query;
    std::optional<earshot::Run> run;  // testing::Test has one
  };
  for (const Case& each : {
           Case{{}, earshot::Run::Real},
           Case{{{"_", "17"}}, earshot::Run::Real},
           Case{{{"dryRun", "true"}}, earshot::Run::Dry},
           Case{{{"dryRun", "true"}, {"dryRun", "true"}}, earshot::Run::Dry},
           Case{{{"dryRun", "true"}, {"dryRun", "false"}}, std::nullopt},
           Case{{{"dryRun", "false"}}, std::nullopt},
           Case{{{"dryRun", ""}}, std::nullopt},
           Case{{{"dryRun", "True"}}, std::nullopt},
           Case{{{"dryRun", "1"}}, std::nullopt},
           Case{{{"dryrun", "true"}}, std::nullopt},
           Case{{{"DRYRUN", "true"}}, std::nullopt},
       }) {
    http::Request request;
    request.query = each.query;
    const auto run = read_run(request);
    ASSERT_EQ(run.has_value(), each.run.has_value()) << testing::PrintToString(each.query);
    if (run) {
      EXPECT_EQ(*run, *each.run) << testing::PrintToString(each.query);
    } else {
      EXPECT_TRUE(run.error().message.starts_with("dryRun: ")) << run.error().message;
    }
  }
}

TEST(RequestHeaders, a_key_is_1_to_255_printable_characters) {
  struct Case {
    std::vector<std::string> given;
    bool is_key;
  };
  for (const Case& each : {
           Case{{"k"}, true},
           Case{{"\"8e03978e-40d5-43dd-bc93-6894a57f9324\""}, true},
           Case{{"a b ~"}, true},
           Case{{std::string(255, 'k')}, true},
           Case{{std::string(256, 'k')}, false},
           Case{{""}, false},
           Case{{"tab\there"}, false},
           Case{{"\x7f"}, false},
           Case{{"schl\xc3\xbcssel"}, false},
           Case{{"one", "two"}, false},
       }) {
    const auto key = read_key(with_header("idempotency-KEY", each.given));
    ASSERT_EQ(key.has_value(), each.is_key) << each.given.front();
    if (key) {
      EXPECT_EQ(*key, each.given.front());
    } else {
      EXPECT_TRUE(key.error().message.starts_with("Idempotency-Key: "));
    }
  }
  EXPECT_EQ(*read_key({}), std::nullopt);
}

TEST(RequestHeaders, if_match_holds_for_its_strong_tags) {
  struct Case {
    std::vector<std::string> given;
    bool for_a;
    bool for_b;
  };
  for (const Case& each : {
           Case{{}, true, true},
           Case{{"*"}, true, true},
           Case{{"\"a\""}, true, false},
           Case{{"\"b\", \"a\""}, true, true},
           Case{{",\"b\" ,\t, \"c\","}, false, true},
           Case{{"\"c\"", "\"b\""}, false, true},
           Case{{"W/\"a\""}, false, false},
           Case{{"\"\""}, false, false},
       }) {
    const auto condition = read_condition(with_header("if-match", each.given));
    ASSERT_TRUE(condition) << testing::PrintToString(each.given);
    EXPECT_EQ(condition->holds_for("\"a\""), each.for_a) << testing::PrintToString(each.given);
    EXPECT_EQ(condition->holds_for("\"b\""), each.for_b) << testing::PrintToString(each.given);
  }
}

TEST(RequestHeaders, a_malformed_if_match_is_refused) {
  for (const char* bad : {"", ",", "a", "\"a", "a\"", "\"a\"\"b\"", "\"a\" \"b\"", "*, \"a\"",
                          "w/\"a\"", "W/a", "\"a\", x", "\"a b\"", "\"a\x7f\""}) {
    const auto condition = read_condition(with_header("If-Match", {bad}));
    ASSERT_FALSE(condition) << bad;
    EXPECT_EQ(condition.error().code, RefusalCode::ParameterInvalid);
    EXPECT_TRUE(condition.error().message.starts_with("If-Match: "));
  }
  EXPECT_FALSE(read_condition(with_header("If-Match", {"*", "*"})));
}

}  // namespace
}  // namespace earshot::api
