#include "wire/bayeux/session.h"

#include <algorithm>
#include <utility>

namespace earshot::bayeux {

Session::Session(const SessionSettings& settings, TimePoint now, Delivery delivery)
    : settings_(settings), delivery_(delivery), interval_(settings.interval) {
  start_clock(now);
}

Advice Session::advice(const SessionSettings& settings, Reconnect reconnect) {
  return {.reconnect = reconnect,
          .interval = reconnect == Reconnect::Retry ? settings.interval : Duration{},
          .timeout = settings.timeout};
}

void Session::start_clock(TimePoint now) {
  state_ = State::Idle;
  due_ = roughly(now + interval_ + settings_.max_interval, now);
}

/// The client's wishes hold for this one connect, and never beyond our own timeout (bayeux.md
/// §3.2). A first connect without a wish is answered at once, for clients that do not send timeout
/// 0.
Session::ConnectStep Session::on_connect(const Message& message, bool may_hold, TimePoint now,
                                         bool crowded) {
  const Duration usual = cycle_ == 0 ? Duration{} : settings_.timeout;
  const Duration timeout = std::min(message.advice_timeout.value_or(usual), settings_.timeout);
  interval_ = std::min(message.advice_interval.value_or(settings_.interval),
                       std::max(settings_.interval, settings_.timeout));
  ConnectStep step{.cycle = ++cycle_, .ends_older = is_held()};
  if (acknowledges()) take_acknowledgement(message.ack.value_or(0));
  connect_ = ReplyTo{message};
  const bool may_wait = may_hold && timeout > Duration{} && !deliverable();
  const bool was_crowded = std::exchange(crowded_, crowded && may_wait);
  wants_advice_ = message.has_advice || was_crowded;
  if (crowded_) interval_ = std::max(interval_, settings_.crowded_interval);
  step.hold = may_wait && !crowded_;
  state_ = step.hold ? State::Held : State::Answering;
  due_ = roughly(now + timeout, now);
  return step;
}

/// A stale number finds nothing to drop, a negative one neither, and no number reaches what was
/// never sent. Every answer begins at the queue's front and goes at least as far as the one before,
/// so whoever got batch n got all that was first sent in a batch up to n.
void Session::take_acknowledgement(std::int64_t batch) {
  if (batch <= 0) return;
  const auto last = static_cast<std::uint64_t>(batch);
  while (!queue_.empty() && queue_.front().batch != 0 && queue_.front().batch <= last) drop_front();
}

void Session::drop_front() {
  queued_bytes_ -= queue_.front().message->text.size();
  queue_.pop_front();
}

/// @return the error string; empty where the message may be followed
std::string Session::refusal_of(const Message& message) const {
  if (message.subscription.empty()) return "403::subscription_missing";
  if (message.subscriptions.empty()) return "403::subscription_invalid";
  for (const auto& pattern : message.subscriptions)
    if (!is_pattern(pattern)) return "403::subscription_invalid";
  return {};
}

std::string Session::on_subscribe(const Message& message, TimePoint now) {
  on_message(now);
  if (const auto refusal = refusal_of(message); !refusal.empty())
    return subscription_reply(message, refusal);
  std::vector<std::string> fresh;
  for (const auto& pattern : message.subscriptions) {
    if (is_meta(pattern))
      return subscription_reply(message, "403:" + pattern + ":subscribe_denied");
    if (!is_service(pattern) && !subscriptions_.contains(pattern)) fresh.push_back(pattern);
  }
  std::sort(fresh.begin(), fresh.end());
  fresh.erase(std::unique(fresh.begin(), fresh.end()), fresh.end());
  if (subscriptions_.size() + fresh.size() > settings_.max_subscriptions)
    return subscription_reply(message, "429::too_many_subscriptions");
  for (const auto& pattern : fresh) subscriptions_.add(pattern);
  return subscription_reply(message, {});
}

std::string Session::on_unsubscribe(const Message& message, TimePoint now) {
  on_message(now);
  const auto refusal = refusal_of(message);
  if (refusal.empty())
    for (const auto& pattern : message.subscriptions) subscriptions_.remove(pattern);
  return subscription_reply(message, refusal);
}

void Session::on_message(TimePoint now) {
  if (state_ == State::Idle) due_ = std::max(due_, roughly(now + settings_.max_interval, now));
}

bool Session::offer(EventText event) {
  if (queue_.size() >= settings_.max_events) return false;
  if (queued_bytes_ + event->text.size() > settings_.max_bytes) return false;
  queued_bytes_ += event->text.size();
  queue_.push_back({.message = std::move(event)});
  return true;
}

/// What fits into one answer, in order. `carried` events count as being in it already.
std::vector<EventText> Session::next_events(std::size_t carried) {
  std::vector<EventText> events;
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < queue_.size(); ++at) {
    Queued& event = queue_[at];
    bytes += event.message->text.size();
    if (at > 0 && bytes > settings_.max_answer_bytes) break;
    if (at < carried) continue;
    if (event.batch == 0) event.batch = last_batch_;
    events.push_back(event.message);
  }
  return events;
}

Session::Answer Session::answer(std::size_t carried) {
  Answer answer{.cycle = cycle_, .events = {}, .reply = {}};
  std::optional<std::uint64_t> batch;
  if (acknowledges()) {
    batch = ++last_batch_;
    answer.events = next_events(carried);
  } else if (deliverable()) {
    answer.events = next_events(0);
    in_flight_ = answer.events.size();
    delivery_cycle_ = cycle_;
  }
  std::optional<Advice> told;
  if (wants_advice_ || crowded_) told = advice(settings_, Reconnect::Retry);
  if (crowded_) {
    told->multiple_clients = true;
    told->interval = std::max(told->interval, settings_.crowded_interval);
  }
  answer.reply = connect_reply(connect_, told, batch);
  state_ = State::Answering;
  return answer;
}

std::vector<EventText> Session::push() {
  std::vector<EventText> events;
  events.reserve(std::min(queue_.size(), settings_.max_push_events));
  std::size_t bytes = 0;
  for (const auto& event : queue_) {
    bytes += event.message->text.size();
    if (events.size() >= settings_.max_push_events) break;
    if (!events.empty() && bytes > settings_.max_push_bytes) break;
    events.push_back(event.message);
  }
  in_flight_ = events.size();
  delivery_cycle_ = kPush;
  return events;
}

void Session::on_written(std::uint64_t cycle, bool ok, TimePoint now) {
  if (in_flight_ > 0 && cycle == delivery_cycle_) {
    if (ok)
      for (; in_flight_ > 0; --in_flight_) drop_front();
    in_flight_ = 0;
  }
  if (cycle == cycle_ && state_ == State::Answering) start_clock(now);
}

void Session::on_gone(std::uint64_t cycle, TimePoint now) {
  if (cycle == cycle_ && is_held()) start_clock(now);
}

std::string Session::farewell(Reconnect reconnect) const {
  return failure_reply(connect_, "402::session_unknown", advice(settings_, reconnect));
}

Session::Due Session::on_wake(TimePoint now) const {
  if (state_ == State::Answering || now < due_) return Due::Nothing;
  return is_held() ? Due::Answer : Due::Expired;
}

std::optional<TimePoint> Session::wake_at() const {
  if (state_ == State::Answering) return std::nullopt;
  return due_;
}

}  // namespace earshot::bayeux
