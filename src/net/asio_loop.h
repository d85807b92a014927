#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "base/loop.h"

namespace earshot::net {

/// A loop on one Boost.Asio io_context; timers sit on a TimerWheel behind a single Asio timer.
///
/// What work throws ends here: it is logged and the loop goes on with the next piece.
class AsioLoop final : public Loop {
 public:
  AsioLoop();
  /// Not while run() runs. Work still queued is destroyed unrun.
  ~AsioLoop() override;
  AsioLoop(const AsioLoop&) = delete;

  /// Runs on the calling thread, which becomes the loop's, until stop().
  void run();
  /// Any thread. run() returns after the work at hand, also when it is only about to start.
  void stop();

  /// The steady clock: the same instant on every AsioLoop of the process. Any thread.
  TimePoint now() const override;
  void post(std::function<void()> work) override;
  TimerId wake_at(TimePoint at, std::function<void()> work) override;
  void cancel(TimerId timer) override;
  /// Whether the caller is the thread inside run(). Before and after that every thread counts as
  /// the loop's own, so that the thread that builds and takes down may use what lives here.
  bool is_here() const override;

  /// For edge/http and this folder.
  boost::asio::io_context& context();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace earshot::net
