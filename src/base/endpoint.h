#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace earshot {

/// An IP address and a port. IPv4 is kept as an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), so
/// that two endpoints are equal when they name the same socket.
class Endpoint {
 public:
  Endpoint() = default;
  /// `address` is a literal, "127.0.0.1" or "::1" (brackets allowed); host names are refused.
  static std::optional<Endpoint> parse(std::string_view address, std::uint16_t port);
  /// Octets in the order written: {127, 0, 0, 1}.
  static Endpoint v4(std::array<std::uint8_t, 4> address, std::uint16_t port);
  /// Octets in the order written. An IPv4-mapped address is the same endpoint as its v4().
  static Endpoint v6(std::array<std::uint8_t, 16> address, std::uint16_t port);

  /// True also for one parsed from an IPv4-mapped literal, "::ffff:127.0.0.1".
  bool is_v4() const;
  /// True for 0.0.0.0, ::, and a default-constructed endpoint.
  bool is_unspecified() const;
  /// 127.0.0.0/8 or ::1.
  bool is_loopback() const;
  /// 0: none is meant, or the system is to choose one.
  std::uint16_t port() const { return port_; }
  /// The same address with another port; with 0 the host as such, as a key.
  Endpoint with_port(std::uint16_t port) const;
  /// 16 octets; for IPv4 the last four.
  const std::array<std::uint8_t, 16>& octets() const { return octets_; }
  /// "127.0.0.1" or "::1", without brackets.
  std::string address() const;
  /// "127.0.0.1:5060" or "[::1]:5060".
  std::string to_string() const;

  auto operator<=>(const Endpoint&) const = default;
  bool operator==(const Endpoint&) const = default;

 private:
  std::array<std::uint8_t, 16> octets_{};
  std::uint16_t port_ = 0;
};

}  // namespace earshot

/// FNV-1a over port and octets.
template <>
struct std::hash<earshot::Endpoint> {
  std::size_t operator()(const earshot::Endpoint& endpoint) const noexcept {
    std::uint64_t mixed = 0xcbf29ce484222325 ^ endpoint.port();
    for (const auto octet : endpoint.octets()) mixed = (mixed ^ octet) * 0x100000001b3;
    return static_cast<std::size_t>(mixed);
  }
};
