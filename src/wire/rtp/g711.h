#pragma once

#include <cstdint>
#include <span>

namespace earshot::rtp {

/// ITU-T G.711 by table, octet by octet: 8000 Hz, mono, 16-bit linear samples over the full range
/// (a µ-law decode reaches ±32124). RFC 3551 §4.5.14.
std::int16_t ulaw_decode(std::uint8_t octet);
std::int16_t alaw_decode(std::uint8_t octet);
std::uint8_t ulaw_encode(std::int16_t sample);
std::uint8_t alaw_encode(std::int16_t sample);

inline constexpr std::uint8_t kPayloadTypePcmu = 0;
inline constexpr std::uint8_t kPayloadTypePcma = 8;

}  // namespace earshot::rtp
