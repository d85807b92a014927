#pragma once

#include <string>
#include <string_view>

namespace earshot {

/// Whether `text` is well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates.
bool is_utf8(std::string_view text);
/// `text` where it is UTF-8; else with U+FFFD in place of each octet that belongs to no character.
std::string to_utf8(std::string_view text);
/// Every octet of `text` as the character of that number, in UTF-8. Cannot fail.
std::string utf8_of_latin1(std::string_view text);

}  // namespace earshot
