#include "wire/sip/transaction.h"

#include <utility>

namespace earshot::sip {
namespace {

using Event = TransactionEvent;
using Action = TransactionAction;

/// The ACK to a 300-699: the INVITE's Request-URI, topmost Via, Route, From, Call-ID and CSeq
/// number, the answer's To (§17.1.1.3).
std::string ack_for(const Request& invite, const Response& answer) {
  Request ack;
  ack.method = "ACK";
  ack.uri = invite.uri;
  if (!invite.headers.via.empty()) ack.headers.via.push_back(invite.headers.via.front());
  ack.headers.route = invite.headers.route;
  ack.headers.max_forwards = 70;
  ack.headers.from = invite.headers.from;
  ack.headers.to = answer.headers.to;
  ack.headers.call_id = invite.headers.call_id;
  ack.headers.cseq = {invite.headers.cseq.number, "ACK"};
  return to_string(ack);
}

Event event_of(const Response& response) {
  if (response.status < 200) return Event::Provisional;
  return response.status < 300 ? Event::Success : Event::Failure;
}

template <class Step>
Step step_of(const TransactionMachine& machine) {
  Step step;
  step.wake_at = machine.wake_at();
  step.terminated = machine.is_over();
  return step;
}

/// What every client does; the ACK is for the INVITE's alone.
ClientStep client_step(const TransactionMachine& machine, std::optional<Action> action,
                       const std::string& datagram, const Response* response) {
  auto step = step_of<ClientStep>(machine);
  if (action == Action::Repeat) step.send.push_back(datagram);
  if (action == Action::Deliver || action == Action::DeliverAndAck) step.deliver = *response;
  step.timed_out = action == Action::TimeOut;
  return step;
}

/// What every server does. `last`: the response it sent last, "" before the first.
ServerStep server_step(const TransactionMachine& machine, std::optional<Action> action,
                       std::string& last, const Response* response = nullptr) {
  auto step = step_of<ServerStep>(machine);
  if (action == Action::Send) last = to_string(*response);
  if ((action == Action::Send || action == Action::Repeat) && !last.empty())
    step.send.push_back(last);
  step.ack_received = action == Action::TellAck;
  step.timed_out = action == Action::TimeOut;
  return step;
}

}  // namespace

InviteClientTransaction::InviteClientTransaction(Request invite, TransactionTimers timers)
    : invite_(std::move(invite)), machine_(kInviteClientFigure, timers) {}

ClientStep InviteClientTransaction::start(TimePoint now) {
  datagram_ = to_string(invite_);
  machine_.begin(now);
  return client_step(machine_, Action::Repeat, datagram_, nullptr);
}

ClientStep InviteClientTransaction::follow(Event event, TimePoint now, const Response* response) {
  const auto action = machine_.on(event, now);
  auto step = client_step(machine_, action, datagram_, response);
  if (action == Action::DeliverAndAck) ack_ = ack_for(invite_, *response);
  if (action == Action::DeliverAndAck || action == Action::Ack) step.send.push_back(ack_);
  return step;
}

ClientStep InviteClientTransaction::on_response(const Response& response, TimePoint now) {
  return follow(event_of(response), now, &response);
}

ClientStep InviteClientTransaction::on_wake(TimePoint now) {
  const auto timer = machine_.due(now);
  return timer ? follow(*timer, now) : step_of<ClientStep>(machine_);
}

ClientTransaction::ClientTransaction(Request request, TransactionTimers timers)
    : request_(std::move(request)), machine_(kClientFigure, timers) {}

ClientStep ClientTransaction::start(TimePoint now) {
  datagram_ = to_string(request_);
  machine_.begin(now);
  return client_step(machine_, Action::Repeat, datagram_, nullptr);
}

ClientStep ClientTransaction::follow(Event event, TimePoint now, const Response* response) {
  return client_step(machine_, machine_.on(event, now), datagram_, response);
}

ClientStep ClientTransaction::on_response(const Response& response, TimePoint now) {
  return follow(event_of(response), now, &response);
}

ClientStep ClientTransaction::on_wake(TimePoint now) {
  const auto timer = machine_.due(now);
  return timer ? follow(*timer, now) : step_of<ClientStep>(machine_);
}

InviteServerTransaction::InviteServerTransaction(TransactionTimers timers)
    : machine_(kInviteServerFigure, timers) {}

ServerStep InviteServerTransaction::on_request(TimePoint now) {
  return server_step(machine_, machine_.on(Event::Request, now), last_);
}

ServerStep InviteServerTransaction::send(const Response& response, TimePoint now) {
  return server_step(machine_, machine_.on(event_of(response), now), last_, &response);
}

ServerStep InviteServerTransaction::on_ack(TimePoint now) {
  return server_step(machine_, machine_.on(Event::Ack, now), last_);
}

ServerStep InviteServerTransaction::on_ack_of_2xx(TimePoint now) {
  return server_step(machine_, machine_.on(Event::AckOf2xx, now), last_);
}

ServerStep InviteServerTransaction::on_wake(TimePoint now) {
  const auto timer = machine_.due(now);
  return server_step(machine_, timer ? machine_.on(*timer, now) : std::nullopt, last_);
}

ServerTransaction::ServerTransaction(TransactionTimers timers) : machine_(kServerFigure, timers) {}

ServerStep ServerTransaction::on_request(TimePoint now) {
  return server_step(machine_, machine_.on(Event::Request, now), last_);
}

ServerStep ServerTransaction::send(const Response& response, TimePoint now) {
  return server_step(machine_, machine_.on(event_of(response), now), last_, &response);
}

ServerStep ServerTransaction::on_wake(TimePoint now) {
  const auto timer = machine_.due(now);
  return server_step(machine_, timer ? machine_.on(*timer, now) : std::nullopt, last_);
}

}  // namespace earshot::sip
