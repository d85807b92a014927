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

/// Octets of the character `text` begins with; 0: it begins with none. `text` is not empty.
std::size_t first_character(std::string_view text) {
  const Lead lead = lead_of(static_cast<std::uint8_t>(text[0]));
  if (lead.following < 0 || text.size() <= static_cast<std::size_t>(lead.following)) return 0;
  const auto length = static_cast<std::size_t>(lead.following) + 1;
  for (std::size_t at = 1; at < length; ++at) {
    const auto octet = static_cast<std::uint8_t>(text[at]);
    if (octet < (at == 1 ? lead.lowest : 0x80) || octet > (at == 1 ? lead.highest : 0xBF)) return 0;
  }
  return length;
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = first_character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string to_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = first_character(text);
    out += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
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
