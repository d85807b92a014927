#include "base/network.h"

#include <cstddef>
#include <cstdint>

#include "base/number.h"

namespace earshot {
namespace {

constexpr int kMappedBits = 96;  // of an IPv4 address kept as an IPv6 one

/// The octet of a mask of `bits` ones.
std::uint8_t mask_octet(int bits, std::size_t octet) {
  const int ones = bits - static_cast<int>(octet) * 8;
  if (ones >= 8) return 0xff;
  return ones <= 0 ? 0 : static_cast<std::uint8_t>(0xff << (8 - ones));
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto first = Endpoint::parse(text.substr(0, slash), 0);
  if (!first) return std::nullopt;
  Network network;
  network.first_ = *first;
  if (slash == std::string_view::npos) return network;
  const auto bits = whole_number<int>(text.substr(slash + 1));
  if (!bits || *bits > (first->is_v4() ? 32 : 128)) return std::nullopt;
  network.bits_ = first->is_v4() ? kMappedBits + *bits : *bits;
  for (std::size_t at = 0; at < first->octets().size(); ++at)
    if (first->octets()[at] & ~mask_octet(network.bits_, at) & 0xff) return std::nullopt;
  return network;
}

bool Network::contains(const Endpoint& address) const {
  for (std::size_t at = 0; at < first_.octets().size(); ++at)
    if ((address.octets()[at] ^ first_.octets()[at]) & mask_octet(bits_, at)) return false;
  return true;
}

}  // namespace earshot
