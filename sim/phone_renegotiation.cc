#include "sim/phone.h"
#include "sim/phone_state.h"

namespace earshot::sim {

/// Takes SDP that answers our offer. @return false where it is none, or names no codec of ours
bool Phone::State::take_answer(PhoneCall& call, const std::string& body) {
  auto remote = read_sdp(body, settings.codecs);
  if (!remote) return false;
  call.remote = std::move(remote);
  follow_remote(call);
  return true;
}

/// Sends the ACK a 2xx wants: with our answer where the 2xx carried the offer, else bare, its SDP
/// taken.
sip::Request Phone::State::acknowledge(PhoneCall& call, const sip::Request& invite,
                                       const sip::Response& response) {
  sip::Request ack = call.dialog->make_ack(invite.headers.cseq.number);
  const bool taken = take_answer(call, response.body);
  if (taken && invite.body.empty()) {
    ++call.sdp_version;
    ack.headers.content_type = "application/sdp";
    ack.body = write_answer(media_of(call), *call.remote);
  }
  layer->send_ack(ack, destination(*call.dialog), socket->local());
  return ack;
}

/// Offers what we want where it differs from what is agreed; one re-INVITE at a time.
void Phone::State::renegotiate(PhoneCall& call) {
  if (call.state != PhoneCallState::Up || call.reinviting || call.hold == call.agreed_hold) return;
  reinvite(call, next_offer(call));
}

void Phone::State::reinvite(PhoneCall& call, std::string offer) {
  loop.cancel(call.glare_timer);
  call.reinviting = true;
  call.offered_hold = call.hold;
  sip::Request request = call.dialog->make_request("INVITE");
  request.headers.contact.assign(1, contact());
  if (!offer.empty()) request.headers.content_type = "application/sdp";
  request.body = std::move(offer);
  const Endpoint to = destination(*call.dialog);
  send_request(std::move(request), to, Purpose::Reinvite, call.id);
}

void Phone::State::on_reinvite_answer(Pending& waiting, const sip::Response& response) {
  PhoneCall* call = find(waiting.call);
  if (!call || response.status < 200 || !call->dialog) return;
  if (response.status < 300) {
    if (waiting.ack) {
      layer->send_ack(*waiting.ack, destination(*call->dialog), socket->local());
      return;
    }
    call->dialog->refresh_target(response.headers);
    call->agreed_hold = call->offered_hold;
    waiting.ack = acknowledge(*call, waiting.request, response);
    call->reinviting = false;
    if (call->state != PhoneCallState::Up) return;
    tell(PhoneEventKind::MediaChanged, call->id);
    return renegotiate(*call);  // the owner may have changed its mind meanwhile
  }
  call->reinviting = false;
  if (call->state != PhoneCallState::Up) return;
  if (response.status == 491) {
    // RFC 3261 §14.1: who owns the Call-ID waits 2.1 to 4 s, the other up to 2 s, in steps of 10
    // ms.
    const auto steps = call->outgoing ? 210 + entropy.number() % 191 : entropy.number() % 201;
    call->glare_timer =
        loop.wake_in(milliseconds{10 * static_cast<std::int64_t>(steps)}, [this, id = call->id] {
          if (PhoneCall* again = find(id)) renegotiate(*again);
        });
    return;
  }
  if (response.status == 408 || response.status == 481) {  // RFC 3261 §12.2.1.2: the dialog is gone
    send_bye(*call);
    return end(*call, response.status);
  }
  call->hold = call->agreed_hold;
  follow_remote(*call);
  tell(PhoneEventKind::RenegotiationFailed, call->id, {}, response.status);
}

void Phone::State::on_reinvite(PhoneCall& call, sip::ServerTransactionId transaction,
                               const sip::Request& request) {
  if (call.reinviting) return respond(transaction, request, 491, {});  // RFC 3261 §14.2
  if (call.state != PhoneCallState::Up) return respond(transaction, request, 500, {});
  std::optional<RemoteSdp> offer;
  if (!request.body.empty()) {
    offer = read_sdp(request.body, settings.codecs);
    if (!offer) return respond(transaction, request, 488, {});
  }
  call.dialog->refresh_target(request.headers);
  auto response = sip::respond(request, 200, {});
  response.headers.contact.push_back(contact());
  response.headers.content_type = "application/sdp";
  call.invite_server = transaction;
  if (offer) {
    call.remote = std::move(offer);
    ++call.sdp_version;
    response.body = write_answer(media_of(call), *call.remote);
    follow_remote(call);
  } else {
    call.answer_is_in_ack = true;
    response.body = next_offer(call);
  }
  layer->respond(transaction, response);
  tell(PhoneEventKind::MediaChanged, call.id);
}

void Phone::hold(HoldStyle style, PhoneCallId id) {
  PhoneCall* call = state_->find(id);
  if (!call || call->state != PhoneCallState::Up) return;
  call->hold = style;
  state_->follow_remote(*call);
  state_->renegotiate(*call);
}

void Phone::retrieve(PhoneCallId id) {
  PhoneCall* call = state_->find(id);
  if (!call || call->state != PhoneCallState::Up) return;
  call->hold.reset();
  state_->renegotiate(*call);
}

void Phone::reinvite_without_offer(PhoneCallId id) {
  PhoneCall* call = state_->find(id);
  if (call && call->state == PhoneCallState::Up && !call->reinviting) state_->reinvite(*call, {});
}

}  // namespace earshot::sim
