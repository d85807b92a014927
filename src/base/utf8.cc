#include "base/utf8.h"

#include <cstdint>

namespace earshot {
namespace {

struct Lead {
  int following;        ///< octets after the first
  std::uint8_t lowest;  ///< of the second octet
  std::uint8_t highest;
};

/// RFC 3629 §4: the second octet's range excludes overlong forms, surrogates and beyond U+10FFFF.
constexpr Lead lead_of(std::uint8_t octet) {
  if (octet < 0x80) return {0, 0, 0};
  if (octet < 0xC2) return {-1, 0, 0};
  if (octet < 0xE0) return {1, 0x80, 0xBF};
  if (octet < 0xF0)
    return {2, octet == 0xE0 ? std::uint8_t{0xA0} : std::uint8_t{0x80},
            octet == 0xED ? std::uint8_t{0x9F} : std::uint8_t{0xBF}};
  if (octet < 0xF5)
    return {3, octet == 0xF0 ? std::uint8_t{0x90} : std::uint8_t{0x80},
            octet == 0xF4 ? std::uint8_t{0x8F} : std::uint8_t{0xBF}};
  return {-1, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const Lead lead = lead_of(static_cast<std::uint8_t>(text[at]));
    if (lead.following < 0 || text.size() - at <= static_cast<std::size_t>(lead.following))
      return false;
    for (int i = 0; i < lead.following; ++i) {
      const auto octet = static_cast<std::uint8_t>(text[++at]);
      if (octet < (i == 0 ? lead.lowest : 0x80) || octet > (i == 0 ? lead.highest : 0xBF))
        return false;
    }
  }
  return true;
}

std::string utf8_of_latin1(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 2);
  for (const char c : text) {
    const auto octet = static_cast<std::uint8_t>(c);
    if (octet < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | (octet >> 6));
      out += static_cast<char>(0x80 | (octet & 0x3F));
    }
  }
  return out;
}

}  // namespace earshot
