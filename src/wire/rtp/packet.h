#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"

namespace earshot::rtp {

/// The fixed header of RFC 3550 §5.1 and where the payload lies. CSRCs, an extension and padding
/// are understood and left out of `payload`.
struct PacketView {
  bool marker = false;
  std::uint8_t payload_type = 0;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
  ByteView payload;  ///< into the datagram parsed
};

inline constexpr std::size_t kHeaderSize = 12;

/// Nothing for what is no RTP: version not 2, lengths beyond the datagram, RTCP's packet types
/// (RFC 5761 §4).
std::optional<PacketView> parse_packet(ByteView datagram);

/// Writes the 12 octets of a header without CSRC or extension. `out` has room for kHeaderSize.
void write_header(const PacketView& header, std::span<std::uint8_t> out);

}  // namespace earshot::rtp
