#include "edge/signalling/legs.h"

#include <algorithm>

#include "base/log.h"
#include "edge/signalling/answers.h"
#include "edge/signalling/diversion.h"
#include "edge/signalling/release_codes.h"

namespace earshot::signalling {
namespace {

/// A proxy gives up a call that rings silently for 3 minutes; it wants a sign every minute
/// (RFC 3261 §13.3.1.1).
constexpr Duration kRepeatRinging = seconds{60};

/// Equal for the copies of one INVITE that came by several paths (RFC 3261 §8.2.2.2).
std::string merge_key_of(const sip::Headers& invite) {
  return invite.call_id + '\n' + std::string{invite.from.tag()} + '\n' +
         std::to_string(invite.cseq.number);
}

/// Fits every SDP parser: some keep it in a signed 64-bit number (RFC 4566 §5.2).
std::uint64_t fresh_session_id(Entropy& entropy) { return entropy.number() >> 2; }

}  // namespace

Legs::~Legs() {
  for (const auto& [id, leg] : legs_)
    if (const auto* invited = std::get_if<Invited>(&leg.state))
      ground_.loop.cancel(invited->repeat);
}

bool Legs::is_merged(const sip::Headers& invite) const {
  return merge_keys_.contains(merge_key_of(invite));
}

std::size_t Legs::calls_of(const DeviceId& device) const {
  const auto made = calls_of_.find(device);
  return made == calls_of_.end() ? 0 : made->second;
}

Legs::Leg* Legs::leg(LineId id) {
  const auto found = legs_.find(id);
  return found == legs_.end() ? nullptr : &found->second;
}

const LegName* Legs::leg_named(const sip::Headers& request) const {
  const auto found = by_tag_.find(std::string{request.to.tag()});
  return found == by_tag_.end() ? nullptr : &legs_.at(found->second).name;
}

Legs::Leg* Legs::leg_of(const sip::Headers& request) {
  const LegName* name = leg_named(request);
  return name ? leg(name->line) : nullptr;
}

Legs::Leg* Legs::leg_of(sip::ServerTransactionId transaction) {
  const auto found = by_transaction_.find(transaction);
  return found == by_transaction_.end() ? nullptr : leg(found->second);
}

// ---- Incoming, before its answer ----------------------------------------------------------------

void Legs::on_invite(sip::ServerTransactionId transaction, const sip::Request& invite,
                     const Endpoint& from, Caller caller) {
  std::string tag = ground_.fresh_tag();
  ground_.respond(transaction, sip::respond(invite, 100, {}));

  const Peer peer{from, caller.routed};
  const DeviceId* device = std::get_if<DeviceId>(&caller.identity);
  const DeviceId made_by = device ? *device : DeviceId{};
  const auto [id, call] = ground_.events.line_offered(
      {std::move(caller.identity), caller.number, sip::number_in(invite.uri), !invite.body.empty(),
       caller.name, diversions_in(invite.headers)});
  if (id.empty() || legs_.contains(id))
    return ground_.respond(transaction, answer_to(invite, 500, tag));
  Leg& leg = legs_
                 .emplace(id, Leg{{id, call, std::move(caller.number)},
                                  true,
                                  Invited{transaction, invite, peer, tag}})
                 .first->second;
  leg.merge_key = merge_key_of(invite.headers);
  merge_keys_.insert(leg.merge_key);
  by_tag_.emplace(tag, id);
  leg.tags.push_back(std::move(tag));
  lead_here(leg, transaction);
  ++incoming_;
  if (!made_by.value.empty()) ++calls_of_[leg.caller = made_by];
  log_leg(LogLevel::Info, "leg offered", leg.name,
          {{"from", from.to_string()}, {"sip_call_id", invite.headers.call_id}});
}

void Legs::lead_here(Leg& leg, sip::ServerTransactionId transaction) {
  if (!leg.transaction.empty()) by_transaction_.erase(leg.transaction);
  leg.transaction = transaction;
  by_transaction_.emplace(transaction, leg.name.line);
}

void Legs::ring(LineId id) {
  Leg* ringing = leg(id);
  if (ringing && std::holds_alternative<Invited>(ringing->state)) send_ringing(id);
}

void Legs::send_ringing(LineId id) {
  Leg* ringing = leg(id);
  Invited* invited = ringing ? std::get_if<Invited>(&ringing->state) : nullptr;
  if (!invited) return;
  sip::Response response = answer_to(invited->invite, 180, invited->tag);
  response.headers.contact.push_back(ground_.contact_for(invited->peer.address));
  ground_.respond(invited->transaction, std::move(response));
  ground_.loop.cancel(invited->repeat);
  invited->repeat = ground_.loop.wake_in(kRepeatRinging, [this, id] { send_ringing(id); });
}

void Legs::answer(LineId id, const LocalMedia& media) {
  Leg* answered = leg(id);
  Invited* invited = answered ? std::get_if<Invited>(&answered->state) : nullptr;
  if (!invited) return;
  ground_.loop.cancel(invited->repeat);
  SessionMedia session{fresh_session_id(ground_.entropy),
                       ground_.media_to(invited->peer.address, media)};
  const bool has_offer = !invited->invite.body.empty();
  std::string sdp;
  if (has_offer) {
    auto answer = session.answer(invited->invite.body);
    if (!answer) return;  // cannot be: check_offer took it
    sdp = std::move(*answer);
  } else {
    sdp = session.make_offer();
  }
  const Invited up = std::move(*invited);
  Talk& talk =
      answered->state.emplace<Talk>(ground_, answered->name, up.peer,
                                    sip::Dialog::as_callee(up.invite, up.tag), std::move(session));
  talk.answer_first(up.transaction, up.invite, std::move(sdp));
  if (!has_offer) return;  // the ACK brings the answer, and with it line_answered
  ground_.later([this, id] {
    const Leg* still = leg(id);
    const Talk* open = still ? std::get_if<Talk>(&still->state) : nullptr;
    if (!open || !open->is_open() || ground_.stopping) return;
    log_leg(LogLevel::Info, "leg answered", still->name);
    ground_.events.line_answered(id, *open->remote());
  });
}

void Legs::answer_finally(const Invited& invited, int status) {
  ground_.loop.cancel(invited.repeat);
  sip::Response response = answer_to(invited.invite, status, invited.tag);
  if (status == 503)
    response.headers.other.push_back(
        {"Retry-After", std::to_string(ground_.settings.retry_after.count())});
  ground_.respond(invited.transaction, std::move(response));
}

void Legs::on_cancel(sip::ServerTransactionId transaction) {
  Leg* cancelled = leg_of(transaction);
  Invited* invited = cancelled ? std::get_if<Invited>(&cancelled->state) : nullptr;
  if (!invited) return;
  answer_finally(*invited, 487);
  end(*cancelled, ReleaseCause::Cancelled, 487);
}

/// In an early dialog, ours or theirs.
void Legs::on_request_before_answer(Leg& leg, sip::ServerTransactionId transaction,
                                    const sip::Request& request) {
  const std::string_view tag = request.headers.to.tag();
  const Invited* invited = std::get_if<Invited>(&leg.state);
  if (request.method == "BYE" && invited) {  // the caller may (RFC 3261 §15)
    ground_.respond(transaction, answer_to(request, 200, tag));
    answer_finally(*invited, 487);
    return end(leg, ReleaseCause::Cancelled, 487);
  }
  if (request.method == "UPDATE" && request.body.empty())
    return ground_.respond(transaction, answer_to(request, 200, tag));
  // An offer is open already: theirs (RFC 3311 §5.2, RFC 3261 §14.2) or ours.
  if (request.method == "UPDATE" || request.method == "INVITE")
    return ground_.respond(
        transaction, invited ? overlapping(ground_, request, tag) : answer_to(request, 491, tag));
  ground_.respond(transaction, idle_answer(request, tag, true));
}

// ---- Within dialogs -----------------------------------------------------------------------------

void Legs::on_request(sip::ServerTransactionId transaction, const sip::Request& request,
                      const Endpoint& from) {
  Leg* called = leg_of(request.headers);
  const sip::DialogId dialog = sip::dialog_id_of_received(request.headers);
  const auto unknown = [&] {
    ground_.respond(transaction, answer_to(request, 481, request.headers.to.tag()));
  };
  if (!called) return unknown();
  if (Talk* talk = std::get_if<Talk>(&called->state)) {
    if (talk->dialog().id() != dialog) return unknown();
    talk->on_request(transaction, request, from);
    if (talk->awaited() == transaction) lead_here(*called, transaction);  // a refused one does not
    return erase_if_over(*called);
  }
  if (const Invited* invited = std::get_if<Invited>(&called->state))
    if (invited->invite.headers.call_id != dialog.call_id ||
        invited->invite.headers.from.tag() != dialog.remote_tag)
      return unknown();
  on_request_before_answer(*called, transaction, request);
}

void Legs::on_ack(const sip::Request& ack) {
  Leg* confirmed = leg_of(ack.headers);
  Talk* talk = confirmed ? std::get_if<Talk>(&confirmed->state) : nullptr;
  // The layer took it by our tag, Call-ID and CSeq and has stopped waiting; so must we, whatever
  // the From tag says.
  if (!talk) return;
  talk->on_ack(ack);
  erase_if_over(*confirmed);
}

void Legs::on_no_ack(sip::ServerTransactionId transaction) {
  Leg* unconfirmed = leg_of(transaction);
  Talk* talk = unconfirmed ? std::get_if<Talk>(&unconfirmed->state) : nullptr;
  if (!talk) return;
  talk->on_no_ack(transaction);
  erase_if_over(*unconfirmed);
}

// ---- Alive or gone ------------------------------------------------------------------------------

Talk* Legs::talk_of(LineId id) {
  Leg* found = leg(id);
  return found ? std::get_if<Talk>(&found->state) : nullptr;
}

void Legs::probe(LineId id) {
  Talk* talk = talk_of(id);
  if (!talk) return;
  if (const auto transaction = talk->probe()) probes_.emplace(*transaction, id);
}

void Legs::call_off_probe(LineId id) {
  if (Talk* talk = talk_of(id)) talk->call_off_probe();
}

void Legs::on_probe_answer(sip::ClientTransactionId transaction, int status) {
  const auto found = probes_.find(transaction);
  if (found == probes_.end()) return;
  const LineId id = found->second;
  probes_.erase(found);
  Talk* talk = talk_of(id);
  if (!talk) return;
  talk->on_probe_answer(transaction, status);
  erase_if_over(*leg(id));
}

// ---- Ends ---------------------------------------------------------------------------------------

void Legs::release(LineId id, ReleaseCause cause) {
  doomed_.erase(id);
  Leg* released = leg(id);
  if (!released) return;
  log_leg(LogLevel::Info, "leg released", released->name, {{"cause", name_of(cause)}});
  if (const Invited* invited = std::get_if<Invited>(&released->state)) {
    answer_finally(*invited, status_of(cause));
    return erase(id);
  }
  if (Inviting* inviting = std::get_if<Inviting>(&released->state)) {
    inviting->give_up();
    return erase(id);
  }
  std::get<Talk>(released->state).release();
  erase_if_over(*released);
}

void Legs::release_all(ReleaseCause cause) {
  std::vector<LineId> ids;
  for (const auto& [id, leg] : legs_) ids.push_back(id);
  std::sort(ids.begin(), ids.end());  // the same order in each run of a simulation
  for (const LineId id : ids) release(id, cause);
  doomed_.clear();
}

void Legs::end(Leg& leg, ReleaseCause cause, int status, std::string why) {
  const LineId id = leg.name.line;
  log_leg_ended(leg.name, cause, status, why);
  erase(id);
  if (!ground_.stopping) ground_.events.line_ended(id, cause, std::move(why));
}

void Legs::erase_if_over(Leg& leg) {
  const Talk* talk = std::get_if<Talk>(&leg.state);
  if (talk && talk->is_over()) erase(leg.name.line);
}

void Legs::erase(LineId id) {
  const auto found = legs_.find(id);
  if (found == legs_.end()) return;
  const Leg& leg = found->second;
  for (const std::string& tag : leg.tags) by_tag_.erase(tag);
  if (!leg.transaction.empty()) by_transaction_.erase(leg.transaction);
  if (!leg.merge_key.empty()) merge_keys_.erase(leg.merge_key);
  if (leg.incoming) --incoming_;
  if (const auto made = calls_of_.find(leg.caller); made != calls_of_.end() && --made->second == 0)
    calls_of_.erase(made);
  legs_.erase(found);
}

}  // namespace earshot::signalling
