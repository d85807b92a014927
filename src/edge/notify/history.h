#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/entropy.h"
#include "base/loop.h"
#include "model/ids.h"
#include "ports/event_history.h"
#include "wire/bayeux/channel.h"
#include "wire/bayeux/reply.h"

namespace earshot::notify {

/// How many events are kept, and for how long.
struct HistorySettings {
  Duration keep = seconds{600};           ///< an event, at the longest
  std::size_t events_per_user = 10'000;   ///< beyond: the user's oldest goes
  std::size_t bytes_per_user = 16 << 20;  ///< likewise
  std::size_t bytes = 256 << 20;          ///< of all users; beyond: the oldest of all goes
  std::size_t page_bytes = 1 << 20;       ///< of the events of one page, but at least one event
};

/// The latest events of each user, numbered one by one, so that whoever names the last one known
/// gets exactly those after it, or hears that there are some no more.
///
/// A user's events are numbered from the first time anybody asks for numbers: before that nobody
/// can name one. The first number is random, so that one from an earlier life of the server is
/// known by none of its users' ranges (2^52 to choose from: every number is exact in JavaScript).
///
/// All events wait in one list in the order of time, and each user has an index into it: the list's
/// front is what expires next, one timer suffices, and each event costs O(1).
class History final : public EventHistory {
 public:
  /// `loop` and `entropy` outlive the history.
  History(Loop& loop, Entropy& entropy, HistorySettings settings);
  ~History() override;
  History(const History&) = delete;

  struct Kept;
  using Order = std::list<Kept>;

  /// One user's numbers and the events that are still kept: the latest, without a hole.
  class Track {
   public:
    explicit Track(std::uint64_t before_first) : newest_(before_first) {}
    /// The number of the latest event; before the first, one less than it will have.
    std::uint64_t newest() const { return newest_; }
    /// Whether every event after `sequence` is still kept.
    bool reaches(std::uint64_t sequence) const {
      return sequence <= newest_ && newest_ - sequence <= kept_.size();
    }
    /// Precondition: reaches(sequence - 1), and it is not beyond newest().
    const Kept& at(std::uint64_t sequence) const {
      return *kept_[kept_.size() - 1 - static_cast<std::size_t>(newest_ - sequence)];
    }

   private:
    friend class History;
    std::deque<Order::iterator> kept_;
    std::uint64_t newest_;
    std::size_t bytes_ = 0;
  };
  /// An event, and until when it can be asked for.
  struct Kept {
    Track* track;
    const bayeux::Channel* channel;
    bayeux::EventText event;
    TimePoint until;
  };

  /// The user's track, begun now if need be; it stays where it is.
  Track& of(const UserId& user);
  /// Null where nobody asked for the user's numbers yet.
  Track* find(const UserId& user);
  /// Numbers an event and keeps it. `channel` outlives the history.
  bayeux::EventText add(Track& track, const bayeux::Channel& channel, std::string message_json);

  ToldEvents told_after(const UserId& user, std::optional<std::uint64_t> after,
                        std::size_t limit) override;

  /// How many are kept now, of all users.
  std::size_t events() const { return order_.size(); }
  /// Of the messages and of what keeping them costs.
  std::size_t bytes() const { return bytes_; }

 private:
  static std::size_t cost_of(const Kept& kept);
  void drop_oldest_of(Track& track);
  void arm();
  void expire();

  Loop& loop_;
  Entropy& entropy_;
  HistorySettings settings_;
  Order order_;
  std::unordered_map<UserId, Track> tracks_;
  std::size_t bytes_ = 0;
  TimerId timer_ = 0;
};

}  // namespace earshot::notify
