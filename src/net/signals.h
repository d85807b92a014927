#pragma once

#include <functional>
#include <initializer_list>
#include <memory>

#include "net/asio_loop.h"

namespace earshot::net {

/// Turns signals of the process into calls on the loop, as long as it lives.
class Signals {
 public:
  Signals(AsioLoop& loop, std::initializer_list<int> numbers, std::function<void()> work);
  ~Signals();
  Signals(const Signals&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// SIGINT and SIGTERM.
class StopSignals : public Signals {
 public:
  StopSignals(AsioLoop& loop, std::function<void()> asked_to_stop);
};

}  // namespace earshot::net
