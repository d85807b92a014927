#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace earshot::auth {

/// What a client logs in with.
struct BasicCredentials {
  std::string user_name;  ///< UTF-8
  std::string password;   ///< UTF-8; never logged
};

/// Whether an Authorization header is of the Basic scheme at all (RFC 7617).
bool is_basic(std::string_view authorization);
/// Decodes `Basic <base64 of name:password>`; base64 with or without padding. Octets that are not
/// UTF-8 are taken as ISO-8859-1, as one of the known clients sends (rest-and-sessions.md §B.2).
/// @return nothing for another scheme, bad base64, or no colon
std::optional<BasicCredentials> parse_basic(std::string_view authorization);

}  // namespace earshot::auth
