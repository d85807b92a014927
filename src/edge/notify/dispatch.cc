#include "edge/notify/dispatch.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "edge/http/websocket.h"
#include "edge/notify/line.h"

namespace earshot::notify {
namespace {

using bayeux::Session;

bool has_something(const Subscriber& subscriber) {
  return subscriber.behind || subscriber.session.ready() ||
         (subscriber.line && subscriber.session.can_push());
}

bool is_numbered(const Subscriber& subscriber) { return subscriber.track != nullptr; }

}  // namespace

Dispatch::~Dispatch() {
  self_.reset();
  ground_.roster.each([this](Subscriber& subscriber) { ground_.loop.cancel(subscriber.timer); });
}

void Dispatch::look_at(Subscriber& subscriber) {
  if (subscriber.is_due || !has_something(subscriber)) return;
  subscriber.is_due = true;
  due_.push_back(&subscriber);
  if (due_.size() > 1) return;
  ground_.loop.post([self = std::weak_ptr(self_)] {
    if (const auto dispatch = self.lock()) (*dispatch)->look_at_due();
  });
}

void Dispatch::look_at_due() {
  for (Subscriber* subscriber : std::exchange(due_, {})) {
    if (!subscriber) continue;
    subscriber->is_due = false;
    send_what_waits(*subscriber);
  }
}

bool Dispatch::catch_up(Subscriber& subscriber) {
  if (!subscriber.behind || subscriber.session.subscriptions() == 0) return true;
  auto& session = subscriber.session;
  const auto& track = *subscriber.track;
  std::uint64_t& last = *subscriber.behind;
  for (const bool is_kept = track.reaches(last); is_kept && last < track.newest(); ++last) {
    const History::Kept& next = track.at(last + 1);
    if (!session.wants(*next.channel) || session.offer(next.event)) continue;
    if (session.queued_events() > 0) return true;  // more when there is room
    break;                                         // too large for any queue
  }
  const bool caught_up = last == track.newest();
  if (caught_up)
    subscriber.behind.reset();
  else
    end(subscriber, End::Overflow);
  return caught_up;
}

/// @return false where it ended instead
bool Dispatch::send_what_waits(Subscriber& subscriber) {
  if (!catch_up(subscriber)) return false;
  if (subscriber.line && subscriber.session.can_push())
    push(subscriber);
  else if (subscriber.session.ready())
    answer_waiting(subscriber);
  return true;
}

void Dispatch::answer_waiting(Subscriber& subscriber) {
  const auto answer = subscriber.session.answer();
  const auto outlet = std::move(subscriber.waiting);
  ground_.callers.touch(subscriber.http_session);
  deliver(*outlet, {answer.events, std::span(&answer.reply, 1), is_numbered(subscriber)},
          &subscriber, std::span(&answer.cycle, 1));
}

/// Without acknowledgement events need no connect to travel by.
void Dispatch::push(Subscriber& subscriber) {
  const auto events = subscriber.session.push();
  deliver(*subscriber.line, {events, {}, is_numbered(subscriber)}, &subscriber,
          std::span(&Session::kPush, 1));
}

/// What is left after it has its turn after the others'.
void Dispatch::deliver(Carrier& by, const Batch& batch, Subscriber* to,
                       std::span<const std::uint64_t> cycles) {
  const auto whom = [&]() -> http::Written {
    if (!to) return {};
    return report_on(*to, {cycles.begin(), cycles.end()});
  };
  const bool written =
      by.send(bayeux::batch_text(batch.events, batch.replies, batch.numbered), std::cref(whom));
  if (!written || !to) return;
  for (const auto cycle : cycles) to->session.on_written(cycle, true, ground_.loop.now());
  look_at(*to);
  arm(*to);
}

/// Tells the session once how a write ended, also when the exchange dropped the question: an expiry
/// clock that nobody starts would keep the session for ever (bayeux.md §9).
class Dispatch::WriteReport {
 public:
  /// `dispatch` lives as long as any of its subscribers.
  WriteReport(Dispatch& dispatch, std::weak_ptr<Subscriber*> subscriber,
              std::vector<std::uint64_t> cycles)
      : dispatch_(dispatch), subscriber_(std::move(subscriber)), cycles_(std::move(cycles)) {}
  WriteReport(const WriteReport&) = delete;
  /// Perhaps inside send(), hence by way of the loop.
  ~WriteReport() {
    if (told_ || subscriber_.expired()) return;
    dispatch_.ground_.loop.post(
        [&dispatch = dispatch_, subscriber = subscriber_, cycles = cycles_] {
          if (const auto still = subscriber.lock()) dispatch.on_written(**still, cycles, false);
        });
  }
  void tell(bool ok) {
    if (std::exchange(told_, true)) return;
    if (const auto subscriber = subscriber_.lock()) dispatch_.on_written(**subscriber, cycles_, ok);
  }

 private:
  Dispatch& dispatch_;
  std::weak_ptr<Subscriber*> subscriber_;
  std::vector<std::uint64_t> cycles_;
  bool told_ = false;
};

http::Written Dispatch::report_on(const Subscriber& subscriber, std::vector<std::uint64_t> cycles) {
  return [report = std::make_shared<WriteReport>(*this, subscriber.self, std::move(cycles))](
             bool ok) { report->tell(ok); };
}

void Dispatch::on_written(Subscriber& subscriber, std::span<const std::uint64_t> cycles, bool ok) {
  for (const auto cycle : cycles) subscriber.session.on_written(cycle, ok, ground_.loop.now());
  if (send_what_waits(subscriber)) arm(subscriber);
}

/// The exchange is telling us this itself, so it may only be destroyed afterwards.
void Dispatch::on_gone(Subscriber& subscriber, std::uint64_t cycle) {
  subscriber.session.on_gone(cycle, ground_.loop.now());
  if (subscriber.session.is_held() || !subscriber.waiting) return;
  ground_.callers.touch(subscriber.http_session);
  ground_.loop.post([dead = std::shared_ptr<Outlet>(std::move(subscriber.waiting))] {});
  arm(subscriber);
}

/// Timers that run too early look again, so most changes of the due time need no new timer.
void Dispatch::arm(Subscriber& subscriber) {
  const auto at = subscriber.session.wake_at();
  if (!at || (subscriber.timer != 0 && subscriber.timer_at <= *at)) return;
  ground_.loop.cancel(subscriber.timer);
  subscriber.timer_at = *at;
  subscriber.timer = ground_.loop.wake_at(*at, [this, &subscriber] { on_timer(subscriber); });
}

void Dispatch::on_timer(Subscriber& subscriber) {
  subscriber.timer = 0;
  switch (subscriber.session.on_wake(ground_.loop.now())) {
    case Session::Due::Nothing:
      break;
    case Session::Due::Answer:
      answer_waiting(subscriber);
      break;
    case Session::Due::Expired:
      end(subscriber, End::Timeout);
      return;
  }
  arm(subscriber);
}

/// Whose session went shall shake hands again and read its state; only who left shall not come back
/// by itself.
void Dispatch::end(Subscriber& subscriber, End why) {
  ground_.loop.cancel(subscriber.timer);
  if (subscriber.is_due) std::replace(due_.begin(), due_.end(), &subscriber, {});
  const auto gone = ground_.roster.remove(subscriber);
  if (gone->waiting) {
    const bool comes_back = why != End::Disconnect && why != End::LogOut;
    const std::string reply =
        gone->session.farewell(comes_back ? bayeux::Reconnect::Handshake : bayeux::Reconnect::None);
    gone->waiting->send(bayeux::batch_text({}, std::span(&reply, 1)), {});
  }
  if (const auto line = std::exchange(gone->line, nullptr)) {
    if (why == End::Disconnect)
      line->part({});
    else
      line->part(why == End::ServerEnds ? http::CloseCode::GoingAway : http::CloseCode::Normal);
  }
  if (why == End::Overflow)
    log(LogLevel::Warn, "a client did not fetch its notifications; its session was ended",
        {{"user", gone->user_name}, {"user_id", gone->user.value}, {"address", gone->address}});
  ground_.loop.post([self = std::weak_ptr(self_), user = gone->user, why] {
    const auto dispatch = self.lock();
    if (!dispatch || !(*dispatch)->ended_) return;
    (*dispatch)->ended_(user, why, (*dispatch)->ground_.roster.of_user(user).size());
  });
}

}  // namespace earshot::notify
