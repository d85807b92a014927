#include "app/config.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <system_error>

#include "app/config_directory.h"
#include "app/toml_table.h"
#include "base/network.h"
#include "view/phone_numbers.h"
#include "wire/sip/digest.h"

namespace earshot::app {
namespace {

constexpr Named<LogLevel> kLevels[] = {{"debug", LogLevel::Debug},
                                       {"info", LogLevel::Info},
                                       {"warn", LogLevel::Warn},
                                       {"error", LogLevel::Error}};
constexpr Named<std::optional<LogFormat>> kFormats[] = {
    {"auto", std::nullopt}, {"json", LogFormat::Json}, {"text", LogFormat::Text}};
constexpr Named<MonitoringScope> kScopes[] = {{"Agent", MonitoringScope::Agent},
                                              {"Call", MonitoringScope::Call}};
constexpr Named<MonitoringMode> kModes[] = {{"NextCall", MonitoringMode::NextCall},
                                            {"AllCalls", MonitoringMode::AllCalls}};
constexpr Named<sip::DigestAlgorithm> kAlgorithms[] = {{"SHA-256", sip::DigestAlgorithm::Sha256},
                                                       {"MD5", sip::DigestAlgorithm::Md5}};
constexpr std::string_view kNetworks =
    "expected a list of addresses and networks, like \"10.0.0.0/8\"";
constexpr std::string_view kOrigins = "expected a list of origins, like \"https://*.example.org\"";
constexpr seconds kDay{86'400};

/// Resources are named by it, so that it must be the URL clients use (rest-and-sessions.md §A.1).
bool is_external_url(std::string_view url) {
  constexpr std::string_view kEnd = "/api/v2";
  for (const std::string_view scheme : {"http://", "https://"})
    if (url.starts_with(scheme)) {
      const std::string_view rest = url.substr(scheme.size());
      return rest.ends_with(kEnd) && rest.front() != '/' &&
             rest.find_first_of(" \t\r\n?#\"<>\\") == std::string_view::npos;
    }
  return false;
}

std::optional<std::string> read_origin(const std::string& text) {
  return is_origin(text) ? std::optional{text} : std::nullopt;
}

void read_http(const TomlTable& table, Config& to) {
  table.endpoint("listen", to.http.listen, 0);
  table.text("external_url", to.view.base);
  if (table.has("external_url") && !is_external_url(to.view.base))
    table.refuse("external_url", "expected a URL that ends in /api/v2");
  if (to.http.listen.is_unspecified() && to.view.base.empty())
    table.refuse(
        "external_url",
        "is missing: clients need one URL, and http.listen is every address of this machine");
  table.list("allowed_origins", to.http.allowed_origins, kOrigins, read_origin);
  table.flag("desk", to.http.desk);
  table.flag("csrf_protection", to.http.csrf_protection);
  table.list("trusted_proxies", to.http.server.trusted_proxies, kNetworks, Network::parse);
  table.number("sessions_per_user", to.sessions.per_user, 1, 10'000);
  table.number("login_failures_per_user", to.sessions.logins.per_user, 1, 10'000);
  table.number("login_failures_per_address", to.sessions.logins.per_address, 1, 1'000'000);
  table.flag("call_path_slash", to.view.call_path_slash);
  table.flag("tolerate_other_channels", to.view.tolerate_other_channels);
}

/// What the world reaches `inner` by, unless there is no such address.
/// @param outer  as it was read
void advertise(const TomlTable& table, std::optional<Endpoint>& into,
               const std::optional<Endpoint>& outer, const Endpoint& inner) {
  if (outer && !outer->is_unspecified() && outer->is_v4() == inner.is_v4())
    into = outer;
  else
    table.refuse("advertised", "expected one IP address, of the same family as " + inner.address());
}

void read_sip(const TomlTable& table, SipSettings& to) {
  table.endpoint("listen", to.listen, 0);
  if (to.listen.is_unspecified())
    table.refuse(
        "listen",
        "expected one address of this machine, not all of them: phones send their answers there");
  if (!table.text("advertised").empty()) {
    Endpoint outer = to.listen;
    table.endpoint("advertised", outer, 0);
    advertise(table, to.advertised, outer, to.listen);
  }
  table.list("local_networks", to.local_networks, kNetworks, Network::parse);
  table.text("realm", to.realm);
  if (to.realm.empty() || to.realm.find_first_of("\"\\\r\n") != std::string::npos)
    table.refuse("realm", "expected a text without quotes and backslashes; it must not be empty");
  table.choices("digest_algorithms", to.digest_algorithms, kAlgorithms);
  table.number("calls_per_device", to.calls_per_device, 1, 2000);
  table.number("requests_per_device", to.requests_per_device, 10, 20'000);
  table.number("requests_per_trunk", to.requests_per_trunk, 100, 150'000);
  table.span("min_expires_s", to.min_expires, seconds{1}, kDay);
  table.span("default_expires_s", to.default_expires, seconds{1}, kDay);
  table.span("max_expires_s", to.max_expires, seconds{1}, kDay);
  if (to.default_expires < to.min_expires || to.default_expires > to.max_expires)
    table.refuse("default_expires_s",
                 "expected min_expires_s <= default_expires_s <= max_expires_s");
}

void read_media(const TomlTable& table, media::MediaSettings& to) {
  std::string inner = to.address.address();
  table.text("address", inner);
  if (const auto address = Endpoint::parse(inner, 0); address && !address->is_unspecified())
    to.address = *address;
  else
    table.refuse("address",
                 "expected one IP address of this machine: phones send their audio there");
  if (const std::string outer = table.text("advertised"); !outer.empty())
    advertise(table, to.advertised, Endpoint::parse(outer, 0), to.address);
  table.number("port_min", to.port_min, 1024, 65'534);
  table.number("port_max", to.port_max, 1025, 65'535);
  if (to.port_min % 2 != 0) table.refuse("port_min", "expected an even number");
  if (to.port_max % 2 != 1) table.refuse("port_max", "expected an odd number");
  if (to.port_max < to.port_min + 3)
    table.refuse("port_max", "expected at least port_min + 3: a call needs two pairs of ports");
  table.span("silence_timeout_s", to.silence_timeout, seconds{5}, seconds{3600});
  to.recordings = table.text("recordings");
}

void read_supervision(const TomlTable& table, SupervisionSettings& to, Duration& ring_time) {
  table.choice("default_scope", to.default_scope, kScopes);
  table.choice("default_mode", to.default_mode, kModes);
  table.flag("intrusion_enabled", to.intrusion_enabled);
  table.flag("monitor_internal_calls", to.monitor_internal_calls);
  table.flag("monitor_consult_calls", to.monitor_consult_calls);
  table.flag("monitor_party_on_hold", to.monitor_party_on_hold);
  table.flag("notify_agent", to.notify_agent);
  table.flag("free_mode_graph", to.free_mode_graph);
  table.span("ring_timeout_s", ring_time, seconds{1}, seconds{600});
}

void read_calls(const TomlTable& table, core::CallSettings& to, view::ViewSettings& view) {
  table.span("ring_timeout_s", to.ring_time, seconds{1}, seconds{600});
  table.span("wrap_up_time_s", view.wrap_up_time, seconds{0}, kDay);
  table.number("max_parties", to.max_legs, 2, 64);
  table.number("max_user_data", to.max_user_data, 1024, 262'144);
  table.flag("offer_mute", to.offers_mute);
  table.flag("offer_clear", to.offers_clear);
  const std::string region = table.text("region");
  if (!region.empty() && !view::PhoneNumbers::knows(region))
    table.refuse("region", "expected a country code of two capital letters, such as \"US\"");
  view.phone_numbers = std::make_shared<view::PhoneNumbers>(region);
  table.text("disposition_key", to.disposition_key);
  if (to.disposition_key.empty()) table.refuse("disposition_key", "expected a name");
}

void read_notifications(const TomlTable& table, notify::NotifySettings& to) {
  table.span("timeout_s", to.session.timeout, seconds{1}, seconds{300});
  table.span("max_interval_s", to.session.max_interval, seconds{1}, seconds{300});
  table.span("replay_seconds", to.history.keep, seconds{1}, kDay);
  table.number("replay_events", to.history.events_per_user, 1, 1'000'000);
  table.number("replay_bytes", to.history.bytes_per_user, 1, std::int64_t{1} << 30);
  table.number("replay_total_bytes", to.history.bytes, 1, std::int64_t{1} << 40);
  table.number("sessions_per_user", to.max_sessions_per_user, 1, 1'000);
  table.number("sessions_per_address", to.max_sessions_per_address, 1, 1'000'000);
  table.number("handshakes_per_user", to.handshakes_per_user, 1, 10'000);
  table.number("handshakes_per_address", to.handshakes_per_address, 1, 1'000'000);
  table.number("unused_sockets_per_user", to.max_unused_lines_per_user, 1, 1'000);
  table.span("unused_socket_s", to.unused_line, seconds{1}, seconds{300});
}

/// A user has an HTTP session for each of their Bayeux sessions.
void match_sessions(const TomlTable& http, Config& config) {
  const std::size_t least = config.notifications.max_sessions_per_user;
  if (!http.has("sessions_per_user"))
    config.sessions.per_user = std::max(config.sessions.per_user, least);
  if (config.sessions.per_user < least)
    http.refuse("sessions_per_user",
                "expected at least notifications.sessions_per_user, " + std::to_string(least));
}

Config read(const toml::table& file, TomlReading& reading) {
  const TomlTable root{reading, &file, ""};
  const auto table = [&](const char* name) { return TomlTable{reading, root.table(name), name}; };
  Config config;
  const TomlTable server = table("server");
  server.span("stop_grace_s", config.server.stop_grace, seconds{0}, seconds{600});
  server.text("state_directory", config.server.state_directory);
  const TomlTable http = table("http");
  read_http(http, config);
  read_sip(table("sip"), config.sip);
  read_media(table("media"), config.media);
  if (!config.media.advertised && config.sip.advertised)
    config.media.advertised = config.sip.advertised->with_port(0);
  read_supervision(table("supervision"), config.supervision, config.calls.supervisor_ring_time);
  read_calls(table("calls"), config.calls, config.view);
  const TomlTable notifications = table("notifications");
  read_notifications(notifications, config.notifications);
  notifications.span("orphan_grace_s", config.orphan_grace, seconds{0}, kDay);
  match_sessions(http, config);
  table("records").text("file", config.records.file);
  const TomlTable log = table("log");
  log.choice("level", config.log_level, kLevels);
  log.choice("format", config.log_format, kFormats);
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
  for (const auto& each : kLevels)
    if (each.name == name) return each.value;
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
  reading.refuse_unasked();
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
