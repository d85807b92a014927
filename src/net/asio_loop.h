#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "base/loop.h"
#include "net/udp.h"

namespace earshot::net {

/// A loop on one Boost.Asio io_context; timers sit on a TimerWheel behind a single Asio timer.
class AsioLoop final : public Loop {
 public:
  AsioLoop();
  ~AsioLoop() override;
  AsioLoop(const AsioLoop&) = delete;

  /// Runs on the calling thread, which becomes the loop's, until stop().
  void run();
  /// Any thread. run() returns after the work at hand.
  void stop();

  TimePoint now() const override;
  void post(std::function<void()> work) override;
  TimerId wake_at(TimePoint at, std::function<void()> work) override;
  void cancel(TimerId timer) override;
  bool is_here() const override;

  /// For edge/http and this folder.
  boost::asio::io_context& context();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Real UDP sockets on `loop`, non-blocking, read until empty at each wake-up.
class AsioUdpNetwork final : public UdpNetwork {
 public:
  explicit AsioUdpNetwork(AsioLoop& loop) : loop_(loop) {}
  Result<std::unique_ptr<UdpSocket>, std::string> open(const Endpoint& local, OnDatagram receive,
                                                       std::size_t receive_buffer = 0) override;

 private:
  AsioLoop& loop_;  // outlives the sockets: app stops their owners first
};

}  // namespace earshot::net
