// No key without a test: the reader of the file says which keys there are, the tests of this
// program which of them are tested.

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>

#include "app/config.h"

namespace earshot::settings {
namespace {

/// "calls.ring_timeout_s" is calls_ring_timeout_s, "users[0].name" users_name.
std::string test_of(const std::string& key) {
  std::string name = std::regex_replace(key, std::regex{R"(\[\d+\])"}, "");
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

TEST(EveryKey, has_a_test_of_what_it_does) {
  std::set<std::string> tests;
  const auto& program = *testing::UnitTest::GetInstance();
  for (int suite = 0; suite < program.total_test_suite_count(); ++suite) {
    const auto& each = *program.GetTestSuite(suite);
    if (!std::string{each.name()}.ends_with("Setting")) continue;
    for (int test = 0; test < each.total_test_count(); ++test)
      tests.insert(each.GetTestInfo(test)->name());
  }
  const auto config = app::parse_config(
      "[[devices]]\nnumber = \"5001\"\nsip_password = \"x\"\n"
      "[[users]]\nname = \"agent\"\npassword = \"x\"\ndevice = \"5001\"\n"
      "[[trunks]]\nname = \"t\"\naddress = \"192.0.2.1:5060\"\n"
      "[[queues]]\nname = \"q\"\nnumber = \"8000\"\n"
      "[[groups]]\nname = \"g\"\n"
      "[[agent_states]]\noperation = \"Lunch\"\n",
      "earshot.toml");
  ASSERT_TRUE(config) << config.error();
  std::set<std::string> keys;
  for (const auto& [key, value] : config->values) keys.insert(test_of(key));
  EXPECT_EQ(tests, keys);
}

}  // namespace
}  // namespace earshot::settings
