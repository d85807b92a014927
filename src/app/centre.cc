#include "app/centre.h"

#include <optional>
#include <utility>

#include "app/ending.h"
#include "app/orphan_watch.h"
#include "app/session_callers.h"
#include "app/station_keeper.h"
#include "base/log.h"
#include "edge/api/api.h"
#include "edge/auth/sessions.h"
#include "edge/desk/desk.h"
#include "edge/http/origin_guard.h"
#include "edge/media/media_bridges.h"
#include "edge/notify/hub.h"
#include "edge/notify/team_watch.h"
#include "edge/records/record_log.h"
#include "edge/signalling/sip_signalling.h"
#include "edge/state/state_store.h"
#include "engine/call_loop.h"

namespace earshot::app {
namespace {

/// How long the media and the disk loop have to close what is open: they wait for nobody.
constexpr Duration kCloseMedia = seconds{1};

core::Policy policy_of(const Config& config) {
  core::Policy policy{config.supervision, config.calls};
  policy.calls.offers_recording = !config.media.recordings.empty();
  return policy;
}

/// Those listed, and the one clients know us by: a proxy may hide the Host they asked.
std::vector<std::string> allowed_origins(const Config& config) {
  auto allowed = config.http.allowed_origins;
  const std::string& url = config.view.base;
  if (const auto host = url.find("://"); host != std::string::npos)
    allowed.push_back(url.substr(0, url.find('/', host + 3)));
  return allowed;
}

CookieScope cookie_scope(const Config& config) {
  return {.https = config.view.base.starts_with("https:"),
          .other_sites = !config.http.allowed_origins.empty()};
}

SipSettings named(SipSettings settings) {
  settings.user_agent = "Earshot/" EARSHOT_VERSION;
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
  return std::make_unique<records::RecordLog>(config.records, ground.control, ground.disk,
                                              ground.wall_clock);
}

std::unique_ptr<state::StateStore> make_state_store(const Config& config, const Ground& ground) {
  if (config.server.state_directory.empty()) return nullptr;
  return std::make_unique<state::StateStore>(config.server.state_directory, ground.control,
                                             ground.disk, ground.wall_clock);
}

/// Times are shown by the ground's clocks: the same time always as the same, unless the system's is
/// set by a second or more.
Config dated(Config config, const Ground& ground) {
  const auto began = [&loop = ground.control, clock = ground.wall_clock] {
    return clock() - std::chrono::round<milliseconds>(loop.now().time_since_epoch());
  };
  config.view.day_time = [began, at_zero = std::make_shared<WallTime>(began())](TimePoint at) {
    const WallTime now_at_zero = began();
    if (std::chrono::abs(now_at_zero - *at_zero) >= seconds{1}) *at_zero = now_at_zero;
    return *at_zero + std::chrono::round<milliseconds>(at.time_since_epoch());
  };
  return config;
}

}  // namespace

/// In the order of their making; undone in reverse.
struct Centre::Parts {
  Parts(const Config& given, const Ground& ground)
      : config(dated(given, ground)),
        directory(std::make_shared<const Directory>(config.directory)),
        control(ground.control),
        policy(policy_of(config)),
        sessions(directory, ground.control, ground.entropy, config.sessions),
        callers(sessions, directory),
        hub(ground.control, ground.entropy, callers, config.notifications, config.view),
        team(hub, directory, ground.control, config.view),
        record_log(make_record_log(config, ground)),
        state_store(make_state_store(config, ground)),
        engine(directory, policy, ground.control, ground.entropy, team, records()),
        bridges(config.media, ground.control, ground.media, ground.disk, ground.media_network,
                ground.entropy, engine),
        signalling(directory, ground.control, ground.entropy, ground.sip_network, named(config.sip),
                   engine, state_store.get()),
        api(engine, hub.history(), directory, sessions, config.view, ground.control,
            {EARSHOT_VERSION, config.is_demo}),
        orphans(ground.control, config.orphan_grace, hub, sessions, engine),
        guarded_hub(hub, ground.control),
        guarded_api(api, ground.control),
        desk(desk::built_pages()) {
    admit_pages();
    engine.connect(signalling, bridges);
    if (state_store) engine.keep_stations_in(*state_store);
    team.connect(engine);
    hub.on_users_wanted([this](const UserId& by) { team.on_users_wanted(by); });
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
  void change_directory();
  std::optional<std::string> restore();
  std::vector<Ending::Step> steps_to_the_end();

  Config config;
  DirectorySnapshot directory;  ///< in force
  Loop& control;
  core::Policy policy;  ///< asked at each decision
  auth::Sessions sessions;
  SessionCallers callers;
  notify::Hub hub;
  notify::TeamWatch team;
  NoRecords no_records;
  std::unique_ptr<records::RecordLog> record_log;  ///< null: none are kept
  std::unique_ptr<state::StateStore> state_store;  ///< null: nothing outlives the server
  engine::CallLoop engine;
  media::MediaBridges bridges;
  SipSignalling signalling;
  api::Api api;
  OrphanWatch orphans;
  http::OriginGuard guarded_hub;
  http::OriginGuard guarded_api;
  desk::Desk desk;
  std::optional<Ending> ending;
};

/// Of other sites, as the configuration in force allows.
void Centre::Parts::admit_pages() {
  for (http::OriginGuard* guard : {&guarded_hub, &guarded_api})
    guard->allow(allowed_origins(config));
  sessions.set_cookie_scope(cookie_scope(config));
  sessions.demand_csrf_token(config.http.csrf_protection);
  hub.set_cookie_scope(cookie_scope(config));
}

/// That of `config`. Calls end by the one they were made with; whoever is gone hears of it before
/// their session ends.
void Centre::Parts::change_directory() {
  const auto to = std::make_shared<const Directory>(config.directory);
  engine.change_directory(to);
  const DirectorySnapshot before = std::exchange(directory, to);
  signalling.on_directory_changed(*before);
  team.on_directory_changed();
  control.post([this, before] { sessions.on_directory_changed(*before); });  // once it is told
}

/// Phones first: an agent whose phone is not registered cannot be logged in.
/// @return why the directory cannot be used
std::optional<std::string> Centre::Parts::restore() {
  if (!state_store) return std::nullopt;
  const auto kept = state_store->open(
      [this](const DeviceId& device) { return directory->device(device) != nullptr; });
  if (!kept) return kept.error();
  for (const KeptPhone& phone : kept->phones) signalling.restore(phone);
  const auto agents = bring_back(*kept, *directory, engine, *state_store, config.orphan_grace);
  for (const UserId& user : agents) orphans.on_session_ended(user, 0);
  log(LogLevel::Info, "state is restored",
      {{"directory", config.server.state_directory},
       {"phones", std::int64_t(kept->phones.size())},
       {"agents", std::int64_t(agents.size())}});
  return std::nullopt;
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
  if (const auto failed = parts_->restore())
    return Error{"server.state_directory " + parts_->config.server.state_directory + ": " +
                 *failed};
  auto sip = parts_->signalling.start();
  if (!sip) return Error{"SIP: " + sip.error()};
  return sip;
}

void Centre::reopen_records() {
  if (parts_->record_log) parts_->record_log->reopen();
}

void Centre::follow(const Config& config) {
  Parts& parts = *parts_;
  const bool others = parts.config.directory != config.directory;
  parts.config = config;
  if (others) parts.change_directory();
  parts.policy = policy_of(config);
  parts.admit_pages();
}

void Centre::stop(std::function<void()> stopped) {
  Parts& parts = *parts_;
  if (parts.ending) return;
  log(LogLevel::Info, "stopping: calls are ended, new ones are refused",
      {{"calls", std::int64_t(parts.engine.calls())},
       {"grace_s", std::chrono::duration_cast<seconds>(parts.config.server.stop_grace).count()}});
  parts.ending.emplace(parts.control, parts.steps_to_the_end(), std::move(stopped));
  parts.ending->begin();
}

void Centre::mount(http::PrefixRouter& router) {
  router.add("/api/v2", parts_->guarded_api);
  router.add("/internal-api", parts_->guarded_api);
  router.add("/api/v2/notifications", parts_->guarded_hub);
  if (parts_->config.http.desk && parts_->desk.is_built()) router.add("/", parts_->desk);
}

Centre::Census Centre::census() const {
  return {parts_->engine.calls(), parts_->engine.open_lines(), parts_->signalling.legs(),
          parts_->signalling.transactions(), parts_->hub.sessions()};
}

}  // namespace earshot::app
