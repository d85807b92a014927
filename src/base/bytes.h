#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace earshot {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The same octets seen as text, and back. No copy; no encoding is assumed.
inline std::string_view as_text(ByteView bytes) {
  return {static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()};
}
/// Valid as long as the characters of `text` are.
inline ByteView as_bytes(std::string_view text) {
  return {static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())), text.size()};
}

}  // namespace earshot
