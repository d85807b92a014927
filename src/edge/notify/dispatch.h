#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "edge/notify/ground.h"
#include "edge/notify/outlet.h"
#include "edge/notify/roster.h"
#include "wire/bayeux/reply.h"

namespace earshot::notify {

/// Why a Bayeux session ended.
enum class End { Disconnect, Timeout, Overflow, LogOut, HttpSession, Displaced, ServerEnds };

/// What travels to a client as one array.
struct Batch {
  std::span<const bayeux::EventText> events;
  std::span<const std::string> replies;
  bool numbered = false;  ///< the events bear their sequence numbers
};

/// Brings each session what waits for it, over whatever reaches it now, hears how that fared, keeps
/// the sessions' clocks and ends them. Control loop only.
///
/// What waits is looked at once per turn of the loop, so that what comes together travels together.
/// A session whose queue is full is fed from its user's history until it has caught up.
class Dispatch {
 public:
  /// `ground` outlives it.
  explicit Dispatch(Ground& ground) : ground_(ground) {}
  /// Nobody is called back afterwards.
  ~Dispatch();
  Dispatch(const Dispatch&) = delete;

  /// The session got something, or may send again: it has its turn in a later turn of the loop.
  void look_at(Subscriber& subscriber);
  /// Fills its queue from the history, in order; what is published meanwhile is behind it there.
  /// @return false where events it should get are gone: it is ended, and its next handshake is told
  bool catch_up(Subscriber& subscriber);
  /// Sends a batch and tells the session how the answers of `cycles` fared: now where it is written
  /// at once, else when the report comes, and as lost where none does.
  /// @param to  whose cycles they are; null: nobody is told
  void deliver(Carrier& by, const Batch& batch, Subscriber* to,
               std::span<const std::uint64_t> cycles);
  /// Its connect of `cycle` is gone with its client. The dead poll is let go before anything could
  /// be written into it; what is queued waits for the next one.
  void on_gone(Subscriber& subscriber, std::uint64_t cycle);
  /// Wakes for what its session is due to do next.
  void arm(Subscriber& subscriber);
  /// It is off the roster and destroyed. A connect that waits is told to shake hands again, or,
  /// where the user left, to stop (bayeux.md §3.3); its line is closed, but after a disconnect.
  void end(Subscriber& subscriber, End why);
  /// Told once of every session that ends, in a later turn of the loop; `left` is how many its user
  /// has then.
  void on_ended(std::function<void(const UserId& user, End why, std::size_t left)> ended) {
    ended_ = std::move(ended);
  }
  /// Nobody waits for their turn.
  bool is_idle() const { return due_.empty(); }

 private:
  class WriteReport;

  void look_at_due();
  bool send_what_waits(Subscriber& subscriber);
  void answer_waiting(Subscriber& subscriber);
  void push(Subscriber& subscriber);
  http::Written report_on(const Subscriber& subscriber, std::vector<std::uint64_t> cycles);
  void on_written(Subscriber& subscriber, std::span<const std::uint64_t> cycles, bool ok);
  void on_timer(Subscriber& subscriber);

  Ground& ground_;
  std::vector<Subscriber*> due_;  ///< got events since the last look; null where it ended meanwhile
  std::function<void(const UserId&, End, std::size_t)> ended_;
  /// Callbacks that outlive us find out by this.
  std::shared_ptr<Dispatch*> self_ = std::make_shared<Dispatch*>(this);
};

}  // namespace earshot::notify
