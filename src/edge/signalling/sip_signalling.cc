#include "edge/signalling/sip_signalling.h"

#include <utility>

#include "base/bytes.h"
#include "base/log.h"
#include "edge/signalling/answers.h"
#include "edge/signalling/caller_identity.h"
#include "edge/signalling/doorkeeper.h"
#include "edge/signalling/flood.h"
#include "edge/signalling/ground.h"
#include "edge/signalling/legs.h"
#include "edge/signalling/pace.h"
#include "edge/signalling/registrar.h"
#include "edge/signalling/sip_trace.h"
#include "edge/signalling/source_gates.h"
#include "wire/sip/stateless_reply.h"

namespace earshot {

using namespace signalling;  // the parts of this very class

namespace {

/// Requests within one leg's dialog that are open at once (32 s each), digits and keep-alives by
/// INFO among them; and as many more BYEs, which always have room.
constexpr std::size_t kMostWithinLeg = 100;

/// Whose request it is, how many of theirs may be open, and how the log names the bound.
struct Account {
  std::string name;
  std::size_t most;
  std::string_view refusal;
  bool is_paced = true;
};

}  // namespace

/// The socket below, the parts above, and the way from one to the other.
class SipSignalling::Parts final : public sip::TransactionUser {
 public:
  Parts(const Directory& directory, Loop& loop, Entropy& entropy, net::UdpNetwork& network,
        SipSettings settings, SignallingEvents& events)
      : network_(network),
        layer_(loop, entropy, *this, settings.timers, settings.limits),
        ground_{directory, loop, entropy, std::move(settings), events, layer_, {}},
        registrar_(ground_),
        doorkeeper_(ground_, registrar_),
        legs_(ground_, registrar_) {
    if (ground_.settings.trace) trace_.emplace(*ground_.settings.trace);
  }

  Result<Endpoint, std::string> start();
  void stop(std::function<void()> quiet);
  Legs& legs() { return legs_; }
  std::size_t transactions() const { return layer_.size() + legs_.invitations().size(); }
  std::size_t registrations() const { return registrar_.size(); }

  void send(std::string_view datagram, const Endpoint& to) override;
  std::optional<sip::Response> answer_without_state(const sip::Request& request,
                                                    const Endpoint& from) override;
  void on_request(sip::ServerTransactionId transaction, const sip::Request& request,
                  const Endpoint& from) override;
  void on_ack(const sip::Request& ack, const Endpoint& from) override;
  void on_cancel(sip::ServerTransactionId invite) override;
  void on_no_ack(sip::ServerTransactionId invite) override;
  void on_response(sip::ClientTransactionId transaction, const sip::Response& response) override;
  void on_refused(std::string_view reason, int status, const Endpoint& from) override;

 private:
  std::optional<sip::Response> refusal_of(const sip::Request& request, const Endpoint& from);
  std::optional<sip::Response> admit(const sip::Request& request, const Endpoint& from,
                                     std::string_view tag);
  std::optional<sip::Response> admit_within(const sip::Request& request, const Endpoint& from);
  std::optional<sip::Response> check_call(const sip::Request& invite, std::string_view tag) const;
  void tell_refusal(const sip::Request& request, const sip::Response& refusal,
                    const Endpoint& from);
  std::optional<sip::Response> charge(const sip::Request& request, const Endpoint& from,
                                      std::string_view tag, const Account& account);
  const Trunk* trunk_of(const sip::Request& invite, const Endpoint& from) const;
  sip::Response refuse_for_now(const sip::Request& request, const Endpoint& from,
                               std::string_view tag, std::string_view why);
  sip::Response busy(const sip::Request& request, std::string_view tag) const;
  void tell_of_flood(const Endpoint& from);
  void tell_if_quiet();

  net::UdpNetwork& network_;
  sip::TransactionLayer layer_;
  Ground ground_;
  Registrar registrar_;
  Doorkeeper doorkeeper_;
  Legs legs_;
  const Device* caller_ = nullptr;  ///< of the request that comes with the next on_request
  std::string account_;             ///< and to whom it is charged
  SourceGates overloads_;
  SourceGates refused_;
  SourceGates crowds_{1};
  SourceGates floods_{1};
  Flood flood_;
  Pace pace_;
  std::optional<SipTrace> trace_;
  std::function<void()> quiet_;
  std::unique_ptr<net::UdpSocket> socket_;  // last: closed before what it feeds is gone
};

Result<Endpoint, std::string> SipSignalling::Parts::start() {
  const SipSettings& settings = ground_.settings;
  const Endpoint named = settings.advertised.value_or(settings.listen);
  if (named.is_unspecified())
    return Error{settings.listen.to_string() + ": SIP needs an address to advertise"};
  auto opened = network_.open(
      settings.listen,
      [this](ByteView datagram, const Endpoint& from) {
        if (trace_) trace_->received(as_text(datagram), from);
        if (!flood_.admits(from, ground_.loop.now())) return tell_of_flood(from);
        layer_.on_datagram(as_text(datagram), from);
        tell_if_quiet();
      },
      settings.receive_buffer);
  if (!opened) return Error{std::move(opened.error())};
  socket_ = std::move(*opened);
  const Endpoint bound = socket_->local();
  ground_.local = named.port() == 0 || !settings.advertised ? named.with_port(bound.port()) : named;
  log(LogLevel::Info, "SIP listens", {{"address", bound.to_string()}});
  return bound;
}

void SipSignalling::Parts::stop(std::function<void()> quiet) {
  if (ground_.stopping) return;
  ground_.stopping = true;
  quiet_ = std::move(quiet);
  legs_.release_all(ReleaseCause::Overload);  // 503 to whom still rings: try elsewhere
  tell_if_quiet();
}

/// Requests of ours without an answer, and answers of ours without their ACK, keep us from it.
void SipSignalling::Parts::tell_if_quiet() {
  if (!quiet_ || legs_.size() > 0 || !ground_.pending.empty() || !legs_.invitations().is_quiet() ||
      layer_.unacknowledged() > 0)
    return;
  ground_.later(std::exchange(quiet_, nullptr));
}

void SipSignalling::Parts::send(std::string_view datagram, const Endpoint& to) {
  if (trace_) trace_->sent(datagram, to);
  if (socket_) socket_->send(as_bytes(datagram), to);
}

sip::Response SipSignalling::Parts::refuse_for_now(const sip::Request& request,
                                                   const Endpoint& from, std::string_view tag,
                                                   std::string_view why) {
  if (LogGate& gate = overloads_.of(from); gate.pass(ground_.loop.now()))
    log(LogLevel::Warn, why,
        {{"op", request.method},
         {"from", from.to_string()},
         {"sip_code", 503},
         {"unlogged", gate.take_swallowed()}});
  return busy(request, tag);
}

sip::Response SipSignalling::Parts::busy(const sip::Request& request, std::string_view tag) const {
  return answer_to(request, 503, tag,
                   {{"Retry-After", std::to_string(ground_.settings.retry_after.count())}});
}

void SipSignalling::Parts::tell_of_flood(const Endpoint& from) {
  LogGate& gate = floods_.of(from);
  if (!gate.pass(ground_.loop.now())) return;
  log(LogLevel::Warn, "too many messages from one source: the rest is not read",
      {{"from", from.to_string()}, {"unlogged", gate.take_swallowed()}});
}

/// Who is nobody's phone and no trunk gets no further than this, and nothing is kept of them; of
/// who is known, as much as their account has room for.
std::optional<sip::Response> SipSignalling::Parts::answer_without_state(const sip::Request& request,
                                                                        const Endpoint& from) {
  auto answer = refusal_of(request, from);
  if (!answer) return std::nullopt;
  tell_refusal(request, *answer, from);
  flood_.add_refused(from, ground_.loop.now());
  answer->headers.other.push_back({"Server", ground_.settings.user_agent});
  return answer;
}

/// Challenges, lack of room and what comes late are told elsewhere, or no fault.
void SipSignalling::Parts::tell_refusal(const sip::Request& request, const sip::Response& refusal,
                                        const Endpoint& from) {
  const int status = refusal.status;
  if (status < 300 || status == 401 || status == 481 || status == 482 || status == 503) return;
  LogGate& gate = refused_.of(from);
  if (!gate.pass(ground_.loop.now())) return;
  const bool matters = request.method == "INVITE" || request.method == "REGISTER";
  log(matters ? LogLevel::Warn : LogLevel::Info, "SIP request refused",
      {{"op", request.method},
       {"number", sip::number_in(request.headers.from.uri)},
       {"from", from.to_string()},
       {"reason", reason_of(refusal)},
       {"sip_code", status},
       {"unlogged", gate.take_swallowed()}});
}

std::optional<sip::Response> SipSignalling::Parts::refusal_of(const sip::Request& request,
                                                              const Endpoint& from) {
  caller_ = nullptr;
  account_.clear();
  const std::string tag = sip::repeatable_tag(request);
  if (auto answer = screen(request, tag)) return answer;
  if (!request.headers.to.tag().empty()) return admit_within(request, from);
  if (ground_.stopping)
    return refuse_for_now(request, from, tag, "request refused: the server is stopping");
  if (request.method != "REGISTER" && request.method != "INVITE")
    return idle_answer(request, tag, false);
  return admit(request, from, tag);
}

/// Sets account_ where there is room for one more.
std::optional<sip::Response> SipSignalling::Parts::charge(const sip::Request& request,
                                                          const Endpoint& from,
                                                          std::string_view tag,
                                                          const Account& account) {
  if (ground_.layer.charged_to(account.name) < account.most &&
      (!account.is_paced || pace_.admits(account.name, account.most, ground_.loop.now()))) {
    account_ = account.name;
    return std::nullopt;
  }
  if (LogGate& gate = crowds_.of(from); gate.pass(ground_.loop.now()))
    log(LogLevel::Warn, account.refusal,
        {{"op", request.method},
         {"whose", account.name},
         {"number", sip::number_in(request.headers.from.uri)},
         {"from", from.to_string()},
         {"open", std::int64_t(ground_.layer.charged_to(account.name))},
         {"sip_code", 503},
         {"unlogged", gate.take_swallowed()}});
  return busy(request, tag);
}

/// Within a dialog: a leg's requests take room from no other leg.
std::optional<sip::Response> SipSignalling::Parts::admit_within(const sip::Request& request,
                                                                const Endpoint& from) {
  const std::string_view tag = request.headers.to.tag();
  const LegId leg = legs_.leg_named(request.headers);
  if (leg.empty()) return answer_to(request, 481, tag);
  return charge(request, from, tag,
                {"leg " + std::to_string(leg.value),
                 request.method == "BYE" ? 2 * kMostWithinLeg : kMostWithinLeg,
                 "request refused: too many are open within one call", false});
}

/// Sets caller_ where a device sent `request`.
std::optional<sip::Response> SipSignalling::Parts::admit(const sip::Request& request,
                                                         const Endpoint& from,
                                                         std::string_view tag) {
  const bool invite = request.method == "INVITE";
  if (invite && legs_.is_merged(request.headers)) return answer_to(request, 482, tag);
  if (invite && legs_.is_full())
    return refuse_for_now(request, from, tag, "call refused: there are too many calls");
  if (const Trunk* trunk = invite ? trunk_of(request, from) : nullptr) {
    if (auto refusal = check_call(request, tag)) return refusal;
    return charge(request, from, tag,
                  {"trunk " + trunk->id.value, ground_.settings.requests_per_trunk,
                   "call refused: the trunk sends too many requests "
                   "(sip.requests_per_trunk)"});
  }
  auto admitted = doorkeeper_.admit(request, tag, from);
  if (auto* refusal = std::get_if<sip::Response>(&admitted)) return std::move(*refusal);
  const Device& device = *std::get<const Device*>(admitted);
  const sip::Uri& caller = request.headers.from.uri;
  const std::string number = sip::number_in(caller);
  if (invite && caller.user != device.sip_user && number != device.sip_user &&
      number != device.phone_number)
    return answer_to(request, 403, tag,
                     {{"Warning", "399 earshot \"From names another than who proved to call\""}});
  if (invite && legs_.calls_of(device.id) >= ground_.settings.calls_per_device)
    return refuse_for_now(request, from, tag, "call refused: the device has too many calls");
  if (auto refusal = invite ? check_call(request, tag) : std::nullopt) return refusal;
  caller_ = &device;
  return charge(request, from, tag,
                {"device " + device.id.value, ground_.settings.requests_per_device,
                 "request refused: the phone sends too many requests "
                 "(sip.requests_per_device)"});
}

std::optional<sip::Response> SipSignalling::Parts::check_call(const sip::Request& invite,
                                                              std::string_view tag) const {
  sip::Request call = invite;
  keep_session(call.headers, call.body);
  return refuse_call(call, tag);
}

void SipSignalling::Parts::on_request(sip::ServerTransactionId transaction,
                                      const sip::Request& received, const Endpoint& from) {
  ground_.layer.charge(transaction, std::exchange(account_, {}));
  sip::Request request = received;
  if (request.method == "INVITE" || request.method == "UPDATE")
    keep_session(request.headers, request.body);
  if (!request.headers.to.tag().empty()) return legs_.on_request(transaction, request, from);
  const Device* device = std::exchange(caller_, nullptr);
  if (request.method == "REGISTER") {
    sip::Response answer = registrar_.on_register(request, *device, from, ground_.fresh_tag());
    tell_refusal(request, answer, from);
    return ground_.respond(transaction, std::move(answer));
  }
  if (device)
    return legs_.on_invite(
        transaction, request, from,
        {device->id, device->phone_number, false, identity_in_from(request.headers).name});
  const Trunk& trunk = *trunk_of(request, from);
  CallerIdentity caller = identity_by_trunk(request.headers);
  legs_.on_invite(transaction, request, from,
                  {trunk.id, std::move(caller.number), true, std::move(caller.name)});
}

/// The trunk that calls. Who names a device of ours in From is asked to prove it, wherever they
/// call from: a trunk may stand on the host of a phone, or of the proxy before our phones.
const Trunk* SipSignalling::Parts::trunk_of(const sip::Request& invite,
                                            const Endpoint& from) const {
  const Directory& directory = ground_.directory;
  const sip::Uri& caller = invite.headers.from.uri;
  const std::string number = sip::number_in(caller);
  if (directory.device_of_sip_user(caller.user) || directory.device_of_sip_user(number) ||
      directory.device_numbered(number))
    return nullptr;
  return directory.trunk_at(from);
}

void SipSignalling::Parts::on_ack(const sip::Request& received, const Endpoint&) {
  sip::Request ack = received;
  keep_session(ack.headers, ack.body);
  legs_.on_ack(ack);
  tell_if_quiet();
}
void SipSignalling::Parts::on_refused(std::string_view reason, int status, const Endpoint& from) {
  const TimePoint now = ground_.loop.now();
  if (status != 0) flood_.add_refused(from, now);
  if (LogGate& gate = refused_.of(from); gate.pass(now))
    log(LogLevel::Warn, status == 0 ? "SIP message dropped" : "SIP message refused",
        {{"from", from.to_string()},
         {"reason", reason},
         {"sip_code", status},
         {"unlogged", gate.take_swallowed()}});
}
void SipSignalling::Parts::on_cancel(sip::ServerTransactionId invite) { legs_.on_cancel(invite); }
void SipSignalling::Parts::on_no_ack(sip::ServerTransactionId invite) {
  legs_.on_no_ack(invite);
  tell_if_quiet();
}
void SipSignalling::Parts::on_response(sip::ClientTransactionId transaction,
                                       const sip::Response& received) {
  sip::Response response = received;
  keep_session(response.headers, response.body);
  legs_.on_response(transaction, response);
  tell_if_quiet();
}

SipSignalling::SipSignalling(const Directory& directory, Loop& loop, Entropy& entropy,
                             net::UdpNetwork& network, SipSettings settings,
                             SignallingEvents& events)
    : parts_(std::make_unique<Parts>(directory, loop, entropy, network, std::move(settings),
                                     events)) {}
SipSignalling::~SipSignalling() = default;

Result<Endpoint, std::string> SipSignalling::start() { return parts_->start(); }
void SipSignalling::stop(std::function<void()> quiet) { parts_->stop(std::move(quiet)); }

void SipSignalling::dial(OutgoingLeg leg) { parts_->legs().dial(leg); }
void SipSignalling::ring(LegId leg) { parts_->legs().ring(leg); }
void SipSignalling::answer(LegId leg, LocalMedia media) { parts_->legs().answer(leg, media); }
void SipSignalling::make_answer(LegId leg) { parts_->legs().make_answer(leg); }
void SipSignalling::probe(LegId leg) { parts_->legs().probe(leg); }
void SipSignalling::call_off_probe(LegId leg) { parts_->legs().call_off_probe(leg); }
void SipSignalling::release(LegId leg, ReleaseCause cause) { parts_->legs().release(leg, cause); }

std::size_t SipSignalling::legs() const { return parts_->legs().size(); }
std::size_t SipSignalling::transactions() const { return parts_->transactions(); }
std::size_t SipSignalling::registrations() const { return parts_->registrations(); }

}  // namespace earshot
