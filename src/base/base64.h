#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace earshot {

/// Any octets in base64 (RFC 4648 §4), padded with "=".
std::string base64(std::string_view octets);
/// The octets of `text`, base64 with its padding or without. Bits that no octet needs are not
/// looked at.
/// @return nothing where a character is none of the alphabet's or the length fits no octets
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace earshot
