#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/endpoint.h"
#include "base/result.h"

namespace earshot::net {

/// A bound UDP socket on one loop. Destroying it closes it; nothing is received afterwards. Destroy
/// it on the loop's thread (or while the loop does not run), also from inside its own OnDatagram.
class UdpSocket {
 public:
  virtual ~UdpSocket() = default;
  /// The bound address, with the port the system chose where 0 was asked for.
  virtual Endpoint local() const = 0;
  /// Sends one datagram now. Never blocks: what the socket cannot take is lost, as on the wire.
  /// Loop's thread.
  virtual void send(ByteView datagram, const Endpoint& to) = 0;
};

/// Called on the socket's loop for each datagram. `datagram` is valid during the call only.
using OnDatagram = std::function<void(ByteView datagram, const Endpoint& from)>;

/// Opens sockets on one loop. net has the real one; sim has one made of memory.
class UdpNetwork {
 public:
  virtual ~UdpNetwork() = default;
  /// Any thread. The address is bound when this returns; datagrams are kept by the system from then
  /// on and handed to `receive` once the loop comes to it.
  ///
  /// @param receive_buffer  bytes asked of the system for datagrams not yet read; 0 leaves its
  /// default
  /// @return the socket, or the system's words ("127.0.0.1:5060: Address already in use")
  virtual Result<std::unique_ptr<UdpSocket>, std::string> open(const Endpoint& local,
                                                               OnDatagram receive,
                                                               std::size_t receive_buffer = 0) = 0;
};

}  // namespace earshot::net
