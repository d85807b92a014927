#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "wire/bayeux/channel.h"
#include "wire/bayeux/message.h"
#include "wire/bayeux/reply.h"

namespace earshot::bayeux {

/// Defaults: bayeux.md §13.
struct SessionSettings {
  Duration timeout = seconds{25};       ///< how long a connect is held
  Duration interval{};                  ///< the pause clients make between two connects
  Duration max_interval = seconds{15};  ///< silence after which a session expires
  std::size_t max_events = 2'000;       ///< queued; beyond: overflow
  std::size_t max_bytes = 1 << 20;      ///< queued; beyond: overflow
  std::size_t max_subscriptions = 500;
  Duration crowded_interval = seconds{2};     ///< the pause of a client in a crowded browser
  std::size_t max_answer_bytes = 256 * 1024;  ///< of events in one answer, but at least one event
  std::size_t max_push_events = 64;
  std::size_t max_push_bytes = 32 * 1024;  ///< likewise
};

/// One Bayeux session between handshake and end: subscriptions, queue, the connect that waits, and
/// the clock that ends it. Knows no transport: whoever owns it carries its answers and tells it how
/// they fared.
///
///              on_connect, nothing to send                    on_wake (timeout), ready()
///   Idle ───────────────────────────────► Held ──────────────────────────► Answering
///    ▲  └── on_connect, something to send, or not to be held ──────────────►  │ │
///    │                                     │ on_gone                          │ │ on_connect
///    ├─────────────────────────────────────┘                                  │ └─► Held,
///    Answering └── on_written, true or false ───────────────────────────────────────────┘
///
/// Only Idle has a running expiry clock. Each connect opens a new cycle; news of an older cycle
/// never starts the clock (bayeux.md §9).
///
/// An event leaves the queue only when the answer that carries it was written. Until then further
/// connects get no events, so that order is strict and nothing is sent twice.
///
/// A client that acknowledges decides itself what it got: every answer bears a batch number, and
/// the next connect names the last one that arrived. An event is kept until the batch that first
/// carried it is acknowledged; until then every answer begins with it, and no connect is held
/// (bayeux.md §8). An answer's events and its reply are one unit: a transport that can cut between
/// messages sends both in one.
class Session {
 public:
  /// How the client confirms that events arrived.
  enum class Delivery { Written, Acknowledged };

  Session(const SessionSettings& settings, TimePoint now, Delivery delivery = Delivery::Written);

  /// `reconnect` with this server's interval and timeout.
  static Advice advice(const SessionSettings& settings, Reconnect reconnect);

  /// What to do with a connect that came.
  struct ConnectStep {
    std::uint64_t cycle = 0;
    bool ends_older = false;  ///< an older connect waited: end it without a reply, it gets nothing
    bool hold = false;        ///< keep it until ready() or on_wake says so; else answer() it now
  };
  /// @param may_hold  whether its transport lets it wait (over HTTP: when alone in its array)
  /// @param crowded   its browser holds as many polls as it may: instead of waiting it is answered
  ///                  at once, with the advice to come more seldom; the first connect that finds
  ///                  room again is told so
  ConnectStep on_connect(const Message& message, bool may_hold, TimePoint now,
                         bool crowded = false);
  /// Checks all channels of the message, then takes all of them or none.
  /// @return the complete reply
  std::string on_subscribe(const Message& message, TimePoint now);
  /// @return the complete reply; what was never subscribed is no error
  std::string on_unsubscribe(const Message& message, TimePoint now);
  /// Any other message: the session lives on for max_interval at least.
  void on_message(TimePoint now);

  /// Whether an event on `channel` is to be offered.
  bool wants(const Channel& channel) const { return subscriptions_.match(channel); }
  /// Queues an event. @return false where the queue would overflow: the session must end
  [[nodiscard]] bool offer(EventText event);

  /// Whether a connect waits and there is something to answer it with.
  bool ready() const { return is_held() && deliverable(); }
  /// A connect waits for its answer.
  bool is_held() const { return state_ == State::Held; }
  /// Whether any connect ever came: until then nobody is known to stay.
  bool has_connected() const { return cycle_ > 0; }

  /// What a connect gets: the events, then its reply (bayeux.md §5).
  struct Answer {
    std::uint64_t cycle = 0;
    std::vector<EventText> events;
    std::string reply;
  };
  /// The answer of the latest connect, held or just come. on_written must follow for its cycle.
  /// @param carried  how many events, from the queue's front on, another answer brings to the same
  ///                 client in the same batch of messages
  Answer answer(std::size_t carried = 0);
  /// Whether events may be pushed beside the connect, on a transport that can. Not where the client
  /// acknowledges: only connect replies bear batch numbers (bayeux.md §8).
  bool can_push() const { return !acknowledges() && deliverable(); }
  /// The next events of the queue. on_written must follow, for kPush.
  std::vector<EventText> push();
  /// Stands for the cycle of a connect where no connect carried the events.
  static constexpr std::uint64_t kPush = 0;
  /// Whether the answer of `cycle` was written whole. If not, its events go first in the next one.
  /// The session may be ready() afterwards.
  void on_written(std::uint64_t cycle, bool ok, TimePoint now);
  /// The client that held the connect of `cycle` went away.
  void on_gone(std::uint64_t cycle, TimePoint now);

  /// The reply of the held connect when the session ends under it.
  std::string farewell(Reconnect reconnect) const;

  /// What time alone asks for: to answer() the held connect, or to end the session.
  enum class Due { Nothing, Answer, Expired };
  /// Early or repeated wakes are harmless.
  Due on_wake(TimePoint now) const;
  /// When on_wake wants to be called: the end of the hold, or of the session; roughly
  /// (base/time.h).
  std::optional<TimePoint> wake_at() const;

  /// Those being written are among them until they are.
  std::size_t queued_events() const { return queue_.size(); }
  /// Of their texts, at most SessionSettings::max_bytes.
  std::size_t queued_bytes() const { return queued_bytes_; }
  /// How many patterns, at most SessionSettings::max_subscriptions.
  std::size_t subscriptions() const { return subscriptions_.size(); }

 private:
  /// See the figure.
  enum class State { Idle, Held, Answering };

  /// An event that may not have arrived yet.
  struct Queued {
    EventText message;
    std::uint64_t batch = 0;  ///< whose answer carried it first; 0: none yet
  };

  bool acknowledges() const { return delivery_ == Delivery::Acknowledged; }
  bool deliverable() const { return in_flight_ == 0 && !queue_.empty(); }
  void take_acknowledgement(std::int64_t batch);
  std::vector<EventText> next_events(std::size_t carried);
  void drop_front();
  void start_clock(TimePoint now);
  std::string refusal_of(const Message& message) const;

  SessionSettings settings_;
  Subscriptions subscriptions_;
  Delivery delivery_;
  std::deque<Queued> queue_;  ///< their batches never fall but to 0, at the end
  std::uint64_t last_batch_ = 0;
  std::size_t queued_bytes_ = 0;
  /// Events at the front of queue_ that are being written; stays 0 where the client acknowledges.
  std::size_t in_flight_ = 0;
  std::uint64_t delivery_cycle_ = 0;  ///< whose answer carries them

  State state_ = State::Idle;
  std::uint64_t cycle_ = 0;
  ReplyTo connect_;            ///< the latest connect
  bool wants_advice_ = false;  ///< it came with advice, or the client has one that ended
  bool crowded_ = false;       ///< it would be held but for its browser's other polls
  Duration interval_;          ///< as that connect asked for it
  TimePoint due_{};            ///< Idle: the session's end; Held: the hold's
};

}  // namespace earshot::bayeux
