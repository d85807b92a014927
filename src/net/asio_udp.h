#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "net/asio_loop.h"
#include "net/udp.h"

namespace earshot::net {

/// Real UDP sockets on `loop`: non-blocking, read until empty (or kBatch datagrams) at each
/// wake-up. An IPv6 socket on `::` takes IPv4 as well. ICMP errors (port unreachable…) are ignored.
class AsioUdpNetwork final : public UdpNetwork {
 public:
  /// A flood on one socket lets the others have their turn after so many datagrams.
  static constexpr int kBatch = 64;

  /// `loop` outlives the sockets: app stops their owners first.
  explicit AsioUdpNetwork(AsioLoop& loop);
  Result<std::unique_ptr<UdpSocket>, std::string> open(const Endpoint& local, OnDatagram receive,
                                                       std::size_t receive_buffer = 0) override;

 private:
  AsioLoop& loop_;
  /// One for all sockets of the loop: they read in turn. Takes the largest datagram there can be.
  std::shared_ptr<std::array<std::uint8_t, 65536>> buffer_;
};

}  // namespace earshot::net
