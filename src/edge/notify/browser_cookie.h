#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace earshot::notify {

/// Names a browser beside its sessions (bayeux.md §7).
inline constexpr std::string_view kBrowserCookie = "BAYEUX_BROWSER";

/// Its value in a Cookie header, 16 to 128 letters and digits; nothing where there is none of that
/// form.
std::optional<std::string> browser_in(std::optional<std::string_view> cookie_header);

}  // namespace earshot::notify
