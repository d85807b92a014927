#include "base/entropy.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/hex.h"

namespace earshot {

std::uint64_t Entropy::number() {
  std::array<std::uint8_t, 8> octets;
  fill(octets);
  std::uint64_t value;
  std::memcpy(&value, octets.data(), sizeof value);
  return value;
}

std::string Entropy::text(std::size_t length, std::string_view alphabet) {
  const std::size_t fair = 256 - 256 % alphabet.size();  // octets at or above would favour some
  std::string out;
  out.reserve(length);
  std::array<std::uint8_t, 32> octets;
  while (out.size() < length) {
    fill(octets);
    for (const auto octet : octets)
      if (octet < fair && out.size() < length) out += alphabet[octet % alphabet.size()];
  }
  return out;
}

std::string Entropy::hex(std::size_t octets) { return text(octets * 2, kHexDigits); }

void SystemEntropy::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      std::abort();
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace earshot
