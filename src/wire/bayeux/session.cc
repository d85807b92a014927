#include "wire/bayeux/session.h"

#include <algorithm>

namespace earshot::bayeux {

Session::Session(const SessionSettings& settings, TimePoint now)
    : settings_(settings), interval_(settings.interval) {
  start_clock(now);
}

Advice Session::advice(const SessionSettings& settings, Reconnect reconnect) {
  return {.reconnect = reconnect,
          .interval = reconnect == Reconnect::Retry ? settings.interval : Duration{},
          .timeout = settings.timeout};
}

void Session::start_clock(TimePoint now) {
  state_ = State::Idle;
  due_ = now + interval_ + settings_.max_interval;
}

/// The client's wishes hold for this one connect, and never beyond our own timeout (bayeux.md
/// §3.2). A first connect without a wish is answered at once, for clients that do not send timeout
/// 0.
Session::ConnectStep Session::on_connect(const Message& message, bool may_hold, TimePoint now) {
  const Duration usual = cycle_ == 0 ? Duration{} : settings_.timeout;
  const Duration timeout = std::min(message.advice_timeout.value_or(usual), settings_.timeout);
  interval_ = std::min(message.advice_interval.value_or(settings_.interval),
                       std::max(settings_.interval, settings_.timeout));
  ConnectStep step{.cycle = ++cycle_, .ends_older = is_held()};
  connect_ = ReplyTo{message};
  wants_advice_ = message.has_advice;
  step.hold = may_hold && timeout > Duration{} && !deliverable();
  state_ = step.hold ? State::Held : State::Answering;
  due_ = now + timeout;
  return step;
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
  if (state_ == State::Idle) due_ = std::max(due_, now + settings_.max_interval);
}

bool Session::offer(EventText event) {
  if (queue_.size() >= settings_.max_events) return false;
  if (queued_bytes_ + event->size() > settings_.max_bytes) return false;
  queued_bytes_ += event->size();
  queue_.push_back(std::move(event));
  return true;
}

Session::Answer Session::answer() {
  Answer answer{.cycle = cycle_, .events = {}, .reply = {}};
  if (deliverable()) {
    std::size_t bytes = 0;
    for (const auto& event : queue_) {
      bytes += event->size();
      if (!answer.events.empty() && bytes > settings_.max_answer_bytes) break;
      answer.events.push_back(event);
    }
    in_flight_ = answer.events.size();
    delivery_cycle_ = cycle_;
  }
  std::optional<Advice> told;
  if (wants_advice_) told = advice(settings_, Reconnect::Retry);
  answer.reply = connect_reply(connect_, told);
  state_ = State::Answering;
  return answer;
}

void Session::on_written(std::uint64_t cycle, bool ok, TimePoint now) {
  if (in_flight_ > 0 && cycle == delivery_cycle_) {
    if (ok)
      for (; in_flight_ > 0; --in_flight_) {
        queued_bytes_ -= queue_.front()->size();
        queue_.pop_front();
      }
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
