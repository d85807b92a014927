#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"

/// The four machines of RFC 3261 §17 as data: what the figures draw, and what runs them.
///
///       INVITE client (figure 5, RFC 6026 §8.4)            INVITE server (figure 7, RFC 6026 §8.5)
///
///            | INVITE from the user                             | INVITE
///            v                                                  v
///     +-----------+  B: time out                        +------------+  INVITE again: repeat
///  +--|  Calling  |-----------------------+          +--| Proceeding |--+ 1xx of the user: send
///  |  +-----------+  A: repeat it         |          |  +------------+<-+
///  |2xx  | 1xx    \ 300-699: ACK          |          |2xx     | 300-699: send
///  |     v         `------------+         |          |        v
///  |  +------------+            |         |          |  +-----------+  INVITE again: repeat
///  |  | Proceeding |--+ 1xx     |         |          |  | Completed |--+ G: repeat
///  |  +------------+<-+         |         |          |  +-----------+<-+
///  |2xx  |    | 300-699: ACK    |         |          |   ACK |     | H: time out
///  v     v    v                 v         |          v       v     |
/// +----------+ +-----------+              |   +----------+ +-----------+
/// | Accepted | | Completed |--+ 300-699:  |   | Accepted | | Confirmed |
/// +----------+ +-----------+<-+ ACK       |   +----------+ +-----------+
///  | ^ | 2xx         | D                  |    | ACK | L: time out |
///  | +-+             |                    |    v     |             | I
///  | M               |                    |  +--------------+ L    |
///  v                 v                    v  | Acknowledged |--+   |
/// +----------------------------------------+ +--------------+  v   v
/// |               Terminated               | |      Terminated      |
/// +----------------------------------------+ +----------------------+
///
///       other client (figure 6)                            other server (figure 8)
///
///            | request from the user                            | request
///            v                                                  v
///      +----------+  E: repeat it                         +----------+
///   +--|  Trying  |--+                                 +--|  Trying  |
///   |  +----------+<-+                                 |  +----------+
///   |     | 1xx    \ F: time out                       |        | 1xx of the user: send
///   |     v         \                                  |        v
///   |  +------------+ \                                |  +------------+  request again: repeat
///   |  | Proceeding |--+ E: repeat it, 1xx             |  | Proceeding |--+ 1xx of the user: send
///   |  +------------+<-+    F: time out                |  +------------+<-+
///   |200-699 | 200-699   \                             |200-699 | 200-699: send
///   v        v            \                            v        v
///  +-----------+           \                          +-----------+  request again: repeat
///  | Completed | K          v                         | Completed |--+
///  +-----------+-----> Terminated                     +-----------+<-+---- J ----> Terminated
///
/// Each response that a client's arc takes is handed to the user, but repeated 300-699. What no arc
/// takes is dropped. Two things differ from the figures. Transport errors have no arcs: over UDP
/// nobody reports one, and Timers B, F and H stand for them. And the 2xx of an INVITE server is
/// repeated here until its ACK comes (RFC 3261 §13.3.1.4), so Accepted is two states: in
/// Acknowledged nothing is repeated any more.
namespace earshot::sip {

/// RFC 3261 §17.1.1.1 and Table 4, for UDP.
struct TransactionTimers {
  Duration t1 = milliseconds{500};
  Duration t2 = seconds{4};
  Duration t4 = seconds{5};
  Duration d = seconds{32};  ///< how long an INVITE client absorbs repeated final responses
};

/// The states of all figures; each has some of them.
enum class TransactionState : std::uint8_t {
  Calling,
  Trying,
  Proceeding,
  Accepted,
  Acknowledged,
  Completed,
  Confirmed,
  Terminated
};

/// What may happen to a transaction: what comes, what its user wishes, and its timers.
enum class TransactionEvent : std::uint8_t {
  Provisional,  ///< 1xx: come to a client, or wished for by a server's user
  Success,      ///< 2xx, likewise
  Failure,      ///< 300-699, likewise
  Request,      ///< the request came again
  Ack,          ///< to a 300-699
  AckOf2xx,
  TimerA,  ///< the letters of RFC 3261 Table 4 and RFC 6026 §7
  TimerB,
  TimerD,
  TimerE,
  TimerF,
  TimerG,
  TimerH,
  TimerI,
  TimerJ,
  TimerK,
  TimerL,
  TimerM,
  Timer2xx  ///< a 2xx is due again (RFC 3261 §13.3.1.4 gives it no letter)
};

/// What its transaction does as the machine follows an arc.
enum class TransactionAction : std::uint8_t {
  Nothing,        ///< but the change of the state
  Deliver,        ///< the response goes to the user
  DeliverAndAck,  ///< and its ACK to the peer
  Ack,            ///< the ACK again
  Repeat,         ///< what was sent last, again
  Send,           ///< the user's response
  TellAck,        ///< the ACK has come
  TimeOut         ///< the user hears that nobody answered
};

/// An arc of a figure. Nothing else happens in `from`.
struct TransactionArc {
  TransactionState from;
  TransactionEvent on;
  TransactionAction action;
  TransactionState to;
};

/// Which timers run in a state. Entering it starts those that did not run in the state before.
struct TransactionClock {
  TransactionState in;
  std::optional<TransactionEvent> repeat;  ///< first after T1, then again and again
  TransactionEvent deadline;
};

/// One of the figures above: where it begins, its arcs, and its timers by state.
struct TransactionFigure {
  TransactionState initial;
  std::span<const TransactionArc> arcs;
  std::span<const TransactionClock> clocks;
};

extern const TransactionFigure kInviteClientFigure;  ///< RFC 3261 figure 5, RFC 6026 §8.4
extern const TransactionFigure kClientFigure;        ///< RFC 3261 figure 6
extern const TransactionFigure kInviteServerFigure;  ///< RFC 3261 figure 7, RFC 6026 §8.5
extern const TransactionFigure kServerFigure;        ///< RFC 3261 figure 8

/// One figure in motion: the state, and when its timers are due. Sends nothing itself.
class TransactionMachine {
 public:
  /// `figure` is one of the four. Its clocks start with begin().
  TransactionMachine(const TransactionFigure& figure, TransactionTimers timers)
      : figure_(&figure), timers_(timers), state_(figure.initial) {}

  /// Once: starts the timers of the first state.
  void begin(TimePoint now) { start_clocks({}, now); }
  /// Follows the arc. @return what to do; nothing: there is none, and nothing changed
  std::optional<TransactionAction> on(TransactionEvent event, TimePoint now);
  /// The timer that has run out by now, the deadline first.
  std::optional<TransactionEvent> due(TimePoint now) const;
  /// When the next one does.
  std::optional<TimePoint> wake_at() const;

  /// After the arcs followed so far.
  TransactionState state() const { return state_; }
  /// In Terminated, which nothing leaves.
  bool is_over() const { return state_ == TransactionState::Terminated; }

 private:
  const TransactionClock* clock_of(TransactionState state) const;
  void start_clocks(std::optional<TransactionState> before, TimePoint now);
  Duration life_of(TransactionEvent timer) const;
  Duration next_interval(TransactionEvent timer) const;

  const TransactionFigure* figure_;
  TransactionTimers timers_;
  TransactionState state_;
  Duration interval_{};
  TimePoint repeat_at_{};
  TimePoint deadline_{};
};

}  // namespace earshot::sip
