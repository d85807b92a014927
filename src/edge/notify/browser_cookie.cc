#include "edge/notify/browser_cookie.h"

#include <algorithm>

#include "base/cookie.h"
#include "base/text.h"

namespace earshot::notify {

namespace {

bool is_browser_id(std::string_view text) {
  return text.size() >= 16 && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), is_alphanumeric);
}

}  // namespace

std::optional<std::string> browser_in(std::optional<std::string_view> cookie_header) {
  for (const std::string_view value : cookie_values(cookie_header.value_or(""), kBrowserCookie))
    if (is_browser_id(value)) return std::string(value);
  return std::nullopt;
}

}  // namespace earshot::notify
