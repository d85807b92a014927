#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace earshot::notify {

/// The BAYEUX_BROWSER value of a Cookie header: 16 to 128 letters and digits. Nothing where absent
/// or of another form (bayeux.md §7).
std::optional<std::string> browser_in(std::optional<std::string_view> cookie_header);

/// `BAYEUX_BROWSER=…; Path=/; HttpOnly; SameSite=Lax`, with `; Secure` on TLS.
std::string browser_cookie(std::string_view browser, bool secure);

}  // namespace earshot::notify
