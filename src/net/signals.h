#pragma once

#include <functional>
#include <memory>

#include "net/asio_loop.h"

namespace earshot::net {

/// Turns SIGINT and SIGTERM into calls on the loop, as long as it lives.
class StopSignals {
 public:
  StopSignals(AsioLoop& loop, std::function<void()> asked_to_stop);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace earshot::net
