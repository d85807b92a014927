#include "edge/signalling/talk.h"

#include "base/log.h"
#include "edge/signalling/answers.h"
#include "edge/signalling/release_codes.h"

namespace earshot::signalling {

sip::Response overlapping(Ground& ground, const sip::Request& request, std::string_view to_tag) {
  return answer_to(request, 500, to_tag,
                   {{"Retry-After", std::to_string(ground.entropy.number() % 11)}});
}

sip::Response Talk::ok(const sip::Request& request, std::string sdp) const {
  sip::Response response =
      answer_to(request, 200, dialog_.id().local_tag, {{"Allow", std::string{kAllow}}});
  response.headers.contact.push_back(ground_.contact_for(peer_.address));
  if (!sdp.empty()) response.headers.content_type = kSdp;
  response.body = std::move(sdp);
  return response;
}

void Talk::answer_first(sip::ServerTransactionId transaction, const sip::Request& invite,
                        std::string sdp) {
  awaited_ = AwaitedAck{transaction, invite.headers.cseq.number, invite.body.empty(), true};
  ground_.respond(transaction, ok(invite, std::move(sdp)));
}

void Talk::on_request(sip::ServerTransactionId transaction, const sip::Request& request,
                      const Endpoint& from) {
  const std::string& tag = dialog_.id().local_tag;
  if (dialog_.take(request) == sip::Dialog::Order::Repeated)
    return ground_.respond(transaction, answer_to(request, 500, tag));
  call_off_probe();
  if (request.method == "BYE") return on_bye(transaction, request);
  if (closing_) return ground_.respond(transaction, answer_to(request, 481, tag));
  if (request.method == "INVITE") return on_reinvite(transaction, request, from);
  if (request.method == "UPDATE") return on_update(transaction, request, from);
  ground_.respond(transaction, idle_answer(request, tag, true));
}

void Talk::on_bye(sip::ServerTransactionId transaction, const sip::Request& request) {
  ground_.respond(transaction, answer_to(request, 200, dialog_.id().local_tag));
  end(ReleaseCause::Normal);
}

/// Whether an offer of theirs may not come now: ours waits for its answer.
bool Talk::refuses_offer(sip::ServerTransactionId transaction, const sip::Request& request) {
  const std::string& tag = dialog_.id().local_tag;
  if (!is_sdp_or_empty(request)) {
    ground_.respond(transaction, answer_to(request, 415, tag, {{"Accept", std::string{kSdp}}}));
    return true;
  }
  if (!awaited_ || !awaited_->offered) return false;
  ground_.respond(transaction, overlapping(ground_, request, tag));
  return true;
}

std::optional<std::string> Talk::answer_offer(sip::ServerTransactionId transaction,
                                              const sip::Request& request) {
  auto answer = media_.answer(request.body);
  if (answer) return std::move(*answer);
  const SdpFault& fault = answer.error();
  log_leg(LogLevel::Warn, "offer refused, the call goes on as it was", name_,
          {{"op", request.method}, {"reason", "SDP: " + fault.reason}, {"sip_code", fault.status}});
  ground_.respond(transaction,
                  answer_to(request, fault.status, dialog_.id().local_tag, {warning_of(fault)}));
  return std::nullopt;
}

void Talk::on_reinvite(sip::ServerTransactionId transaction, const sip::Request& request,
                       const Endpoint& from) {
  if (refuses_offer(transaction, request)) return;
  const auto before = remote();
  const bool offered = request.body.empty();
  auto sdp = offered ? std::optional{media_.make_offer()} : answer_offer(transaction, request);
  if (!sdp) return;  // the session goes on as it was (RFC 3261 §14.2)
  take_target(request, from);
  const bool first = awaited_ && awaited_->first;  // its ACK was lost; this says the same
  awaited_ = AwaitedAck{transaction, request.headers.cseq.number, offered, first};
  ground_.respond(transaction, ok(request, std::move(*sdp)));
  tell_change(before);
}

void Talk::on_update(sip::ServerTransactionId transaction, const sip::Request& request,
                     const Endpoint& from) {
  std::string sdp;
  const auto before = remote();
  if (!request.body.empty()) {
    if (refuses_offer(transaction, request)) return;
    auto answer = answer_offer(transaction, request);
    if (!answer) return;
    sdp = std::move(*answer);
  }
  take_target(request, from);
  ground_.respond(transaction, ok(request, std::move(sdp)));
  tell_change(before);
}

void Talk::take_target(const sip::Request& request, const Endpoint& from) {
  dialog_.refresh_target(request.headers);
  if (!peer_.routed) peer_.address = from;  // a NAT may have made a new binding
}

void Talk::tell_change(const std::optional<RemoteMedia>& before) {
  const auto now = remote();
  if (now && now != before && !ground_.stopping)
    ground_.events.line_media_changed(name_.line, *now);
}

void Talk::on_ack(const sip::Request& ack) {
  if (!awaited_ || ack.headers.cseq.number != awaited_->cseq) return;
  const AwaitedAck awaited = *awaited_;
  awaited_.reset();
  if (closing_) return hang_up();
  if (awaited.offered) take_late_answer(awaited, ack);
}

void Talk::take_late_answer(const AwaitedAck& awaited, const sip::Request& ack) {
  const auto before = remote();
  const auto taken = media_.take_answer(is_sdp_or_empty(ack) ? ack.body : std::string{});
  const bool good = taken.has_value();
  if (!good && !before) {
    hang_up();
    return end(ReleaseCause::NotAcceptable,
               ack.body.empty() ? std::string{"the ACK holds no SDP"}
                                : "the ACK holds SDP that cannot be used: " + taken.error().reason);
  }
  if (!good) return;  // the answer to a later offer is missing: what was agreed stays in force
  if (awaited.first && !before) {
    log_leg(LogLevel::Info, "leg answered", name_);
    if (!ground_.stopping) ground_.events.line_answered(name_.line, *remote());
  } else {
    tell_change(before);
  }
}

void Talk::on_no_ack(sip::ServerTransactionId transaction) {
  if (!awaited_ || awaited_->transaction != transaction) return;
  awaited_.reset();
  hang_up();
  end_because_gone("leg ended: the far end sent no ACK", ReleaseCause::Unreachable, 0);
}

std::optional<sip::ClientTransactionId> Talk::probe() {
  if (probe_ || !is_open() || awaited_) return std::nullopt;  // a missing ACK ends it by itself
  log_leg(LogLevel::Debug, "silent leg asked", name_);
  sip::Request options = dialog_.make_request("OPTIONS");
  options.headers.other.push_back({"Accept", std::string{kSdp}});
  probe_ = ground_.send(std::move(options), destination(peer_, dialog_.next_hop()));
  return probe_;
}

void Talk::on_probe_answer(sip::ClientTransactionId transaction, int status) {
  if (probe_ != transaction) return;
  probe_.reset();
  if (!is_open() || (status != 408 && status != 481)) return;
  hang_up();
  end_because_gone(status == 408 ? "leg ended: the far end is gone, it did not answer OPTIONS"
                                 : "leg ended: the far end has no such call",
                   ReleaseCause::Failure, status);
}

std::optional<RemoteMedia> Talk::remote() const {
  auto remote = media_.remote();
  if (remote) remote->sip_host = peer_.address.with_port(0);
  return remote;
}

void Talk::release() {
  if (over_ || closing_) return;
  closing_ = true;
  if (!awaited_ || !awaited_->first) hang_up();
}

void Talk::hang_up() {
  ground_.send(dialog_.make_request("BYE"), destination(peer_, dialog_.next_hop()));
  over_ = true;
}

void Talk::end(ReleaseCause cause, std::string why) {
  over_ = true;
  if (closing_) return;
  closing_ = true;
  log_leg_ended(name_, cause, 0, why);
  tell_end(cause, std::move(why));
}

/// What an administrator will be asked about: one line, with the cause in words.
void Talk::end_because_gone(std::string_view how, ReleaseCause cause, int status) {
  over_ = true;
  if (closing_) return;
  closing_ = true;
  log_leg(LogLevel::Warn, how, name_, {{"cause", name_of(cause)}, {"sip_code", status}});
  tell_end(cause, {});
}

void Talk::tell_end(ReleaseCause cause, std::string why) {
  if (!ground_.stopping) ground_.events.line_ended(name_.line, cause, std::move(why));
}

}  // namespace earshot::signalling
