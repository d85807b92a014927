#include "app/reload.h"

#include <gtest/gtest.h>

namespace earshot::app {
namespace {

Config read(const std::string& text) {
  const auto config = parse_config(text, "earshot.toml");
  EXPECT_TRUE(config) << config.error();
  return config ? *config : Config{};
}

constexpr const char* kPhone = "[[devices]]\nnumber = \"5001\"\nsip_password = \"old\"\n";

TEST(Reload, live_keys_are_in_force_at_once) {
  const Reload changes = reload(read(""), read("[log]\nlevel = \"debug\"\nformat = \"json\"\n"
                                               "[server]\nstop_grace_s = 3\n"
                                               "[http]\nallowed_origins = [\"http://a.example\"]\n"
                                               "[calls]\nring_timeout_s = 11\n"
                                               "[supervision]\nring_timeout_s = 12\n"));
  EXPECT_TRUE(changes.waiting.empty());
  ASSERT_EQ(changes.live.size(), 6u);
  EXPECT_EQ(changes.config.log_format, LogFormat::Json);
  EXPECT_EQ(changes.config.log_level, LogLevel::Debug);
  EXPECT_EQ(changes.config.server.stop_grace, seconds{3});
  EXPECT_EQ(changes.config.http.allowed_origins, std::vector<std::string>{"http://a.example"});
  EXPECT_EQ(changes.config.calls.ring_time, seconds{11});
  EXPECT_EQ(changes.config.calls.supervisor_ring_time, seconds{12});
  for (const KeyChange& each : changes.live)
    if (each.key == "log.level") {
      EXPECT_EQ(each.from + " to " + each.to, "info to debug");
    }
}

TEST(Reload, other_keys_wait_and_are_told_each_time_until_then) {
  const Config in_force = read("");
  const Config wanted = read("[sip]\nrealm = \"centre\"\n");
  Reload changes = reload(in_force, wanted);
  for (int again = 0; again < 2; ++again) {
    EXPECT_TRUE(changes.live.empty());
    ASSERT_EQ(changes.waiting.size(), 1u);
    EXPECT_EQ(changes.waiting[0].key, "sip.realm");
    EXPECT_EQ(changes.waiting[0].from + " to " + changes.waiting[0].to, "earshot to centre");
    EXPECT_EQ(changes.config.sip.realm, "earshot");
    changes = reload(changes.config, wanted);
  }
}

TEST(Reload, a_default_that_is_written_out_is_no_change) {
  const Reload changes =
      reload(read(""), read("[log]\nlevel = \"info\"\n[sip]\nrealm = \"earshot\""));
  EXPECT_TRUE(changes.live.empty());
  EXPECT_TRUE(changes.waiting.empty());
}

TEST(Reload, a_password_is_never_told) {
  const Reload changes =
      reload(read(kPhone), read("[[devices]]\nnumber = \"5002\"\nsip_password = \"new\"\n"
                                "[[users]]\nname = \"ann\"\npassword = \"new\"\n"));
  ASSERT_EQ(changes.waiting.size(), 2u);
  EXPECT_EQ(changes.waiting[0].key, "devices");
  EXPECT_EQ(changes.waiting[1].key, "users");
  for (const KeyChange& each : changes.waiting) EXPECT_EQ(each.from + each.to, "");
  EXPECT_EQ(changes.config.directory.devices[0].phone_number, "5001");
}

TEST(Reload, a_list_that_is_taken_away_is_empty) {
  const Reload changes = reload(read("[http]\nallowed_origins = [\"http://a.example\"]"), read(""));
  ASSERT_EQ(changes.live.size(), 1u);
  EXPECT_TRUE(changes.config.http.allowed_origins.empty());
}

}  // namespace
}  // namespace earshot::app
