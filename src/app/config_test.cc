#include "app/config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "app/demo_config.h"

namespace earshot::app {
namespace {

constexpr const char* kFull = R"(
[server]
stop_grace_s = 28
state_directory = "/var/lib/earshot"
[http]
listen = "[::1]:8090"
external_url = "https://voice.example.org/gws/api/v2"
call_path_slash = true
tolerate_other_channels = true
allowed_origins = ["https://*.desk.example", "http://localhost:*"]
desk = false
csrf_protection = true
trusted_proxies = ["10.0.0.0/8", "::1"]
sessions_per_user = 28
login_failures_per_user = 29
login_failures_per_address = 30
[sip]
listen = "192.0.2.10:5070"
advertised = "203.0.113.10:5071"
local_networks = ["192.0.2.0/24"]
realm = "centre"
digest_algorithms = ["MD5", "SHA-256", "MD5"]
min_expires_s = 30
calls_per_device = 7
requests_per_device = 70
requests_per_trunk = 7000
default_expires_s = 40
max_expires_s = 50
[media]
address = "192.0.2.11"
advertised = "203.0.113.11"
port_min = 30000
port_max = 30003
silence_timeout_s = 70
recordings = "/srv/recordings"
[supervision]
default_scope = "Agent"
default_mode = "NextCall"
intrusion_enabled = false
monitor_internal_calls = false
monitor_consult_calls = true
monitor_party_on_hold = false
notify_agent = false
free_mode_graph = true
ring_timeout_s = 11
[calls]
ring_timeout_s = 12
wrap_up_time_s = 13
max_parties = 31
max_user_data = 2048
offer_mute = true
offer_clear = true
region = "US"
disposition_key = "Outcome"
[notifications]
timeout_s = 14
max_interval_s = 16
replay_seconds = 17
replay_events = 18
replay_bytes = 19
replay_total_bytes = 20
sessions_per_user = 21
sessions_per_address = 22
handshakes_per_user = 23
handshakes_per_address = 24
unused_sockets_per_user = 25
unused_socket_s = 26
orphan_grace_s = 27
[records]
file = "/var/log/earshot/calls.jsonl"
[log]
level = "debug"
format = "text"
[[users]]
name = "ann@example.org"
password = "secret"
roles = ["agent", "supervisor", "admin", "apiuser", "agent"]
device = "+495001"
first_name = "Ann"
last_name = "Other"
email = "ann@example.org"
id = "0123456789abcdef0123456789abcdef"
[[users]]
name = "ben"
password = "x"
[[devices]]
number = "+495001"
sip_user = "phone-1"
sip_password = "p1"
auto_answer = true
id = "efe1ab32-53f9-43ce-b65e-5768c61f7d4a"
[[devices]]
number = "5002"
sip_password = "p2"
[[trunks]]
name = "provider"
address = "192.0.2.1:5060"
prefixes = ["+", "00", ""]

[[queues]]
name = "service"
number = "8000"
agents = ["5002"]
ring_timeout_s = 20
patience_s = 60
overflow = "5001"
max_waiting = 5
wrap_up_time_s = 30
)";

TEST(Config, numbers_may_be_written_as_people_write_them) {
  const auto config = parse_config(R"(
[[devices]]
number = "+1 (415) 555-0123"
sip_password = "x"
[[users]]
name = "ann"
password = "x"
device = "+1.415.555.0123"
[[trunks]]
name = "t"
address = "192.0.2.1:5060"
prefixes = ["+1-415", "+", "00"]
[[queues]]
name = "q"
number = "80-00"
agents = ["+1 415 555 0123"]
overflow = "+1-415-555-0123"
)",
                                   "earshot.toml");
  ASSERT_TRUE(config);
  const DirectoryEntries& directory = config->directory;
  ASSERT_NE(Directory{directory}.device_numbered("+14155550123"), nullptr);
  EXPECT_EQ(directory.users.at(0).default_device, directory.devices.at(0).id);
  EXPECT_EQ(directory.trunks.at(0).prefixes, (std::vector<std::string>{"+1415", "+", "00"}));
  EXPECT_EQ(directory.queues.at(0).phone_number, "8000");
  EXPECT_EQ(directory.queues.at(0).agents.size(), 1u);
  EXPECT_EQ(directory.queues.at(0).overflow, "+14155550123");
}

TEST(Config, takes_every_key_to_where_it_belongs) {
  const auto loaded = parse_config(kFull, "earshot.toml");
  ASSERT_TRUE(loaded) << loaded.error();
  const Config& config = *loaded;
  EXPECT_EQ(config.server.stop_grace, seconds{28});
  EXPECT_EQ(config.server.state_directory, "/var/lib/earshot");
  EXPECT_EQ(config.http.listen.to_string(), "[::1]:8090");
  EXPECT_EQ(config.view.base, "https://voice.example.org/gws/api/v2");
  EXPECT_TRUE(config.view.call_path_slash);
  EXPECT_TRUE(config.view.tolerate_other_channels);
  EXPECT_EQ(config.http.allowed_origins,
            (std::vector<std::string>{"https://*.desk.example", "http://localhost:*"}));
  EXPECT_FALSE(config.http.desk);
  EXPECT_TRUE(config.http.csrf_protection);
  EXPECT_EQ(config.http.server.trusted_proxies,
            (std::vector<Network>{*Network::parse("10.0.0.0/8"), *Network::parse("::1")}));
  EXPECT_EQ(config.sessions.per_user, 28u);
  EXPECT_EQ(config.sessions.logins.per_user, 29u);
  EXPECT_EQ(config.sessions.logins.per_address, 30u);
  EXPECT_EQ(config.sip.listen.to_string(), "192.0.2.10:5070");
  EXPECT_EQ(config.sip.advertised, Endpoint::parse("203.0.113.10", 5071));
  EXPECT_EQ(config.sip.local_networks, (std::vector<Network>{*Network::parse("192.0.2.0/24")}));
  EXPECT_EQ(config.sip.realm, "centre");
  EXPECT_EQ(config.sip.digest_algorithms,
            (std::vector{sip::DigestAlgorithm::Md5, sip::DigestAlgorithm::Sha256}));
  EXPECT_EQ(config.sip.min_expires, seconds{30});
  EXPECT_EQ(config.sip.calls_per_device, 7u);
  EXPECT_EQ(config.sip.requests_per_device, 70u);
  EXPECT_EQ(config.sip.requests_per_trunk, 7000u);
  EXPECT_EQ(config.sip.default_expires, seconds{40});
  EXPECT_EQ(config.sip.max_expires, seconds{50});
  EXPECT_EQ(config.media.address, Endpoint::parse("192.0.2.11", 0));
  EXPECT_EQ(config.media.advertised, Endpoint::parse("203.0.113.11", 0));
  EXPECT_EQ(config.media.port_min, 30000);
  EXPECT_EQ(config.media.port_max, 30003);
  EXPECT_EQ(config.media.silence_timeout, seconds{70});
  EXPECT_EQ(config.media.recordings, "/srv/recordings");
  EXPECT_EQ(config.records.file, "/var/log/earshot/calls.jsonl");
  EXPECT_EQ(config.supervision.default_scope, MonitoringScope::Agent);
  EXPECT_EQ(config.supervision.default_mode, MonitoringMode::NextCall);
  EXPECT_FALSE(config.supervision.intrusion_enabled);
  EXPECT_FALSE(config.supervision.monitor_internal_calls);
  EXPECT_TRUE(config.supervision.monitor_consult_calls);
  EXPECT_FALSE(config.supervision.monitor_party_on_hold);
  EXPECT_FALSE(config.supervision.notify_agent);
  EXPECT_TRUE(config.supervision.free_mode_graph);
  EXPECT_EQ(config.calls.supervisor_ring_time, seconds{11});
  EXPECT_EQ(config.calls.ring_time, seconds{12});
  EXPECT_EQ(config.view.wrap_up_time, seconds{13});
  EXPECT_EQ(config.calls.max_legs, 31u);
  EXPECT_EQ(config.calls.max_user_data, 2048u);
  EXPECT_TRUE(config.calls.offers_mute);
  EXPECT_TRUE(config.calls.offers_clear);
  EXPECT_EQ(config.view.phone_numbers->of("4155550123").e164, "+14155550123");
  EXPECT_EQ(config.calls.disposition_key, "Outcome");
  EXPECT_EQ(config.notifications.session.timeout, seconds{14});
  EXPECT_EQ(config.notifications.session.max_interval, seconds{16});
  EXPECT_EQ(config.notifications.history.keep, seconds{17});
  EXPECT_EQ(config.notifications.history.events_per_user, 18u);
  EXPECT_EQ(config.notifications.history.bytes_per_user, 19u);
  EXPECT_EQ(config.notifications.history.bytes, 20u);
  EXPECT_EQ(config.notifications.max_sessions_per_user, 21u);
  EXPECT_EQ(config.notifications.max_sessions_per_address, 22u);
  EXPECT_EQ(config.notifications.handshakes_per_user, 23u);
  EXPECT_EQ(config.notifications.handshakes_per_address, 24u);
  EXPECT_EQ(config.notifications.max_unused_lines_per_user, 25u);
  EXPECT_EQ(config.notifications.unused_line, seconds{26});
  EXPECT_EQ(config.orphan_grace, seconds{27});
  EXPECT_EQ(config.log_level, LogLevel::Debug);
  EXPECT_EQ(config.log_format, LogFormat::Text);

  const auto defaults = parse_config("", "earshot.toml");
  for (const auto& [key, value] : defaults->values)
    EXPECT_NE(config.values.at(key), value) << key << " is not in this test";
}

TEST(Config, takes_users_devices_trunks_and_queues) {
  const auto loaded = parse_config(kFull, "earshot.toml");
  ASSERT_TRUE(loaded) << loaded.error();
  const DirectoryEntries& directory = loaded->directory;
  ASSERT_EQ(directory.users.size(), 2u);
  const User& ann = directory.users[0];
  EXPECT_EQ(ann.id.value, "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(ann.user_name, "ann@example.org");
  EXPECT_EQ(ann.password, "secret");
  EXPECT_EQ(ann.first_name + ann.last_name + ann.email_address, "AnnOtherann@example.org");
  EXPECT_EQ(ann.roles, (std::vector{Role::Agent, Role::Supervisor, Role::Admin, Role::ApiUser}));
  EXPECT_EQ(ann.default_device->value, "efe1ab32-53f9-43ce-b65e-5768c61f7d4a");
  EXPECT_EQ(directory.users[1].roles, std::vector{Role::Agent});
  EXPECT_FALSE(directory.users[1].default_device);

  ASSERT_EQ(directory.devices.size(), 2u);
  EXPECT_EQ(directory.devices[0].sip_user, "phone-1");
  EXPECT_EQ(directory.devices[0].sip_password, "p1");
  EXPECT_TRUE(directory.devices[0].auto_answer);
  EXPECT_EQ(directory.devices[1].sip_user, "5002");
  EXPECT_FALSE(directory.devices[1].auto_answer);
  EXPECT_EQ(ann.default_device, directory.devices[0].id);

  ASSERT_EQ(directory.trunks.size(), 1u);
  EXPECT_EQ(directory.trunks[0].id.value, "provider");
  EXPECT_EQ(directory.trunks[0].address.to_string(), "192.0.2.1:5060");
  EXPECT_EQ(directory.trunks[0].prefixes, (std::vector<std::string>{"+", "00", ""}));

  ASSERT_EQ(directory.queues.size(), 1u);
  const Queue& queue = directory.queues[0];
  EXPECT_EQ(queue.id.value + " " + queue.phone_number + " " + queue.overflow, "service 8000 5001");
  EXPECT_EQ(queue.agents, (std::vector<DeviceId>{directory.devices[1].id}));
  EXPECT_EQ(queue.ring_time, seconds{20});
  EXPECT_EQ(queue.patience, seconds{60});
  EXPECT_EQ(queue.max_waiting, 5u);
  EXPECT_EQ(queue.wrap_up, seconds{30});
}

TEST(Config, derives_ids_that_stay_the_same) {
  const auto loaded = parse_config(kFull, "earshot.toml");
  ASSERT_TRUE(loaded) << loaded.error();
  // sha256("ben") and sha256("5002")
  EXPECT_EQ(loaded->directory.users[1].id.value, "6700869c8ff7480e34a70a708b028700");
  EXPECT_EQ(loaded->directory.devices[1].id.value, "0a5c8143-0ef4-89a4-a9c4-b94b8df61699");
}

TEST(Config, an_empty_file_is_the_defaults_with_nobody) {
  const auto loaded = parse_config("", "earshot.toml");
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_EQ(loaded->http.listen.to_string(), "127.0.0.1:8080");
  EXPECT_EQ(loaded->view.base, "");
  EXPECT_EQ(loaded->sip.listen.to_string(), "127.0.0.1:5060");
  EXPECT_EQ(loaded->media.port_min, 20000);
  EXPECT_TRUE(loaded->directory.users.empty());
}

TEST(Config, a_user_has_an_http_session_for_each_of_their_bayeux_sessions) {
  const auto loaded = parse_config("[notifications]\nsessions_per_user = 100", "earshot.toml");
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_EQ(loaded->sessions.per_user, 100u);
}

TEST(Config, media_is_advertised_where_sip_is_unless_it_says_otherwise) {
  const auto sip_alone = parse_config("[sip]\nadvertised = \"203.0.113.10:5071\"", "earshot.toml");
  ASSERT_TRUE(sip_alone) << sip_alone.error();
  EXPECT_EQ(sip_alone->media.advertised, Endpoint::parse("203.0.113.10", 0));
  const auto media_alone = parse_config("[media]\nadvertised = \"203.0.113.11\"", "earshot.toml");
  ASSERT_TRUE(media_alone) << media_alone.error();
  EXPECT_EQ(media_alone->sip.advertised, std::nullopt);
}

TEST(Config, keeps_each_value_as_it_is_written) {
  const auto config = parse_config(
      "[http]\nallowed_origins = [\"http://a\", \"http://b\"]\n[calls]\noffer_mute = true\n",
      "earshot.toml");
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->values.at("http.allowed_origins"), "http://a, http://b");
  EXPECT_EQ(config->values.at("http.listen"), "127.0.0.1:8080");
  EXPECT_EQ(config->values.at("sip.digest_algorithms"), "SHA-256, MD5");
  EXPECT_EQ(config->values.at("media.port_min"), "20000");
  EXPECT_EQ(config->values.at("supervision.default_scope"), "Call");
  EXPECT_EQ(config->values.at("calls.offer_mute"), "true");
  EXPECT_EQ(config->values.at("calls.offer_clear"), "false");
}

TEST(Config, levels_have_names) {
  EXPECT_EQ(log_level_named("warn"), LogLevel::Warn);
  EXPECT_EQ(log_level_named("loud"), std::nullopt);
}

TEST(Config, an_origin_is_a_scheme_and_a_host) {
  for (const char* origin : {"http://x", "https://desk.example", "http://localhost:3000",
                             "https://*.desk.example", "http://localhost:*"})
    EXPECT_TRUE(is_origin(origin)) << origin;
  for (const char* other : {"ftp://desk.example", "https://desk.example/", "https://desk example",
                            "https://", "https://*", "https://*:*", "desk.example", ""})
    EXPECT_FALSE(is_origin(other)) << other;
}

TEST(Config, an_empty_file_on_the_disk_works) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("earshot-empty-" + std::to_string(::getpid()) + ".toml");
  std::ofstream{path};
  const auto loaded = load_config(path.string());
  std::filesystem::remove(path);
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_EQ(loaded->sip.listen.to_string(), "127.0.0.1:5060");
}

TEST(Config, a_file_that_cannot_be_read_is_told_in_the_systems_words) {
  const auto loaded = load_config("/nonexistent/earshot.toml");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().text(), "/nonexistent/earshot.toml: No such file or directory");
  EXPECT_FALSE(load_config("/"));
}

TEST(DemoConfig, is_the_contact_centre_of_the_page) {
  const Config config = demo_config();
  const Directory directory{config.directory};
  EXPECT_EQ(directory.device_numbered("5005")->id.value, "efe1ab32-53f9-43ce-b65e-5768c61f7d4a");
  EXPECT_EQ(directory.owner_of(directory.device_numbered("5000")->id), nullptr);
  for (const auto& [name, number] :
       {std::pair{"agent", "5001"}, std::pair{"agent2", "5002"}, std::pair{"supervisor", "5005"}}) {
    const User* user = directory.user_named(name);
    ASSERT_NE(user, nullptr) << name;
    EXPECT_EQ(user->password, "demo");
    const Device* device = directory.device_numbered(number);
    ASSERT_NE(device, nullptr) << number;
    EXPECT_EQ(directory.owner_of(device->id), user);
    EXPECT_EQ(device->sip_password, std::string{"demo-"} + number);
    EXPECT_FALSE(device->auto_answer);
    EXPECT_TRUE(user->has(Role::Agent));
    EXPECT_EQ(user->has(Role::Supervisor), std::string{name} == "supervisor");
  }
}

}  // namespace
}  // namespace earshot::app
