
#include "base/text.h"
#include "sim/phone.h"
#include "sim/phone_state.h"

namespace earshot::sim {
namespace {

constexpr std::size_t kCallsRemembered = 32;
constexpr std::size_t kPendingRemembered = 256;
/// How long a caller waits for a cancelled INVITE's end (RFC 3261 §9.1: 64·T1).
constexpr Duration kCancelPatience = seconds{32};

/// The two ways a server asks a phone to pick up by itself.
bool asks_to_answer(const sip::Headers& headers) {
  for (const auto& header : headers.other) {
    const std::string name = lowered(header.name);
    const std::string value = lowered(header.value);
    if (name == "call-info" && value.find("answer-after=0") != std::string::npos) return true;
    if (name == "alert-info" && value.find("alert-autoanswer") != std::string::npos) return true;
  }
  return false;
}

bool sends(sdp::Direction direction) {
  return direction == sdp::Direction::SendRecv || direction == sdp::Direction::SendOnly;
}

sdp::Direction wished_direction(const std::optional<HoldStyle>& hold) {
  if (!hold) return sdp::Direction::SendRecv;
  switch (*hold) {
    case HoldStyle::SendOnly:
      return sdp::Direction::SendOnly;
    case HoldStyle::Inactive:
      return sdp::Direction::Inactive;
    case HoldStyle::ZeroAddress:
      return sdp::Direction::SendRecv;
  }
  return sdp::Direction::SendRecv;
}

}  // namespace

PhoneCall* Phone::State::find(PhoneCallId id) {
  return const_cast<PhoneCall*>(static_cast<const State*>(this)->find(id));
}

const PhoneCall* Phone::State::find(PhoneCallId id) const {
  if (!id.empty()) {
    const auto found = calls.find(id);
    return found == calls.end() ? nullptr : &found->second;
  }
  for (auto call = calls.rbegin(); call != calls.rend(); ++call)
    if (call->second.state != PhoneCallState::Ended) return &call->second;
  return nullptr;
}

PhoneCall* Phone::State::find_dialog(const sip::Request& request) {
  const auto id = sip::dialog_id_of_received(request.headers);
  for (auto& [key, call] : calls)
    if (call.state != PhoneCallState::Ended && call.dialog && call.dialog->id() == id) return &call;
  return nullptr;
}

PhoneCall& Phone::State::new_call() {
  while (pending.size() > kPendingRemembered) pending.erase(pending.begin());
  for (auto call = calls.begin(); call != calls.end() && calls.size() >= kCallsRemembered;)
    call = call->second.state == PhoneCallState::Ended ? calls.erase(call) : std::next(call);
  const PhoneCallId id{++last_call};
  PhoneCall& call = calls[id];
  call.id = id;
  call.local_tag = new_tag();
  call.sdp_session = entropy.number() >> 2;  // a decimal that fits every parser's 63 bits
  return call;
}

bool Phone::State::open_audio(PhoneCall& call) {
  call.audio = PhoneAudio::open(
      loop, network, entropy, socket->local(),
      {settings.tone, settings.level_dbm0, settings.sings, settings.listen_for, seconds{5}});
  if (!call.audio) return false;
  call.audio->on_digit(
      [this, id = call.id](char digit) { tell(PhoneEventKind::Digit, id, std::string(1, digit)); });
  return true;
}

PhoneMedia Phone::State::media_of(const PhoneCall& call) const {
  PhoneMedia own;
  own.rtp = call.audio->local();
  own.codecs = settings.codecs;
  own.telephone_event = settings.telephone_event;
  own.direction = wished_direction(call.hold);
  own.zero_address = call.hold == HoldStyle::ZeroAddress;
  own.session_id = call.sdp_session;
  own.version = call.sdp_version;
  return own;
}

std::string Phone::State::next_offer(PhoneCall& call) {
  ++call.sdp_version;
  return write_offer(media_of(call));
}

/// Brings the audio in line with what both sides last said.
void Phone::State::follow_remote(PhoneCall& call) {
  if (!call.remote || !call.audio) return;
  AudioPath path;
  path.remote = call.remote->rtp;
  path.codec = call.remote->codec;
  if (settings.telephone_event) path.telephone_event = call.remote->telephone_event;
  path.sends = call.remote->listens() && sends(wished_direction(call.hold)) &&
               (!call.hold || settings.hums_while_holding);
  call.audio->follow(path);
  if (vanished) call.audio->stop(true);
}

// ---- called

void Phone::State::on_request(sip::ServerTransactionId transaction, const sip::Request& request,
                              const Endpoint&) {
  if (!request.headers.to.tag().empty()) {
    PhoneCall* call = find_dialog(request);
    if (!call) return respond(transaction, request, 481, {});
    return on_dialog_request(*call, transaction, request);
  }
  if (request.method == "INVITE") return on_invite(transaction, request);
  if (request.method == "NOTIFY") return on_notify(find(PhoneCallId{}), transaction, request);
  respond(transaction, request, request.method == "OPTIONS" ? 200 : 405, new_tag());
}

void Phone::State::on_invite(sip::ServerTransactionId transaction, const sip::Request& request) {
  if (settings.reject_with) return respond(transaction, request, *settings.reject_with, new_tag());
  std::optional<RemoteSdp> offer;
  if (!request.body.empty()) {
    offer = read_sdp(request.body, settings.codecs);
    if (!offer) return respond(transaction, request, 488, new_tag());
  }
  PhoneCall& call = new_call();
  call.remote_number = request.headers.from.uri.user;
  call.state = PhoneCallState::Ringing;
  call.invite = request;
  call.invite_server = transaction;
  call.remote = std::move(offer);
  call.answer_is_in_ack = request.body.empty();
  if (!open_audio(call)) {
    respond(transaction, request, 503, call.local_tag);
    return end(call, 503);
  }
  call.dialog = sip::Dialog::as_callee(request, call.local_tag);
  tell(PhoneEventKind::Ringing, call.id, call.remote_number);
  if (settings.answers_header && asks_to_answer(request.headers)) return answer(call);
  if (settings.answer_after == Duration{}) return answer(call);
  if (settings.rings) ring(call);
  if (settings.answer_after)
    call.answer_timer = loop.wake_in(*settings.answer_after, [this, id = call.id] {
      if (PhoneCall* ringing = find(id)) answer(*ringing);
    });
}

void Phone::State::ring(PhoneCall& call) {
  auto response = sip::respond(call.invite, 180, call.local_tag);
  response.headers.contact.push_back(contact());
  if (settings.answers_talk) response.headers.other.push_back({"Allow-Events", "talk, hold"});
  layer->respond(call.invite_server, response);
}

void Phone::State::answer(PhoneCall& call) {
  if (call.state != PhoneCallState::Ringing) return;
  loop.cancel(call.answer_timer);
  auto response = sip::respond(call.invite, 200, call.local_tag);
  response.headers.contact.push_back(contact());
  if (settings.answers_talk) response.headers.other.push_back({"Allow-Events", "talk, hold"});
  response.headers.content_type = "application/sdp";
  if (call.remote) {
    ++call.sdp_version;
    response.body = write_answer(media_of(call), *call.remote);
  } else {
    response.body = next_offer(call);
  }
  call.state = PhoneCallState::Up;
  call.confirmed = true;
  layer->respond(call.invite_server, response);
  follow_remote(call);
  tell(PhoneEventKind::Answered, call.id, call.remote_number, 200);
}

void Phone::State::on_ack(const sip::Request& ack, const Endpoint&) {
  PhoneCall* call = find_dialog(ack);
  if (!call || !std::exchange(call->answer_is_in_ack, false)) return;
  if (take_answer(*call, ack.body)) return;
  send_bye(*call);  // RFC 3261 §13.2.1: an offer without an answer ends the call
  end(*call, 488);
}

void Phone::State::on_cancel(sip::ServerTransactionId invite) {
  for (auto& [id, call] : calls) {
    if (call.invite_server != invite || call.state != PhoneCallState::Ringing) continue;
    respond(invite, call.invite, 487, call.local_tag);
    return end(call, 487);
  }
}

void Phone::State::on_no_ack(sip::ServerTransactionId invite) {
  for (auto& [id, call] : calls) {
    if (call.invite_server != invite || call.state != PhoneCallState::Up) continue;
    send_bye(call);  // RFC 3261 §13.3.1.4
    return end(call, 408);
  }
}

void Phone::State::reject(PhoneCall& call, int status) {
  if (call.state != PhoneCallState::Ringing) return;
  respond(call.invite_server, call.invite, status, call.local_tag);
  end(call, status);
}

// ---- in a dialog

void Phone::State::on_dialog_request(PhoneCall& call, sip::ServerTransactionId transaction,
                                     const sip::Request& request) {
  if (call.dialog->take(request) == sip::Dialog::Order::Repeated)
    return respond(transaction, request, 500, {});
  if (request.method == "INVITE") return on_reinvite(call, transaction, request);
  if (request.method == "NOTIFY") return on_notify(&call, transaction, request);
  if (request.method == "BYE") {
    respond(transaction, request, 200, {});
    if (call.state == PhoneCallState::Ringing)
      respond(call.invite_server, call.invite, 487, call.local_tag);  // RFC 3261 §15.1.2
    return end(call, 200);
  }
  respond(transaction, request, request.method == "OPTIONS" ? 200 : 405, {});
}

/// `Event: talk` picks up, or takes a call back from hold; `Event: hold` holds.
void Phone::State::on_notify(PhoneCall* call, sip::ServerTransactionId transaction,
                             const sip::Request& request) {
  const std::string tag = request.headers.to.tag().empty() ? new_tag() : std::string();
  const std::string event = lowered(request.headers.find("Event").value_or(""));
  if (!settings.answers_talk || (event != "talk" && event != "hold"))
    return respond(transaction, request, 489, tag);
  if (!call) return respond(transaction, request, 481, tag);
  respond(transaction, request, 200, tag);
  if (event == "talk" && call->state == PhoneCallState::Ringing) return answer(*call);
  if (call->state != PhoneCallState::Up) return;
  call->hold = event == "hold" ? std::optional(HoldStyle::SendOnly) : std::nullopt;
  renegotiate(*call);
}

void Phone::State::hang_up(PhoneCall& call) {
  switch (call.state) {
    case PhoneCallState::Dialling:
    case PhoneCallState::RemoteRinging:
      call.over_when_answered = true;
      layer->cancel(call.invite_client);
      call.answer_timer = loop.wake_in(kCancelPatience, [this, id = call.id] {
        if (PhoneCall* cancelled = find(id)) end(*cancelled, 487);
      });
      break;
    case PhoneCallState::Ringing:
      reject(call, 603);
      break;
    case PhoneCallState::Up:
      send_bye(call);
      end(call, 200);
      break;
    case PhoneCallState::Ended:
      break;
  }
}

void Phone::State::send_bye(PhoneCall& call) {
  if (!call.dialog) return;
  sip::Request bye = call.dialog->make_request("BYE");
  const Endpoint to = destination(*call.dialog);
  send_request(std::move(bye), to, Purpose::Other, call.id);
}

void Phone::State::end(PhoneCall& call, int status) {
  if (call.state == PhoneCallState::Ended) return;
  call.state = PhoneCallState::Ended;
  call.end_status = status;
  loop.cancel(call.answer_timer);
  loop.cancel(call.glare_timer);
  if (call.audio) call.audio->close();
  tell(PhoneEventKind::Ended, call.id, call.remote_number, status);
}

// ---- calling

PhoneCallId Phone::dial(const std::string& number, DialOptions options) {
  State& state = *state_;
  PhoneCall& call = state.new_call();
  call.outgoing = true;
  call.remote_number = number;
  sip::Uri target;
  target.user = number;
  target.host = state.domain();
  if (state.settings.domain.empty()) target.port = state.settings.server.port();
  call.invite = state.make_request("INVITE", target, options.from_number);
  for (const sip::Header& header : options.headers) call.invite.headers.other.push_back(header);
  call.invite.headers.from.params.push_back({"tag", call.local_tag});
  call.invite.headers.call_id = state.entropy.hex(10);
  if (!state.open_audio(call)) {
    state.end(call, 503);
    return call.id;
  }
  if (!options.offerless) {
    call.invite.headers.content_type = "application/sdp";
    call.invite.body = state.next_offer(call);
  }
  state.authorize(call.invite);
  call.invite_client =
      state.send_request(call.invite, state.settings.server, State::Purpose::Invite, call.id);
  return call.id;
}

void Phone::State::on_invite_answer(Pending& waiting, const sip::Response& response) {
  PhoneCall* call = find(waiting.call);
  if (!call) return;
  if (response.status >= 300) {
    if (!call->confirmed) end(*call, response.status);
    return;
  }
  if (response.status >= 200) return on_invite_success(waiting, response);
  if (call->state != PhoneCallState::Dialling && call->state != PhoneCallState::RemoteRinging)
    return;
  if (!response.body.empty() && !waiting.request.body.empty())  // early media (RFC 3261 §13.2.2.1)
    take_answer(*call, response.body);
  if (response.status == 100) return;
  if (std::exchange(call->state, PhoneCallState::RemoteRinging) == PhoneCallState::Dialling)
    tell(PhoneEventKind::RemoteRinging, call->id, call->remote_number, response.status);
}

void Phone::State::on_invite_success(Pending& waiting, const sip::Response& response) {
  PhoneCall& call = *find(waiting.call);
  if (call.confirmed && call.dialog->id() != sip::dialog_id_of_answer(response.headers))
    return drop_fork(waiting, response);
  if (waiting.ack) return layer->send_ack(*waiting.ack, destination(*call.dialog), socket->local());
  call.dialog = sip::Dialog::as_caller(waiting.request, response);
  call.confirmed = true;
  waiting.ack = acknowledge(call, waiting.request, response);
  if (call.over_when_answered) {
    send_bye(call);
    return end(call, 487);
  }
  if (call.state == PhoneCallState::Ended) return send_bye(call);
  if (!call.remote) {
    send_bye(call);  // no SDP we could speak
    return end(call, 488);
  }
  call.state = PhoneCallState::Up;
  tell(PhoneEventKind::Answered, call.id, call.remote_number, 200);
}

/// A second phone answered (RFC 3261 §13.2.2.4): acknowledged, and let go.
void Phone::State::drop_fork(const Pending& waiting, const sip::Response& response) {
  auto fork = sip::Dialog::as_caller(waiting.request, response);
  const Endpoint to = destination(fork);
  layer->send_ack(fork.make_ack(waiting.request.headers.cseq.number), to, socket->local());
  send_request(fork.make_request("BYE"), to, Purpose::Other, {});
}

// ---- what the owner asks and sees

void Phone::answer(PhoneCallId id) {
  if (PhoneCall* call = state_->find(id)) state_->answer(*call);
}
void Phone::reject(int status, PhoneCallId id) {
  if (PhoneCall* call = state_->find(id)) state_->reject(*call, status);
}
void Phone::hang_up(PhoneCallId id) {
  if (PhoneCall* call = state_->find(id)) state_->hang_up(*call);
}
void Phone::mute(bool muted, PhoneCallId id) {
  if (PhoneCall* call = state_->find(id); call && call->audio) call->audio->mute(muted);
}
void Phone::send_digits(const std::string& digits, PhoneCallId id) {
  if (PhoneCall* call = state_->find(id); call && call->audio) call->audio->send_digits(digits);
}
void Phone::stop_sending_audio(PhoneCallId id) {
  if (PhoneCall* call = state_->find(id); call && call->audio) call->audio->stop(false);
}
void Phone::send_keep_alives_only(std::uint8_t payload_type, PhoneCallId id) {
  if (PhoneCall* call = state_->find(id); call && call->audio)
    call->audio->keep_alive_only(payload_type);
}

PhoneCallId Phone::current_call() const {
  const PhoneCall* call = state_->find(PhoneCallId{});
  return call ? call->id : PhoneCallId{};
}

std::vector<PhoneCallId> Phone::live_calls() const {
  std::vector<PhoneCallId> out;
  for (const auto& [id, call] : state_->calls)
    if (call.state != PhoneCallState::Ended) out.push_back(id);
  return out;
}

PhoneCallStatus Phone::status(PhoneCallId id) const {
  const PhoneCall* call = std::as_const(*state_).find(id);
  if (!call) return {};
  PhoneCallStatus out;
  out.state = call->state;
  out.outgoing = call->outgoing;
  out.remote_number = call->remote_number;
  out.call_id = call->invite.headers.call_id;
  out.end_status = call->end_status;
  out.we_hold = call->agreed_hold.has_value();
  if (call->remote) {
    out.held_by_remote = !call->remote->listens();
    out.codec = call->remote->codec;
  }
  return out;
}

const PhoneAudio* Phone::audio(PhoneCallId id) const {
  const PhoneCall* call = state_->find(id);
  return call ? call->audio.get() : nullptr;
}

RtpReport Phone::received(PhoneCallId id) const {
  const PhoneAudio* found = audio(id);
  return found ? found->received() : RtpReport{};
}

}  // namespace earshot::sim
