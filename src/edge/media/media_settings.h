#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/endpoint.h"
#include "base/time.h"

namespace earshot::media {

/// Where MediaBridges opens its ports, and how long it waits. Config table [media].
struct MediaSettings {
  Endpoint address = Endpoint::v4({127, 0, 0, 1}, 0);  ///< bound; the port is not looked at
  /// What peers beyond our networks are told, where it differs (behind NAT); its port is not looked
  /// at.
  std::optional<Endpoint> advertised;
  std::uint16_t port_min = 20000;  ///< even: RTP takes the even ports, RTCP the odd one above
  std::uint16_t port_max = 20999;  ///< odd
  Duration silence_timeout = seconds{60};  ///< a phone that sends nothing for so long is told of
  /// How long after connect() another source than the signalled one may be taken.
  Duration latch_window = seconds{5};
  std::filesystem::path recordings;       ///< stems lie below it; empty: nothing can be recorded
  Duration report_interval = seconds{5};  ///< RFC 3550 §6.2's least
};

}  // namespace earshot::media
