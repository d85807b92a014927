#include "sim/virtual_loop.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace earshot::sim {
namespace {

/// Work that posts itself for ever would hang a test; no honest scenario posts this much in one
/// instant.
constexpr std::size_t kMostPostedInOneInstant = 1'000'000;

}  // namespace

VirtualLoop::VirtualLoop() : now_(TimePoint{} + std::chrono::hours{1}), wheel_(now_) {}

void VirtualLoop::post(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  posted_.push_back(std::move(work));
}

TimerId VirtualLoop::wake_at(TimePoint at, std::function<void()> work) {
  return wheel_.add(at, std::move(work));
}

void VirtualLoop::cancel(TimerId timer) { wheel_.cancel(timer); }

bool VirtualLoop::is_here() const { return std::this_thread::get_id() == home_; }

void VirtualLoop::run_posted() {
  for (std::size_t ran = 0;; ++ran) {
    std::function<void()> work;
    {
      const std::lock_guard lock(mutex_);
      if (posted_.empty()) return;
      work = std::move(posted_.front());
      posted_.pop_front();
    }
    if (ran > kMostPostedInOneInstant)
      throw std::logic_error("posted work goes on posting without end");
    work();
  }
}

/// Moves to the wheel's next wish or to `limit`, whichever is first, and runs what is due there.
void VirtualLoop::step(TimePoint limit) {
  const auto next = wheel_.next();
  now_ = std::max(now_, std::min(limit, next.value_or(limit)));
  wheel_.advance(now_);
  run_posted();
}

void VirtualLoop::run_until(TimePoint until) {
  run_posted();
  while (now_ < until) step(until);
}

bool VirtualLoop::run_until(const std::function<bool()>& condition, Duration limit) {
  const TimePoint until = now_ + limit;
  run_posted();
  while (!condition()) {
    if (now_ >= until) return false;
    step(until);
  }
  return true;
}

bool VirtualLoop::run_until_idle(Duration limit) {
  return run_until([this] { return wheel_.size() == 0; }, limit);
}

}  // namespace earshot::sim
