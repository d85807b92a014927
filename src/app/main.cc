#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/centre.h"
#include "app/config.h"
#include "app/demo_config.h"
#include "app/reload.h"
#include "app/serving.h"
#include "app/startup.h"
#include "base/log.h"
#include "base/number.h"
#include "net/asio_loop.h"
#include "net/signals.h"

namespace earshot::app {
namespace {

struct Options {
  std::string config_file;
  bool demo = false;
  bool check = false;
  std::string http;
  std::string sip;
  std::vector<std::string> origins;
  std::string log_level;
  std::string log_format;
  std::optional<std::string> trace_sip;
};

/// "127.0.0.1:8080" into `endpoint`; an empty text leaves it. False: it is neither.
bool take_endpoint(const std::string& text, Endpoint& endpoint) {
  if (text.empty()) return true;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return false;
  const auto port = whole_number<std::uint16_t>(std::string_view{text}.substr(colon + 1));
  if (!port) return false;
  const auto parsed = Endpoint::parse(text.substr(0, colon), *port);
  if (parsed) endpoint = *parsed;
  return parsed.has_value();
}

/// @return a configuration, or all that is wrong with its file and the options
Result<Config, ConfigErrors> read_config(const Options& options) {
  auto loaded =
      options.demo ? Result<Config, ConfigErrors>{demo_config()} : load_config(options.config_file);
  if (!loaded) return loaded;
  Config config = *std::move(loaded);
  if (!take_endpoint(options.http, config.http.listen))
    return Error{ConfigErrors{"--http " + options.http,
                              {{0, "", "expected an address and a port, 127.0.0.1:8080"}}}};
  if (!take_endpoint(options.sip, config.sip.listen))
    return Error{ConfigErrors{"--sip " + options.sip,
                              {{0, "", "expected an address and a port, 127.0.0.1:5060"}}}};
  for (const std::string& origin : options.origins) {
    if (!is_origin(origin))
      return Error{ConfigErrors{"--origin " + origin,
                                {{0, "", "expected an origin, such as http://localhost:3000"}}}};
    config.http.allowed_origins.push_back(origin);
  }
  if (const auto level = log_level_named(options.log_level)) config.log_level = *level;
  if (options.log_format == "json") config.log_format = LogFormat::Json;
  if (options.log_format == "text") config.log_format = LogFormat::Text;
  config.sip.trace = options.trace_sip;
  return config;
}

void set_log(const Config& config) {
  const char* no_color = std::getenv("NO_COLOR");  // no-color.org
  set_log(config, isatty(STDERR_FILENO) != 0, !no_color || *no_color == '\0');
}

int fail(const std::string& why) {
  std::cerr << "earshotd: " << why << '\n';
  return 1;
}

/// Says what speaks against serving by `config`. @return whether anything does
bool has_problems(const Config& config) {
  const Trial trial = try_out(config);
  for (const std::string& doubt : trial.doubts) std::cerr << "earshotd: careful: " << doubt << '\n';
  for (const std::string& problem : trial.problems) fail(problem);
  return !trial.problems.empty();
}

/// What a SIGHUP asks for. A file with errors changes nothing.
class HangUp {
 public:
  HangUp(Options options, const Config& in_force, Centre& centre, Loop& control, Loop& disk)
      : options_(std::move(options)),
        in_force_(std::make_shared<const Config>(in_force)),
        centre_(centre),
        control_(control),
        disk_(disk) {}

  void come() {
    centre_.reopen_records();
    if (options_.demo) return log(LogLevel::Info, "SIGHUP: reopened files");
    if (std::exchange(reading_, true)) {
      comes_again_ = true;
      return;
    }
    disk_.post([this, in_force = in_force_] { read(*in_force); });
  }

 private:
  using Read = Result<Reload, ConfigErrors>;

  /// On the disk loop: a centre of 50,000 takes seconds to read, and calls go on meanwhile.
  void read(const Config& in_force) {
    const auto config = read_config(options_);
    auto done = std::make_shared<Read>(config ? Read{reload(in_force, *config)}
                                              : Read{Error{config.error()}});
    control_.post([this, done = std::move(done)] { follow(*done); });
  }

  void follow(Read& read) {
    reading_ = false;
    if (read)
      follow(std::move(*read));
    else
      refuse(read.error());
    if (std::exchange(comes_again_, false)) come();
  }

  void follow(Reload changes) {
    in_force_ = std::make_shared<const Config>(std::move(changes.config));
    centre_.follow(*in_force_);
    set_log(*in_force_);
    log(LogLevel::Info, "SIGHUP: reopened files and read the configuration again",
        {{"file", options_.config_file},
         {"changed", std::int64_t(changes.live.size() + changes.entries.size())},
         {"needs_restart", std::int64_t(changes.waiting.size())}});
    for (const KeyChange& each : changes.live) tell(each, "setting changed");
    tell(changes.entries);
    for (const KeyChange& each : changes.waiting)
      tell(each, "setting changed in the file: it needs a restart");
  }

  static void tell(const KeyChange& change, std::string_view what) {
    log(LogLevel::Info, what, {{"key", change.key}, {"from", change.from}, {"to", change.to}});
  }

  /// The first hundred: a new file may bring thousands.
  static void tell(const std::vector<EntryChange>& entries) {
    constexpr std::size_t kTold = 100;
    for (const EntryChange& each : std::span{entries}.first(std::min(entries.size(), kTold)))
      log(LogLevel::Info, std::string{each.kind} + " " + std::string{each.what},
          {{"name", each.name}});
    if (entries.size() > kTold)
      log(LogLevel::Info, "and more of the directory",
          {{"entries", std::int64_t(entries.size() - kTold)}});
  }

  static void refuse(const ConfigErrors& errors) {
    for (const ConfigError& each : errors.all)
      log(LogLevel::Error, "the configuration has an error",
          {{"file", errors.file},
           {"line", std::int64_t(each.line)},
           {"key", each.key},
           {"cause", each.what}});
    log(LogLevel::Error, "SIGHUP: the file has errors; the configuration stays as it was",
        {{"file", errors.file}, {"errors", std::int64_t(errors.all.size())}});
  }

  const Options options_;
  std::shared_ptr<const Config> in_force_;
  Centre& centre_;
  Loop& control_;
  Loop& disk_;
  bool reading_ = false;
  bool comes_again_ = false;  ///< another SIGHUP came while the file was read
};

/// A descriptor a connection and two a leg: as many as the system lets us have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int serve(const Options& options, Config config) {
  set_log(config);
  raise_descriptor_limit();
  std::signal(SIGHUP, SIG_IGN);   // until we listen to it
  std::signal(SIGPIPE, SIG_IGN);  // whoever reads our log may go
  SystemEntropy entropy;
  net::AsioLoop control;
  net::AsioLoop media;
  net::AsioLoop disk;
  Serving serving{std::move(config), control, media, disk, entropy};
  const auto places = serving.start();
  if (!places) return fail(places.error());

  HangUp hang_up{options, serving.config(), serving.centre(), control, disk};
  const net::Signals hang_ups{control, {SIGHUP}, [&hang_up] { hang_up.come(); }};
  int status = 0;
  bool stopping = false;
  const auto stop = [&] {
    if (std::exchange(stopping, true)) {
      log(LogLevel::Warn, "stopped immediately, by a second signal");
      status = 1;
      return control.stop();
    }
    if (isatty(STDERR_FILENO) != 0)
      std::cerr << "earshotd: stopping. Press Ctrl-C again to stop immediately.\n";
    serving.stop([&control] { control.stop(); });
  };
  std::optional<net::StopSignals> stops;
  stops.emplace(control, stop);
  std::thread media_thread{[&media] { media.run(); }};
  std::thread disk_thread{[&disk] { disk.run(); }};
  std::cout << "earshot ready http=" << places->http.to_string()
            << " sip=" << places->sip.to_string() << std::endl;
  control.run();
  stops.reset();  // a disk that stands still holds the rest up: the next signal ends us as we are
  media.stop();
  media_thread.join();
  disk.stop();
  disk_thread.join();
  log(LogLevel::Info, "stopped");
  flush_log();
  return status;
}

int main_with(int argc, char** argv) {
  CLI::App cli{"Earshot " EARSHOT_VERSION
               ": a contact-centre voice server that speaks the GWS v2 Voice API"};
  Options options;
  auto* file = cli.add_option("--config", options.config_file, "configuration, TOML");
  auto* demo = cli.add_flag("--demo", options.demo, "serve the built-in demo contact centre");
  file->excludes(demo);
  cli.add_flag("--check", options.check,
               "check the configuration, and the addresses, ports and directories it names, then "
               "exit; status 0: all is well");
  cli.add_option("--http", options.http, "HTTP address:port, instead of the configured one");
  cli.add_option("--sip", options.sip, "SIP address:port, instead of the configured one");
  cli.add_option("--origin", options.origins,
                 "an origin whose pages may use the API, in addition to http.allowed_origins")
      ->type_name("URL");
  cli.add_option("--log-level", options.log_level,
                 "debug, info, warn or error, instead of log.level")
      ->check(CLI::IsMember{{"debug", "info", "warn", "error"}});
  cli.add_option("--log-format", options.log_format, "json or text, instead of log.format")
      ->check(CLI::IsMember{{"json", "text"}});
  cli.add_option("--trace-sip", options.trace_sip,
                 "show SIP messages in the log, all or those of a number, without digits and "
                 "passwords: --trace-sip, --trace-sip=5001")
      ->type_name("[NUMBER]")
      ->expected(0, 1)
      ->default_str("");
  cli.set_version_flag("--version", "earshotd " EARSHOT_VERSION);
  CLI11_PARSE(cli, argc, argv);
  if (options.config_file.empty() && !options.demo)
    return fail("--config FILE is needed, or --demo; docs/earshot.example.toml shows a file");
  auto config = read_config(options);
  if (!config) {
    std::cerr << config.error().text() << '\n';
    return 1;
  }
  if (has_problems(*config)) return 1;
  if (!options.check) return serve(options, *std::move(config));
  std::cout << "earshotd: the configuration is good: " << config->directory.users.size()
            << " users, " << config->directory.devices.size() << " devices, "
            << config->directory.trunks.size() << " trunks, " << config->directory.queues.size()
            << " queues\n";
  return 0;
}

}  // namespace
}  // namespace earshot::app

int main(int argc, char** argv) { return earshot::app::main_with(argc, argv); }
