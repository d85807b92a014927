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

TEST(Reload, a_live_key_is_told_once) {
  const Config wanted = read("[log]\nlevel = \"debug\"\n");
  const Reload first = reload(read(""), wanted);
  EXPECT_EQ(first.live.size(), 1u);
  EXPECT_TRUE(reload(first.config, wanted).live.empty());
}

TEST(Reload, a_default_that_is_written_out_is_no_change) {
  const Reload changes =
      reload(read(""), read("[log]\nlevel = \"info\"\n[sip]\nrealm = \"earshot\""));
  EXPECT_TRUE(changes.live.empty());
  EXPECT_TRUE(changes.waiting.empty());
}

TEST(Reload, the_directory_is_the_one_read_and_each_entry_that_changed_is_named) {
  const std::string before =
      "[[devices]]\nnumber = \"5001\"\nsip_password = \"one\"\n"
      "[[devices]]\nnumber = \"5002\"\nsip_password = \"two\"\n"
      "[[users]]\nname = \"ann\"\npassword = \"secret\"\n"
      "[[queues]]\nname = \"sales\"\nnumber = \"8000\"\n"
      "[[trunks]]\nname = \"pstn\"\naddress = \"192.0.2.1:5060\"\n"
      "[[groups]]\nname = \"office\"\nusers = [\"ann\"]\n[[groups]]\nname = \"closed\"\n";
  const std::string after =
      "[[devices]]\nnumber = \"5002\"\nsip_password = \"2\"\n"
      "[[devices]]\nnumber = \"5003\"\nsip_password = \"three\"\n"
      "[[users]]\nname = \"ann\"\npassword = \"changed\"\n"
      "[[queues]]\nname = \"sales\"\nnumber = \"8000\"\npatience_s = 7\n"
      "[[groups]]\nname = \"office\"\n[[groups]]\nname = \"opened\"\n";
  const auto told = [](const Reload& changes) {
    std::string text;
    for (const EntryChange& each : changes.entries)
      text.append(each.kind).append(" ").append(each.name).append(" ").append(each.what) += '\n';
    return text;
  };
  const Reload changes = reload(read(before), read(after));
  EXPECT_EQ(told(changes),
            "device 5002 changed\ndevice 5003 added\ndevice 5001 removed\nuser ann changed\n"
            "trunk pstn removed\nqueue sales changed\n"
            "group office changed\ngroup opened added\ngroup closed removed\n");
  EXPECT_TRUE(changes.live.empty() && changes.waiting.empty()) << "no password is told";
  EXPECT_EQ(changes.config.directory, read(after).directory);
  EXPECT_EQ(told(reload(changes.config, read(after))), "");
  EXPECT_EQ(reload(changes.config, read(after)).config.values, read(after).values);
}

TEST(Reload, a_list_that_is_taken_away_is_empty) {
  const Reload changes = reload(read("[http]\nallowed_origins = [\"http://a.example\"]"), read(""));
  ASSERT_EQ(changes.live.size(), 1u);
  EXPECT_TRUE(changes.config.http.allowed_origins.empty());
}

}  // namespace
}  // namespace earshot::app
