#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "edge/signalling/invitations.h"
#include "edge/signalling/inviting.h"
#include "edge/signalling/registrar.h"
#include "edge/signalling/talk.h"

namespace earshot::signalling {

/// Who calls, once it is known.
struct Caller {
  std::variant<DeviceId, TrunkId> identity;
  std::string number;
  bool routed = false;  ///< see Peer
  std::string name{};   ///< display name
};

/// The SIP side of every line, called a leg here, from its INVITE to the end of its dialog:
///
///   Invited  ──answer()──► Talk           an incoming INVITE without final answer
///   Inviting ──first 2xx──► Talk          ours, to one place or several
class Legs {
 public:
  Legs(Ground& ground, const Registrar& registrar)
      : ground_(ground), registrar_(registrar), invitations_(ground) {}
  ~Legs();
  Legs(const Legs&) = delete;
  Legs& operator=(const Legs&) = delete;

  // Signalling's commands.
  /// An INVITE to each place the callee may be. Where there is none, line_ended follows in a later
  /// turn: Unreachable.
  void dial(const OutgoingLine& outgoing);
  /// 180 now, and once a minute until the leg is answered or over.
  void ring(LineId id);
  /// 200 with our SDP. An offer of the INVITE is one that refuse_call let pass.
  void answer(LineId id, const LocalMedia& media);
  /// NOTIFY to a phone that rings; harmless for any other leg.
  void make_answer(LineId id);
  /// OPTIONS within the dialog of a leg that is up; harmless for any other.
  void probe(LineId id);
  /// The answer that is due will not end the leg.
  void call_off_probe(LineId id);
  /// The final answer that `cause` means, CANCEL or BYE. Harmless for a leg that is gone.
  void release(LineId id, ReleaseCause cause);
  /// release() of every leg, in the order of their ids.
  void release_all(ReleaseCause cause);

  // What the transaction layer brings.
  /// An INVITE outside dialogs, from somebody known; refuse_call let it pass.
  void on_invite(sip::ServerTransactionId transaction, const sip::Request& invite,
                 const Endpoint& from, Caller caller);
  /// Any request with a To tag.
  void on_request(sip::ServerTransactionId transaction, const sip::Request& request,
                  const Endpoint& from);
  /// An ACK to a 2xx of ours.
  void on_ack(const sip::Request& ack);
  /// A CANCEL that came before the answer: 487, and line_ended.
  void on_cancel(sip::ServerTransactionId transaction);
  /// No ACK came for our 200: BYE, and line_ended unless the leg was released.
  void on_no_ack(sip::ServerTransactionId transaction);
  /// A response to any request of ours.
  void on_response(sip::ClientTransactionId transaction, const sip::Response& response);

  /// Whether phones and trunks have made as many legs as admitted.
  bool is_full() const { return incoming_ >= ground_.settings.max_calls; }
  /// Whether the same INVITE came by another path already (RFC 3261 §8.2.2.2).
  bool is_merged(const sip::Headers& invite) const;
  /// Legs that device has made.
  std::size_t calls_of(const DeviceId& device) const;
  /// The leg a request's To tag belongs to; null: none.
  const LegName* leg_named(const sip::Headers& request) const;
  /// Legs of all states; one that was released may wait here for its ACK.
  std::size_t size() const { return legs_.size(); }
  /// For counts alone.
  const Invitations& invitations() const { return invitations_; }

 private:
  /// Somebody called us, and has no final answer yet.
  struct Invited {
    sip::ServerTransactionId transaction;
    sip::Request invite;
    Peer peer;
    std::string tag;     ///< ours
    TimerId repeat = 0;  ///< of the 180
  };
  /// One line's SIP side, in one of its states.
  struct Leg {
    LegName name;
    bool incoming;
    std::variant<Invited, Inviting, Talk> state;
    std::vector<std::string> tags{};         ///< local tags that lead here
    sip::ServerTransactionId transaction{};  ///< the last INVITE from the peer
    DeviceId caller{};                       ///< the device that made it
    std::string merge_key{};  ///< incoming: names its INVITE by whatever path it comes
  };

  Leg* leg(LineId id);
  Leg* leg_of(const sip::Headers& request);
  Leg* leg_of(sip::ServerTransactionId transaction);
  Talk* talk_of(LineId id);
  std::size_t invite_device(Leg& leg, Inviting& inviting, const OutgoingLine& outgoing,
                            const Device& device);
  std::size_t invite_trunk(Leg& leg, Inviting& inviting, const OutgoingLine& outgoing,
                           const TrunkNumber& to);
  LocalMedia offered_media(const OutgoingLine& outgoing) const;
  sip::Request make_invite(Leg& leg, const OutgoingLine& outgoing, sip::Uri target, sip::Uri to,
                           const Endpoint& peer);
  void send_ringing(LineId id);
  void answer_finally(const Invited& invited, int status);
  void on_request_before_answer(Leg& leg, sip::ServerTransactionId transaction,
                                const sip::Request& request);
  void on_probe_answer(sip::ClientTransactionId transaction, int status);
  void lead_here(Leg& leg, sip::ServerTransactionId transaction);
  void end(Leg& leg, ReleaseCause cause, int status, std::string why = {});
  void erase(LineId id);
  void erase_if_over(Leg& leg);

  Ground& ground_;
  const Registrar& registrar_;
  Invitations invitations_;
  std::unordered_map<LineId, Leg> legs_;
  std::unordered_map<std::string, LineId> by_tag_;  ///< local tag, unguessable and ours alone
  std::unordered_map<sip::ServerTransactionId, LineId> by_transaction_;
  std::unordered_map<sip::ClientTransactionId, LineId> probes_;  ///< without final response
  std::unordered_set<std::string> merge_keys_;
  std::unordered_set<LineId> doomed_;  ///< dialled to nowhere; the news is on its way
  std::unordered_map<DeviceId, std::size_t> calls_of_;  ///< how many legs each device has made
  std::size_t incoming_ = 0;
};

}  // namespace earshot::signalling
