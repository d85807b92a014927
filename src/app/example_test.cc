// docs/earshot.example.toml against what the reader of a file asks for: every key stands in it with
// its default, and nothing else does. A line "#key = value" counts: its default is "".

#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "app/config.h"
#include "app/reload.h"

namespace earshot::app {
namespace {

constexpr const char* kExample = EARSHOT_SOURCE_DIR "/docs/earshot.example.toml";

/// The least that makes one table of each kind: what it does not name has its default.
constexpr const char* kOneOfEach =
    "[[devices]]\nnumber = \"5001\"\nsip_password = \"x\"\n"
    "[[users]]\nname = \"agent\"\npassword = \"x\"\ndevice = \"5001\"\n"
    "[[trunks]]\nname = \"t\"\naddress = \"192.0.2.1:5060\"\n"
    "[[queues]]\nname = \"q\"\nnumber = \"8000\"\n"
    "[[groups]]\nname = \"g\"\n"
    "[[agent_states]]\noperation = \"Lunch\"\n";

/// "users[0].name" is "users.name".
std::string without_index(const std::string& key) {
  return std::regex_replace(key, std::regex{R"(\[\d+\])"}, "");
}

std::set<std::string> asked_for() {
  std::set<std::string> keys;
  const auto config = parse_config(kOneOfEach, "earshot.toml");
  for (const auto& [key, value] : config->values) keys.insert(without_index(key));
  return keys;
}

struct Line {
  bool is_commented = false;
  std::string comment;
};

/// Each key that stands in the example, and how it does.
std::map<std::string, Line> lines() {
  std::map<std::string, Line> out;
  const std::regex head{R"(\[+(\w+)\]+.*)"}, key{R"((#?)(\w+) = .*?(#.*)?)"};
  std::ifstream file{kExample};
  std::string table, text;
  for (std::smatch found; std::getline(file, text);) {
    if (std::regex_match(text, found, head)) table = found[1];
    if (std::regex_match(text, found, key))
      out.try_emplace(table + "." + found[2].str(), Line{found[1].length() > 0, found[3]});
  }
  return out;
}

TEST(Example, has_every_key_and_no_other) {
  std::set<std::string> written;
  for (const auto& [key, line] : lines()) written.insert(key);
  EXPECT_EQ(written, asked_for());
}

TEST(Example, shows_each_default) {
  const auto shown = load_config(kExample);
  ASSERT_TRUE(shown) << shown.error();
  const auto defaults = parse_config("", kExample);
  for (const auto& [key, value] : defaults->values) EXPECT_EQ(shown->values.at(key), value) << key;
  for (const auto& [key, line] : lines())
    if (line.is_commented && defaults->values.contains(key)) {
      EXPECT_EQ(defaults->values.at(key), "") << key << " has a default: it can stand uncommented";
    }
}

/// In the tables of the directory an example stands for what has no default.
TEST(Example, shows_the_defaults_of_the_directory_or_says_them) {
  const auto shown = load_config(kExample);
  ASSERT_TRUE(shown) << shown.error();
  const std::set<std::string> needed{
      "devices.number", "devices.sip_password",  "users.name",  "users.password",
      "trunks.name",    "trunks.address",        "queues.name", "queues.number",
      "groups.name",    "agent_states.operation"};
  const auto written = lines();
  const auto defaults = parse_config(kOneOfEach, kExample);
  for (const auto& [key, value] : defaults->values) {
    const std::string plain = without_index(key);
    if (plain == key || needed.contains(plain) || shown->values.at(key) == value) continue;
    EXPECT_NE(written.at(plain).comment.find("default: "), std::string::npos)
        << key << " is " << shown->values.at(key) << ", its default " << value;
  }
}

std::string text_of_example() {
  std::ifstream file{kExample};
  std::stringstream all;
  all << file.rdbuf();
  return all.str();
}

TEST(Example, says_at_its_head_which_keys_change_at_once) {
  const std::string text = text_of_example();
  const std::string head = text.substr(0, text.find("\n["));
  const auto defaults = parse_config("", kExample);
  for (const auto& [key, value] : defaults->values)
    EXPECT_EQ(head.find(key) != std::string::npos, is_live(key)) << key;
}

TEST(Example, every_commented_line_can_be_uncommented) {
  const std::string text =
      std::regex_replace(text_of_example(), std::regex{R"((^|\n)#(\w+ = ))"}, "$1$2");
  const auto read = parse_config(text, kExample);
  EXPECT_TRUE(read) << read.error();
}

}  // namespace
}  // namespace earshot::app
