#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/endpoint.h"
#include "base/entropy.h"
#include "base/ids.h"
#include "base/loop.h"
#include "wire/sip/message.h"
#include "wire/sip/transaction.h"

namespace earshot::sip {

using ClientTransactionId = NumberId<struct ClientTransactionTag>;
using ServerTransactionId = NumberId<struct ServerTransactionTag>;

/// What the layer asks of the socket below and tells the user above. All calls come on the loop.
/// The user may call back into the layer from any of them.
class TransactionUser {
 public:
  virtual ~TransactionUser() = default;
  /// Sends a datagram at once; one that is lost is repeated by its transaction.
  virtual void send(std::string_view datagram, const Endpoint& to) = 0;
  /// The final answer to a new request that is worth no transaction: nothing of it is kept, and
  /// nobody repeats it (RFC 3261 §8.2.7, §26.3.2.4). Nothing: on_request follows at once. Its To
  /// tag is the same for each repeat (see repeatable_tag).
  virtual std::optional<Response> answer_without_state(const Request& request,
                                                       const Endpoint& from) {
    (void)request, (void)from;
    return std::nullopt;
  }
  /// A new request, answered by TransactionLayer::respond exactly once finally. Never an ACK or
  /// CANCEL.
  virtual void on_request(ServerTransactionId transaction, const Request& request,
                          const Endpoint& from) = 0;
  /// ACK to a 2xx we sent. Repeats are not filtered: match by dialog. (The layer has stopped
  /// repeating the 2xx.)
  virtual void on_ack(const Request& ack, const Endpoint& from) = 0;
  /// A CANCEL for a live INVITE without final answer. The layer has answered the CANCEL with 200;
  /// the user answers the INVITE, normally 487.
  virtual void on_cancel(ServerTransactionId invite) = 0;
  /// No ACK came for a final answer in 64·T1.
  virtual void on_no_ack(ServerTransactionId invite) = 0;
  /// Each provisional, the one final, and each further 2xx to an INVITE (a fork, or a repeat, which
  /// the user answers with its ACK again). Time-out comes as a locally made 408.
  virtual void on_response(ClientTransactionId transaction, const Response& response) = 0;
  /// A datagram that cannot be read, for the log; answered already where it can be.
  /// @param status  of the answer; 0: none could be sent
  virtual void on_refused(std::string_view reason, int status, const Endpoint& from) = 0;
};

/// What bounds the memory of a layer.
struct TransactionLimits {
  std::size_t server_transactions = 200'000;  ///< at once; beyond it requests get a stateless 503
};

/// The four machines of RFC 3261 §17 behind one table: matching (§17.1.3, §17.2.3), time, CANCEL,
/// response addressing (§18.2.2 with RFC 3581 rport). No sockets; its clock is the loop's.
class TransactionLayer {
 public:
  TransactionLayer(Loop& loop, Entropy& entropy, TransactionUser& user,
                   TransactionTimers timers = {}, TransactionLimits limits = {});
  ~TransactionLayer();

  /// One datagram from the socket. Malformed ones are answered where ParseError says so.
  /// Keep-alives (RFC 5626 CRLF) are ignored. Never throws, whatever the bytes.
  void on_datagram(std::string_view datagram, const Endpoint& from);

  /// Sends `request` in a new client transaction; the layer puts the topmost Via
  /// (`sent_by` and a fresh branch) on it. Not for ACK.
  ClientTransactionId send_request(Request request, const Endpoint& to, const Endpoint& sent_by);
  /// Sends an ACK for a 2xx: a fresh branch, no transaction (RFC 3261 §13.2.2.4).
  void send_ack(Request ack, const Endpoint& to, const Endpoint& sent_by);
  /// Cancels an INVITE that has no final answer: at once after a provisional, otherwise when the
  /// first one comes (RFC 3261 §9.1). Harmless when it is over.
  void cancel(ClientTransactionId invite);
  /// Answers; provisional ones any number of times. Harmless when the transaction is gone.
  void respond(ServerTransactionId transaction, const Response& response);
  /// Counts a request among those of `account` until its transaction ends, so that its sender's can
  /// be bounded. Once a transaction; harmless when it is gone.
  void charge(ServerTransactionId transaction, std::string account);
  /// Live server transactions charged to `account`.
  std::size_t charged_to(const std::string& account) const;
  /// Live transactions, both kinds. 0 again at the end of the world.
  std::size_t size() const;
  /// INVITEs we refused (300-699) whose ACK has not come: their answers repeat for 64·T1.
  std::size_t unacknowledged() const;

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

}  // namespace earshot::sip
