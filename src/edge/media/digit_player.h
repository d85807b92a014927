#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "wire/rtp/packet.h"

namespace earshot::media {

/// Digits as telephone events (RFC 4733 §2.5), one packet a tick of 20 ms: 100 ms each, the end
/// said three times, 60 ms between two. Media loop only.
class DigitPlayer {
 public:
  /// @param digits  0-9 * # A-D; others are passed over, as is what goes beyond 64 waiting
  void add(std::string_view digits);
  /// The packet of this tick; its payload is valid until the next call. Nothing while none is due.
  /// The timestamp tells events apart; sequence and SSRC are not an RTP peer's.
  std::optional<rtp::PacketView> next();

 private:
  std::deque<std::uint8_t> waiting_;  ///< event codes
  int tick_ = 0;                      ///< within the first of them
  std::uint16_t sequence_ = 0;
  std::uint32_t timestamp_ = 0;
  std::array<std::uint8_t, 4> payload_{};
};

}  // namespace earshot::media
