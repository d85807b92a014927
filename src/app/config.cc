#include "app/config.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include "app/config_directory.h"
#include "app/toml_table.h"
#include "view/phone_numbers.h"

namespace earshot::app {
namespace {

constexpr std::string_view kLevelNames[] = {"debug", "info", "warn", "error"};
constexpr LogLevel kLevels[] = {LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error};
constexpr std::string_view kFormatNames[] = {"auto", "json", "text"};
constexpr std::optional<LogFormat> kFormats[] = {std::nullopt, LogFormat::Json, LogFormat::Text};
constexpr std::string_view kScopeNames[] = {"Agent", "Call"};
constexpr MonitoringScope kScopes[] = {MonitoringScope::Agent, MonitoringScope::Call};
constexpr std::string_view kModeNames[] = {"NextCall", "AllCalls"};
constexpr MonitoringMode kModes[] = {MonitoringMode::NextCall, MonitoringMode::AllCalls};
constexpr std::string_view kAlgorithmNames[] = {"SHA-256", "MD5"};
constexpr sip::DigestAlgorithm kAlgorithms[] = {sip::DigestAlgorithm::Sha256,
                                                sip::DigestAlgorithm::Md5};

/// The value of `values` whose name in `names` the file gives.
template <class T, std::size_t n>
T choose(const TomlTable& table, std::string_view key, T fallback,
         const std::string_view (&names)[n], const T (&values)[n]) {
  std::size_t index = 0;
  while (values[index] != fallback) ++index;
  return values[table.choice(key, index, names)];
}

/// Resources are named by it, so that it must be the URL clients use (rest-and-sessions.md §A.1).
bool is_external_url(std::string_view url) {
  constexpr std::string_view kEnd = "/api/v2";
  for (const std::string_view scheme : {"http://", "https://"})
    if (url.starts_with(scheme)) {
      const std::string_view rest = url.substr(scheme.size());
      return rest.size() > kEnd.size() && rest.ends_with(kEnd) && rest.front() != '/' &&
             rest.find_first_of(" \t\r\n?#\"<>\\") == std::string_view::npos;
    }
  return false;
}

constexpr std::string_view kNetworks =
    "expected a list of addresses and networks, like \"10.0.0.0/8\"";

std::vector<Network> read_networks(const TomlTable& table, std::string_view key) {
  std::vector<Network> networks;
  for (const std::string& text : table.texts(key, kNetworks)) {
    if (const auto network = Network::parse(text))
      networks.push_back(*network);
    else
      table.refuse(key, kNetworks);
  }
  return networks;
}

Config::Http read_http(const TomlTable& table) {
  Config::Http http;
  http.listen = table.endpoint("listen", http.listen, 0);
  http.external_url = table.text("external_url");
  if (table.has("external_url") && !is_external_url(http.external_url))
    table.refuse("external_url", "expected a URL that ends in /api/v2");
  if (http.listen.is_unspecified() && http.external_url.empty())
    table.refuse(
        "external_url",
        "is missing: clients need one URL, and http.listen is every address of this machine");
  http.call_path_slash = table.flag("call_path_slash", http.call_path_slash);
  constexpr std::string_view kOrigins =
      "expected a list of origins, like \"https://*.example.org\"";
  http.allowed_origins = table.texts("allowed_origins", kOrigins);
  for (const std::string& origin : http.allowed_origins)
    if (!is_origin(origin)) table.refuse("allowed_origins", kOrigins);
  http.trusted_proxies = read_networks(table, "trusted_proxies");
  const auto count = [&](std::string_view key, std::size_t value, std::int64_t highest) {
    return std::size_t(table.number(key, std::int64_t(value), 1, highest));
  };
  http.sessions_per_user = count("sessions_per_user", http.sessions_per_user, 10'000);
  http.login_failures_per_user =
      count("login_failures_per_user", http.login_failures_per_user, 10'000);
  http.login_failures_per_address =
      count("login_failures_per_address", http.login_failures_per_address, 1'000'000);
  return http;
}

std::vector<sip::DigestAlgorithm> read_algorithms(const TomlTable& table) {
  const std::string expected = "expected a list of " + listed(kAlgorithmNames);
  std::vector<sip::DigestAlgorithm> algorithms;
  for (const std::string& name : table.texts("digest_algorithms", expected)) {
    const auto found = std::find(std::begin(kAlgorithmNames), std::end(kAlgorithmNames), name);
    if (found == std::end(kAlgorithmNames))
      table.refuse("digest_algorithms", expected);
    else
      algorithms.push_back(kAlgorithms[found - std::begin(kAlgorithmNames)]);
  }
  if (algorithms.empty()) table.refuse("digest_algorithms", expected);
  return algorithms;
}

/// What the world reaches `inner` by; nothing for "", which is the default.
std::optional<Endpoint> checked_advertised(const TomlTable& table, std::optional<Endpoint> read,
                                           const Endpoint& inner) {
  if (table.text("advertised").empty()) return std::nullopt;
  if (read && !read->is_unspecified() && read->is_v4() == inner.is_v4()) return read;
  table.refuse("advertised", "expected one IP address, of the same family as " + inner.address());
  return std::nullopt;
}

Config::Sip read_sip(const TomlTable& table) {
  Config::Sip sip;
  sip.listen = table.endpoint("listen", sip.listen, 0);
  if (sip.listen.is_unspecified())
    table.refuse(
        "listen",
        "expected one address of this machine, not all of them: phones send their answers there");
  if (!table.text("advertised").empty())
    sip.advertised =
        checked_advertised(table, table.endpoint("advertised", sip.listen, 0), sip.listen);
  sip.local_networks = read_networks(table, "local_networks");
  sip.realm = table.text("realm", sip.realm);
  if (sip.realm.empty() || sip.realm.find_first_of("\"\\\r\n") != std::string::npos)
    table.refuse("realm", "expected a text without quotes and backslashes; it must not be empty");
  if (table.has("digest_algorithms")) sip.digest_algorithms = read_algorithms(table);
  sip.calls_per_device = int(table.number("calls_per_device", sip.calls_per_device, 1, 2000));
  sip.requests_per_device =
      int(table.number("requests_per_device", sip.requests_per_device, 10, 20'000));
  sip.requests_per_trunk =
      int(table.number("requests_per_trunk", sip.requests_per_trunk, 100, 150'000));
  constexpr seconds kDay{86'400};
  sip.min_expires = table.span("min_expires_s", sip.min_expires, seconds{1}, kDay);
  sip.default_expires = table.span("default_expires_s", sip.default_expires, seconds{1}, kDay);
  sip.max_expires = table.span("max_expires_s", sip.max_expires, seconds{1}, kDay);
  if (sip.default_expires < sip.min_expires || sip.default_expires > sip.max_expires)
    table.refuse("default_expires_s",
                 "expected min_expires_s <= default_expires_s <= max_expires_s");
  return sip;
}

Config::MediaPorts read_media(const TomlTable& table) {
  Config::MediaPorts media;
  if (table.has("address")) {
    const auto address = Endpoint::parse(table.text("address"), 0);
    if (!address || address->is_unspecified())
      table.refuse("address",
                   "expected one IP address of this machine: phones send their audio there");
    else
      media.address = *address;
  }
  media.advertised =
      checked_advertised(table, Endpoint::parse(table.text("advertised"), 0), media.address);
  media.port_min =
      static_cast<std::uint16_t>(table.number("port_min", media.port_min, 1024, 65'534));
  media.port_max =
      static_cast<std::uint16_t>(table.number("port_max", media.port_max, 1025, 65'535));
  if (media.port_min % 2 != 0) table.refuse("port_min", "expected an even number");
  if (media.port_max % 2 != 1) table.refuse("port_max", "expected an odd number");
  if (media.port_max < media.port_min + 3)
    table.refuse("port_max", "expected at least port_min + 3: a call needs two pairs of ports");
  media.silence_timeout =
      table.span("silence_timeout_s", media.silence_timeout, seconds{5}, seconds{3600});
  media.recordings = table.text("recordings");
  return media;
}

void read_supervision(const TomlTable& table, Config& config) {
  SupervisionSettings& to = config.supervision;
  to.default_scope = choose(table, "default_scope", to.default_scope, kScopeNames, kScopes);
  to.default_mode = choose(table, "default_mode", to.default_mode, kModeNames, kModes);
  to.intrusion_enabled = table.flag("intrusion_enabled", to.intrusion_enabled);
  to.monitor_internal_calls = table.flag("monitor_internal_calls", to.monitor_internal_calls);
  to.monitor_consult_calls = table.flag("monitor_consult_calls", to.monitor_consult_calls);
  to.monitor_party_on_hold = table.flag("monitor_party_on_hold", to.monitor_party_on_hold);
  to.notify_agent = table.flag("notify_agent", to.notify_agent);
  to.free_mode_graph = table.flag("free_mode_graph", to.free_mode_graph);
  config.calls.supervisor_ring_time =
      table.span("ring_timeout_s", config.calls.supervisor_ring_time, seconds{1}, seconds{600});
}

void read_calls(const TomlTable& table, Config::Calls& to) {
  to.ring_time = table.span("ring_timeout_s", to.ring_time, seconds{1}, seconds{600});
  to.wrap_up_time = table.span("wrap_up_time_s", to.wrap_up_time, seconds{0}, seconds{86'400});
  to.max_parties = int(table.number("max_parties", to.max_parties, 2, 64));
  to.max_user_data =
      std::size_t(table.number("max_user_data", std::int64_t(to.max_user_data), 1024, 262'144));
  to.offer_mute = table.flag("offer_mute", to.offer_mute);
  to.offer_clear = table.flag("offer_clear", to.offer_clear);
  to.disposition_key = table.text("disposition_key", to.disposition_key);
  if (to.disposition_key.empty()) table.refuse("disposition_key", "expected a name");
  to.region = table.text("region");
  if (!to.region.empty() && !view::PhoneNumbers::knows(to.region))
    table.refuse("region", "expected a country code of two capital letters, such as \"US\"");
}

Config::Notifications read_notifications(const TomlTable& table) {
  Config::Notifications to;
  to.timeout = table.span("timeout_s", to.timeout, seconds{1}, seconds{300});
  to.max_interval = table.span("max_interval_s", to.max_interval, seconds{1}, seconds{300});
  to.replay = table.span("replay_seconds", to.replay, seconds{1}, seconds{86'400});
  const auto count = [&](std::string_view key, std::size_t& value, std::int64_t highest) {
    value =
        static_cast<std::size_t>(table.number(key, static_cast<std::int64_t>(value), 1, highest));
  };
  count("replay_events", to.replay_events, 1'000'000);
  count("replay_bytes", to.replay_bytes, std::int64_t{1} << 30);
  count("replay_total_bytes", to.replay_total_bytes, std::int64_t{1} << 40);
  count("sessions_per_user", to.sessions_per_user, 1'000);
  count("sessions_per_address", to.sessions_per_address, 1'000'000);
  count("handshakes_per_user", to.handshakes_per_user, 10'000);
  count("handshakes_per_address", to.handshakes_per_address, 1'000'000);
  count("unused_sockets_per_user", to.unused_sockets_per_user, 1'000);
  to.orphan_grace = table.span("orphan_grace_s", to.orphan_grace, seconds{0}, seconds{86'400});
  to.unused_socket = table.span("unused_socket_s", to.unused_socket, seconds{1}, seconds{300});
  return to;
}

Config read(const toml::table& file, TomlReading& reading) {
  const TomlTable root{reading,
                       &file,
                       "",
                       {"server", "http", "sip", "media", "supervision", "calls", "notifications",
                        "records", "log", "users", "devices", "trunks", "queues"}};
  const auto table = [&](const char* name, std::initializer_list<std::string_view> known) {
    return TomlTable{reading, root.table(name), name, known};
  };
  Config config;
  config.server.stop_grace =
      table("server", {"stop_grace_s"})
          .span("stop_grace_s", config.server.stop_grace, seconds{0}, seconds{600});
  const TomlTable http = table(
      "http", {"listen", "external_url", "call_path_slash", "allowed_origins", "trusted_proxies",
               "sessions_per_user", "login_failures_per_user", "login_failures_per_address"});
  config.http = read_http(http);
  config.sip =
      read_sip(table("sip", {"listen", "advertised", "local_networks", "realm", "min_expires_s",
                             "default_expires_s", "max_expires_s", "digest_algorithms",
                             "calls_per_device", "requests_per_device", "requests_per_trunk"}));
  config.media = read_media(table("media", {"address", "advertised", "port_min", "port_max",
                                            "silence_timeout_s", "recordings"}));
  if (!config.media.advertised && config.sip.advertised)
    config.media.advertised = config.sip.advertised->with_port(0);
  read_supervision(table("supervision", {"default_scope", "default_mode", "intrusion_enabled",
                                         "monitor_internal_calls", "monitor_consult_calls",
                                         "monitor_party_on_hold", "notify_agent", "free_mode_graph",
                                         "ring_timeout_s"}),
                   config);
  read_calls(table("calls", {"ring_timeout_s", "wrap_up_time_s", "max_parties", "max_user_data",
                             "offer_mute", "offer_clear", "disposition_key", "region"}),
             config.calls);
  config.notifications = read_notifications(table(
      "notifications",
      {"timeout_s", "max_interval_s", "replay_seconds", "replay_events", "replay_bytes",
       "replay_total_bytes", "sessions_per_user", "sessions_per_address", "handshakes_per_user",
       "handshakes_per_address", "unused_sockets_per_user", "unused_socket_s", "orphan_grace_s"}));
  if (!http.has("sessions_per_user"))
    config.http.sessions_per_user =
        std::max(config.http.sessions_per_user, config.notifications.sessions_per_user);
  if (config.http.sessions_per_user < config.notifications.sessions_per_user)
    http.refuse("sessions_per_user", "expected at least notifications.sessions_per_user, " +
                                         std::to_string(config.notifications.sessions_per_user));
  config.records.file = table("records", {"file"}).text("file");
  const TomlTable log = table("log", {"level", "format"});
  config.log_level = choose(log, "level", config.log_level, kLevelNames, kLevels);
  config.log_format = choose(log, "format", config.log_format, kFormatNames, kFormats);
  config.directory = read_directory(root, reading);
  return config;
}

}  // namespace

/// A pattern that could match anything is a mistake.
bool is_origin(std::string_view text) {
  const auto host = text.find("://");
  if (host == std::string_view::npos) return false;
  const auto scheme = text.substr(0, host);
  text.remove_prefix(host + 3);
  return (scheme == "http" || scheme == "https") && text.find_first_of("/ ") == text.npos &&
         text.find_first_not_of("*.:") != text.npos;
}

std::optional<LogLevel> log_level_named(std::string_view name) {
  for (std::size_t index = 0; index < std::size(kLevelNames); ++index)
    if (kLevelNames[index] == name) return kLevels[index];
  return std::nullopt;
}

Result<Config, ConfigErrors> parse_config(std::string_view text, const std::string& name) {
  const toml::parse_result parsed = toml::parse(text, name);
  TomlReading reading{name};
  if (!parsed) {
    reading.add(parsed.error().source().begin.line, "",
                "not TOML: " + std::string{parsed.error().description()});
    return Error{reading.errors()};
  }
  Config config = read(parsed.table(), reading);
  if (reading.has_errors()) return Error{reading.errors()};
  config.values = reading.values();
  return config;
}

Result<Config, ConfigErrors> load_config(const std::string& path) {
  const auto unreadable = [&](int error) {
    return Error{ConfigErrors{path, {{0, "", std::generic_category().message(error)}}}};
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return unreadable(EISDIR);
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (!file) return unreadable(errno != 0 ? errno : EIO);
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (file.bad()) return unreadable(EIO);
  return parse_config(text, path);
}

}  // namespace earshot::app
