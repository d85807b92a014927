#include "edge/auth/basic_credentials.h"

#include <algorithm>
#include <cstdint>

#include "base/utf8.h"

namespace earshot::auth {
namespace {

constexpr std::string_view kScheme = "basic";

int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

std::optional<std::string> base64_decoded(std::string_view text) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const int value = sextet(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>((bits >> held) & 0xFF);
    }
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool is_basic(std::string_view authorization) {
  const std::string_view text = trimmed(authorization);
  return std::equal(kScheme.begin(), kScheme.end(), text.begin(),
                    text.begin() + std::min(kScheme.size(), text.size()),
                    [](char scheme, char c) { return scheme == (c | 0x20); }) &&
         (text.size() == kScheme.size() || text[kScheme.size()] == ' ');
}

std::optional<BasicCredentials> parse_basic(std::string_view authorization) {
  if (!is_basic(authorization)) return std::nullopt;
  auto text = base64_decoded(trimmed(trimmed(authorization).substr(kScheme.size())));
  if (!text) return std::nullopt;
  if (!is_utf8(*text)) text = utf8_of_latin1(*text);
  const auto colon = text->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return BasicCredentials{text->substr(0, colon), text->substr(colon + 1)};
}

}  // namespace earshot::auth
