#pragma once

#include <optional>
#include <string_view>

#include "base/endpoint.h"

namespace earshot {

/// A range of IP addresses: "10.0.0.0/8", "2001:db8::/32", or a single address.
class Network {
 public:
  /// Nothing for a host name, a prefix that is too long, or one with bits set behind it
  /// ("10.1.0.0/8").
  static std::optional<Network> parse(std::string_view text);
  /// Without regard to the port.
  bool contains(const Endpoint& address) const;
  bool operator==(const Network&) const = default;

 private:
  Endpoint first_;
  int bits_ = 128;  ///< of the IPv4-mapped or IPv6 address
};

}  // namespace earshot
