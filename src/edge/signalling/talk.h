#pragma once

#include <optional>

#include "edge/signalling/ground.h"
#include "edge/signalling/session_media.h"

namespace earshot::signalling {

/// A line with a confirmed dialog, either way it was made.
///
///   awaiting ACK of its 200 ──ACK──► up ──BYE either way──► over
///        │ no ACK in 64·T1: BYE, over
///        │ released meanwhile: closing, BYE with the ACK (RFC 3261 §15)
///
/// A re-INVITE's 200 waits for its ACK as well, but may be hung up at once.
class Talk {
 public:
  Talk(Ground& ground, LegName name, Peer peer, sip::Dialog dialog, SessionMedia media)
      : ground_(ground),
        name_(std::move(name)),
        peer_(peer),
        dialog_(std::move(dialog)),
        media_(std::move(media)) {}

  /// Answers the INVITE that made the dialog.
  /// @param sdp  the answer, or our offer where the INVITE had none
  void answer_first(sip::ServerTransactionId transaction, const sip::Request& invite,
                    std::string sdp);
  /// A request whose dialog is this one's. Answers it, and tells what it means.
  void on_request(sip::ServerTransactionId transaction, const sip::Request& request,
                  const Endpoint& from);
  /// An ACK to a 200 of this dialog; one that is not awaited changes nothing.
  void on_ack(const sip::Request& ack);
  /// None came in 64·T1: the far end is gone.
  void on_no_ack(sip::ServerTransactionId transaction);
  /// Asks whether the far end is there (Signalling::probe).
  /// @return the OPTIONS; nothing where one is under way or the dialog is not up
  std::optional<sip::ClientTransactionId> probe();
  /// The answer to a probe under way is not looked at.
  void call_off_probe() { probe_.reset(); }
  /// 408 and 481 end the call; any other answer proves the far end.
  void on_probe_answer(sip::ClientTransactionId transaction, int status);
  /// Hangs up; no event.
  void release();

  /// A BYE was sent or came: only its transaction is left.
  bool is_over() const { return over_; }
  /// Somebody is still told of it.
  bool is_open() const { return !over_ && !closing_; }
  /// The INVITE whose 200 waits for its ACK; 0: none.
  sip::ServerTransactionId awaited() const {
    return awaited_ ? awaited_->transaction : sip::ServerTransactionId{};
  }
  /// Valid as long as this leg is.
  const sip::Dialog& dialog() const { return dialog_; }
  /// What the peer said last, and from which host; nothing before the first exchange.
  std::optional<RemoteMedia> remote() const;

 private:
  /// A 200 of ours that its ACK has not confirmed.
  struct AwaitedAck {
    sip::ServerTransactionId transaction;
    std::uint32_t cseq;
    bool offered;  ///< our 200 carried an offer, the ACK brings the answer
    bool first;    ///< of the INVITE that made the dialog
  };

  void on_bye(sip::ServerTransactionId transaction, const sip::Request& request);
  void on_reinvite(sip::ServerTransactionId transaction, const sip::Request& request,
                   const Endpoint& from);
  void on_update(sip::ServerTransactionId transaction, const sip::Request& request,
                 const Endpoint& from);
  bool refuses_offer(sip::ServerTransactionId transaction, const sip::Request& request);
  std::optional<std::string> answer_offer(sip::ServerTransactionId transaction,
                                          const sip::Request& request);
  void take_target(const sip::Request& request, const Endpoint& from);
  void take_late_answer(const AwaitedAck& awaited, const sip::Request& ack);
  void tell_change(const std::optional<RemoteMedia>& before);
  void hang_up();
  void end(ReleaseCause cause, std::string why = {});
  void end_because_gone(std::string_view how, ReleaseCause cause, int status);
  void tell_end(ReleaseCause cause, std::string why);
  sip::Response ok(const sip::Request& request, std::string sdp) const;

  Ground& ground_;
  LegName name_;
  Peer peer_;
  sip::Dialog dialog_;
  SessionMedia media_;
  std::optional<AwaitedAck> awaited_;
  std::optional<sip::ClientTransactionId> probe_;  ///< whose answer will be believed
  bool closing_ = false;                           ///< released; nobody is told anything any more
  bool over_ = false;
};

/// 500 with a Retry-After of 0 to 10 s, for a request that overlaps another (RFC 3261 §14.2,
/// RFC 3311 §5.2).
sip::Response overlapping(Ground& ground, const sip::Request& request, std::string_view to_tag);

}  // namespace earshot::signalling
