#include "edge/signalling/sip_signalling.h"

#include <utility>
#include <variant>

#include "base/bytes.h"
#include "base/log.h"
#include "edge/signalling/admission.h"
#include "edge/signalling/answers.h"
#include "edge/signalling/caller_identity.h"
#include "edge/signalling/flood.h"
#include "edge/signalling/ground.h"
#include "edge/signalling/legs.h"
#include "edge/signalling/registrar.h"
#include "edge/signalling/sip_trace.h"
#include "edge/signalling/source_gates.h"

namespace earshot {

using namespace signalling;  // the parts of this very class

/// The socket below, the parts above, and the way from one to the other.
class SipSignalling::Parts final : public sip::TransactionUser {
 public:
  Parts(const DirectorySnapshot& directory, Loop& loop, Entropy& entropy, net::UdpNetwork& network,
        SipSettings settings, SignallingEvents& events, KeptState* kept)
      : network_(network),
        layer_(loop, entropy, *this, settings.timers, settings.limits),
        ground_{directory, loop, entropy, std::move(settings), events, layer_, kept},
        registrar_(ground_),
        legs_(ground_, registrar_),
        admission_(ground_, registrar_, legs_) {
    if (ground_.settings.trace) trace_.emplace(*ground_.settings.trace);
  }

  Result<Endpoint, std::string> start();
  void stop(std::function<void()> quiet);
  Legs& legs() { return legs_; }
  Registrar& registrar() { return registrar_; }
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
  void tell_of_flood(const Endpoint& from);
  void tell_if_quiet();

  net::UdpNetwork& network_;
  sip::TransactionLayer layer_;
  Ground ground_;
  Registrar registrar_;
  Legs legs_;
  Admission admission_;
  Admission::Sender sender_;  ///< of the request that comes with the next on_request
  SourceGates floods_{1};
  Flood flood_;
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
  ground_.bound = socket_->local();
  log(LogLevel::Info, "SIP listens", {{"address", ground_.bound.to_string()}});
  return ground_.bound;
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

void SipSignalling::Parts::tell_of_flood(const Endpoint& from) {
  LogGate& gate = floods_.of(from);
  if (!gate.pass(ground_.loop.now())) return;
  log(LogLevel::Warn, "too many messages from one source: the rest is not read",
      {{"from", from.to_string()}, {"unlogged", gate.take_swallowed()}});
}

std::optional<sip::Response> SipSignalling::Parts::answer_without_state(const sip::Request& request,
                                                                        const Endpoint& from) {
  auto verdict = admission_.judge(request, from);
  if (auto* sender = std::get_if<Admission::Sender>(&verdict)) {
    sender_ = std::move(*sender);
    return std::nullopt;
  }
  sip::Response& answer = std::get<sip::Response>(verdict);
  admission_.tell_refusal(request, answer, from);
  flood_.add_refused(from, ground_.loop.now());
  answer.headers.other.push_back({"Server", ground_.settings.user_agent});
  return std::move(answer);
}

void SipSignalling::Parts::on_request(sip::ServerTransactionId transaction,
                                      const sip::Request& received, const Endpoint& from) {
  const Admission::Sender sender = std::exchange(sender_, {});
  ground_.layer.charge(transaction, sender.account);
  sip::Request request = received;
  if (request.method == "INVITE" || request.method == "UPDATE")
    keep_session(request.headers, request.body);
  if (!request.headers.to.tag().empty()) return legs_.on_request(transaction, request, from);
  const Device* device = sender.device;
  if (request.method == "REGISTER") {
    sip::Response answer = registrar_.on_register(request, *device, from, ground_.fresh_tag());
    admission_.tell_refusal(request, answer, from);
    return ground_.respond(transaction, std::move(answer));
  }
  if (device)
    return legs_.on_invite(
        transaction, request, from,
        {device->id, device->phone_number, false, identity_in_from(request.headers).name});
  CallerIdentity caller = identity_by_trunk(request.headers);
  legs_.on_invite(transaction, request, from,
                  {sender.trunk->id, std::move(caller.number), true, std::move(caller.name)});
}

void SipSignalling::Parts::on_ack(const sip::Request& received, const Endpoint&) {
  sip::Request ack = received;
  keep_session(ack.headers, ack.body);
  legs_.on_ack(ack);
  tell_if_quiet();
}
void SipSignalling::Parts::on_refused(std::string_view reason, int status, const Endpoint& from) {
  if (status != 0) flood_.add_refused(from, ground_.loop.now());
  admission_.tell_unread(reason, status, from);
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

SipSignalling::SipSignalling(const DirectorySnapshot& directory, Loop& loop, Entropy& entropy,
                             net::UdpNetwork& network, SipSettings settings,
                             SignallingEvents& events, KeptState* kept)
    : parts_(std::make_unique<Parts>(directory, loop, entropy, network, std::move(settings), events,
                                     kept)) {}
SipSignalling::~SipSignalling() = default;

Result<Endpoint, std::string> SipSignalling::start() { return parts_->start(); }
void SipSignalling::restore(const KeptPhone& phone) { parts_->registrar().restore(phone); }
void SipSignalling::stop(std::function<void()> quiet) { parts_->stop(std::move(quiet)); }

void SipSignalling::on_directory_changed(const Directory& before) {
  parts_->registrar().on_directory_changed(before);
}

void SipSignalling::dial(OutgoingLine line) { parts_->legs().dial(line); }
void SipSignalling::ring(LineId line) { parts_->legs().ring(line); }
void SipSignalling::answer(LineId line, LocalMedia media) { parts_->legs().answer(line, media); }
void SipSignalling::make_answer(LineId line) { parts_->legs().make_answer(line); }
void SipSignalling::probe(LineId line) { parts_->legs().probe(line); }
void SipSignalling::call_off_probe(LineId line) { parts_->legs().call_off_probe(line); }
void SipSignalling::release(LineId line, ReleaseCause cause) {
  parts_->legs().release(line, cause);
}

std::size_t SipSignalling::legs() const { return parts_->legs().size(); }
std::size_t SipSignalling::transactions() const { return parts_->transactions(); }
std::size_t SipSignalling::registrations() const { return parts_->registrations(); }

}  // namespace earshot
