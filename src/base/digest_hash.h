#pragma once

#include <string>
#include <string_view>

namespace earshot {

/// Lower-case hex of the digest. MD5 only for old phones' SIP digest (RFC 8760), nothing else.
std::string md5_hex(std::string_view text);
/// SHA-256 (FIPS 180-4): 64 lower-case hex digits.
std::string sha256_hex(std::string_view text);
/// A UUID that is the same for the same text (version 8, RFC 9562 §5.8), in lower case with dashes.
std::string uuid_of(std::string_view text);
/// SHA-1 in base64, as the WebSocket handshake wants it (RFC 6455 §4.2.2); for nothing else.
std::string sha1_base64(std::string_view text);
/// HMAC-SHA-256 (RFC 2104), lower-case hex.
std::string hmac_sha256_hex(std::string_view key, std::string_view text);
/// Compares in a time that depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace earshot
