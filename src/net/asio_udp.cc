#include "net/asio_udp.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "net/contained.h"

namespace earshot::net {
namespace {

using boost::asio::posix::stream_descriptor;
using ReceiveBuffer = std::array<std::uint8_t, 65536>;

/// A socket address as the system calls take it.
class Address {
 public:
  /// @param as_v6  for an IPv6 socket, which sees IPv4 peers as mapped addresses
  Address(const Endpoint& endpoint, bool as_v6) {
    if (as_v6) {
      sockaddr_in6 address{};
      address.sin6_family = AF_INET6;
      address.sin6_port = htons(endpoint.port());
      std::memcpy(&address.sin6_addr, endpoint.octets().data(), 16);
      set(address);
    } else {
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(endpoint.port());
      std::memcpy(&address.sin_addr, endpoint.octets().data() + 12, 4);
      set(address);
    }
  }
  Address() = default;

  sockaddr* get() { return static_cast<sockaddr*>(static_cast<void*>(&storage_)); }
  const sockaddr* get() const {
    return static_cast<const sockaddr*>(static_cast<const void*>(&storage_));
  }
  socklen_t* length() { return &length_; }
  socklen_t size() const { return length_; }

  Endpoint endpoint() const {
    if (storage_.ss_family == AF_INET) {
      sockaddr_in address;
      std::memcpy(&address, &storage_, sizeof address);
      std::array<std::uint8_t, 4> octets;
      std::memcpy(octets.data(), &address.sin_addr, octets.size());
      return Endpoint::v4(octets, ntohs(address.sin_port));
    }
    sockaddr_in6 address;
    std::memcpy(&address, &storage_, sizeof address);
    std::array<std::uint8_t, 16> octets;
    std::memcpy(octets.data(), &address.sin6_addr, octets.size());
    return Endpoint::v6(octets, ntohs(address.sin6_port));
  }

 private:
  template <class Family>
  void set(const Family& address) {
    std::memcpy(&storage_, &address, sizeof address);
    length_ = sizeof address;
  }
  sockaddr_storage storage_{};
  socklen_t length_ = sizeof(sockaddr_storage);
};

/// Closes the descriptor unless it was given away.
class Descriptor {
 public:
  explicit Descriptor(int handle) : handle_(handle) {}
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (handle_ >= 0) ::close(release());
  }
  int get() const { return handle_; }
  int release() { return std::exchange(handle_, -1); }

 private:
  int handle_;
};

void set_option(int handle, int level, int name, int value) {
  ::setsockopt(handle, level, name, &value, sizeof value);  // best effort
}

/// The part of a socket that waits on the loop; it lives on until an interrupted wait has ended.
class Receiver : public std::enable_shared_from_this<Receiver> {
 public:
  Receiver(AsioLoop& loop, int handle, OnDatagram receive, std::shared_ptr<ReceiveBuffer> buffer)
      : handle_(handle),
        descriptor_(loop.context()),
        receive_(std::move(receive)),
        buffer_(std::move(buffer)) {}

  void start() {
    if (handle_.get() < 0 || closed_) return;
    boost::system::error_code error;
    descriptor_.assign(handle_.get(), error);
    if (error) {
      log(LogLevel::Error, "a UDP socket cannot be read", {{"cause", error.message()}});
      return;
    }
    handle_.release();
    wait();
  }

  void close() {
    closed_ = true;
    handle_.close();
    boost::system::error_code ignored;
    descriptor_.close(ignored);
  }

 private:
  void wait() {
    descriptor_.async_wait(stream_descriptor::wait_read,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                             if (error || self->closed_) return;
                             self->read();
                             if (!self->closed_) self->wait();
                           });
  }

  void read() {
    const int handle = descriptor_.native_handle();
    for (int count = 0; count < AsioUdpNetwork::kBatch && !closed_; ++count) {
      Address from;
      const ssize_t length =
          ::recvfrom(handle, buffer_->data(), buffer_->size(), 0, from.get(), from.length());
      if (length >= 0)
        contained("datagram", [&] {
          receive_({buffer_->data(), static_cast<std::size_t>(length)}, from.endpoint());
        });
      else if (errno == EAGAIN || errno == EWOULDBLOCK)
        return;  // any other error tells of an earlier send, or of a signal: read on
    }
  }

  Descriptor handle_;  // until the loop's thread hands it to Asio
  stream_descriptor descriptor_;
  OnDatagram receive_;
  std::shared_ptr<ReceiveBuffer> buffer_;
  bool closed_ = false;
};

class AsioUdpSocket final : public UdpSocket {
 public:
  AsioUdpSocket(AsioLoop& loop, int handle, const Endpoint& local, bool is_v6, OnDatagram receive,
                std::shared_ptr<ReceiveBuffer> buffer)
      : loop_(loop),
        handle_(handle),
        local_(local),
        is_v6_(is_v6),
        receiver_(std::make_shared<Receiver>(loop, handle, std::move(receive), std::move(buffer))) {
    loop.post([receiver = receiver_] { receiver->start(); });
  }
  ~AsioUdpSocket() override {
    assert(loop_.is_here());
    receiver_->close();
  }

  Endpoint local() const override { return local_; }

  void send(ByteView datagram, const Endpoint& to) override {
    if (!is_v6_ && !to.is_v4()) return;
    const Address address{to, is_v6_};
    while (::sendto(handle_, datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                    address.get(), address.size()) < 0 &&
           errno == EINTR) {
    }
  }

 private:
  [[maybe_unused]] AsioLoop& loop_;  // asserts alone ask it
  int handle_;                       // closed by receiver_
  Endpoint local_;
  bool is_v6_;
  std::shared_ptr<Receiver> receiver_;
};

}  // namespace

AsioUdpNetwork::AsioUdpNetwork(AsioLoop& loop)
    : loop_(loop), buffer_(std::make_shared<ReceiveBuffer>()) {}

Result<std::unique_ptr<UdpSocket>, std::string> AsioUdpNetwork::open(const Endpoint& local,
                                                                     OnDatagram receive,
                                                                     std::size_t receive_buffer) {
  const auto refused = [&local](int error) {
    return Error{local.to_string() + ": " + std::generic_category().message(error)};
  };
  const bool is_v6 = !local.is_v4();
  Descriptor handle{
      ::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (handle.get() < 0) return refused(errno);
  if (is_v6) set_option(handle.get(), IPPROTO_IPV6, IPV6_V6ONLY, local.is_unspecified() ? 0 : 1);
  if (receive_buffer > 0)
    set_option(handle.get(), SOL_SOCKET, SO_RCVBUF, static_cast<int>(receive_buffer));

  const Address wanted{local, is_v6};
  Address bound;
  if (::bind(handle.get(), wanted.get(), wanted.size()) < 0 ||
      ::getsockname(handle.get(), bound.get(), bound.length()) < 0)
    return refused(errno);
  return Result<std::unique_ptr<UdpSocket>, std::string>{std::make_unique<AsioUdpSocket>(
      loop_, handle.release(), bound.endpoint(), is_v6, std::move(receive), buffer_)};
}

}  // namespace earshot::net
