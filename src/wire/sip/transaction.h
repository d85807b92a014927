#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "wire/sip/message.h"
#include "wire/sip/transaction_machine.h"

namespace earshot::sip {

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
  /// Sends the INVITE. Once, before all else.
  ClientStep start(TimePoint now);
  /// One that the layer matched (§17.1.3); what no arc takes changes nothing.
  ClientStep on_response(const Response& response, TimePoint now);
  ClientStep on_wake(TimePoint now);  ///< early or repeated wakes are harmless
  /// As it was sent, Via and branch included.
  const Request& request() const { return invite_; }

 private:
  ClientStep follow(TransactionEvent event, TimePoint now, const Response* response = nullptr);

  Request invite_;
  TransactionMachine machine_;
  std::string datagram_;
  std::string ack_;
};

/// Non-INVITE client transaction (RFC 3261 §17.1.2): Timer E doubles from T1 up to T2, Timer F
/// gives up at 64·T1, Timer K absorbs for T4.
class ClientTransaction {
 public:
  ClientTransaction(Request request, TransactionTimers timers);
  /// Sends the request. Once, before all else.
  ClientStep start(TimePoint now);
  /// One that the layer matched (§17.1.3); what no arc takes changes nothing.
  ClientStep on_response(const Response& response, TimePoint now);
  /// Early or repeated wakes are harmless.
  ClientStep on_wake(TimePoint now);
  /// As it was sent, Via and branch included.
  const Request& request() const { return request_; }

 private:
  ClientStep follow(TransactionEvent event, TimePoint now, const Response* response = nullptr);

  Request request_;
  TransactionMachine machine_;
  std::string datagram_;
};

/// What a server transaction wishes after each input, as ClientStep.
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
  /// An answer of the user's; one that comes after a final one is dropped.
  ServerStep send(const Response& response, TimePoint now);
  ServerStep on_ack(TimePoint now);  ///< matched by branch: for 300-699
  /// The user's dialog matched it: the 2xx is repeated no more.
  ServerStep on_ack_of_2xx(TimePoint now);
  /// Early or repeated wakes are harmless.
  ServerStep on_wake(TimePoint now);
  /// Answered for good: a CANCEL comes too late.
  bool has_final() const { return machine_.state() != TransactionState::Proceeding; }
  /// A 300-699 went out, and its ACK has not come.
  bool awaits_ack() const { return machine_.state() == TransactionState::Completed; }

 private:
  TransactionMachine machine_;
  std::string last_;
};

/// Non-INVITE server transaction (RFC 3261 §17.2.2): Timer J absorbs for 64·T1.
class ServerTransaction {
 public:
  explicit ServerTransaction(TransactionTimers timers);
  /// The request again: so is the answer sent last, where there is one.
  ServerStep on_request(TimePoint now);
  /// An answer of the user's; one that comes after a final one is dropped.
  ServerStep send(const Response& response, TimePoint now);
  /// Early or repeated wakes are harmless.
  ServerStep on_wake(TimePoint now);
  /// Answered for good.
  bool has_final() const {
    return machine_.state() != TransactionState::Trying &&
           machine_.state() != TransactionState::Proceeding;
  }

 private:
  TransactionMachine machine_;
  std::string last_;
};

}  // namespace earshot::sip
