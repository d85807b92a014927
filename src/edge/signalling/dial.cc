// Legs: outgoing, before the answer.

#include "base/log.h"
#include "edge/signalling/answers.h"
#include "edge/signalling/diversion.h"
#include "edge/signalling/legs.h"
#include "edge/signalling/release_codes.h"

namespace earshot::signalling {
namespace {

constexpr std::uint32_t kMaxForwards = 70;  // RFC 3261 §8.1.1.6

sip::Uri uri_at(std::string_view user, const Endpoint& host) {
  sip::Uri uri;
  uri.user = user;
  uri.host = host.address();
  uri.port = host.port();
  return uri;
}

/// What makes a phone pick up by itself (decisions A9): one dialect or the other.
void ask_for_auto_answer(sip::Headers& headers, const Endpoint& local) {
  sip::Uri host = uri_at("", local);
  headers.other.push_back({"Call-Info", "<" + sip::to_string(host) + ">;answer-after=0"});
  headers.other.push_back(
      {"Alert-Info", "<http://" + local.to_string() + ">;info=alert-autoanswer"});
}

}  // namespace

sip::Request Legs::make_invite(Leg& leg, const OutgoingLine& outgoing, sip::Uri target, sip::Uri to,
                               const Endpoint& peer) {
  sip::Request invite;
  invite.method = "INVITE";
  invite.uri = std::move(target);
  sip::Headers& headers = invite.headers;
  const std::string& caller = outgoing.caller_number;
  headers.from.uri = uri_at(caller.empty() ? "anonymous" : caller, ground_.local_to(peer));
  headers.from.display = outgoing.caller_name;
  std::string tag = ground_.fresh_tag();
  headers.from.params.push_back({"tag", tag});
  headers.to.uri = std::move(to);
  // One of its own for each branch: a phone that has two bindings must not take the second INVITE
  // for a copy of the first (RFC 3261 §8.2.2.2).
  headers.call_id = ground_.entropy.hex(16);
  headers.cseq = {1, "INVITE"};
  headers.max_forwards = kMaxForwards;
  headers.other.push_back({"Allow", std::string{kAllow}});
  by_tag_.emplace(tag, leg.name.line);
  leg.tags.push_back(std::move(tag));
  return invite;
}

std::size_t Legs::invite_device(Leg& leg, Inviting& inviting, const OutgoingLine& outgoing,
                                const Device& device) {
  std::size_t invited = 0;
  for (const Binding& binding : registrar_.bindings(device.id)) {
    const Endpoint local = ground_.local_to(binding.source);
    sip::Request invite =
        make_invite(leg, outgoing, binding.contact, uri_at(device.sip_user, local), binding.source);
    if (!outgoing.diverted.by.empty())
      add_diversions(invite.headers, outgoing.diverted, true, local);
    if (device.auto_answer) ask_for_auto_answer(invite.headers, local);
    inviting.add_branch(std::move(invite), {binding.source, false}, binding.talk);
    ++invited;
  }
  return invited;
}

std::size_t Legs::invite_trunk(Leg& leg, Inviting& inviting, const OutgoingLine& outgoing,
                               const TrunkNumber& to) {
  const Trunk* trunk = ground_.directory->trunk(to.trunk);
  if (!trunk) return 0;
  const sip::Uri target = uri_at(to.number, trunk->address);
  sip::Request invite = make_invite(leg, outgoing, target, target, trunk->address);
  add_diversions(invite.headers, outgoing.diverted, trunk->tell_diversions,
                 ground_.local_to(trunk->address));
  inviting.add_branch(std::move(invite), {trunk->address, true}, false);
  return 1;
}

/// The offer is one for all places the callee may be; if one of them is beyond our networks, all
/// are told what it can reach.
LocalMedia Legs::offered_media(const OutgoingLine& outgoing) const {
  LocalMedia offered = outgoing.media;
  const auto offer_to = [&](const Endpoint& peer) {
    if (offered == outgoing.media || !ground_.is_near(peer))
      offered = ground_.media_to(peer, outgoing.media);
  };
  if (const auto* number = std::get_if<TrunkNumber>(&outgoing.to)) {
    if (const Trunk* trunk = ground_.directory->trunk(number->trunk)) offer_to(trunk->address);
  } else {
    for (const Binding& binding : registrar_.bindings(std::get<DeviceId>(outgoing.to)))
      offer_to(binding.source);
  }
  return offered;
}

void Legs::dial(const OutgoingLine& outgoing) {
  if (ground_.stopping || legs_.contains(outgoing.line)) return;
  const LineId id = outgoing.line;
  const auto* number = std::get_if<TrunkNumber>(&outgoing.to);
  const Device* device =
      number ? nullptr : ground_.directory->device(std::get<DeviceId>(outgoing.to));
  const LegName name{id, outgoing.call,
                     number   ? number->number
                     : device ? device->phone_number
                              : std::string{}};
  std::string far_end =
      number ? "the trunk \"" + number->trunk.value + '"' : "the phone " + name.number;
  SessionMedia media{ground_.entropy.number() >> 2, offered_media(outgoing)};
  Leg& leg =
      legs_
          .emplace(id,
                   Leg{name, false,
                       Inviting{ground_, invitations_, name, std::move(far_end), std::move(media)}})
          .first->second;
  Inviting& inviting = std::get<Inviting>(leg.state);
  std::size_t invited = 0;
  if (number)
    invited = invite_trunk(leg, inviting, outgoing, *number);
  else if (device)
    invited = invite_device(leg, inviting, outgoing, *device);
  if (!outgoing.diverted.by.empty())
    log_leg(LogLevel::Info, "leg forwarded", name, {{"forwarded_by", outgoing.diverted.by.back()}});
  if (invited > 0)
    return log_leg(LogLevel::Info, "leg dialled", name, {{"branches", std::int64_t(invited)}});
  log_leg(LogLevel::Info, "leg not dialled: no phone is registered", name);
  erase(id);
  doomed_.insert(id);
  ground_.later([this, id] {
    if (doomed_.erase(id) > 0 && !ground_.stopping)
      ground_.events.line_ended(id, ReleaseCause::Unreachable, {});
  });
}

void Legs::make_answer(LineId id) {
  Leg* ringing = leg(id);
  if (Inviting* inviting = ringing ? std::get_if<Inviting>(&ringing->state) : nullptr)
    inviting->make_answer();
}

void Legs::on_response(sip::ClientTransactionId transaction, const sip::Response& response) {
  const auto heard = invitations_.on_response(transaction, response);
  if (!heard) {  // to a BYE or NOTIFY: nothing depends on it
    if (response.status < 200) return;
    ground_.pending.erase(transaction);
    return on_probe_answer(transaction, response.status);
  }
  Leg* invited = leg(heard->line);
  Inviting* inviting = invited ? std::get_if<Inviting>(&invited->state) : nullptr;
  if (!inviting) return;
  Inviting::Outcome outcome = inviting->on_response(transaction, response);
  if (auto* failure = std::get_if<Inviting::Failure>(&outcome))
    return end(*invited, failure->cause, response.status, std::move(failure->why));
  if (Talk* talk = std::get_if<Talk>(&outcome)) {
    const LineId id = invited->name.line;
    const RemoteMedia remote = *talk->remote();
    Talk up = std::move(*talk);
    invited->state.emplace<Talk>(std::move(up));
    log_leg(LogLevel::Info, "leg answered", invited->name, {{"sip_code", response.status}});
    if (!ground_.stopping) ground_.events.line_answered(id, remote);
  }
}

}  // namespace earshot::signalling
