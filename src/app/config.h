#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config_error.h"
#include "base/endpoint.h"
#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "core/policy.h"
#include "edge/auth/sessions.h"
#include "edge/http/server_settings.h"
#include "edge/media/media_settings.h"
#include "edge/notify/notify_settings.h"
#include "edge/records/record_log.h"
#include "edge/signalling/sip_settings.h"
#include "model/directory.h"
#include "model/supervision.h"
#include "view/settings.h"

namespace earshot::app {

/// What the file configures: the settings of each part, where they have their defaults, and the
/// little that is app's own. docs/earshot.example.toml tells each key.
struct Config {
  /// Table [server].
  struct Server {
    Duration stop_grace = seconds{8};  ///< how long phones may take to confirm their calls' end
    std::string state_directory;       ///< what outlives a restart; "": nothing does
  } server;
  /// Table [http].
  struct Http {
    Endpoint listen = Endpoint::v4({127, 0, 0, 1}, 8080);
    /// Pages of other origins that may use us: "https://*.example.org" (http/origin_guard.h)
    std::vector<std::string> allowed_origins;
    bool desk = true;              ///< the pages of the desk are served
    bool csrf_protection = false;  ///< what changes something needs its session's token (DD-19)
    http::ServerSettings server;
  } http;
  auth::SessionSettings sessions;  ///< per_user is at least notifications.max_sessions_per_user
  view::ViewSettings view;         ///< base "": http://<bound address>/api/v2
  SipSettings sip;
  media::MediaSettings media;
  SupervisionSettings supervision;
  core::CallSettings calls;
  notify::NotifySettings notifications;
  Duration orphan_grace = seconds{120};  ///< of an agent whose desktop died; 0: for ever
  records::RecordLog::Settings records;  ///< file "": none are kept
  LogLevel log_level = LogLevel::Info;
  /// Nothing: text where standard error is a terminal, else JSON.
  std::optional<LogFormat> log_format;
  DirectoryEntries directory;
  bool is_demo = false;  ///< the built-in centre: whoever asks is told its users' passwords
  /// Each key that can stand in the file and the value it has in effect, as text: what a later
  /// reading of the file is compared with (reload.h). Empty where there is no file.
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
