#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace earshot::rtp {

/// Network byte order (RFC 3550 §4). The caller has made sure of the length.
inline std::uint16_t read_u16(ByteView at) {
  return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}
/// Four octets, the first the highest.
inline std::uint32_t read_u32(ByteView at) {
  return std::uint32_t{read_u16(at)} << 16 | read_u16(at.subspan(2));
}
/// Two octets; `at` has room for them.
inline void write_u16(std::uint16_t value, std::span<std::uint8_t> at) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}
/// Four octets; `at` has room for them.
inline void write_u32(std::uint32_t value, std::span<std::uint8_t> at) {
  write_u16(static_cast<std::uint16_t>(value >> 16), at);
  write_u16(static_cast<std::uint16_t>(value), at.subspan(2));
}

}  // namespace earshot::rtp
