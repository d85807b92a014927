#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.h"
#include "edge/notify/history.h"
#include "wire/bayeux/session.h"

namespace earshot::notify {

/// Defaults: bayeux.md §13.
struct NotifySettings {
  bayeux::SessionSettings session;         ///< hold, expiry, queue and subscription limits
  HistorySettings history;                 ///< how long events can be asked for again
  std::size_t max_sessions_per_user = 20;  ///< beyond: the idle one nearest its end goes
  /// Many desks may share an address, behind a proxy; beyond: refused, to be tried again later.
  std::size_t max_sessions_per_address = 20'000;
  /// Beyond: refused, to be tried again after a second.
  std::size_t handshakes_per_user = 50;  ///< a second
  std::size_t handshakes_per_address = 5'000;
  std::size_t max_unused_lines_per_user = 20;  ///< WebSockets without a session; beyond: 429
  Duration unused_line = seconds{15};          ///< then it is closed
  /// Browsers open few connections to one host; polls that are held beyond these would block all
  /// other requests of its pages (bayeux.md §7).
  std::size_t max_polls_per_browser = 4;
  std::size_t max_body_bytes = 256 * 1024;  ///< beyond: 413
  std::vector<std::string> connection_types{"websocket", "long-polling"};
};

}  // namespace earshot::notify
