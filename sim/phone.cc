#include "sim/phone.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "sim/phone_state.h"

namespace earshot::sim {
namespace {

constexpr Duration kRegisterAgain = seconds{30};
constexpr int kMostChallenges = 2;  // the first, and one more where the nonce was stale
constexpr std::string_view kMethods = "INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY";

}  // namespace

std::string_view name_of(PhoneEventKind kind) {
  switch (kind) {
    case PhoneEventKind::Registered:
      return "registered";
    case PhoneEventKind::RegistrationFailed:
      return "registration_failed";
    case PhoneEventKind::Unregistered:
      return "unregistered";
    case PhoneEventKind::Ringing:
      return "ringing";
    case PhoneEventKind::RemoteRinging:
      return "remote_ringing";
    case PhoneEventKind::Answered:
      return "answered";
    case PhoneEventKind::MediaChanged:
      return "media_changed";
    case PhoneEventKind::RenegotiationFailed:
      return "renegotiation_failed";
    case PhoneEventKind::Digit:
      return "digit";
    case PhoneEventKind::Ended:
      return "ended";
  }
  return {};
}

Phone::State::State(Loop& loop_in, net::UdpNetwork& network_in, Entropy& entropy_in,
                    PhoneSettings settings_in)
    : loop(loop_in),
      network(network_in),
      entropy(entropy_in),
      settings(std::move(settings_in)),
      register_call_id(entropy.hex(10)),
      register_tag(new_tag()) {}

Phone::State::~State() {
  loop.cancel(register_timer);
  for (auto& [id, call] : calls) {
    loop.cancel(call.answer_timer);
    loop.cancel(call.glare_timer);
  }
}

void Phone::State::send(std::string_view datagram, const Endpoint& to) {
  if (!vanished) socket->send(as_bytes(datagram), to);
}

void Phone::State::tell(PhoneEventKind kind, PhoneCallId call, std::string number, int status) {
  loop.post([this, lives = std::weak_ptr<int>(alive),
             event = PhoneEvent{kind, call, std::move(number), status}] {
    if (!lives.expired() && listener) listener(event);
  });
}

std::string Phone::State::domain() const {
  return settings.domain.empty() ? settings.server.address() : settings.domain;
}

sip::NameAddr Phone::State::contact() const {
  sip::NameAddr out;
  out.uri.user = settings.number;
  out.uri.host = socket->local().address();
  out.uri.port = socket->local().port();
  return out;
}

/// RFC 3261 §8.1.1, without the Via, which is the transaction layer's.
sip::Request Phone::State::make_request(std::string_view method, const sip::Uri& uri,
                                        const std::string& from_number) const {
  sip::Request request;
  request.method = method;
  request.uri = uri;
  request.headers.from.uri.user = from_number.empty() ? settings.number : from_number;
  request.headers.from.uri.host = domain();
  request.headers.to.uri = uri;
  request.headers.cseq = {1, std::string(method)};
  request.headers.max_forwards = 70;
  request.headers.contact.push_back(contact());
  request.headers.other.push_back({"User-Agent", "Earshot-Phone"});
  request.headers.other.push_back({"Allow", std::string(kMethods)});
  if (settings.answers_talk) request.headers.other.push_back({"Allow-Events", "talk, hold"});
  return request;
}

sip::ClientTransactionId Phone::State::send_request(sip::Request request, const Endpoint& to,
                                                    Purpose purpose, PhoneCallId call) {
  const auto id = layer->send_request(request, to, socket->local());
  pending.insert_or_assign(id, Pending{std::move(request), to, purpose, call, 0, std::nullopt});
  return id;
}

/// Puts credentials on `request` for the challenge known (RFC 7616 §3.6: ahead of being asked, with
/// the next nonce count). @return false where there is none, or no password
bool Phone::State::authorize(sip::Request& request) {
  if (!challenge || settings.password.empty()) return false;
  const std::string name = challenge_is_proxy ? "Proxy-Authorization" : "Authorization";
  std::erase_if(request.headers.other,
                [&](const sip::Header& header) { return equal_without_case(header.name, name); });
  request.headers.other.push_back(
      {name, sip::answer_challenge(*challenge, settings.number, settings.password, request.method,
                                   sip::to_string(request.uri), ++nonce_count, entropy.hex(8))});
  return true;
}

/// Remembers the best challenge of a 401 or 407 to the phone's taste.
bool Phone::State::take_challenge(const sip::Response& response) {
  const bool proxy = response.status == 407;
  std::optional<sip::DigestChallenge> best;
  for (const auto& header : response.headers.other) {
    if (!equal_without_case(header.name, proxy ? "Proxy-Authenticate" : "WWW-Authenticate"))
      continue;
    const auto offered = sip::parse_challenge(header.value);
    if (!offered) continue;
    const bool strong = offered->algorithm == sip::DigestAlgorithm::Sha256;
    if (strong && settings.digest == DigestTaste::Md5Only) continue;
    if (!best || (strong && best->algorithm == sip::DigestAlgorithm::Md5)) best = offered;
  }
  if (!best) return false;
  challenge = best;
  challenge_is_proxy = proxy;
  nonce_count = 0;
  return true;
}

void Phone::State::on_response(sip::ClientTransactionId transaction,
                               const sip::Response& response) {
  const auto found = pending.find(transaction);
  if (found == pending.end()) return;
  const bool is_challenge = response.status == 401 || response.status == 407;
  if (is_challenge && found->second.challenges < kMostChallenges && take_challenge(response)) {
    Pending again = std::move(found->second);
    pending.erase(found);
    send_again(std::move(again));
    return;
  }
  switch (found->second.purpose) {
    case Purpose::Register:
    case Purpose::Unregister:
      if (response.status >= 200)
        on_register_answer(response, found->second.purpose == Purpose::Unregister);
      break;
    case Purpose::Invite:
      on_invite_answer(found->second, response);
      break;
    case Purpose::Reinvite:
      on_reinvite_answer(found->second, response);
      break;
    case Purpose::Other:
      break;
  }
  // A 2xx to an INVITE may come again, and wants its ACK again (RFC 3261 §13.2.2.4).
  const bool may_repeat = found->second.request.method == "INVITE" && response.status < 300;
  if (response.status >= 200 && !may_repeat) pending.erase(transaction);
}

/// The request once more with credentials: same Call-ID and tags, next CSeq (RFC 3261 §22.2).
void Phone::State::send_again(Pending again) {
  PhoneCall* call = again.call.empty() ? nullptr : find(again.call);
  sip::Request request = std::move(again.request);
  request.headers.via.clear();
  if (again.purpose == Purpose::Register || again.purpose == Purpose::Unregister)
    request.headers.cseq.number = ++register_cseq;
  else if (call && call->dialog && again.purpose != Purpose::Invite)
    request.headers.cseq.number = call->dialog->make_request(request.method).headers.cseq.number;
  else
    ++request.headers.cseq.number;
  if (!authorize(request)) return;
  if (call && again.purpose == Purpose::Invite) call->invite = request;
  const auto id = send_request(std::move(request), again.to, again.purpose, again.call);
  pending.at(id).challenges = again.challenges + 1;
  if (call && again.purpose == Purpose::Invite) {
    call->invite_client = id;
    if (call->over_when_answered) layer->cancel(id);
  }
}

void Phone::State::send_register(bool leaving) {
  sip::Uri server;
  server.host = domain();
  if (settings.domain.empty()) server.port = settings.server.port();
  sip::Request request = make_request("REGISTER", server, {});
  request.headers.to = request.headers.from;
  request.headers.from.params.push_back({"tag", register_tag});
  request.headers.call_id = register_call_id;
  request.headers.cseq.number = ++register_cseq;
  if (leaving || settings.expires.count() > 0)
    request.headers.expires = leaving ? 0 : static_cast<std::uint32_t>(settings.expires.count());
  authorize(request);
  send_request(std::move(request), settings.server,
               leaving ? Purpose::Unregister : Purpose::Register, {});
}

void Phone::State::on_register_answer(const sip::Response& response, bool leaving) {
  loop.cancel(register_timer);
  if (leaving) {
    if (std::exchange(registered, false) || response.status < 300)
      tell(PhoneEventKind::Unregistered, {}, {}, response.status);
    return;
  }
  if (!wants_registration) return;
  if (response.status >= 300) {
    registered = false;
    register_timer = loop.wake_in(kRegisterAgain, [this] { send_register(false); });
    return tell(PhoneEventKind::RegistrationFailed, {}, {}, response.status);
  }
  auto granted =
      response.headers.expires.value_or(static_cast<std::uint32_t>(settings.expires.count()));
  for (const auto& binding : response.headers.contact) {  // RFC 3261 §10.2.4: ours among others
    if (binding.uri.host != contact().uri.host || binding.uri.port != contact().uri.port) continue;
    if (const auto text = sip::find_param(binding.params, "expires"))
      granted = static_cast<std::uint32_t>(std::strtoul(std::string(*text).c_str(), nullptr, 10));
  }
  const Duration renew = std::max<Duration>(seconds{granted} / 2, seconds{1});
  register_timer = loop.wake_in(renew, [this] { send_register(false); });
  if (!std::exchange(registered, true)) tell(PhoneEventKind::Registered);
}

Endpoint Phone::State::destination(const sip::Dialog& dialog) const {
  const sip::Uri& hop = dialog.next_hop();
  return Endpoint::parse(hop.host, hop.port == 0 ? std::uint16_t{5060} : hop.port)
      .value_or(settings.server);
}

void Phone::State::respond(sip::ServerTransactionId transaction, const sip::Request& request,
                           int status, const std::string& tag) {
  auto response = sip::respond(request, status, tag);
  if (status == 405) response.headers.other.push_back({"Allow", std::string(kMethods)});
  layer->respond(transaction, response);
}

Phone::Phone(Loop& loop, net::UdpNetwork& network, Entropy& entropy, PhoneSettings settings)
    : state_(std::make_unique<State>(loop, network, entropy, std::move(settings))) {}
Phone::~Phone() = default;

Status<std::string> Phone::start() {
  auto opened = state_->network.open(
      state_->settings.local, [state = state_.get()](ByteView datagram, const Endpoint& from) {
        if (!state->vanished) state->layer->on_datagram(as_text(datagram), from);
      });
  if (!opened) return Error{opened.error()};
  state_->socket = std::move(*opened);
  state_->layer = std::make_unique<sip::TransactionLayer>(state_->loop, state_->entropy, *state_,
                                                          state_->settings.timers);
  return Nothing{};
}

Endpoint Phone::address() const { return state_->socket->local(); }
const PhoneSettings& Phone::settings() const { return state_->settings; }
void Phone::on_event(std::function<void(const PhoneEvent&)> listener) {
  state_->listener = std::move(listener);
}

void Phone::register_with_server() {
  state_->wants_registration = true;
  state_->loop.cancel(state_->register_timer);
  state_->send_register(false);
}

void Phone::unregister() {
  state_->wants_registration = false;
  state_->loop.cancel(state_->register_timer);
  state_->send_register(true);
}

bool Phone::is_registered() const { return state_->registered; }

void Phone::vanish() {
  state_->vanished = true;
  for (auto& [id, call] : state_->calls)
    if (call.audio) call.audio->stop(true);
}

void Phone::come_back() {
  state_->vanished = false;
  for (auto& [id, call] : state_->calls)
    if (call.audio) call.audio->resume();
}

void Phone::listen_for(std::vector<Hertz> tones) {
  state_->settings.listen_for = std::move(tones);
  for (auto& [id, call] : state_->calls)
    if (call.audio) call.audio->listen_for(state_->settings.listen_for);
}

std::map<Hertz, double> Phone::levels(Duration window) const {
  std::map<Hertz, double> out;
  for (const Hertz tone : state_->settings.listen_for) out[tone] = kFloorDbm0;
  for (const auto& [id, call] : state_->calls) {
    if (!call.audio || call.state == PhoneCallState::Ended) continue;
    for (const auto& [tone, level] : call.audio->levels(window))
      out[tone] = std::max(out[tone], level);
  }
  return out;
}

std::set<Hertz> Phone::hears(Duration window) const {
  std::set<Hertz> out;
  for (const auto& [id, call] : state_->calls)
    if (call.audio && call.state != PhoneCallState::Ended) out.merge(call.audio->hears(window));
  return out;
}

void Phone::mark() {
  for (auto& [id, call] : state_->calls)
    if (call.audio) call.audio->mark();
}

std::uint64_t Phone::frames_heard(Hertz tone) const {
  std::uint64_t out = 0;
  for (const auto& [id, call] : state_->calls) {
    if (!call.audio) continue;
    const auto found = call.audio->frames_heard().find(tone);
    if (found != call.audio->frames_heard().end()) out += found->second;
  }
  return out;
}

std::size_t Phone::transactions() const { return state_->layer ? state_->layer->size() : 0; }

}  // namespace earshot::sim
