#include "wire/sip/transaction_machine.h"

#include <algorithm>
#include <array>
#include <utility>

namespace earshot::sip {
namespace {

using State = TransactionState;
using Event = TransactionEvent;
using Action = TransactionAction;
using Arc = TransactionArc;
using Clock = TransactionClock;

constexpr std::array kInviteClientArcs{
    Arc{State::Calling, Event::Provisional, Action::Deliver, State::Proceeding},
    Arc{State::Calling, Event::Success, Action::Deliver, State::Accepted},
    Arc{State::Calling, Event::Failure, Action::DeliverAndAck, State::Completed},
    Arc{State::Calling, Event::TimerA, Action::Repeat, State::Calling},
    Arc{State::Calling, Event::TimerB, Action::TimeOut, State::Terminated},
    Arc{State::Proceeding, Event::Provisional, Action::Deliver, State::Proceeding},
    Arc{State::Proceeding, Event::Success, Action::Deliver, State::Accepted},
    Arc{State::Proceeding, Event::Failure, Action::DeliverAndAck, State::Completed},
    Arc{State::Accepted, Event::Success, Action::Deliver, State::Accepted},
    Arc{State::Accepted, Event::TimerM, Action::Nothing, State::Terminated},
    Arc{State::Completed, Event::Failure, Action::Ack, State::Completed},
    Arc{State::Completed, Event::TimerD, Action::Nothing, State::Terminated},
};
/// In Proceeding none: it waits for ever (§17.1.1.2).
constexpr std::array kInviteClientClocks{
    Clock{State::Calling, Event::TimerA, Event::TimerB},
    Clock{State::Accepted, std::nullopt, Event::TimerM},
    Clock{State::Completed, std::nullopt, Event::TimerD},
};

constexpr std::array kClientArcs{
    Arc{State::Trying, Event::Provisional, Action::Deliver, State::Proceeding},
    Arc{State::Trying, Event::Success, Action::Deliver, State::Completed},
    Arc{State::Trying, Event::Failure, Action::Deliver, State::Completed},
    Arc{State::Trying, Event::TimerE, Action::Repeat, State::Trying},
    Arc{State::Trying, Event::TimerF, Action::TimeOut, State::Terminated},
    Arc{State::Proceeding, Event::Provisional, Action::Deliver, State::Proceeding},
    Arc{State::Proceeding, Event::Success, Action::Deliver, State::Completed},
    Arc{State::Proceeding, Event::Failure, Action::Deliver, State::Completed},
    Arc{State::Proceeding, Event::TimerE, Action::Repeat, State::Proceeding},
    Arc{State::Proceeding, Event::TimerF, Action::TimeOut, State::Terminated},
    Arc{State::Completed, Event::TimerK, Action::Nothing, State::Terminated},
};
constexpr std::array kClientClocks{
    Clock{State::Trying, Event::TimerE, Event::TimerF},
    Clock{State::Proceeding, Event::TimerE, Event::TimerF},
    Clock{State::Completed, std::nullopt, Event::TimerK},
};

constexpr std::array kInviteServerArcs{
    Arc{State::Proceeding, Event::Request, Action::Repeat, State::Proceeding},
    Arc{State::Proceeding, Event::Provisional, Action::Send, State::Proceeding},
    Arc{State::Proceeding, Event::Success, Action::Send, State::Accepted},
    Arc{State::Proceeding, Event::Failure, Action::Send, State::Completed},
    Arc{State::Accepted, Event::Timer2xx, Action::Repeat, State::Accepted},
    Arc{State::Accepted, Event::AckOf2xx, Action::Nothing, State::Acknowledged},
    Arc{State::Accepted, Event::TimerL, Action::TimeOut, State::Terminated},
    Arc{State::Acknowledged, Event::TimerL, Action::Nothing, State::Terminated},
    Arc{State::Completed, Event::Request, Action::Repeat, State::Completed},
    Arc{State::Completed, Event::TimerG, Action::Repeat, State::Completed},
    Arc{State::Completed, Event::Ack, Action::TellAck, State::Confirmed},
    Arc{State::Completed, Event::TimerH, Action::TimeOut, State::Terminated},
    Arc{State::Confirmed, Event::TimerI, Action::Nothing, State::Terminated},
};
constexpr std::array kInviteServerClocks{
    Clock{State::Accepted, Event::Timer2xx, Event::TimerL},
    Clock{State::Acknowledged, std::nullopt, Event::TimerL},
    Clock{State::Completed, Event::TimerG, Event::TimerH},
    Clock{State::Confirmed, std::nullopt, Event::TimerI},
};

constexpr std::array kServerArcs{
    Arc{State::Trying, Event::Provisional, Action::Send, State::Proceeding},
    Arc{State::Trying, Event::Success, Action::Send, State::Completed},
    Arc{State::Trying, Event::Failure, Action::Send, State::Completed},
    Arc{State::Proceeding, Event::Request, Action::Repeat, State::Proceeding},
    Arc{State::Proceeding, Event::Provisional, Action::Send, State::Proceeding},
    Arc{State::Proceeding, Event::Success, Action::Send, State::Completed},
    Arc{State::Proceeding, Event::Failure, Action::Send, State::Completed},
    Arc{State::Completed, Event::Request, Action::Repeat, State::Completed},
    Arc{State::Completed, Event::TimerJ, Action::Nothing, State::Terminated},
};
constexpr std::array kServerClocks{Clock{State::Completed, std::nullopt, Event::TimerJ}};

constexpr int kLifeInT1 = 64;  ///< Timers B, F, H, J, L and M (RFC 3261 Table 4, RFC 6026 §7.1)

}  // namespace

constexpr TransactionFigure kInviteClientFigure{State::Calling, kInviteClientArcs,
                                                kInviteClientClocks};
constexpr TransactionFigure kClientFigure{State::Trying, kClientArcs, kClientClocks};
constexpr TransactionFigure kInviteServerFigure{State::Proceeding, kInviteServerArcs,
                                                kInviteServerClocks};
constexpr TransactionFigure kServerFigure{State::Trying, kServerArcs, kServerClocks};

std::optional<TransactionAction> TransactionMachine::on(TransactionEvent event, TimePoint now) {
  const auto arc = std::find_if(
      figure_->arcs.begin(), figure_->arcs.end(),
      [&](const TransactionArc& each) { return each.from == state_ && each.on == event; });
  if (arc == figure_->arcs.end()) return std::nullopt;
  if (const auto* clock = clock_of(state_); clock && clock->repeat == event) {
    interval_ = next_interval(event);
    repeat_at_ = now + interval_;
  }
  const TransactionState before = std::exchange(state_, arc->to);
  start_clocks(before, now);
  return arc->action;
}

std::optional<TransactionEvent> TransactionMachine::due(TimePoint now) const {
  const auto* clock = clock_of(state_);
  if (!clock) return std::nullopt;
  if (now >= deadline_) return clock->deadline;
  if (clock->repeat && now >= repeat_at_) return clock->repeat;
  return std::nullopt;
}

std::optional<TimePoint> TransactionMachine::wake_at() const {
  const auto* clock = clock_of(state_);
  if (!clock) return std::nullopt;
  return clock->repeat ? std::min(repeat_at_, deadline_) : deadline_;
}

const TransactionClock* TransactionMachine::clock_of(TransactionState state) const {
  for (const auto& clock : figure_->clocks)
    if (clock.in == state) return &clock;
  return nullptr;
}

void TransactionMachine::start_clocks(std::optional<TransactionState> before, TimePoint now) {
  const auto* ran = before ? clock_of(*before) : nullptr;
  const auto* runs = clock_of(state_);
  if (!runs) return;
  if (!ran || ran->deadline != runs->deadline) deadline_ = now + life_of(runs->deadline);
  if (runs->repeat && (!ran || ran->repeat != runs->repeat)) {
    interval_ = timers_.t1;
    repeat_at_ = now + interval_;
  }
}

Duration TransactionMachine::life_of(TransactionEvent timer) const {
  if (timer == Event::TimerD) return timers_.d;
  if (timer == Event::TimerI || timer == Event::TimerK) return timers_.t4;
  return kLifeInT1 * timers_.t1;
}

/// Timer A doubles without end (§17.1.1.2), the others up to T2; Timer E is T2 at once after a
/// provisional response (§17.1.2.2).
Duration TransactionMachine::next_interval(TransactionEvent timer) const {
  if (timer == Event::TimerA) return 2 * interval_;
  if (timer == Event::TimerE && state_ == State::Proceeding) return timers_.t2;
  return std::min(2 * interval_, timers_.t2);
}

}  // namespace earshot::sip
