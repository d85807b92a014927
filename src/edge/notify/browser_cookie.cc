#include "edge/notify/browser_cookie.h"

#include <algorithm>

namespace earshot::notify {

namespace {

constexpr std::string_view kName = "BAYEUX_BROWSER=";

bool is_browser_id(std::string_view text) {
  return text.size() >= 16 && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](char character) {
           return (character >= '0' && character <= '9') ||
                  (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
         });
}

}  // namespace

std::optional<std::string> browser_in(std::optional<std::string_view> cookie_header) {
  std::string_view rest = cookie_header.value_or("");
  while (!rest.empty()) {
    const auto end = rest.find(';');
    std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    while (pair.ends_with(' ')) pair.remove_suffix(1);
    if (!pair.starts_with(kName)) continue;
    pair.remove_prefix(kName.size());
    if (is_browser_id(pair)) return std::string(pair);
  }
  return std::nullopt;
}

std::string browser_cookie(std::string_view browser, bool secure) {
  return std::string(kName) + std::string(browser) + "; Path=/; HttpOnly; SameSite=Lax" +
         (secure ? "; Secure" : "");
}

}  // namespace earshot::notify
