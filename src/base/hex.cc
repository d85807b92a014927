#include "base/hex.h"

#include "base/text.h"

namespace earshot {

std::string hex(std::string_view octets) {
  std::string out;
  out.reserve(octets.size() * 2);
  for (const char c : octets) {
    const auto octet = static_cast<std::uint8_t>(c);
    out += kHexDigits[octet >> 4];
    out += kHexDigits[octet & 15];
  }
  return out;
}

std::string hex_number(std::uint64_t number, std::size_t digits) {
  std::string out(digits, '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit, number >>= 4)
    *digit = kHexDigits[number & 15];
  return out;
}

std::optional<char> octet_of_hex(std::string_view two) {
  if (two.size() != 2) return std::nullopt;
  const std::size_t high = kHexDigits.find(lower(two[0]));
  const std::size_t low = kHexDigits.find(lower(two[1]));
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

}  // namespace earshot
