#include "edge/signalling/ground.h"

#include <vector>

namespace earshot::signalling {
namespace {
constexpr std::uint16_t kSipPort = 5060;
}

sip::NameAddr Ground::contact() const {
  sip::NameAddr contact;
  contact.uri.user = "earshot";
  contact.uri.host = local.address();
  contact.uri.port = local.port();
  return contact;
}

void Ground::respond(sip::ServerTransactionId transaction, sip::Response response) {
  response.headers.other.push_back({"Server", settings.user_agent});
  layer.respond(transaction, response);
}

void Ground::dress(sip::Request& request) const {
  request.headers.other.push_back({"User-Agent", settings.user_agent});
  if (request.method == "INVITE" || request.method == "NOTIFY")
    request.headers.contact.push_back(contact());
}

sip::ClientTransactionId Ground::send(sip::Request request, const Endpoint& to) {
  dress(request);
  std::string method = request.method;
  const auto transaction = layer.send_request(std::move(request), to, local);
  pending.emplace(transaction, std::move(method));
  return transaction;
}

void Ground::later(std::function<void()> work) {
  loop.post([token = std::weak_ptr(alive), work = std::move(work)] {
    if (!token.expired()) work();
  });
}

void log_leg(LogLevel level, std::string_view what, const LegName& name,
             std::initializer_list<LogField> more) {
  std::vector<LogField> fields{{"call_id", name.call.value},
                               {"leg_id", std::int64_t(name.leg.value)},
                               {"number", name.number}};
  fields.insert(fields.end(), more.begin(), more.end());
  log(level, what, fields);
}

Endpoint destination(const Peer& peer, const sip::Uri& next_hop) {
  if (!peer.routed) return peer.address;
  const auto literal =
      Endpoint::parse(next_hop.host, next_hop.port == 0 ? kSipPort : next_hop.port);
  return literal && !literal->is_unspecified() ? *literal : peer.address;
}

}  // namespace earshot::signalling
