#include "base/cookie.h"

#include "base/text.h"

namespace earshot {
namespace {

/// More of them in one header is no browser's doing.
constexpr std::size_t kMaxValues = 16;

}  // namespace

std::vector<std::string_view> cookie_values(std::string_view header, std::string_view name) {
  std::vector<std::string_view> values;
  while (!header.empty() && values.size() < kMaxValues) {
    const auto end = header.find_first_of(";,");
    const std::string_view pair = trimmed(header.substr(0, end));
    header = end == std::string_view::npos ? "" : header.substr(end + 1);
    if (!pair.starts_with(name) || !pair.substr(name.size()).starts_with('=')) continue;
    std::string_view value = pair.substr(name.size() + 1);
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"'))
      value = value.substr(1, value.size() - 2);
    if (!value.empty()) values.push_back(value);
  }
  return values;
}

std::string CookieScope::set_cookie(std::string_view name, std::string_view value,
                                    bool by_https) const {
  const bool secure = https || by_https;
  std::string text{name};
  text.append("=").append(value).append("; Path=/; HttpOnly; SameSite=");
  text.append(secure && other_sites ? "None" : "Lax");
  if (secure) text.append("; Secure");
  return text;
}

}  // namespace earshot
