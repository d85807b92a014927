#include "net/signals.h"

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <utility>

namespace earshot::net {

struct Signals::State : std::enable_shared_from_this<State> {
  State(AsioLoop& loop, std::initializer_list<int> numbers, std::function<void()> given)
      : signals(loop.context()), work(std::move(given)) {
    for (const int number : numbers) signals.add(number);
  }

  void wait() {
    signals.async_wait([self = shared_from_this()](boost::system::error_code error, int) {
      if (error) return;
      self->work();
      self->wait();
    });
  }

  boost::asio::signal_set signals;
  std::function<void()> work;
};

Signals::Signals(AsioLoop& loop, std::initializer_list<int> numbers, std::function<void()> work)
    : state_(std::make_shared<State>(loop, numbers, std::move(work))) {
  state_->wait();
}

Signals::~Signals() {
  boost::system::error_code ignored;
  state_->signals.cancel(ignored);
}

StopSignals::StopSignals(AsioLoop& loop, std::function<void()> asked_to_stop)
    : Signals(loop, {SIGINT, SIGTERM}, std::move(asked_to_stop)) {}

}  // namespace earshot::net
