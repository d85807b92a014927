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
[http]
listen = "[::1]:8090"
external_url = "https://voice.example.org/gws/api/v2"
call_path_slash = true
allowed_origins = ["https://*.desk.example", "http://localhost:*"]
trusted_proxies = ["10.0.0.0/8", "::1"]
sessions_per_user = 28
login_failures_per_user = 29
login_failures_per_address = 30
[sip]
listen = "192.0.2.10:5070"
advertised = "203.0.113.10:5071"
local_networks = ["192.0.2.0/24"]
realm = "centre"
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
monitor_party_on_hold = false
notify_agent = false
free_mode_graph = true
ring_timeout_s = 11
[calls]
ring_timeout_s = 12
wrap_up_time_s = 13
max_user_data = 2048
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
  const Directory& directory = config->directory;
  ASSERT_NE(directory.device_numbered("+14155550123"), nullptr);
  EXPECT_EQ(directory.users.at(0).default_device, directory.devices.at(0).id);
  EXPECT_EQ(directory.trunks.at(0).prefixes, (std::vector<std::string>{"+1415", "+", "00"}));
  EXPECT_EQ(directory.queues.at(0).phone_number, "8000");
  EXPECT_EQ(directory.queues.at(0).agents.size(), 1u);
  EXPECT_EQ(directory.queues.at(0).overflow, "+14155550123");
}

TEST(Config, takes_every_key) {
  const auto loaded = parse_config(kFull, "earshot.toml");
  ASSERT_TRUE(loaded) << loaded.error();
  const Config& config = *loaded;
  EXPECT_EQ(config.server.stop_grace, seconds{28});
  EXPECT_EQ(config.http.listen.to_string(), "[::1]:8090");
  EXPECT_EQ(config.http.external_url, "https://voice.example.org/gws/api/v2");
  EXPECT_TRUE(config.http.call_path_slash);
  EXPECT_EQ(config.http.allowed_origins,
            (std::vector<std::string>{"https://*.desk.example", "http://localhost:*"}));
  EXPECT_EQ(config.http.trusted_proxies,
            (std::vector<Network>{*Network::parse("10.0.0.0/8"), *Network::parse("::1")}));
  EXPECT_EQ(config.http.sessions_per_user, 28u);
  EXPECT_EQ(config.http.login_failures_per_user, 29u);
  EXPECT_EQ(config.http.login_failures_per_address, 30u);
  EXPECT_EQ(config.sip.listen.to_string(), "192.0.2.10:5070");
  EXPECT_EQ(config.sip.advertised, Endpoint::parse("203.0.113.10", 5071));
  EXPECT_EQ(config.sip.local_networks, (std::vector<Network>{*Network::parse("192.0.2.0/24")}));
  EXPECT_EQ(config.sip.realm, "centre");
  EXPECT_EQ(config.sip.min_expires, seconds{30});
  EXPECT_EQ(config.sip.calls_per_device, 7);
  EXPECT_EQ(config.sip.requests_per_device, 70);
  EXPECT_EQ(config.sip.requests_per_trunk, 7000);
  EXPECT_EQ(config.sip.default_expires, seconds{40});
  EXPECT_EQ(config.sip.max_expires, seconds{50});
  EXPECT_EQ(config.media.address.address(), "192.0.2.11");
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
  EXPECT_FALSE(config.supervision.monitor_party_on_hold);
  EXPECT_FALSE(config.supervision.notify_agent);
  EXPECT_TRUE(config.supervision.free_mode_graph);
  EXPECT_EQ(config.calls.supervisor_ring_time, seconds{11});
  EXPECT_EQ(config.calls.ring_time, seconds{12});
  EXPECT_EQ(config.calls.wrap_up_time, seconds{13});
  EXPECT_EQ(config.calls.max_user_data, 2048u);
  EXPECT_EQ(config.notifications.timeout, seconds{14});
  EXPECT_EQ(config.notifications.max_interval, seconds{16});
  EXPECT_EQ(config.notifications.replay, seconds{17});
  EXPECT_EQ(config.notifications.replay_events, 18u);
  EXPECT_EQ(config.notifications.replay_bytes, 19u);
  EXPECT_EQ(config.notifications.replay_total_bytes, 20u);
  EXPECT_EQ(config.notifications.sessions_per_user, 21u);
  EXPECT_EQ(config.notifications.sessions_per_address, 22u);
  EXPECT_EQ(config.notifications.handshakes_per_user, 23u);
  EXPECT_EQ(config.notifications.handshakes_per_address, 24u);
  EXPECT_EQ(config.notifications.unused_sockets_per_user, 25u);
  EXPECT_EQ(config.notifications.unused_socket, seconds{26});
  EXPECT_EQ(config.notifications.orphan_grace, seconds{27});
  EXPECT_EQ(config.log_level, LogLevel::Debug);
  EXPECT_EQ(config.log_format, LogFormat::Text);
}

TEST(Config, takes_users_devices_trunks_and_queues) {
  const auto loaded = parse_config(kFull, "earshot.toml");
  ASSERT_TRUE(loaded) << loaded.error();
  const Directory& directory = loaded->directory;
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
  EXPECT_EQ(directory.owner_of(directory.devices[0].id), &ann);

  ASSERT_EQ(directory.trunks.size(), 1u);
  EXPECT_EQ(directory.trunks[0].id.value, "provider");
  EXPECT_EQ(directory.trunks[0].address.to_string(), "192.0.2.1:5060");
  EXPECT_EQ(directory.trunks[0].prefixes, (std::vector<std::string>{"+", "00", ""}));

  ASSERT_EQ(directory.queues.size(), 1u);
  const Queue& queue = directory.queues[0];
  EXPECT_EQ(queue.id.value + " " + queue.phone_number + " " + queue.overflow, "service 8000 5001");
  EXPECT_EQ(queue.agents, (std::vector<DeviceId>{directory.device_numbered("5002")->id}));
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
  EXPECT_EQ(loaded->http.external_url, "");
  EXPECT_EQ(loaded->sip.listen.to_string(), "127.0.0.1:5060");
  EXPECT_EQ(loaded->media.port_min, 20000);
  EXPECT_TRUE(loaded->directory.users.empty());
}

struct Bad {
  const char* text;
  const char* error;  ///< behind "earshot.toml:"
};

TEST(Config, a_user_has_an_http_session_for_each_of_their_bayeux_sessions) {
  const auto loaded = parse_config("[notifications]\nsessions_per_user = 100", "earshot.toml");
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_EQ(loaded->http.sessions_per_user, 100u);
}

TEST(Config, media_is_advertised_where_sip_is_unless_it_says_otherwise) {
  const auto sip_alone = parse_config("[sip]\nadvertised = \"203.0.113.10:5071\"", "earshot.toml");
  ASSERT_TRUE(sip_alone) << sip_alone.error();
  EXPECT_EQ(sip_alone->media.advertised, Endpoint::parse("203.0.113.10", 0));
  const auto media_alone = parse_config("[media]\nadvertised = \"203.0.113.11\"", "earshot.toml");
  ASSERT_TRUE(media_alone) << media_alone.error();
  EXPECT_EQ(media_alone->sip.advertised, std::nullopt);
}

TEST(Config, says_where_and_what_is_wrong) {
  const Bad cases[] = {
      {"[http", "1: not TOML: Error while parsing table header: encountered end-of-file"},
      {"a = 1",
       "1: a: unknown key; expected one of server, http, sip, media, supervision, calls, "
       "notifications, records, log, users, devices, trunks, queues"},
      {"\n[http]\nlisten = \"127.0.0.1:80\"\nport = 1",
       "4: http.port: unknown key; expected one of listen, external_url, call_path_slash, "
       "allowed_origins, trusted_proxies, sessions_per_user, login_failures_per_user, "
       "login_failures_per_address"},
      {"[http]\ntrusted_proxies = [\"proxy.example\"]",
       "2: http.trusted_proxies: expected a list of addresses and networks, like \"10.0.0.0/8\""},
      {"[http]\nsessions_per_user = 19",
       "2: http.sessions_per_user: expected at least notifications.sessions_per_user, 20"},
      {"[log]\nz = 1\na = 1",
       "2: log.z: unknown key; expected one of level, format\n"
       "earshot.toml:3: log.a: unknown key; expected one of level, format"},
      {"http = 1", "1: http: expected a table, [http]"},
      {"[[http]]\nlisten = \"127.0.0.1:80\"", "1: http: expected a table, [http]"},
      {"[users]\nname = \"a\"", "1: users: expected tables, each headed [[users]]"},
      {"users = [1]", "1: users: expected tables, each headed [[users]]"},
      {"[http]\nlisten = 8080", "2: http.listen: expected a text in quotes"},
      {"[http]\nlisten = \"localhost:8080\"",
       "2: http.listen: expected an IP address and a port from 0 to 65535, as in "
       "\"127.0.0.1:8080\""},
      {"[http]\nlisten = \"127.0.0.1\"",
       "2: http.listen: expected an IP address and a port from 0 to 65535, as in "
       "\"127.0.0.1:8080\""},
      {"[http]\nlisten = \"127.0.0.1:65536\"",
       "2: http.listen: expected an IP address and a port from 0 to 65535, as in "
       "\"127.0.0.1:8080\""},
      {"[http]\nlisten = \"127.0.0.1:80x\"",
       "2: http.listen: expected an IP address and a port from 0 to 65535, as in "
       "\"127.0.0.1:8080\""},
      {"[http]\nlisten = \"::1:80\"",
       "2: http.listen: expected an IP address and a port from 0 to 65535, as in "
       "\"127.0.0.1:8080\""},
      {"[http]\nexternal_url = \"http://x/api/v3\"",
       "2: http.external_url: expected a URL that ends in /api/v2"},
      {"[http]\nexternal_url = \"x/api/v2\"",
       "2: http.external_url: expected a URL that ends in /api/v2"},
      {"[http]\nexternal_url = \"http:///api/v2\"",
       "2: http.external_url: expected a URL that ends in /api/v2"},
      {"[http]\nlisten = \"0.0.0.0:80\"",
       "1: http.external_url: is missing: clients need one URL, and http.listen is every address "
       "of this machine"},
      {"[http]\nallowed_origins = [\"desk.example.org\"]",
       "2: http.allowed_origins: expected a list of origins, like \"https://*.example.org\""},
      {"[http]\nallowed_origins = [\"https://*\"]",
       "2: http.allowed_origins: expected a list of origins, like \"https://*.example.org\""},
      {"[calls]\nregion = \"us\"",
       "2: calls.region: expected a country code of two capital letters, such as \"US\""},
      {"[http]\ncall_path_slash = \"yes\"", "2: http.call_path_slash: expected true or false"},
      {"[sip]\nlisten = \"0.0.0.0:5060\"",
       "2: sip.listen: expected one address of this machine, not all of them: phones send their "
       "answers there"},
      {"[sip]\nrealm = \"\"",
       "2: sip.realm: expected a text without quotes and backslashes; it must not be empty"},
      {"[sip]\ndigest_algorithms = [\"SHA-1\"]",
       "2: sip.digest_algorithms: expected a list of SHA-256, MD5"},
      {"[sip]\nadvertised = \"voice.example.org\"",
       "2: sip.advertised: expected an IP address and a port from 0 to 65535, as in "
       "\"127.0.0.1:5060\""},
      {"[sip]\nadvertised = \"[::1]:5060\"",
       "2: sip.advertised: expected one IP address, of the same family as 127.0.0.1"},
      {"[sip]\nadvertised = \"0.0.0.0:5060\"",
       "2: sip.advertised: expected one IP address, of the same family as 127.0.0.1"},
      {"[sip]\nlocal_networks = [\"10.1.0.0/8\"]",
       "2: sip.local_networks: expected a list of addresses and networks, like \"10.0.0.0/8\""},
      {"[media]\nadvertised = \"0.0.0.0\"",
       "2: media.advertised: expected one IP address, of the same family as 127.0.0.1"},
      {"[sip]\ncalls_per_device = 0",
       "2: sip.calls_per_device: expected a whole number from 1 to 2000"},
      {"[sip]\nrequests_per_device = 9",
       "2: sip.requests_per_device: expected a whole number from 10 to 20000"},
      {"[sip]\nrequests_per_trunk = 200000",
       "2: sip.requests_per_trunk: expected a whole number from 100 to 150000"},
      {"[sip]\nmin_expires_s = 0", "2: sip.min_expires_s: expected a whole number from 1 to 86400"},
      {"[sip]\ndefault_expires_s = 10",
       "2: sip.default_expires_s: expected min_expires_s <= default_expires_s <= max_expires_s"},
      {"[media]\naddress = \"example.org\"",
       "2: media.address: expected one IP address of this machine: phones send their audio there"},
      {"[media]\naddress = \"::\"",
       "2: media.address: expected one IP address of this machine: phones send their audio there"},
      {"[media]\nport_min = 20001", "2: media.port_min: expected an even number"},
      {"[media]\nport_max = 30000", "2: media.port_max: expected an odd number"},
      {"[media]\nport_min = 80", "2: media.port_min: expected a whole number from 1024 to 65534"},
      {"[media]\nport_min = 20000.0",
       "2: media.port_min: expected a whole number from 1024 to 65534"},
      {"[media]\nport_max = 20001",
       "2: media.port_max: expected at least port_min + 3: a call needs two pairs of ports"},
      {"[media]\nport_min = 40000",
       "1: media.port_max: expected at least port_min + 3: a call needs two pairs of ports"},
      {"[media]\nsilence_timeout_s = 1",
       "2: media.silence_timeout_s: expected a whole number from 5 to 3600"},
      {"[supervision]\ndefault_scope = \"call\"",
       "2: supervision.default_scope: expected one of Agent, Call"},
      {"[supervision]\ndefault_mode = 1",
       "2: supervision.default_mode: expected one of NextCall, AllCalls"},
      {"[calls]\nring_timeout_s = \"30\"",
       "2: calls.ring_timeout_s: expected a whole number from 1 to 600"},
      {"[notifications]\ntimeout_s = 301",
       "2: notifications.timeout_s: expected a whole number from 1 to 300"},
      {"[log]\nlevel = \"loud\"", "2: log.level: expected one of debug, info, warn, error"},
      {"[[users]]\npassword = \"x\"", "1: users[0].name: is missing"},
      {"[[users]]\nname = \"a\"", "1: users[0].password: is missing"},
      {"[[users]]\nname = \"a\"\npassword = \"\"",
       "3: users[0].password: expected a text that is not empty"},
      {"[[users]]\nname = \"a:b\"\npassword = \"x\"",
       "2: users[0].name: must not contain a colon: HTTP Basic ends the name there"},
      {"[[users]]\nname = \"a\"\npassword = \"x\"\nroles = \"agent\"",
       "4: users[0].roles: expected a list of agent, supervisor, admin, apiuser"},
      {"[[users]]\nname = \"a\"\npassword = \"x\"\nroles = [\"agent\", \"boss\"]",
       "4: users[0].roles: expected a list of agent, supervisor, admin, apiuser"},
      {"[[users]]\nname = \"a\"\npassword = \"x\"\nroles = [1]",
       "4: users[0].roles: expected a list of agent, supervisor, admin, apiuser"},
      {"[[users]]\nname = \"a\"\npassword = \"x\"\nroles = []",
       "4: users[0].roles: expected a list of agent, supervisor, admin, apiuser"},
      {"[[users]]\nname = \"a\"\npassword = \"x\"\ndevice = \"5001\"",
       "4: users[0].device: no device has the number \"5001\""},
      {"[[users]]\nname = \"a\"\npassword = \"x\"\nid = \"ABC\"",
       "4: users[0].id: expected 32 lower-case hex digits"},
      {"[[users]]\nname = \"a\"\npassword = \"x\"\n[[users]]\nname = \"a\"\npassword = \"y\"",
       "5: users[1].name: \"a\" is already used by users[0].name"},
      {"[[devices]]\nnumber = \"1\"\nsip_password = \"x\"\n"
       "[[users]]\nname = \"a\"\npassword = \"x\"\ndevice = \"1\"\n"
       "[[users]]\nname = \"b\"\npassword = \"x\"\ndevice = \"1\"",
       "11: users[1].device: \"1\" is already used by users[0].device"},
      {"[[devices]]\nsip_password = \"x\"", "1: devices[0].number: is missing"},
      {"[[devices]]\nnumber = 5001\nsip_password = \"x\"",
       "2: devices[0].number: expected a text in quotes"},
      {"[[devices]]\nnumber = \"50a1\"\nsip_password = \"x\"",
       "2: devices[0].number: expected up to 32 digits or '*', with or without a leading '+'"},
      {"[[devices]]\nnumber = \"5001\"", "1: devices[0].sip_password: is missing"},
      {"[[devices]]\nnumber = \"5001\"\nsip_password = \"x\"\nsip_user = \"a@b\"",
       "4: devices[0].sip_user: expected up to 64 letters, digits or characters of -_.!~*+"},
      {"[[devices]]\nnumber = \"5001\"\nsip_password = \"x\"\nid = \"1\"",
       "4: devices[0].id: expected a UUID in lower case, with dashes"},
      {"[[devices]]\nnumber = \"1\"\nsip_password = \"x\"\n"
       "[[devices]]\nnumber = \"1\"\nsip_password = \"x\"",
       "5: devices[1].number: \"1\" is already used by devices[0].number"},
      {"[[devices]]\nnumber = \"1\"\nsip_password = \"x\"\n"
       "[[devices]]\nnumber = \"2\"\nsip_password = \"x\"\nsip_user = \"1\"",
       "7: devices[1].sip_user: \"1\" is already used by devices[0].sip_user"},
      {"[[devices]]\nnumber = \"1\"\nsip_password = \"x\"\n"
       "id = \"efe1ab32-53f9-43ce-b65e-5768c61f7d4a\"\n"
       "[[devices]]\nnumber = \"2\"\nsip_password = \"x\"\n"
       "id = \"efe1ab32-53f9-43ce-b65e-5768c61f7d4a\"",
       "8: devices[1].id: \"efe1ab32-53f9-43ce-b65e-5768c61f7d4a\" is already used by "
       "devices[0].id"},
      {"[[trunks]]\nname = \"t\"", "1: trunks[0].address: is missing"},
      {"[[trunks]]\nname = \"t\"\naddress = \"192.0.2.1:0\"",
       "3: trunks[0].address: expected an IP address and a port from 1 to 65535, as in "
       "\"192.0.2.1:5060\""},
      {"[[trunks]]\nname = \"t\"\naddress = \"0.0.0.0:5060\"",
       "3: trunks[0].address: expected the address of one machine"},
      {"[[trunks]]\nname = \"t\"\naddress = \"192.0.2.1:5060\"\nprefixes = [\"a\"]",
       "4: trunks[0].prefixes: expected a list of number prefixes, such as \"+\" and \"00\""},
      {"[[trunks]]\nname = \"t\"\naddress = \"192.0.2.1:5060\"\n"
       "[[trunks]]\nname = \"u\"\naddress = \"192.0.2.1:5061\"",
       "6: trunks[1].address: \"192.0.2.1\" is already used by trunks[0].address"},
      {"[[queues]]\nname = \"q\"\nnumber = \"8000\"\nagents = [\"5001\"]",
       "4: queues[0].agents: no device has the number \"5001\""},
      {"[[queues]]\nname = \"q\"\nnumber = \"8000\"\nagents = []\noverflow = \"8000\"",
       "5: queues[0].overflow: must not be the number of the queue itself"},
      {"[[devices]]\nnumber = \"1\"\nsip_password = \"x\"\n"
       "[[queues]]\nname = \"q\"\nnumber = \"1\"",
       "6: queues[0].number: \"1\" is already used by devices[0].number"},
      {"[[queues]]\nname = \"q\"\nnumber = \"8000\"\noverflow = \"7000\"",
       "4: queues[0].overflow: nobody can be called at \"7000\": no device or queue has this "
       "number, and no trunk takes it"},
  };
  for (const auto& [text, error] : cases) {
    const auto loaded = parse_config(text, "earshot.toml");
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(loaded.error().text(), std::string{"earshot.toml:"} + error) << text;
  }
}

TEST(Config, tells_all_errors_at_once_in_the_order_of_lines_and_one_a_key) {
  const auto loaded = parse_config(
      "[[devices]]\nnumber = \"x\"\n"
      "[[devices]]\nnumber = \"5001\"\nsip_password = \"p\"\ncolour = 1\n"
      "[sip]\nrealm = 7\n[log]\nlevel = \"loud\"\n",
      "earshot.toml");
  ASSERT_FALSE(loaded);
  const auto& errors = loaded.error().all;
  ASSERT_EQ(errors.size(), 5u) << loaded.error();
  const std::vector<std::pair<std::uint32_t, std::string>> expected{{1, "devices[0].sip_password"},
                                                                    {2, "devices[0].number"},
                                                                    {6, "devices[1].colour"},
                                                                    {8, "sip.realm"},
                                                                    {10, "log.level"}};
  for (std::size_t i = 0; i < errors.size(); ++i)
    EXPECT_EQ(std::pair(errors[i].line, errors[i].key), expected[i]) << loaded.error();
  EXPECT_TRUE(loaded.error().text().starts_with(
      "earshot.toml:1: devices[0].sip_password: is missing\nearshot.toml:2: devices[0].number: "))
      << loaded.error();
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

TEST(Config, the_example_loads_and_shows_the_defaults) {
  const auto loaded = load_config(EARSHOT_SOURCE_DIR "/docs/earshot.example.toml");
  ASSERT_TRUE(loaded) << loaded.error();
  const Config& shown = *loaded;
  const Config defaults;
  EXPECT_EQ(shown.server.stop_grace, defaults.server.stop_grace);
  EXPECT_EQ(shown.http.listen, defaults.http.listen);
  EXPECT_EQ(shown.http.call_path_slash, defaults.http.call_path_slash);
  EXPECT_EQ(shown.sip.listen, defaults.sip.listen);
  EXPECT_EQ(shown.sip.advertised, defaults.sip.advertised);
  EXPECT_EQ(shown.sip.local_networks, defaults.sip.local_networks);
  EXPECT_EQ(shown.media.advertised, defaults.media.advertised);
  EXPECT_EQ(shown.sip.realm, defaults.sip.realm);
  EXPECT_EQ(shown.sip.min_expires, defaults.sip.min_expires);
  EXPECT_EQ(shown.sip.calls_per_device, defaults.sip.calls_per_device);
  EXPECT_EQ(shown.sip.requests_per_device, defaults.sip.requests_per_device);
  EXPECT_EQ(shown.sip.requests_per_trunk, defaults.sip.requests_per_trunk);
  EXPECT_EQ(shown.sip.default_expires, defaults.sip.default_expires);
  EXPECT_EQ(shown.sip.max_expires, defaults.sip.max_expires);
  EXPECT_EQ(shown.media.address, defaults.media.address);
  EXPECT_EQ(shown.media.port_min, defaults.media.port_min);
  EXPECT_EQ(shown.media.port_max, defaults.media.port_max);
  EXPECT_EQ(shown.media.silence_timeout, defaults.media.silence_timeout);
  EXPECT_EQ(shown.media.recordings, defaults.media.recordings);
  EXPECT_EQ(shown.records.file, defaults.records.file);
  EXPECT_EQ(shown.supervision.default_scope, defaults.supervision.default_scope);
  EXPECT_EQ(shown.supervision.default_mode, defaults.supervision.default_mode);
  EXPECT_EQ(shown.supervision.intrusion_enabled, defaults.supervision.intrusion_enabled);
  EXPECT_EQ(shown.supervision.monitor_internal_calls, defaults.supervision.monitor_internal_calls);
  EXPECT_EQ(shown.supervision.monitor_party_on_hold, defaults.supervision.monitor_party_on_hold);
  EXPECT_EQ(shown.supervision.notify_agent, defaults.supervision.notify_agent);
  EXPECT_EQ(shown.supervision.free_mode_graph, defaults.supervision.free_mode_graph);
  EXPECT_EQ(shown.calls.ring_time, defaults.calls.ring_time);
  EXPECT_EQ(shown.calls.supervisor_ring_time, defaults.calls.supervisor_ring_time);
  EXPECT_EQ(shown.calls.wrap_up_time, defaults.calls.wrap_up_time);
  EXPECT_EQ(shown.calls.max_user_data, defaults.calls.max_user_data);
  EXPECT_EQ(shown.notifications.timeout, defaults.notifications.timeout);
  EXPECT_EQ(shown.notifications.max_interval, defaults.notifications.max_interval);
  EXPECT_EQ(shown.notifications.replay, defaults.notifications.replay);
  EXPECT_EQ(shown.notifications.replay_events, defaults.notifications.replay_events);
  EXPECT_EQ(shown.notifications.replay_bytes, defaults.notifications.replay_bytes);
  EXPECT_EQ(shown.notifications.replay_total_bytes, defaults.notifications.replay_total_bytes);
  EXPECT_EQ(shown.notifications.sessions_per_user, defaults.notifications.sessions_per_user);
  EXPECT_EQ(shown.notifications.sessions_per_address, defaults.notifications.sessions_per_address);
  EXPECT_EQ(shown.notifications.handshakes_per_user, defaults.notifications.handshakes_per_user);
  EXPECT_EQ(shown.notifications.handshakes_per_address,
            defaults.notifications.handshakes_per_address);
  EXPECT_EQ(shown.notifications.unused_sockets_per_user,
            defaults.notifications.unused_sockets_per_user);
  EXPECT_EQ(shown.notifications.unused_socket, defaults.notifications.unused_socket);
  EXPECT_EQ(shown.notifications.orphan_grace, defaults.notifications.orphan_grace);
  EXPECT_EQ(shown.log_level, defaults.log_level);
  EXPECT_EQ(shown.log_format, defaults.log_format);
  EXPECT_EQ(shown.directory.users.size(), 2u);
}

TEST(Config, a_file_that_cannot_be_read_is_told_in_the_systems_words) {
  const auto loaded = load_config("/nonexistent/earshot.toml");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().text(), "/nonexistent/earshot.toml: No such file or directory");
  EXPECT_FALSE(load_config("/"));
}

TEST(DemoConfig, is_the_contact_centre_of_the_page) {
  const Config config = demo_config();
  const Directory& directory = config.directory;
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
