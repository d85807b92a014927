#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace earshot {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

/// Two lower-case digits for each octet.
std::string hex(std::string_view octets);
/// The lowest `digits` digits of `number`, in lower case, with zeros in front.
std::string hex_number(std::uint64_t number, std::size_t digits);
/// The octet that two digits of either case name, as behind "%" in a URI.
/// @return nothing where `two` is anything else
std::optional<char> octet_of_hex(std::string_view two);

}  // namespace earshot
