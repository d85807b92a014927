#include "app/centre.h"

#include <optional>

#include "app/ending.h"
#include "app/orphan_watch.h"
#include "app/session_callers.h"
#include "base/log.h"
#include "edge/api/api.h"
#include "edge/auth/sessions.h"
#include "edge/http/origin_guard.h"
#include "edge/media/media_bridges.h"
#include "edge/notify/hub.h"
#include "edge/records/record_log.h"
#include "edge/signalling/sip_signalling.h"
#include "engine/call_loop.h"

namespace earshot::app {
namespace {

/// How long the media and the disk loop have to close what is open: they wait for nobody.
constexpr Duration kCloseMedia = seconds{1};

core::Policy policy_of(const Config& config) {
  core::Policy policy{config.supervision, {}};
  core::CallSettings& settings = policy.calls;
  settings.ring_time = config.calls.ring_time;
  settings.supervisor_ring_time = config.calls.supervisor_ring_time;
  settings.max_legs = std::size_t(config.calls.max_parties);
  settings.max_user_data = config.calls.max_user_data;
  settings.offers_mute = config.calls.offer_mute;
  settings.offers_clear = config.calls.offer_clear;
  settings.offers_recording = !config.media.recordings.empty();
  settings.disposition_key = config.calls.disposition_key;
  return policy;
}

view::ViewSettings view_settings(const Config& config) {
  return {config.http.external_url, config.http.call_path_slash, config.calls.wrap_up_time,
          std::make_shared<view::PhoneNumbers>(config.calls.region)};
}

/// Those listed, and the one clients know us by: a proxy may hide the Host they asked.
std::vector<std::string> allowed_origins(const Config& config) {
  auto allowed = config.http.allowed_origins;
  const std::string& url = config.http.external_url;
  if (const auto host = url.find("://"); host != std::string::npos)
    allowed.push_back(url.substr(0, url.find('/', host + 3)));
  return allowed;
}

notify::NotifySettings notify_settings(const Config& config) {
  notify::NotifySettings settings;
  const auto& from = config.notifications;
  settings.session.timeout = from.timeout;
  settings.session.max_interval = from.max_interval;
  settings.history.keep = from.replay;
  settings.history.events_per_user = from.replay_events;
  settings.history.bytes_per_user = from.replay_bytes;
  settings.history.bytes = from.replay_total_bytes;
  settings.max_sessions_per_user = from.sessions_per_user;
  settings.max_sessions_per_address = from.sessions_per_address;
  settings.handshakes_per_user = from.handshakes_per_user;
  settings.handshakes_per_address = from.handshakes_per_address;
  settings.max_unused_lines_per_user = from.unused_sockets_per_user;
  settings.unused_line = from.unused_socket;
  return settings;
}

auth::SessionSettings session_settings(const Config& config) {
  auth::SessionSettings settings;
  settings.per_user = config.http.sessions_per_user;
  settings.logins = {config.http.login_failures_per_user, config.http.login_failures_per_address};
  return settings;
}

CookieScope cookie_scope(const Config& config) {
  return {.https = config.http.external_url.starts_with("https:"),
          .other_sites = !config.http.allowed_origins.empty()};
}

SipSettings sip_settings(const Config& config) {
  SipSettings settings;
  settings.listen = config.sip.listen;
  settings.advertised = config.sip.advertised;
  settings.local_networks = config.sip.local_networks;
  settings.realm = config.sip.realm;
  settings.user_agent = "Earshot/" EARSHOT_VERSION;
  settings.min_expires = config.sip.min_expires;
  settings.default_expires = config.sip.default_expires;
  settings.max_expires = config.sip.max_expires;
  settings.digest_algorithms = config.sip.digest_algorithms;
  settings.trace = config.trace_sip;
  settings.calls_per_device = std::size_t(config.sip.calls_per_device);
  settings.requests_per_device = std::size_t(config.sip.requests_per_device);
  settings.requests_per_trunk = std::size_t(config.sip.requests_per_trunk);
  return settings;
}

media::MediaSettings media_settings(const Config& config) {
  media::MediaSettings settings;
  settings.address = config.media.address;
  settings.advertised = config.media.advertised;
  settings.port_min = config.media.port_min;
  settings.port_max = config.media.port_max;
  settings.silence_timeout = config.media.silence_timeout;
  settings.recordings = config.media.recordings;
  return settings;
}

/// Where no file of records is configured.
class NoRecords final : public CallRecords {
 public:
  void keep(const Segment&) override {}
  void keep(const LateDisposition&) override {}
};

std::unique_ptr<records::RecordLog> make_record_log(const Config& config, const Ground& ground) {
  if (config.records.file.empty()) return nullptr;
  return std::make_unique<records::RecordLog>(
      records::RecordLog::Settings{.file = config.records.file}, ground.control, ground.disk,
      ground.wall_clock);
}

}  // namespace

/// In the order of their making; undone in reverse.
struct Centre::Parts {
  Parts(const Config& given, const Ground& ground)
      : config(given),
        control(ground.control),
        policy(policy_of(config)),
        view(view_settings(config)),
        sessions(config.directory, ground.control, ground.entropy, session_settings(config)),
        callers(sessions, config.directory),
        hub(ground.control, ground.entropy, callers, notify_settings(config), view),
        record_log(make_record_log(config, ground)),
        engine(config.directory, policy, ground.control, ground.entropy, hub, records()),
        bridges(media_settings(config), ground.control, ground.media, ground.disk,
                ground.media_network, ground.entropy, engine),
        signalling(config.directory, ground.control, ground.entropy, ground.sip_network,
                   sip_settings(config), engine),
        api(engine, hub.history(), config.directory, sessions, view, ground.control,
            EARSHOT_VERSION),
        orphans(ground.control, config.notifications.orphan_grace, hub, sessions, engine),
        guarded_hub(hub, ground.control),
        guarded_api(api, ground.control) {
    admit_pages();
    engine.connect(signalling, bridges);
    sessions.on_ended([this](const auth::HttpSessionId& session, auth::Sessions::End why) {
      hub.end_session(session.value, why == auth::Sessions::End::LogOut);
    });
    sessions.in_use_by(
        [this](const auth::HttpSessionId& session) { return hub.is_in_use(session.value); });
    hub.on_ended([this](const UserId& user, notify::Hub::End, std::size_t left) {
      orphans.on_session_ended(user, left);
    });
  }

  CallRecords& records() {
    if (record_log) return *record_log;
    return no_records;
  }
  void admit_pages();
  std::vector<Ending::Step> steps_to_the_end();

  Config config;
  Loop& control;
  core::Policy policy;  ///< asked at each decision
  const view::ViewSettings view;
  auth::Sessions sessions;
  SessionCallers callers;
  notify::Hub hub;
  NoRecords no_records;
  std::unique_ptr<records::RecordLog> record_log;  ///< null: none are kept
  engine::CallLoop engine;
  media::MediaBridges bridges;
  SipSignalling signalling;
  api::Api api;
  OrphanWatch orphans;
  http::OriginGuard guarded_hub;
  http::OriginGuard guarded_api;
  std::optional<Ending> ending;
};

/// Of other sites, as the configuration in force allows.
void Centre::Parts::admit_pages() {
  for (http::OriginGuard* guard : {&guarded_hub, &guarded_api})
    guard->allow(allowed_origins(config));
  sessions.set_cookie_scope(cookie_scope(config));
  hub.set_cookie_scope(cookie_scope(config));
}

/// Each waits for the one before: calls tell their end to clients that listen, their media counts
/// what goes into their records.
std::vector<Ending::Step> Centre::Parts::steps_to_the_end() {
  using Done = std::function<void()>;
  return {{"not every phone has confirmed the end of its call", config.server.stop_grace,
           [this](Done done) {
             engine.stop();
             signalling.stop(std::move(done));
           }},
          {"the media or the disk loop stands still", kCloseMedia,
           [this](const Done& done) {
             bridges.stop([this, done] {
               engine.catch_up();  // with what the legs have counted
               done();
             });
           }},
          {"", kCloseMedia, [this](const Done& done) {
             hub.stop();
             done();
           }}};
}

Centre::Centre(const Config& config, const Ground& ground)
    : parts_(std::make_unique<Parts>(config, ground)) {}

Centre::~Centre() = default;

Result<Endpoint, std::string> Centre::start() {
  if (parts_->record_log)
    if (const auto failed = parts_->record_log->open())
      return Error{"records.file " + parts_->config.records.file + ": " + *failed};
  auto sip = parts_->signalling.start();
  if (!sip) return Error{"SIP: " + sip.error()};
  return sip;
}

void Centre::reopen_records() {
  if (parts_->record_log) parts_->record_log->reopen();
}

void Centre::follow(const Config& config) {
  Parts& parts = *parts_;
  parts.config = config;
  parts.policy = policy_of(config);
  parts.admit_pages();
}

void Centre::stop(std::function<void()> stopped) {
  Parts& parts = *parts_;
  if (parts.ending) return;
  log(LogLevel::Info, "stopping: calls are ended, new ones are refused",
      {{"calls", std::int64_t(parts.engine.calls())},
       {"grace_s", std::int64_t(parts.config.server.stop_grace.count())}});
  parts.ending.emplace(parts.control, parts.steps_to_the_end(), std::move(stopped));
  parts.ending->begin();
}

void Centre::mount(http::PrefixRouter& router) {
  router.add("/api/v2", parts_->guarded_api);
  router.add("/api/v2/notifications", parts_->guarded_hub);
}

Centre::Census Centre::census() const {
  return {parts_->engine.calls(), parts_->engine.open_legs(), parts_->signalling.legs(),
          parts_->signalling.transactions(), parts_->hub.sessions()};
}

}  // namespace earshot::app
