#pragma once

#include <cstdint>
#include <span>

namespace earshot::rtp {

/// ITU-T G.711 by table, octet by octet: 8000 Hz, mono, 16-bit linear samples over the full range
/// (a µ-law decode reaches ±32124). RFC 3551 §4.5.14.
std::int16_t ulaw_decode(std::uint8_t octet);
/// Reaches ±32256; no octet stands for 0: silence is ±8.
std::int16_t alaw_decode(std::uint8_t octet);
/// Beyond ±32124 the loudest octet.
std::uint8_t ulaw_encode(std::int16_t sample);
/// The whole 16-bit range has its octets.
std::uint8_t alaw_encode(std::int16_t sample);

/// From one law to the other, by way of the linear value (G.711 §3: what a gateway between the laws
/// does). Silence stays silence.
std::uint8_t ulaw_to_alaw(std::uint8_t octet);
/// The way back; the two do not undo each other for every octet.
std::uint8_t alaw_to_ulaw(std::uint8_t octet);

/// What both laws send for a linear 0.
inline constexpr std::uint8_t kUlawSilence = 0xFF;
inline constexpr std::uint8_t kAlawSilence = 0xD5;

inline constexpr std::uint8_t kPayloadTypePcmu = 0;
inline constexpr std::uint8_t kPayloadTypePcma = 8;

}  // namespace earshot::rtp
