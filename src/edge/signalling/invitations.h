#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "edge/signalling/ground.h"

namespace earshot::signalling {

/// INVITEs we sent, from sending to the last 2xx that may come to them (RFC 3261 §13.2.2.4): a 2xx
/// repeats until its ACK arrives, a fork brings several, and one may come although nobody waits any
/// more. Each dialog gets its ACK; who is not wanted then gets a BYE.
class Invitations {
 public:
  explicit Invitations(Ground& ground) : ground_(ground) {}
  ~Invitations();
  Invitations(const Invitations&) = delete;
  Invitations& operator=(const Invitations&) = delete;

  /// Sends an INVITE for `leg`, which waits for its answer from now on.
  sip::ClientTransactionId send(LineId leg, sip::Request invite, Peer to);
  /// `leg` waits no more: CANCEL, and a 2xx that crosses it is hung up.
  void cancel(sip::ClientTransactionId transaction);

  /// For whom a response is.
  struct Heard {
    LineId line;  ///< who waits; 0: nobody, nothing left to do
  };
  /// A response of the layer's. Nothing where the transaction is no INVITE of ours. Repeated 2xx
  /// are acknowledged again, unwanted ones hung up; both leave nothing to do.
  std::optional<Heard> on_response(sip::ClientTransactionId transaction,
                                   const sip::Response& response);

  /// Takes a 2xx: ACK, and nobody else's 2xx to this INVITE is wanted. Precondition: on_response
  /// told of it just now.
  /// @param passed_over  requests sent in the early dialog, whose CSeq numbers are used up
  sip::Dialog accept(sip::ClientTransactionId transaction, const sip::Response& response,
                     int passed_over);
  /// The dialog a provisional response with a tag makes.
  std::optional<sip::Dialog> early_dialog(sip::ClientTransactionId transaction,
                                          const sip::Response& response) const;
  /// INVITEs not yet forgotten: a 2xx to any of them is still acknowledged.
  std::size_t size() const { return sent_.size(); }
  /// Nobody waits for an answer to any INVITE of ours.
  bool is_quiet() const { return unanswered_ == 0; }

 private:
  /// An INVITE of ours, until no further 2xx can come.
  struct Sent {
    LineId line;
    sip::Request invite;
    Peer to;
    bool answered = false;  ///< a 2xx came
    std::map<std::string, std::pair<sip::Request, Endpoint>>
        acks{};  ///< by the dialog's remote tag
    TimerId forget = 0;
  };

  sip::Dialog acknowledge(sip::ClientTransactionId transaction, Sent& sent,
                          const sip::Response& response);
  void forget_later(sip::ClientTransactionId transaction, Sent& sent);
  void forget(sip::ClientTransactionId transaction);

  Ground& ground_;
  std::unordered_map<sip::ClientTransactionId, Sent> sent_;
  std::size_t unanswered_ = 0;
};

}  // namespace earshot::signalling
