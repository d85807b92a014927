#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace earshot {

/// The whole number that `digits` are: digits of `base` alone, no sign, no white space.
/// @return nothing for anything else, and beyond the range of `Number`
template <class Number, int base = 10>
std::optional<Number> whole_number(std::string_view digits) {
  Number value{};
  if (digits.starts_with('-')) return std::nullopt;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace earshot
