#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <optional>
#include <thread>

#include "app/centre.h"
#include "app/config.h"
#include "app/demo_config.h"
#include "base/log.h"
#include "edge/http/server.h"
#include "net/asio_loop.h"
#include "net/asio_udp.h"
#include "net/signals.h"

namespace earshot::app {
namespace {

/// How long an orderly end may take: for BYEs to be answered and last notifications to be fetched.
constexpr Duration kGrace = seconds{3};

struct Options {
  std::string config_file;
  bool demo = false;
  std::string http;
  std::string sip;
};

/// "127.0.0.1:8080" into `endpoint`; an empty text leaves it. False: it is neither.
bool take_endpoint(const std::string& text, Endpoint& endpoint) {
  if (text.empty()) return true;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon + 1 == text.size()) return false;
  const std::string port = text.substr(colon + 1);
  if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos) return false;
  const int number = std::stoi(port);
  if (number > 65535) return false;
  const auto parsed = Endpoint::parse(text.substr(0, colon), static_cast<std::uint16_t>(number));
  if (parsed) endpoint = *parsed;
  return parsed.has_value();
}

Result<Config, std::string> read_config(const Options& options) {
  Config config;
  if (options.demo) {
    config = demo_config();
  } else {
    auto loaded = load_config(options.config_file);
    if (!loaded) return loaded;
    config = *std::move(loaded);
  }
  if (!take_endpoint(options.http, config.http.listen))
    return Error{"--http " + options.http + ": expected an address and a port, 127.0.0.1:8080"};
  if (!take_endpoint(options.sip, config.sip.listen))
    return Error{"--sip " + options.sip + ": expected an address and a port, 127.0.0.1:5060"};
  return config;
}

int fail(const std::string& why) {
  std::cerr << "earshotd: " << why << '\n';
  return 1;
}

/// The end: first every call, then whoever still listens, then the sockets. A second signal ends
/// now.
class Ending {
 public:
  Ending(net::AsioLoop& control, Centre& centre, http::Server& server)
      : control_(control), centre_(centre), server_(server) {}

  void begin() {
    if (begun_) {
      std::cerr << "earshotd: asked again, ending now\n";
      control_.stop();
      return;
    }
    begun_ = true;
    deadline_ = control_.now() + kGrace;
    std::cerr << "earshotd: ending; once more ends at once\n";
    centre_.stop();
    look();
  }

 private:
  void look() {
    if (centre_.is_quiet() || control_.now() >= deadline_) {
      server_.stop();
      control_.stop();
      return;
    }
    control_.wake_in(milliseconds{20}, [this] { look(); });
  }

  net::AsioLoop& control_;
  Centre& centre_;
  http::Server& server_;
  bool begun_ = false;
  TimePoint deadline_;
};

/// A descriptor a connection and two a leg: as many as the system lets us have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int serve(Config config) {
  set_log_level(config.log_level);
  raise_descriptor_limit();
  SystemEntropy entropy;
  net::AsioLoop control;
  net::AsioLoop media;
  net::AsioLoop disk;
  net::AsioUdpNetwork sip_network{control};
  net::AsioUdpNetwork media_network{media};

  http::PrefixRouter router;
  http::Server server{control, {}, router};
  const auto http = server.listen(config.http.listen);
  if (!http) return fail("HTTP: " + http.error());
  if (config.http.external_url.empty())
    config.http.external_url = "http://" + http->to_string() + "/api/v2";

  Centre centre{config, {control, media, disk, entropy, sip_network, media_network}};
  centre.mount(router);
  const auto sip = centre.start();
  if (!sip) return fail(sip.error());

  Ending ending{control, centre, server};
  net::StopSignals signals{control, [&ending] { ending.begin(); }};
  std::optional<net::Signals> hang_up;  // without records it ends us, as it does others
  if (!config.records.file.empty())
    hang_up.emplace(control, std::initializer_list<int>{SIGHUP},
                    [&centre] { centre.reopen_records(); });
  std::thread media_thread{[&media] { media.run(); }};
  std::thread disk_thread{[&disk] { disk.run(); }};
  std::cout << "earshot ready http=" << http->to_string() << " sip=" << sip->to_string()
            << std::endl;
  control.run();
  media.stop();
  media_thread.join();
  disk.stop();
  disk_thread.join();
  flush_log();
  return 0;
}

int main_with(int argc, char** argv) {
  CLI::App cli{"Earshot " EARSHOT_VERSION
               ": a contact-centre voice server that speaks the GWS v2 Voice API"};
  Options options;
  auto* file = cli.add_option("--config", options.config_file, "configuration, TOML");
  auto* demo = cli.add_flag("--demo", options.demo, "serve the built-in demo contact centre");
  file->excludes(demo);
  cli.add_option("--http", options.http, "HTTP address:port, instead of the configured one");
  cli.add_option("--sip", options.sip, "SIP address:port, instead of the configured one");
  cli.set_version_flag("--version", "earshotd " EARSHOT_VERSION);
  CLI11_PARSE(cli, argc, argv);
  if (options.config_file.empty() && !options.demo)
    return fail("--config FILE is needed, or --demo; docs/earshot.example.toml shows a file");
  auto config = read_config(options);
  if (!config) return fail(config.error());
  return serve(*std::move(config));
}

}  // namespace
}  // namespace earshot::app

int main(int argc, char** argv) { return earshot::app::main_with(argc, argv); }
