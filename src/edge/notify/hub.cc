#include "edge/notify/hub.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/log.h"
#include "view/notification_json.h"
#include "wire/bayeux/reply.h"

namespace earshot::notify {
Hub::Hub(Loop& loop, Entropy& entropy, Callers& callers, NotifySettings settings,
         view::ViewSettings view)
    : loop_(loop),
      entropy_(entropy),
      callers_(callers),
      settings_(std::move(settings)),
      view_(std::move(view)),
      history_(loop, entropy, settings_.history),
      paces_of_users_(settings_.handshakes_per_user),
      paces_of_addresses_(settings_.handshakes_per_address) {}

Hub::~Hub() {
  self_.reset();
  roster_.each([this](Subscriber& subscriber) { loop_.cancel(subscriber.timer); });
  lines_.each([this](Line& line) { loop_.cancel(line.unused); });
}

void Hub::publish(const std::vector<Event>& events) {
  for (const auto& event : events) {
    const UserId& user = user_of(event);
    History::Track* const track = history_.find(user);
    if (!track && roster_.of_user(user).empty()) continue;
    for (auto& notification : view::notifications_of(event, view_))
      if (const auto* channel = channel_of(notification.channel))
        tell(user, *channel, std::move(notification.message_json), track);
  }
}

/// The channels are the server's own few, so the table stays small.
const bayeux::Channel* Hub::channel_of(const std::string& name) {
  if (const auto known = channels_.find(name); known != channels_.end()) return &known->second;
  auto channel = bayeux::Channel::of(name);
  if (!channel) {
    log(LogLevel::Error, "an event for a channel that does not exist", {{"channel", name}});
    return nullptr;
  }
  return &channels_.emplace(name, std::move(*channel)).first->second;
}

void Hub::tell(const UserId& user, const bayeux::Channel& channel, std::string message_json,
               History::Track* track) {
  bayeux::EventText text;
  if (track) text = history_.add(*track, channel, std::move(message_json));
  Roster::Subscribers overflowed;
  for (Subscriber* subscriber : roster_.of_user(user)) {
    if (subscriber->behind || !subscriber->session.wants(channel)) continue;
    if (!text)
      text = std::make_shared<const bayeux::EventMessage>(
          bayeux::EventMessage{std::move(message_json)});
    const bool taken = subscriber->session.offer(text);
    if (!taken && !subscriber->track) {
      overflowed.push_back(subscriber);
      continue;
    }
    if (!taken) subscriber->behind = text->sequence - 1;
    look_at(*subscriber);
  }
  for (Subscriber* subscriber : overflowed) end(*subscriber, End::Overflow);
}

void Hub::look_at(Subscriber& subscriber) {
  if (subscriber.is_due || !has_something(subscriber)) return;
  subscriber.is_due = true;
  due_.push_back(&subscriber);
  if (due_.size() > 1) return;
  loop_.post([self = std::weak_ptr(self_)] {
    if (const auto hub = self.lock()) (*hub)->look_at_due();
  });
}

void Hub::look_at_due() {
  for (Subscriber* subscriber : std::exchange(due_, {})) {
    if (!subscriber) continue;
    subscriber->is_due = false;
    send_what_waits(*subscriber);
  }
}

bool Hub::has_something(const Subscriber& subscriber) const {
  return subscriber.behind || subscriber.session.ready() ||
         (subscriber.line && subscriber.session.can_push());
}

/// Fills the queue from the history, in order; what is published meanwhile is behind it there.
/// @return false where events it should get are gone: it is ended, and its next handshake is told
bool Hub::catch_up(Subscriber& subscriber) {
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
bool Hub::send_what_waits(Subscriber& subscriber) {
  if (!catch_up(subscriber)) return false;
  if (subscriber.line && subscriber.session.can_push()) {
    if (push(subscriber)) look_at(subscriber);  // what is left has its turn after the others'
  } else if (subscriber.session.ready()) {
    answer_waiting(subscriber);
  }
  return true;
}

void Hub::answer_waiting(Subscriber& subscriber) {
  const auto answer = subscriber.session.answer();
  const auto outlet = std::move(subscriber.waiting);
  callers_.touch(subscriber.http_session);
  const auto whom = [&] { return report_on(subscriber, {answer.cycle}); };
  if (!outlet->answer(bayeux::batch_text(answer.events, std::span(&answer.reply, 1),
                                         subscriber.track != nullptr),
                      std::cref(whom)))
    return;
  subscriber.session.on_written(answer.cycle, true, loop_.now());
  look_at(subscriber);
  arm(subscriber);
}

/// Tells the hub once how a write ended, also when the exchange dropped the question: an expiry
/// clock that nobody starts would keep the session for ever (bayeux.md §9).
class Hub::WriteReport {
 public:
  /// `hub` lives as long as any of its subscribers.
  WriteReport(Hub& hub, std::weak_ptr<Subscriber*> subscriber, std::vector<std::uint64_t> cycles)
      : hub_(hub), subscriber_(std::move(subscriber)), cycles_(std::move(cycles)) {}
  WriteReport(const WriteReport&) = delete;
  /// Perhaps inside respond(), hence by way of the loop.
  ~WriteReport() {
    if (told_ || subscriber_.expired()) return;
    hub_.loop_.post([&hub = hub_, subscriber = subscriber_, cycles = cycles_] {
      if (const auto still = subscriber.lock()) hub.on_written(**still, cycles, false);
    });
  }
  void tell(bool ok) {
    if (std::exchange(told_, true)) return;
    if (const auto subscriber = subscriber_.lock()) hub_.on_written(**subscriber, cycles_, ok);
  }

 private:
  Hub& hub_;
  std::weak_ptr<Subscriber*> subscriber_;
  std::vector<std::uint64_t> cycles_;
  bool told_ = false;
};

http::Written Hub::report_on(const Subscriber& subscriber, std::vector<std::uint64_t> cycles) {
  return [report = std::make_shared<WriteReport>(*this, subscriber.self, std::move(cycles))](
             bool ok) { report->tell(ok); };
}

void Hub::on_written(Subscriber& subscriber, const std::vector<std::uint64_t>& cycles, bool ok) {
  for (const auto cycle : cycles) subscriber.session.on_written(cycle, ok, loop_.now());
  if (send_what_waits(subscriber)) arm(subscriber);
}

/// The dead poll is let go before anything could be written into it; what is queued waits for the
/// next one. The exchange is telling us this itself, so it may only be destroyed afterwards.
void Hub::on_gone(Subscriber& subscriber, std::uint64_t cycle) {
  subscriber.session.on_gone(cycle, loop_.now());
  if (subscriber.session.is_held() || !subscriber.waiting) return;
  callers_.touch(subscriber.http_session);
  loop_.post([dead = std::shared_ptr<Outlet>(std::move(subscriber.waiting))] {});
  arm(subscriber);
}

/// Timers that run too early look again, so most changes of the due time need no new timer.
void Hub::arm(Subscriber& subscriber) {
  const auto at = subscriber.session.wake_at();
  if (!at || (subscriber.timer != 0 && subscriber.timer_at <= *at)) return;
  loop_.cancel(subscriber.timer);
  subscriber.timer_at = *at;
  subscriber.timer = loop_.wake_at(*at, [this, &subscriber] { on_timer(subscriber); });
}

void Hub::on_timer(Subscriber& subscriber) {
  subscriber.timer = 0;
  switch (subscriber.session.on_wake(loop_.now())) {
    case bayeux::Session::Due::Nothing:
      break;
    case bayeux::Session::Due::Answer:
      answer_waiting(subscriber);
      break;
    case bayeux::Session::Due::Expired:
      end(subscriber, End::Timeout);
      return;
  }
  arm(subscriber);
}

void Hub::end_session(const std::string& http_session, bool logged_out) {
  const auto subscribers = roster_.of_http_session(http_session);
  for (Subscriber* subscriber : subscribers)
    end(*subscriber, logged_out ? End::LogOut : End::HttpSession);
  const auto lines = lines_.of_http_session(http_session);
  for (const auto& line : lines) close_line(line, http::CloseCode::Normal);
}

bool Hub::is_in_use(const std::string& http_session) const {
  return !roster_.of_http_session(http_session).empty() ||
         !lines_.of_http_session(http_session).empty();
}

void Hub::stop() {
  Roster::Subscribers all;
  roster_.each([&](Subscriber& each) { all.push_back(&each); });
  for (Subscriber* each : all) end(*each, End::ServerEnds);
  Switchboard::Lines unused;
  lines_.each([&](Line& line) { unused.push_back(line.shared_from_this()); });
  for (const auto& line : unused) close_line(line, http::CloseCode::GoingAway);
}

/// Whose session went shall shake hands again and read its state; only who left shall not come back
/// by itself (bayeux.md §3.3).
void Hub::end(Subscriber& subscriber, End why) {
  loop_.cancel(subscriber.timer);
  if (subscriber.is_due) std::replace(due_.begin(), due_.end(), &subscriber, {});
  const auto gone = roster_.remove(subscriber);
  if (gone->waiting) {
    const bool comes_back = why != End::Disconnect && why != End::LogOut;
    const std::string reply =
        gone->session.farewell(comes_back ? bayeux::Reconnect::Handshake : bayeux::Reconnect::None);
    gone->waiting->answer(bayeux::batch_text({}, std::span(&reply, 1)), {});
  }
  if (const auto line = std::exchange(gone->line, nullptr)) {
    line->subscriber = nullptr;
    if (why == End::Disconnect)  // whose client closes by itself (bayeux.md §3.3)
      await_session(*line);
    else
      close_line(line,
                 why == End::ServerEnds ? http::CloseCode::GoingAway : http::CloseCode::Normal);
  }
  if (why == End::Overflow)
    log(LogLevel::Warn, "a client did not fetch its notifications; its session was ended",
        {{"user", gone->user_name}, {"user_id", gone->user.value}, {"address", gone->address}});
  loop_.post([self = std::weak_ptr(self_), user = gone->user, why] {
    const auto hub = self.lock();
    if (hub && (*hub)->ended_) (*hub)->ended_(user, why, (*hub)->sessions_of(user));
  });
}

void Hub::on_ended(std::function<void(const UserId&, End, std::size_t)> ended) {
  ended_ = std::move(ended);
}

bool Hub::is_empty() const { return roster_.empty() && lines_.empty() && due_.empty(); }

std::size_t Hub::held_connects() const {
  std::size_t count = 0;
  roster_.each([&](const Subscriber& each) { count += each.session.is_held() ? 1 : 0; });
  return count;
}

std::size_t Hub::queued_events() const {
  std::size_t count = 0;
  roster_.each([&](const Subscriber& each) { count += each.session.queued_events(); });
  return count;
}

std::size_t Hub::queued_bytes() const {
  std::size_t bytes = 0;
  roster_.each([&](const Subscriber& each) { bytes += each.session.queued_bytes(); });
  return bytes;
}

}  // namespace earshot::notify
