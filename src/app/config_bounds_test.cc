// The bounds of every number in the file: what stands at them is taken, what is beyond is refused.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>

#include "app/config.h"

namespace earshot::app {
namespace {

struct Bounds {
  const char* key;
  std::int64_t lowest;
  std::int64_t highest;
};

constexpr std::int64_t kDay = 86'400;
constexpr Bounds kBounds[] = {
    {"server.stop_grace_s", 0, 600},
    {"http.sessions_per_user", 1, 10'000},
    {"http.login_failures_per_user", 1, 10'000},
    {"http.login_failures_per_address", 1, 1'000'000},
    {"sip.calls_per_device", 1, 2000},
    {"sip.requests_per_device", 10, 20'000},
    {"sip.requests_per_trunk", 100, 150'000},
    {"sip.min_expires_s", 1, kDay},
    {"sip.default_expires_s", 1, kDay},
    {"sip.max_expires_s", 1, kDay},
    {"media.port_min", 1024, 65'534},
    {"media.port_max", 1025, 65'535},
    {"media.silence_timeout_s", 5, 3600},
    {"supervision.ring_timeout_s", 1, 600},
    {"calls.ring_timeout_s", 1, 600},
    {"calls.wrap_up_time_s", 0, kDay},
    {"calls.max_parties", 2, 64},
    {"calls.max_user_data", 1024, 262'144},
    {"notifications.timeout_s", 1, 300},
    {"notifications.max_interval_s", 1, 300},
    {"notifications.replay_seconds", 1, kDay},
    {"notifications.replay_events", 1, 1'000'000},
    {"notifications.replay_bytes", 1, 1'073'741'824},
    {"notifications.replay_total_bytes", 1, 1'099'511'627'776},
    {"notifications.sessions_per_user", 1, 1'000},
    {"notifications.sessions_per_address", 1, 1'000'000},
    {"notifications.handshakes_per_user", 1, 10'000},
    {"notifications.handshakes_per_address", 1, 1'000'000},
    {"notifications.unused_sockets_per_user", 1, 1'000},
    {"notifications.unused_socket_s", 1, 300},
    {"notifications.orphan_grace_s", 0, kDay},
    {"queues[0].ring_timeout_s", 1, 600},
    {"queues[0].patience_s", 1, kDay},
    {"queues[0].max_waiting", 1, 10'000},
    {"queues[0].wrap_up_time_s", 0, kDay},
};

/// What is said of the key alone: other keys may no longer fit it.
std::string refusal_of(const std::string& key, std::int64_t value) {
  const auto dot = key.find('.');
  const bool is_queue = key.starts_with("queues");
  const std::string text = (is_queue ? "[[queues]]\nname = \"q\"\nnumber = \"8000\"\n"
                                     : "[" + key.substr(0, dot) + "]\n") +
                           key.substr(dot + 1) + " = " + std::to_string(value);
  const auto read = parse_config(text, "earshot.toml");
  if (read) return "";
  for (const ConfigError& error : read.error().all)
    if (error.key == key && error.what.starts_with("expected a whole number")) return error.what;
  return "";
}

TEST(ConfigBounds, are_taken_and_nothing_beyond_them) {
  for (const auto& [key, lowest, highest] : kBounds) {
    const std::string refusal =
        "expected a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest);
    for (const std::int64_t taken : {lowest, highest})
      EXPECT_EQ(refusal_of(key, taken), "") << key << " = " << taken;
    for (const std::int64_t beyond : {lowest - 1, highest + 1})
      EXPECT_EQ(refusal_of(key, beyond), refusal) << key << " = " << beyond;
  }
}

TEST(ConfigBounds, are_those_of_every_number) {
  std::set<std::string> numbers, bounded;
  const auto defaults =
      parse_config("[[queues]]\nname = \"q\"\nnumber = \"8000\"\n", "earshot.toml");
  for (const auto& [key, value] : defaults->values)
    if (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos)
      numbers.insert(key);
  numbers.erase("queues[0].number");
  for (const Bounds& each : kBounds) bounded.insert(each.key);
  EXPECT_EQ(bounded, numbers);
}

TEST(ConfigBounds, of_registrations_may_be_one) {
  const auto read = parse_config(
      "[sip]\nmin_expires_s = 70\ndefault_expires_s = 70\nmax_expires_s = 70", "earshot.toml");
  EXPECT_TRUE(read) << read.error();
}

TEST(ConfigBounds, of_an_endpoint_s_port_are_those_of_udp_and_tcp) {
  EXPECT_TRUE(parse_config("http.listen = \"127.0.0.1:65535\"", "earshot.toml"));
  EXPECT_TRUE(parse_config("http.listen = \"127.0.0.1:0\"", "earshot.toml"));
  EXPECT_FALSE(parse_config("http.listen = \"127.0.0.1:65536\"", "earshot.toml"));
  EXPECT_FALSE(parse_config("http.listen = \"127.0.0.1:-1\"", "earshot.toml"));
}

TEST(ConfigBounds, two_pairs_of_ports_are_enough) {
  EXPECT_TRUE(parse_config("[media]\nport_min = 20000\nport_max = 20003", "earshot.toml"));
}

}  // namespace
}  // namespace earshot::app
