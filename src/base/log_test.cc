#include "base/log.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/json.h"

namespace earshot {
namespace {

struct Log : testing::Test {
  std::vector<std::string> lines;
  Log() {
    set_log_sink([this](std::string_view line) { lines.emplace_back(line); });
  }
  ~Log() override {
    set_log_sink({});
    set_log_format(LogFormat::Json);
    set_log_level(LogLevel::Info);
  }
  /// A line of text behind its time of day.
  std::string text(std::size_t index = 0) const {
    return lines.size() > index && lines[index].size() > 13 ? lines[index].substr(13) : "";
  }
};

TEST_F(Log, json_is_one_object_a_line) {
  log(LogLevel::Warn, "no \"answer\"", {{"number", "5001"}, {"sip_code", 408}});
  const auto line = json::parse(lines.at(0));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->at("level"), "warn");
  EXPECT_EQ(line->at("msg"), "no \"answer\"");
  EXPECT_EQ(line->at("number"), "5001");
  EXPECT_EQ(line->at("sip_code"), 408);
}

TEST_F(Log, text_is_for_people) {
  set_log_format(LogFormat::Text);
  log(LogLevel::Info, "leg ended", {{"number", "5001"}, {"cause", "no answer"}, {"sip_code", 408}});
  log(LogLevel::Error, "over", {{"empty", ""}});
  EXPECT_EQ(text(0), "info  leg ended  number=5001 cause=\"no answer\" sip_code=408");
  EXPECT_EQ(text(1), "error over  empty=\"\"");
  EXPECT_EQ(lines[0].find_first_not_of("0123456789:."), 12u);
}

TEST_F(Log, a_value_of_several_lines_stands_below_and_looks_like_no_message) {
  set_log_format(LogFormat::Text);
  log_trace("SIP message received", {{"text", "BYE \"x\"\r\nA: b\r\n\r\n"}, {"from", "a"}});
  EXPECT_EQ(text(), "trace SIP message received  from=a\n    BYE \"x\"\n    A: b\n    ");
}

TEST_F(Log, colours_only_where_asked_for) {
  set_log_format(LogFormat::Text, true);
  log(LogLevel::Warn, "careful", {{"a", "b"}});
  log(LogLevel::Info, "well", {{"a", "b"}});
  EXPECT_EQ(text(0), "\x1b[33mwarn  careful\x1b[0m  a=b");
  EXPECT_EQ(text(1), "info  well  a=b");
}

TEST_F(Log, a_value_brings_no_control_characters_and_no_broken_octets) {
  const std::string evil =
      "a\x1b[2J\nb\xC2\x9b"
      "c\xFF\x7f";
  log(LogLevel::Info, "x", {{"from", evil}});
  const auto line = json::parse(lines.at(0));
  ASSERT_TRUE(line) << lines[0];
  EXPECT_EQ(lines[0].find_first_of("\x1b\n\x7f"), std::string::npos);
  set_log_format(LogFormat::Text);
  log(LogLevel::Info, "x", {{"from", evil}});
  EXPECT_EQ(lines[1].find_first_of("\x1b\x7f"), std::string::npos);
  EXPECT_EQ(lines[1].find("\xC2\x9b"), std::string::npos);
}

TEST_F(Log, what_is_traced_is_told_at_any_level) {
  set_log_level(LogLevel::Error);
  log(LogLevel::Warn, "not told");
  log_trace("told", {});
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(json::parse(lines[0])->at("level"), "trace");
}

}  // namespace
}  // namespace earshot
