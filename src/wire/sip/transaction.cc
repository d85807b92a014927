#include "wire/sip/transaction.h"

#include <algorithm>
#include <utility>

namespace earshot::sip {
namespace {

constexpr int kLifeInT1 = 64;  ///< Timers B, F, H, J, L and M (RFC 3261 Table 4, RFC 6026 §7.1)

/// The ACK to a 300-699: the INVITE's Request-URI, topmost Via, Route, From, Call-ID and CSeq
/// number, the answer's To (§17.1.1.3).
std::string ack_for(const Request& invite, const Response& answer) {
  Request ack;
  ack.method = "ACK";
  ack.uri = invite.uri;
  if (!invite.headers.via.empty()) ack.headers.via.push_back(invite.headers.via.front());
  ack.headers.route = invite.headers.route;
  ack.headers.max_forwards = 70;
  ack.headers.from = invite.headers.from;
  ack.headers.to = answer.headers.to;
  ack.headers.call_id = invite.headers.call_id;
  ack.headers.cseq = {invite.headers.cseq.number, "ACK"};
  return to_string(ack);
}

bool is_provisional(const Response& response) { return response.status < 200; }
bool is_success(const Response& response) {
  return response.status >= 200 && response.status < 300;
}

}  // namespace

InviteClientTransaction::InviteClientTransaction(Request invite, TransactionTimers timers)
    : invite_(std::move(invite)), timers_(timers) {}

ClientStep InviteClientTransaction::start(TimePoint now) {
  datagram_ = to_string(invite_);
  interval_ = timers_.t1;
  next_send_ = now + interval_;              // Timer A
  deadline_ = now + kLifeInT1 * timers_.t1;  // Timer B
  ClientStep step;
  step.send.push_back(datagram_);
  step.wake_at = std::min(next_send_, deadline_);
  return step;
}

ClientStep InviteClientTransaction::on_response(const Response& response, TimePoint now) {
  ClientStep step;
  switch (state_) {
    case State::Calling:
    case State::Proceeding:
      step.deliver = response;
      if (is_provisional(response)) {
        state_ = State::Proceeding;  // repeats no more and waits for ever (§17.1.1.2)
      } else if (is_success(response)) {
        state_ = State::Accepted;
        deadline_ = now + kLifeInT1 * timers_.t1;  // Timer M
        step.wake_at = deadline_;
      } else {
        state_ = State::Completed;
        ack_ = ack_for(invite_, response);
        step.send.push_back(ack_);
        deadline_ = now + timers_.d;  // Timer D
        step.wake_at = deadline_;
      }
      return step;
    case State::Accepted:  // RFC 6026 §7.2: 2xx go up, all else is dropped
      if (is_success(response)) step.deliver = response;
      step.wake_at = deadline_;
      return step;
    case State::Completed:
      if (response.status >= 300) step.send.push_back(ack_);
      step.wake_at = deadline_;
      return step;
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

ClientStep InviteClientTransaction::on_wake(TimePoint now) {
  ClientStep step;
  switch (state_) {
    case State::Calling:
      if (now >= deadline_) {
        state_ = State::Terminated;
        step.timed_out = step.terminated = true;
        return step;
      }
      if (now >= next_send_) {
        step.send.push_back(datagram_);
        interval_ *= 2;
        next_send_ = now + interval_;
      }
      step.wake_at = std::min(next_send_, deadline_);
      return step;
    case State::Proceeding:
      return step;
    case State::Accepted:
    case State::Completed:
      if (now < deadline_) {
        step.wake_at = deadline_;
        return step;
      }
      state_ = State::Terminated;
      step.terminated = true;
      return step;
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

ClientTransaction::ClientTransaction(Request request, TransactionTimers timers)
    : request_(std::move(request)), timers_(timers) {}

ClientStep ClientTransaction::start(TimePoint now) {
  datagram_ = to_string(request_);
  interval_ = timers_.t1;
  next_send_ = now + interval_;              // Timer E
  deadline_ = now + kLifeInT1 * timers_.t1;  // Timer F
  ClientStep step;
  step.send.push_back(datagram_);
  step.wake_at = std::min(next_send_, deadline_);
  return step;
}

ClientStep ClientTransaction::on_response(const Response& response, TimePoint now) {
  ClientStep step;
  switch (state_) {
    case State::Trying:
    case State::Proceeding:
      step.deliver = response;
      if (is_provisional(response)) {
        state_ = State::Proceeding;
        step.wake_at = std::min(next_send_, deadline_);
      } else {
        state_ = State::Completed;
        deadline_ = now + timers_.t4;  // Timer K
        step.wake_at = deadline_;
      }
      return step;
    case State::Completed:
      step.wake_at = deadline_;
      return step;
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

ClientStep ClientTransaction::on_wake(TimePoint now) {
  ClientStep step;
  switch (state_) {
    case State::Trying:
    case State::Proceeding:
      if (now >= deadline_) {
        state_ = State::Terminated;
        step.timed_out = step.terminated = true;
        return step;
      }
      if (now >= next_send_) {
        step.send.push_back(datagram_);
        // T2 at once after a provisional response (§17.1.2.2)
        interval_ = state_ == State::Trying ? std::min(2 * interval_, timers_.t2) : timers_.t2;
        next_send_ = now + interval_;
      }
      step.wake_at = std::min(next_send_, deadline_);
      return step;
    case State::Completed:
      if (now < deadline_) {
        step.wake_at = deadline_;
        return step;
      }
      state_ = State::Terminated;
      step.terminated = true;
      return step;
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

InviteServerTransaction::InviteServerTransaction(TransactionTimers timers) : timers_(timers) {}

/// When the machine next has something to do.
static std::optional<TimePoint> next_wake(bool repeats, TimePoint next_send, TimePoint deadline) {
  return repeats ? std::min(next_send, deadline) : deadline;
}

ServerStep InviteServerTransaction::on_request(TimePoint) {
  ServerStep step;
  switch (state_) {
    case State::Proceeding:
      if (!last_.empty()) step.send.push_back(last_);
      return step;
    case State::Completed:
      step.send.push_back(last_);
      step.wake_at = std::min(next_send_, deadline_);
      return step;
    case State::Accepted:  // RFC 6026 §7.1: absorbed; the 2xx repeats by its own clock
      step.wake_at = next_wake(!acknowledged_, next_send_, deadline_);
      return step;
    case State::Confirmed:
      step.wake_at = deadline_;
      return step;
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

ServerStep InviteServerTransaction::send(const Response& response, TimePoint now) {
  ServerStep step;
  switch (state_) {
    case State::Proceeding:
      last_ = to_string(response);
      step.send.push_back(last_);
      if (is_provisional(response)) return step;
      state_ = is_success(response) ? State::Accepted : State::Completed;
      interval_ = timers_.t1;
      next_send_ = now + interval_;              // Timer G, or §13.3.1.4
      deadline_ = now + kLifeInT1 * timers_.t1;  // Timer H, or Timer L
      step.wake_at = std::min(next_send_, deadline_);
      return step;
    case State::Accepted:
      step.wake_at = next_wake(!acknowledged_, next_send_, deadline_);
      return step;
    case State::Completed:
      step.wake_at = std::min(next_send_, deadline_);
      return step;
    case State::Confirmed:
      step.wake_at = deadline_;
      return step;
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

ServerStep InviteServerTransaction::on_ack(TimePoint now) {
  ServerStep step;
  switch (state_) {
    case State::Proceeding:
      return step;
    case State::Completed:
      state_ = State::Confirmed;
      deadline_ = now + timers_.t4;  // Timer I
      step.ack_received = true;
      step.wake_at = deadline_;
      return step;
    case State::Accepted:
      step.wake_at = next_wake(!acknowledged_, next_send_, deadline_);
      return step;
    case State::Confirmed:
      step.wake_at = deadline_;
      return step;
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

ServerStep InviteServerTransaction::on_ack_of_2xx(TimePoint) {
  ServerStep step;
  switch (state_) {
    case State::Proceeding:
      return step;
    case State::Accepted:
      acknowledged_ = true;
      step.wake_at = deadline_;
      return step;
    case State::Completed:
      step.wake_at = std::min(next_send_, deadline_);
      return step;
    case State::Confirmed:
      step.wake_at = deadline_;
      return step;
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

ServerStep InviteServerTransaction::on_wake(TimePoint now) {
  ServerStep step;
  switch (state_) {
    case State::Proceeding:
      return step;
    case State::Accepted:
    case State::Completed:
    case State::Confirmed: {
      const bool repeats = state_ != State::Confirmed && !acknowledged_;
      if (now >= deadline_) {
        state_ = State::Terminated;
        step.timed_out = repeats;
        step.terminated = true;
        return step;
      }
      if (repeats && now >= next_send_) {
        step.send.push_back(last_);
        interval_ = std::min(2 * interval_, timers_.t2);
        next_send_ = now + interval_;
      }
      step.wake_at = next_wake(repeats, next_send_, deadline_);
      return step;
    }
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

ServerTransaction::ServerTransaction(TransactionTimers timers) : timers_(timers) {}

ServerStep ServerTransaction::on_request(TimePoint) {
  ServerStep step;
  switch (state_) {
    case State::Trying:
      return step;
    case State::Proceeding:
      step.send.push_back(last_);
      return step;
    case State::Completed:
      step.send.push_back(last_);
      step.wake_at = deadline_;
      return step;
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

ServerStep ServerTransaction::send(const Response& response, TimePoint now) {
  ServerStep step;
  switch (state_) {
    case State::Trying:
    case State::Proceeding:
      last_ = to_string(response);
      step.send.push_back(last_);
      if (is_provisional(response)) {
        state_ = State::Proceeding;
        return step;
      }
      state_ = State::Completed;
      deadline_ = now + kLifeInT1 * timers_.t1;  // Timer J
      step.wake_at = deadline_;
      return step;
    case State::Completed:
      step.wake_at = deadline_;
      return step;
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

ServerStep ServerTransaction::on_wake(TimePoint now) {
  ServerStep step;
  switch (state_) {
    case State::Trying:
    case State::Proceeding:
      return step;
    case State::Completed:
      if (now < deadline_) {
        step.wake_at = deadline_;
        return step;
      }
      state_ = State::Terminated;
      step.terminated = true;
      return step;
    case State::Terminated:
      step.terminated = true;
      return step;
  }
  return step;
}

}  // namespace earshot::sip
