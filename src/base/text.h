#pragma once

#include <string>
#include <string_view>

namespace earshot {

// Text as protocols compare it: ASCII alone, whatever the locale. Other octets, those of UTF-8
// among them, belong to no class and stay as they are. No errors; any loop.

/// 0 to 9 of ASCII; no other script's.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// RFC 3261 §25.1's alphanum: a letter of either case or a digit.
constexpr bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
/// Space or tab: the white space within a line (RFC 5234 §B.1, WSP).
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// A to Z become a to z; anything else stays.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
/// a to z become A to Z; anything else stays.
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
/// Every octet by lower(): what was UTF-8 is still.
std::string lowered(std::string_view text);

/// Equal, or differing in the case of letters alone, as names of header fields may.
constexpr bool equal_without_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t at = 0; at < a.size(); ++at)
    if (lower(a[at]) != lower(b[at])) return false;
  return true;
}

/// `text` without the characters of `white` at its front and its end.
constexpr std::string_view trimmed(std::string_view text, std::string_view white = " \t") {
  const std::size_t first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

}  // namespace earshot
