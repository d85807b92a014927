#include "base/digest_hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <span>

#include "base/bytes.h"

namespace earshot {
namespace {

std::string hex_of(std::span<const std::uint8_t> octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(octets.size() * 2);
  for (const auto octet : octets) {
    out += digits[octet >> 4];
    out += digits[octet & 15];
  }
  return out;
}

std::string digest_hex(const EVP_MD* algorithm, std::string_view text) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> out;
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), out.data(), &length, algorithm, nullptr);
  return hex_of({out.data(), length});
}

}  // namespace

std::string md5_hex(std::string_view text) { return digest_hex(EVP_md5(), text); }
std::string sha256_hex(std::string_view text) { return digest_hex(EVP_sha256(), text); }

std::string sha1_base64(std::string_view text) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
  std::array<std::uint8_t, 4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1> out;  // and a final NUL
  const int size = EVP_EncodeBlock(out.data(), digest.data(), static_cast<int>(length));
  return std::string(as_text({out.data(), static_cast<std::size_t>(size)}));
}

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> out;
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_bytes(text).data(), text.size(),
       out.data(), &length);
  return hex_of({out.data(), length});
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace earshot
