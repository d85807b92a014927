#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "wire/sip/message.h"

namespace earshot::sip {

/// RFC 3261 §17.1.1.1 and Table 4, for UDP.
struct TransactionTimers {
  Duration t1 = milliseconds{500};
  Duration t2 = seconds{4};
  Duration t4 = seconds{5};
  Duration d = seconds{32};  ///< how long an INVITE client absorbs repeated final responses
};

/// What a transaction wishes after each input. The transaction layer carries it out.
struct ClientStep {
  std::vector<std::string> send;     ///< datagrams to the destination, in order
  std::optional<TimePoint> wake_at;  ///< replaces the earlier wish; nothing: no wake-up wanted
  std::optional<Response> deliver;   ///< to the user: each provisional, the one final
  bool timed_out = false;            ///< Timer B or F fired: as if 408 had come
  bool terminated = false;           ///< forget me
};

/// INVITE client transaction (RFC 3261 §17.1.1, RFC 6026 §7.2 "Accepted"): Timer A doubles from
/// T1, Timer B gives up at 64·T1; ACK for 300-699 is made here; repeated 2xx are each delivered.
class InviteClientTransaction {
 public:
  InviteClientTransaction(Request invite, TransactionTimers timers);
  ClientStep start(TimePoint now);
  ClientStep on_response(const Response& response, TimePoint now);
  ClientStep on_wake(TimePoint now);  ///< early or repeated wakes are harmless
  const Request& request() const { return invite_; }

 private:
  enum class State { Calling, Proceeding, Accepted, Completed, Terminated };
  Request invite_;
  TransactionTimers timers_;
  State state_ = State::Calling;
  std::string datagram_;
  std::string ack_;
  Duration interval_{};
  TimePoint next_send_{};
  TimePoint deadline_{};
};

/// Non-INVITE client transaction (RFC 3261 §17.1.2): Timer E doubles from T1 up to T2, Timer F
/// gives up at 64·T1, Timer K absorbs for T4.
class ClientTransaction {
 public:
  ClientTransaction(Request request, TransactionTimers timers);
  ClientStep start(TimePoint now);
  ClientStep on_response(const Response& response, TimePoint now);
  ClientStep on_wake(TimePoint now);
  const Request& request() const { return request_; }

 private:
  enum class State { Trying, Proceeding, Completed, Terminated };
  Request request_;
  TransactionTimers timers_;
  State state_ = State::Trying;
  std::string datagram_;
  Duration interval_{};
  TimePoint next_send_{};
  TimePoint deadline_{};
};

struct ServerStep {
  std::vector<std::string> send;
  std::optional<TimePoint> wake_at;
  bool ack_received = false;  ///< to a 300-699 (an ACK to a 2xx reaches the user as a request)
  bool timed_out = false;     ///< no ACK within 64·T1: 2xx and 300-699 alike
  bool terminated = false;
};

/// INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1): repeats provisional answers on
/// repeated requests, 300-699 by Timer G until ACK. 2xx is repeated here too, from T1 doubling to
/// T2 until `on_ack_of_2xx` (RFC 3261 §13.3.1.4), because it outlives no transaction of ours.
class InviteServerTransaction {
 public:
  explicit InviteServerTransaction(TransactionTimers timers);
  ServerStep on_request(TimePoint now);  ///< the INVITE again
  ServerStep send(const Response& response, TimePoint now);
  ServerStep on_ack(TimePoint now);  ///< matched by branch: for 300-699
  ServerStep on_ack_of_2xx(TimePoint now);
  ServerStep on_wake(TimePoint now);
  bool has_final() const { return state_ != State::Proceeding; }
  /// A 300-699 went out, and its ACK has not come.
  bool awaits_ack() const { return state_ == State::Completed; }

 private:
  enum class State { Proceeding, Accepted, Completed, Confirmed, Terminated };
  TransactionTimers timers_;
  State state_ = State::Proceeding;
  std::string last_;
  bool acknowledged_ = false;
  Duration interval_{};
  TimePoint next_send_{};
  TimePoint deadline_{};
};

/// Non-INVITE server transaction (RFC 3261 §17.2.2): Timer J absorbs for 64·T1.
class ServerTransaction {
 public:
  explicit ServerTransaction(TransactionTimers timers);
  ServerStep on_request(TimePoint now);
  ServerStep send(const Response& response, TimePoint now);
  ServerStep on_wake(TimePoint now);
  bool has_final() const { return state_ != State::Trying && state_ != State::Proceeding; }

 private:
  enum class State { Trying, Proceeding, Completed, Terminated };
  TransactionTimers timers_;
  State state_ = State::Trying;
  std::string last_;
  TimePoint deadline_{};
};

}  // namespace earshot::sip
