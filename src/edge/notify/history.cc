#include "edge/notify/history.h"

#include <algorithm>
#include <utility>

namespace earshot::notify {

History::History(Loop& loop, Entropy& entropy, HistorySettings settings)
    : loop_(loop), entropy_(entropy), settings_(settings) {}

History::~History() { loop_.cancel(timer_); }

History::Track& History::of(const UserId& user) {
  if (Track* begun = find(user)) return *begun;
  constexpr int kUnusedBits = 64 - 52;
  const std::uint64_t before_first = 1 + (entropy_.number() >> kUnusedBits);
  return tracks_.emplace(user, Track{before_first}).first->second;
}

History::Track* History::find(const UserId& user) {
  const auto found = tracks_.find(user);
  return found == tracks_.end() ? nullptr : &found->second;
}

/// The text, and about what list, index and string take besides.
std::size_t History::cost_of(const Kept& kept) { return kept.event->text.size() + 160; }

bayeux::EventText History::add(Track& track, const bayeux::Channel& channel,
                               std::string message_json) {
  auto event = std::make_shared<const bayeux::EventMessage>(
      bayeux::EventMessage{std::move(message_json), ++track.newest_});
  order_.push_back({&track, &channel, event, loop_.now() + settings_.keep});
  track.kept_.push_back(std::prev(order_.end()));
  track.bytes_ += cost_of(order_.back());
  bytes_ += cost_of(order_.back());
  while (track.kept_.size() > settings_.events_per_user || track.bytes_ > settings_.bytes_per_user)
    drop_oldest_of(track);
  while (bytes_ > settings_.bytes) drop_oldest_of(*order_.front().track);
  arm();
  return event;
}

/// The oldest of all is always the oldest of its user.
void History::drop_oldest_of(Track& track) {
  const auto oldest = track.kept_.front();
  track.bytes_ -= cost_of(*oldest);
  bytes_ -= cost_of(*oldest);
  track.kept_.pop_front();
  if (track.kept_.empty()) track.kept_.shrink_to_fit();
  order_.erase(oldest);
}

void History::arm() {
  if (timer_ != 0 || order_.empty()) return;
  timer_ = loop_.wake_at(order_.front().until, [this] {
    timer_ = 0;
    expire();
    arm();
  });
}

void History::expire() {
  const TimePoint now = loop_.now();
  while (!order_.empty() && order_.front().until <= now) drop_oldest_of(*order_.front().track);
}

ToldEvents History::told_after(const UserId& user, std::optional<std::uint64_t> after,
                               std::size_t limit) {
  expire();
  const Track& track = of(user);
  ToldEvents told;
  told.newest = told.cursor = track.newest();
  told.gap = after && !track.reaches(*after);
  if (!after || told.gap) return told;
  told.cursor = *after;
  std::size_t bytes = 0;
  while (told.cursor < told.newest && told.events.size() < limit) {
    const auto& event = track.at(told.cursor + 1).event;
    bytes += event->text.size();
    if (bytes > settings_.page_bytes && !told.events.empty()) break;
    told.events.push_back({event->sequence, {event, &event->text}});
    ++told.cursor;
  }
  return told;
}

}  // namespace earshot::notify
