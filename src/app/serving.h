#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/centre.h"
#include "app/config.h"
#include "base/endpoint.h"
#include "base/entropy.h"
#include "base/result.h"
#include "edge/http/exchange.h"
#include "edge/http/server.h"
#include "net/asio_loop.h"
#include "net/asio_udp.h"

namespace earshot::app {

/// Shows the log as configured; where nothing is, as whoever reads it is likely to want it.
/// @param terminal  standard error is one
/// @param coloured  and people look at it who want colours
void set_log(const Config& config, bool terminal, bool coloured);

/// The server as earshotd runs it: a centre on real sockets, behind HTTP. Home: the control loop.
class Serving {
 public:
  /// The loops and `entropy` outlive it; the loops may be one. When they run no more, it may go.
  Serving(Config config, net::AsioLoop& control, net::AsioLoop& media, net::AsioLoop& disk,
          Entropy& entropy);

  /// Where clients and phones reach it.
  struct Places {
    Endpoint http;
    Endpoint sip;
  };
  /// Once. @return or why not ("http.listen 127.0.0.1:8080: Address already in use")
  Result<Places, std::string> start();
  /// What it serves by: as given, with the base of all URLs. After start().
  const Config& config() const { return config_; }
  /// After start(); Centre::follow, Centre::reopen_records.
  Centre& centre() { return *centre_; }
  /// After start(), once: the centre ends (Centre::stop), then HTTP, which lets clients fetch their
  /// last answers and closes their WebSockets.
  /// @param stopped  told when nothing is open any more
  void stop(std::function<void()> stopped);

 private:
  Config config_;
  net::AsioLoop& control_;
  net::AsioLoop& media_;
  net::AsioLoop& disk_;
  Entropy& entropy_;
  net::AsioUdpNetwork sip_network_;
  net::AsioUdpNetwork media_network_;
  http::PrefixRouter router_;
  http::Server server_;
  std::optional<Centre> centre_;
};

}  // namespace earshot::app
