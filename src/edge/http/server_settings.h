#pragma once

#include <cstddef>
#include <vector>

#include "base/network.h"
#include "base/time.h"
#include "edge/http/websocket.h"

namespace earshot::http {

/// What a Server takes from its clients, and how long it waits for them.
struct ServerSettings {
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 256 * 1024;  ///< beyond: 413
  std::size_t max_connections = 20'000;     ///< beyond: accepted and closed with 503
  Duration head_timeout = seconds{10};      ///< from the first byte of a request to its last
  Duration idle_timeout = seconds{65};      ///< between requests of a connection
  Duration write_timeout = seconds{20};     ///< a peer that does not read is cut
  WebSocketSettings websocket;
  std::vector<Network> trusted_proxies;  ///< believed as to who sent (forwarded.h)
};

}  // namespace earshot::http
