#include "edge/signalling/inviting.h"

#include <algorithm>

#include "base/log.h"
#include "edge/signalling/answers.h"
#include "edge/signalling/release_codes.h"

namespace earshot::signalling {

void Inviting::add_branch(sip::Request invite, Peer to, bool talk) {
  invite.headers.content_type = kSdp;
  if (branches_.empty()) offer_ = media_.make_offer();
  invite.body = offer_;
  Branch branch;
  branch.to = to;
  branch.talk = talk;
  branch.transaction = invitations_.send(name_.line, std::move(invite), to);
  branches_.push_back(std::move(branch));
}

void Inviting::make_answer() {
  const auto branch = std::find_if(branches_.begin(), branches_.end(), [](const Branch& candidate) {
    return candidate.early && candidate.talk;
  });
  if (branch == branches_.end()) return;
  sip::Request notify = branch->early->make_request("NOTIFY");
  notify.headers.other.push_back({"Event", "talk"});
  notify.headers.other.push_back({"Subscription-State", "active"});
  ++branch->sent_early;
  ground_.send(std::move(notify), destination(branch->to, branch->early->next_hop()));
}

void Inviting::give_up() {
  for (const Branch& branch : branches_) invitations_.cancel(branch.transaction);
  branches_.clear();
}

Inviting::Outcome Inviting::on_response(sip::ClientTransactionId transaction,
                                        const sip::Response& response) {
  const auto branch =
      std::find_if(branches_.begin(), branches_.end(),
                   [&](const Branch& candidate) { return candidate.transaction == transaction; });
  if (branch == branches_.end()) return {};
  if (response.status < 200) {
    on_provisional(*branch, response);
    return {};
  }
  if (response.status < 300) return on_success(*branch, response);
  return on_failure(branch, response.status);
}

void Inviting::on_provisional(Branch& branch, const sip::Response& response) {
  branch.heard = true;
  if (response.status != 180 && response.status != 183) return;
  if (!branch.early || branch.early->id().remote_tag != response.headers.to.tag()) {
    if (auto early = invitations_.early_dialog(branch.transaction, response)) {
      branch.early = std::move(early);
      branch.sent_early = 0;
    }
  }
  if (!response.body.empty()) branch.early_sdp = response.body;
  branch.talk = branch.talk || response.headers.has_token("Allow-Events", "talk");
  const bool answerable = told_answerable_ || (branch.talk && branch.early);
  if (told_ringing_ && answerable == told_answerable_) return;
  told_ringing_ = true;
  told_answerable_ = answerable;
  log_leg(LogLevel::Debug, "leg rings", name_, {{"sip_code", response.status}});
  if (!ground_.stopping) ground_.events.line_ringing(name_.line, answerable);
}

Inviting::Outcome Inviting::on_success(Branch& branch, const sip::Response& response) {
  const bool same_dialog =
      branch.early && branch.early->id().remote_tag == response.headers.to.tag();
  sip::Dialog dialog =
      invitations_.accept(branch.transaction, response, same_dialog ? branch.sent_early : 0);
  const auto winner = branch.transaction;
  const std::string& sdp = response.body.empty() ? branch.early_sdp : response.body;
  const Status<SdpFault> usable = media_.take_answer(sdp);
  Talk talk{ground_, name_, branch.to, std::move(dialog), std::move(media_)};
  std::erase_if(branches_, [&](const Branch& other) { return other.transaction == winner; });
  give_up();
  if (usable) return talk;
  talk.release();
  return Failure{
      ReleaseCause::NotAcceptable,
      sdp.empty() ? far_end_ + " answered without SDP"
                  : far_end_ + " answered with SDP that cannot be used: " + usable.error().reason};
}

/// Where the cause would say less than the answer itself, or something else, the answer is told.
Inviting::Failure Inviting::failure_of(const Branch& branch, int status) const {
  const ReleaseCause cause = cause_of(status, branch.to.routed, branch.heard);
  const std::string answered = far_end_ + " answered " + std::to_string(status);
  if (cause == ReleaseCause::NotAcceptable)
    return {cause, answered + ": it does not take PCMU or PCMA over RTP/AVP"};
  if (cause == ReleaseCause::Failure || cause == ReleaseCause::PeerOverload || status == 403)
    return {cause, answered};
  return {cause, {}};
}

Inviting::Outcome Inviting::on_failure(std::vector<Branch>::iterator branch, int status) {
  Failure failure = failure_of(*branch, status);
  if (!failure_ || more_telling(failure_->cause, failure.cause) != failure_->cause)
    failure_ = failure;
  branches_.erase(branch);
  if (status >= 600) {  // no other place will do (RFC 3261 §21.6)
    give_up();
    return failure;
  }
  if (branches_.empty()) return *failure_;
  return {};
}

}  // namespace earshot::signalling
