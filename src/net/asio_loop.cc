#include "net/asio_loop.h"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cassert>
#include <chrono>
#include <deque>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/timer_wheel.h"
#include "net/contained.h"

namespace earshot::net {
namespace {

TimePoint steady_now() {
  return TimePoint{
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

std::chrono::steady_clock::time_point steady(TimePoint at) {
  return std::chrono::steady_clock::time_point{
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(at.time_since_epoch())};
}

}  // namespace

struct AsioLoop::State {
  // Asio keeps what its own thread posts aside until the handler at hand has ended, and lets other
  // threads' work pass it. A queue of our own keeps the order in which everybody posted.
  std::mutex mutex;
  std::deque<std::function<void()>> posted;
  std::deque<std::function<void()>> batch;  // of drain(), whose memory it keeps
  bool drain_due = false;
  // On whole milliseconds, so that the wheel's ticks are those of the clock (see wake_at).
  TimerWheel wheel{std::chrono::floor<milliseconds>(steady_now())};

  // One thread runs it, which spares Asio wake-ups; posting from others stays safe.
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{
      context.get_executor()};
  boost::asio::steady_timer timer{context};
  std::optional<TimePoint> armed;
  bool advancing = false;
  std::atomic<std::thread::id> home{};

  /// What is left may own sockets, which need the context; Asio's own handlers may post and cancel
  /// while the context goes, which needs the queue and the wheel.
  ~State() {
    {
      const std::lock_guard lock{mutex};
      drain_due = true;
    }
    std::exchange(posted, {}).clear();
    wheel = TimerWheel{steady_now()};
  }

  void post(std::function<void()> work) {
    {
      const std::lock_guard lock{mutex};
      posted.push_back(std::move(work));
      if (std::exchange(drain_due, true)) return;
    }
    // Unlocked: the thread it wakes would find the queue held.
    boost::asio::post(context, [this] { drain(); });
  }

  /// Runs what is queued now; what that posts has its turn after the sockets.
  void drain() {
    {
      const std::lock_guard lock{mutex};
      batch.swap(posted);
      drain_due = false;
    }
    for (; !batch.empty() && !context.stopped(); batch.pop_front())
      contained("post", batch.front());
    if (batch.empty()) return;
    const std::lock_guard lock{mutex};
    posted.insert(posted.begin(), std::make_move_iterator(batch.begin()),
                  std::make_move_iterator(batch.end()));
    batch.clear();
    if (!std::exchange(drain_due, true)) boost::asio::post(context, [this] { drain(); });
  }

  void arm(TimePoint at) {
    armed = at;
    timer.expires_at(steady(at));  // cancels the wait before
    timer.async_wait([this](const boost::system::error_code& error) {
      if (!error) advance();
    });
  }

  void advance() {
    armed.reset();
    advancing = true;
    wheel.advance(steady_now());
    advancing = false;
    if (const auto next = wheel.next()) arm(*next);
  }
};

AsioLoop::AsioLoop() : state_(std::make_unique<State>()) {}
AsioLoop::~AsioLoop() = default;

void AsioLoop::run() {
  state_->home = std::this_thread::get_id();
  while (!state_->context.stopped()) contained("loop", [this] { state_->context.run(); });
  state_->context.restart();
  state_->home = std::thread::id{};
}

void AsioLoop::stop() { state_->context.stop(); }

TimePoint AsioLoop::now() const { return steady_now(); }

void AsioLoop::post(std::function<void()> work) { state_->post(std::move(work)); }

TimerId AsioLoop::wake_at(TimePoint at, std::function<void()> work) {
  assert(is_here());
  State& state = *state_;
  // An empty wheel stands still; brought up to date it need not walk through the time it slept.
  if (state.wheel.size() == 0 && !state.advancing) state.wheel.advance(steady_now());
  // The wheel must never see an exception: it would leave the rest of the tick behind.
  const TimerId timer = state.wheel.add(at, [work = std::move(work)] { contained("timer", work); });
  if (state.advancing) return timer;  // armed afterwards
  // The tick it runs in. Asking the wheel for the earliest would cost a walk for each timer.
  const TimePoint due = std::chrono::ceil<milliseconds>(at);
  if (!state.armed || due < *state.armed) state.arm(due);
  return timer;
}

void AsioLoop::cancel(TimerId timer) {
  assert(is_here());
  state_->wheel.cancel(timer);
}

bool AsioLoop::is_here() const {
  const auto home = state_->home.load();
  return home == std::thread::id{} || home == std::this_thread::get_id();
}

boost::asio::io_context& AsioLoop::context() { return state_->context; }

}  // namespace earshot::net
