#include "app/ending.h"

#include <utility>

#include "base/log.h"

namespace earshot::app {

Ending::Ending(Loop& loop, std::vector<Step> steps, std::function<void()> ended)
    : loop_(loop), steps_(std::move(steps)), ended_(std::move(ended)) {}

Ending::~Ending() { loop_.cancel(limit_); }

void Ending::go_on(std::size_t step) {
  current_ = step;
  if (step == steps_.size()) return ended_();
  limit_ = loop_.wake_in(steps_[step].limit, [this, step] { leave(step, true); });
  steps_[step].begin([this, step, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) leave(step, false);
  });
}

void Ending::leave(std::size_t step, bool given_up) {
  if (step != current_) return;  // given up meanwhile
  loop_.cancel(std::exchange(limit_, 0));
  if (given_up) log(LogLevel::Warn, "stopping without waiting any longer: " + steps_[step].what);
  go_on(step + 1);
}

}  // namespace earshot::app
