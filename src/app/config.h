#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config_error.h"
#include "base/endpoint.h"
#include "base/log.h"
#include "base/network.h"
#include "base/result.h"
#include "base/time.h"
#include "model/directory.h"
#include "model/supervision.h"
#include "wire/sip/digest.h"

namespace earshot::app {

/// Everything that may be configured, with its defaults. docs/earshot.example.toml tells each key.
struct Config {
  struct Server {
    seconds stop_grace{8};  ///< how long phones may take to confirm the end of their calls
  } server;
  struct Http {
    Endpoint listen = Endpoint::v4({127, 0, 0, 1}, 8080);
    std::string external_url;      ///< ends in /api/v2; "": http://<bound address>/api/v2
    bool call_path_slash = false;  ///< decisions A1
    /// Pages of other origins that may use us: "https://*.example.org" (http/origin_guard.h)
    std::vector<std::string> allowed_origins;
    std::vector<Network> trusted_proxies;          ///< believed as to who sent a request
    std::size_t sessions_per_user = 64;            ///< at least notifications.sessions_per_user
    std::size_t login_failures_per_user = 20;      ///< a minute, from one address
    std::size_t login_failures_per_address = 200;  ///< a minute
  } http;
  struct Sip {
    Endpoint listen = Endpoint::v4({127, 0, 0, 1}, 5060);
    std::optional<Endpoint> advertised;   ///< beyond our networks; port 0: that of `listen`
    std::vector<Network> local_networks;  ///< their phones see `listen` and `media.address`
    std::string realm = "earshot";
    seconds min_expires{60};
    seconds default_expires{3600};
    seconds max_expires{7200};
    std::vector<sip::DigestAlgorithm> digest_algorithms{sip::DigestAlgorithm::Sha256,
                                                        sip::DigestAlgorithm::Md5};
    int calls_per_device = 20;       ///< that one phone may have made at once
    int requests_per_device = 1000;  ///< outside calls, open at once
    int requests_per_trunk = 30000;  ///< the same
  } sip;
  struct MediaPorts {
    Endpoint address = Endpoint::v4({127, 0, 0, 1}, 0);  ///< port unused
    std::optional<Endpoint> advertised;                  ///< the same beyond our networks
    std::uint16_t port_min = 20000;                      ///< even
    std::uint16_t port_max = 20999;                      ///< odd
    std::string recordings;       ///< a directory; empty: calls cannot be recorded
    seconds silence_timeout{60};  ///< a phone that sends nothing for so long is asked for life
  } media;
  struct Calls {
    seconds ring_time{30};
    seconds supervisor_ring_time{30};
    seconds wrap_up_time{0};
    int max_parties = 16;
    std::size_t max_user_data = 65536;  ///< bytes of user data a call keeps
    bool offer_mute = false;            ///< MuteCall, UnmuteCall are listed
    bool offer_clear = false;           ///< ClearCall is listed
    std::string disposition_key = "DispositionCode";
    std::string region;  ///< whose national numbers are read; empty: none but those with "+"
  } calls;
  struct Notifications {
    seconds timeout{25};
    seconds max_interval{15};
    seconds replay{600};
    std::size_t replay_events = 10'000;
    std::size_t replay_bytes = 16 << 20;
    std::size_t replay_total_bytes = 256 << 20;
    std::size_t sessions_per_user = 20;
    std::size_t sessions_per_address = 20'000;
    std::size_t handshakes_per_user = 50;  ///< a second
    std::size_t handshakes_per_address = 5'000;
    std::size_t unused_sockets_per_user = 20;
    seconds unused_socket{15};
    seconds orphan_grace{120};  ///< 0: never
  } notifications;
  struct Records {
    std::string file;  ///< call records, JSON lines; "": none are kept
  } records;
  SupervisionSettings supervision;
  LogLevel log_level = LogLevel::Info;
  /// Nothing: text where standard error is a terminal, else JSON.
  std::optional<LogFormat> log_format;
  /// By option alone, for it is asked for while somebody looks: SipSettings::trace.
  std::optional<std::string> trace_sip;
  Directory directory;
  /// Each key of the file and the value it has in effect, as text: what a later reading of the file
  /// is compared with (reload.h). Empty where there is no file.
  std::map<std::string, std::string> values;
};

/// Whether `text` is what browsers send as an Origin, or a pattern of it: `http://` or `https://`,
/// a host and perhaps a port, no path; `*` alone for a host is a mistake.
bool is_origin(std::string_view text);
/// Nothing for a name that is none.
std::optional<LogLevel> log_level_named(std::string_view name);

/// Strict TOML: an unknown key or a bad value is an error that names file, line, key and what was
/// expected: `earshot.toml:12: users[0].roles: expected a list of agent, supervisor, admin,
/// apiuser`. All errors of a file are told at once. An empty file gives the defaults.
Result<Config, ConfigErrors> load_config(const std::string& path);
/// The same from text; `name` stands for the file in errors.
Result<Config, ConfigErrors> parse_config(std::string_view text, const std::string& name);

}  // namespace earshot::app
