#include "base/timer_wheel.h"

#include <algorithm>
#include <utility>

namespace earshot {

TimerWheel::TimerWheel(TimePoint now) : origin_(now) {}

/// Rounds up, so that no timer runs early.
TimerWheel::Tick TimerWheel::tick_of(TimePoint at) const {
  if (at <= origin_) return 0;
  return static_cast<Tick>(std::chrono::ceil<milliseconds>(at - origin_).count());
}

TimerId TimerWheel::add(TimePoint at, std::function<void()> work) {
  std::uint32_t index;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Entry& entry = entries_[index];
  entry.due = std::max(tick_of(at), current_ + 1);
  entry.work = std::move(work);
  ++entry.generation;
  link(index);
  ++live_;
  return (TimerId{entry.generation} << 32) | index;
}

void TimerWheel::cancel(TimerId timer) {
  const auto index = static_cast<std::uint32_t>(timer);
  const auto generation = static_cast<std::uint32_t>(timer >> 32);
  if (timer == 0 || index >= entries_.size()) return;
  Entry& entry = entries_[index];
  if (entry.generation != generation || entry.slot == kNone) return;
  unlink(index);
  entry.work = nullptr;
  free_.push_back(index);
  --live_;
}

/// The level is the highest one on which the due tick differs from the current one, so that a
/// slot is only ever emptied when the wheel below it has come round to it.
void TimerWheel::link(std::uint32_t index) {
  Entry& entry = entries_[index];
  const Tick reach = (Tick{1} << (kLevels * kSlotBits)) - 1;
  const Tick due = std::min(entry.due, current_ + reach - kSlots);
  int level = 0;
  while (level + 1 < kLevels &&
         (due >> ((level + 1) * kSlotBits)) != (current_ >> ((level + 1) * kSlotBits)))
    ++level;
  entry.slot = static_cast<std::uint32_t>(level * kSlots) +
               static_cast<std::uint32_t>((due >> (level * kSlotBits)) & (kSlots - 1));
  Slot& slot = slots_[entry.slot];
  entry.previous = slot.last;
  entry.following = kNone;
  (slot.last == kNone ? slot.first : entries_[slot.last].following) = index;
  slot.last = index;
}

void TimerWheel::unlink(std::uint32_t index) {
  Entry& entry = entries_[index];
  Slot& slot = slots_[entry.slot];
  (entry.previous == kNone ? slot.first : entries_[entry.previous].following) = entry.following;
  (entry.following == kNone ? slot.last : entries_[entry.following].previous) = entry.previous;
  entry.slot = kNone;
}

void TimerWheel::cascade(int level) {
  const auto index = (current_ >> (level * kSlotBits)) & (kSlots - 1);
  if (index == 0 && level + 1 < kLevels) cascade(level + 1);
  Slot& slot = slots_[static_cast<std::size_t>(level * kSlots) + index];
  std::uint32_t entry = slot.first;
  slot = {};
  while (entry != kNone) {
    const std::uint32_t following = entries_[entry].following;
    link(entry);
    entry = following;
  }
}

void TimerWheel::advance(TimePoint now) {
  const Tick target =
      now <= origin_ ? 0
                     : static_cast<Tick>(std::chrono::floor<milliseconds>(now - origin_).count());
  while (current_ < target) {
    if (live_ == 0) {
      current_ = target;
      return;
    }
    ++current_;
    if ((current_ & (kSlots - 1)) == 0) cascade(1);
    Slot& slot = slots_[current_ & (kSlots - 1)];
    while (slot.first != kNone) {
      const std::uint32_t index = slot.first;
      unlink(index);
      const auto work = std::move(entries_[index].work);
      entries_[index].work = nullptr;
      free_.push_back(index);
      --live_;
      work();
    }
  }
}

std::optional<TimePoint> TimerWheel::next() const {
  if (live_ == 0) return std::nullopt;
  const Tick border = (current_ | (kSlots - 1)) + 1;  // where the next cascade happens
  for (Tick tick = current_ + 1; tick < border; ++tick)
    if (slots_[tick & (kSlots - 1)].first != kNone)
      return origin_ + milliseconds(static_cast<std::int64_t>(tick));
  return origin_ + milliseconds(static_cast<std::int64_t>(border));
}

}  // namespace earshot
