#include "base/endpoint.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace earshot {
namespace {
constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
}

std::optional<Endpoint> Endpoint::parse(std::string_view address, std::uint16_t port) {
  if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    address = address.substr(1, address.size() - 2);
  const std::string text{address};
  std::array<std::uint8_t, 4> four;
  if (inet_pton(AF_INET, text.c_str(), four.data()) == 1) return v4(four, port);
  std::array<std::uint8_t, 16> sixteen;
  if (inet_pton(AF_INET6, text.c_str(), sixteen.data()) == 1) return v6(sixteen, port);
  return std::nullopt;
}

Endpoint Endpoint::v4(std::array<std::uint8_t, 4> address, std::uint16_t port) {
  Endpoint endpoint;
  std::copy(kMapped.begin(), kMapped.end(), endpoint.octets_.begin());
  std::copy(address.begin(), address.end(), endpoint.octets_.begin() + 12);
  endpoint.port_ = port;
  return endpoint;
}

Endpoint Endpoint::v6(std::array<std::uint8_t, 16> address, std::uint16_t port) {
  Endpoint endpoint;
  endpoint.octets_ = address;
  endpoint.port_ = port;
  return endpoint;
}

bool Endpoint::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), octets_.begin()); }

bool Endpoint::is_unspecified() const {
  return std::all_of(octets_.begin() + (is_v4() ? 12 : 0), octets_.end(),
                     [](auto octet) { return octet == 0; });
}

bool Endpoint::is_loopback() const {
  if (is_v4()) return octets_[12] == 127;
  return std::all_of(octets_.begin(), octets_.end() - 1, [](auto octet) { return octet == 0; }) &&
         octets_[15] == 1;
}

Endpoint Endpoint::with_port(std::uint16_t port) const {
  Endpoint endpoint = *this;
  endpoint.port_ = port;
  return endpoint;
}

std::string Endpoint::address() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (!is_v4()) {
    inet_ntop(AF_INET6, octets_.data(), text.data(), text.size());
    return text.data();
  }
  char* end = text.data();
  for (auto octet = octets_.begin() + 12; octet != octets_.end(); ++octet) {
    if (end != text.data()) *end++ = '.';
    end = std::to_chars(end, text.data() + text.size(), *octet).ptr;
  }
  return {text.data(), end};
}

std::string Endpoint::to_string() const {
  const std::string port = std::to_string(port_);
  return is_v4() ? address() + ":" + port : "[" + address() + "]:" + port;
}

}  // namespace earshot
