// What a file that cannot be is told: the line, the key, and what was expected there.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/config.h"

namespace earshot::app {
namespace {

struct Bad {
  const char* text;
  const char* error;  ///< behind "earshot.toml:"
};

TEST(ConfigErrors, says_where_and_what_is_wrong) {
  const Bad cases[] = {
      {"[http", "1: not TOML: Error while parsing table header: encountered end-of-file"},
      {"a = 1",
       "1: a: unknown key; expected one of server, http, sip, media, supervision, calls, "
       "notifications, records, log, devices, users, trunks, queues, groups, "
       "agent_states"},
      {"\n[http]\nlisten = \"127.0.0.1:80\"\nport = 1",
       "4: http.port: unknown key; expected one of listen, external_url, allowed_origins, "
       "desk, csrf_protection, trusted_proxies, sessions_per_user, login_failures_per_user, "
       "login_failures_per_address, "
       "call_path_slash, tolerate_other_channels"},
      {"[http]\nlisten = \"127.0.0.1:80\"\n[http.tls]\nkey = 1",
       "3: http.tls: unknown key; expected one of listen, external_url, allowed_origins, "
       "desk, csrf_protection, trusted_proxies, sessions_per_user, login_failures_per_user, "
       "login_failures_per_address, "
       "call_path_slash, tolerate_other_channels"},
      {"[[queues]]\nname = \"q\"\nnumber = \"8000\"\nagent = []",
       "4: queues[0].agent: unknown key; expected one of name, number, agents, ring_timeout_s, "
       "patience_s, overflow, max_waiting, wrap_up_time_s"},
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
      {"[http]\nallowed_origins = \"https://a.example\"",
       "2: http.allowed_origins: expected a list of origins, like \"https://*.example.org\""},
      {"[http]\nallowed_origins = [\"https://a.example\", 1]",
       "2: http.allowed_origins: expected a list of origins, like \"https://*.example.org\""},
      {"\n\n[[users]]\npassword = \"x\"", "3: users[0].name: is missing"},
      {"[[devices]]",
       "1: devices[0].number: is missing\n"
       "earshot.toml:1: devices[0].sip_password: is missing"},
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
      {"[sip]\ndigest_algorithms = []",
       "2: sip.digest_algorithms: expected a list of SHA-256, MD5"},
      {"[calls]\ndisposition_key = \"\"", "2: calls.disposition_key: expected a name"},
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
      {"[[agent_states]]\ndisplay_name = \"x\"", "1: agent_states[0].operation: is missing"},
      {"[[agent_states]]\noperation = \"a b\"",
       "2: agent_states[0].operation: expected up to 64 letters, digits or characters of -_."},
      {"[[agent_states]]\noperation = \"Dial\"",
       "2: agent_states[0].operation: \"Dial\" is an operation of the API already; choose another "
       "name"},
      {"[[agent_states]]\noperation = \"A\"\nstate = \"LoggedOut\"",
       "3: agent_states[0].state: expected one of Ready, NotReady"},
      {"[[agent_states]]\noperation = \"A\"\nwork_mode = \"Lunch\"",
       "3: agent_states[0].work_mode: expected one of AuxWork, AfterCallWork"},
      {"[[agent_states]]\noperation = \"A\"\nstate = \"Ready\"\nwork_mode = \"AuxWork\"",
       "4: agent_states[0].work_mode: goes with state = \"NotReady\" alone"},
      {"[[agent_states]]\noperation = \"A\"\nid = \"1\"",
       "3: agent_states[0].id: expected a UUID in lower case, with dashes"},
      {"[[agent_states]]\noperation = \"A\"\n[[agent_states]]\noperation = \"A\"",
       "4: agent_states[1].operation: \"A\" is already used by agent_states[0].operation"},
  };
  for (const auto& [text, error] : cases) {
    const auto loaded = parse_config(text, "earshot.toml");
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(loaded.error().text(), std::string{"earshot.toml:"} + error) << text;
  }
}

TEST(ConfigErrors, tells_all_errors_at_once_in_the_order_of_lines_and_one_a_key) {
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

}  // namespace
}  // namespace earshot::app
