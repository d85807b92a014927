#include "base/phone_number.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace earshot {
namespace {

/// RFC 3966 visual separators, spaces, and what typesetting and address books put for them:
/// no-break and thin spaces, hyphens and dashes, the invisible marks around a pasted number.
constexpr std::array<std::string_view, 31> kSeparators{" ",
                                                       "\t",
                                                       "-",
                                                       ".",
                                                       "(",
                                                       ")",
                                                       "/",
                                                       "\xC2\xA0",
                                                       "\xC2\xAD",
                                                       "\xE2\x80\x82",
                                                       "\xE2\x80\x83",
                                                       "\xE2\x80\x87",
                                                       "\xE2\x80\x88",
                                                       "\xE2\x80\x89",
                                                       "\xE2\x80\x8A",
                                                       "\xE2\x80\xAF",
                                                       "\xE2\x80\x8B",
                                                       "\xE2\x80\x8E",
                                                       "\xE2\x80\x8F",
                                                       "\xE2\x80\xAA",
                                                       "\xE2\x80\xAC",
                                                       "\xE2\x80\xAD",
                                                       "\xE2\x80\x90",
                                                       "\xE2\x80\x91",
                                                       "\xE2\x80\x92",
                                                       "\xE2\x80\x93",
                                                       "\xE2\x80\x94",
                                                       "\xE2\x80\x95",
                                                       "\xE2\x88\x92",
                                                       "\xE2\x81\xA0",
                                                       "\xEF\xBB\xBF"};
constexpr std::string_view kTel = "tel:";
constexpr std::string_view kTrunkZero = "(0)";

bool is_key(char c) { return is_digit(c) || c == '*' || c == '#'; }

std::size_t separator_at(std::string_view text) {
  for (const std::string_view separator : kSeparators)
    if (text.starts_with(separator)) return separator.size();
  return 0;
}

bool has_tel_scheme(std::string_view text) {
  return equal_without_case(text.substr(0, kTel.size()), kTel);
}

}  // namespace

std::string dialled_number(std::string_view written) {
  const std::string_view whole = trimmed(written, " \t\r\n");
  std::string_view rest = has_tel_scheme(whole) ? whole.substr(kTel.size()) : whole;
  std::string number;
  bool is_telephone = false;
  for (rest = rest.substr(0, rest.find(';')); !rest.empty();) {
    const char c = rest.front();
    if (number.starts_with('+') && number.size() > 1 && rest.starts_with(kTrunkZero)) {
      rest.remove_prefix(kTrunkZero.size());
    } else if (is_key(c) || (c == '+' && number.empty())) {
      number += c;
      is_telephone = is_telephone || is_key(c);
      rest.remove_prefix(1);
    } else if (const std::size_t separator = separator_at(rest)) {
      rest.remove_prefix(separator);
    } else {
      return std::string{whole};
    }
  }
  return is_telephone ? number : std::string{whole};
}

bool is_e164(std::string_view number) {
  if (number.size() < 8 || number.size() > 16 || number[0] != '+' || number[1] == '0') return false;
  return std::all_of(number.begin() + 1, number.end(), is_digit);
}

}  // namespace earshot
