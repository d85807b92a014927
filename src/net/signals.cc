#include "net/signals.h"

#include <boost/asio/signal_set.hpp>
#include <csignal>

namespace earshot::net {

struct StopSignals::State : std::enable_shared_from_this<State> {
  State(AsioLoop& loop, std::function<void()> work)
      : signals(loop.context(), SIGINT, SIGTERM), asked_to_stop(std::move(work)) {}

  void wait() {
    signals.async_wait([self = shared_from_this()](boost::system::error_code error, int) {
      if (error) return;
      self->asked_to_stop();
      self->wait();
    });
  }

  boost::asio::signal_set signals;
  std::function<void()> asked_to_stop;
};

StopSignals::StopSignals(AsioLoop& loop, std::function<void()> asked_to_stop)
    : state_(std::make_shared<State>(loop, std::move(asked_to_stop))) {
  state_->wait();
}

StopSignals::~StopSignals() {
  boost::system::error_code ignored;
  state_->signals.cancel(ignored);
}

}  // namespace earshot::net
