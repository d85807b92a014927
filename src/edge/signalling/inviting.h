#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "edge/signalling/invitations.h"
#include "edge/signalling/session_media.h"
#include "edge/signalling/talk.h"

namespace earshot::signalling {

/// An outgoing leg before its answer: one INVITE to each place the callee may be, all at once. The
/// first 2xx wins and the others are cancelled; a 6xx ends them all; else the last failure does.
class Inviting {
 public:
  /// @param far_end  the callee, as sentences name it: "the phone 5001"
  Inviting(Ground& ground, Invitations& invitations, LegName name, std::string far_end,
           SessionMedia media)
      : ground_(ground),
        invitations_(invitations),
        name_(std::move(name)),
        far_end_(std::move(far_end)),
        media_(std::move(media)) {}

  /// @param talk  the callee's REGISTER said Allow-Events: talk
  void add_branch(sip::Request invite, Peer to, bool talk);
  /// NOTIFY Event: talk to the first branch that takes it (decisions A9).
  void make_answer();
  /// CANCELs every branch.
  void give_up();

  /// Why the leg could not be made.
  struct Failure {
    ReleaseCause cause;
    std::string why;  ///< see SignallingEvents::line_ended
  };
  /// The leg goes on as it was, is up, or is over.
  using Outcome = std::variant<std::monostate, Talk, Failure>;
  /// A response to one of the branches; to any other, nothing happens.
  Outcome on_response(sip::ClientTransactionId transaction, const sip::Response& response);

 private:
  /// One place the callee may be, invited and without a final answer.
  struct Branch {
    sip::ClientTransactionId transaction;
    Peer to;
    bool talk = false;
    bool heard = false;                ///< a provisional response came
    std::optional<sip::Dialog> early;  ///< of the last ringing response with a tag
    std::string early_sdp;             ///< of an 18x: some phones leave it out of the 2xx
    int sent_early = 0;                ///< requests made from `early`
  };

  void on_provisional(Branch& branch, const sip::Response& response);
  Outcome on_success(Branch& branch, const sip::Response& response);
  Outcome on_failure(std::vector<Branch>::iterator branch, int status);
  Failure failure_of(const Branch& branch, int status) const;

  Ground& ground_;
  Invitations& invitations_;
  LegName name_;
  std::string far_end_;
  SessionMedia media_;
  std::string offer_;               ///< the same to all
  std::vector<Branch> branches_;    ///< those without a final response
  std::optional<Failure> failure_;  ///< the most telling one so far
  bool told_ringing_ = false;
  bool told_answerable_ = false;
};

}  // namespace earshot::signalling
