#include "edge/signalling/invitations.h"

#include "base/log.h"

namespace earshot::signalling {
namespace {

/// A downstream proxy that forks wildly, or an attacker who invents tags, gets no more dialogs.
constexpr std::size_t kMaxAnswers = 16;

bool is_success(const sip::Response& response) {
  return response.status >= 200 && response.status < 300;
}

}  // namespace

Invitations::~Invitations() {
  for (const auto& [transaction, sent] : sent_) ground_.loop.cancel(sent.forget);
}

sip::ClientTransactionId Invitations::send(LineId leg, sip::Request invite, Peer to) {
  ground_.dress(invite, to.address);
  const auto transaction =
      ground_.layer.send_request(invite, to.address, ground_.local_to(to.address));
  sent_.emplace(transaction, Sent{leg, std::move(invite), to});
  ++unanswered_;
  return transaction;
}

void Invitations::cancel(sip::ClientTransactionId transaction) {
  const auto found = sent_.find(transaction);
  if (found == sent_.end()) return;
  found->second.line = {};
  if (found->second.answered) return;
  ground_.layer.cancel(transaction);
}

std::optional<Invitations::Heard> Invitations::on_response(sip::ClientTransactionId transaction,
                                                           const sip::Response& response) {
  const auto found = sent_.find(transaction);
  if (found == sent_.end()) return std::nullopt;
  Sent& sent = found->second;
  if (response.status < 200) return Heard{sent.line};
  if (!is_success(response)) {
    if (sent.answered) return Heard{};  // after a 2xx no other final answer counts
    const LineId leg = sent.line;
    forget(transaction);
    return Heard{leg};
  }
  const std::string tag{response.headers.to.tag()};
  if (const auto ack = sent.acks.find(tag); ack != sent.acks.end()) {
    ground_.layer.send_ack(ack->second.first, ack->second.second,
                           ground_.local_to(ack->second.second));
    return Heard{};
  }
  if (!sent.line.empty()) return Heard{sent.line};
  if (sent.acks.size() >= kMaxAnswers) return Heard{};
  sip::Dialog unwanted = acknowledge(transaction, sent, response);
  ground_.send(unwanted.make_request("BYE"), destination(sent.to, unwanted.next_hop()));
  return Heard{};
}

sip::Dialog Invitations::accept(sip::ClientTransactionId transaction, const sip::Response& response,
                                int passed_over) {
  Sent& sent = sent_.at(transaction);
  sent.line = {};
  sip::Dialog dialog = acknowledge(transaction, sent, response);
  for (; passed_over > 0; --passed_over) (void)dialog.make_request("NOTIFY");
  return dialog;
}

sip::Dialog Invitations::acknowledge(sip::ClientTransactionId transaction, Sent& sent,
                                     const sip::Response& response) {
  sip::Dialog dialog = sip::Dialog::as_caller(sent.invite, response);
  sip::Request ack = dialog.make_ack(sent.invite.headers.cseq.number);
  const Endpoint to = destination(sent.to, dialog.next_hop());
  ground_.layer.send_ack(ack, to, ground_.local_to(to));
  sent.acks.emplace(std::string{response.headers.to.tag()}, std::pair{std::move(ack), to});
  if (!sent.answered) forget_later(transaction, sent);
  return dialog;
}

void Invitations::forget_later(sip::ClientTransactionId transaction, Sent& sent) {
  sent.answered = true;
  --unanswered_;
  ground_.loop.cancel(sent.forget);
  sent.forget =
      ground_.loop.wake_in(ground_.patience(), [this, transaction] { forget(transaction); });
}

void Invitations::forget(sip::ClientTransactionId transaction) {
  const auto found = sent_.find(transaction);
  if (found == sent_.end()) return;
  if (!found->second.answered) --unanswered_;
  ground_.loop.cancel(found->second.forget);
  sent_.erase(found);
}

std::optional<sip::Dialog> Invitations::early_dialog(sip::ClientTransactionId transaction,
                                                     const sip::Response& response) const {
  const auto found = sent_.find(transaction);
  if (found == sent_.end() || response.headers.to.tag().empty()) return std::nullopt;
  return sip::Dialog::as_caller(found->second.invite, response);
}

}  // namespace earshot::signalling
