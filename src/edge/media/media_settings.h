#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/endpoint.h"
#include "base/time.h"

namespace earshot::media {

struct MediaSettings {
  Endpoint address;  ///< bound; the port is not looked at
  /// What peers beyond our networks are told, where it differs (behind NAT); its port is not looked
  /// at.
  std::optional<Endpoint> advertised;
  std::uint16_t port_min = 10000;  ///< RTP takes the even ports, RTCP the odd one above
  std::uint16_t port_max = 19999;
  Duration silence_timeout = seconds{30};
  /// How long after connect() another source than the signalled one may be taken.
  Duration latch_window = seconds{5};
  std::filesystem::path recordings;       ///< stems lie below it; empty: nothing can be recorded
  Duration report_interval = seconds{5};  ///< RFC 3550 §6.2's least
};

}  // namespace earshot::media
