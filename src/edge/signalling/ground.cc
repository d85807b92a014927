#include "edge/signalling/ground.h"

#include <algorithm>
#include <vector>

#include "edge/signalling/release_codes.h"

namespace earshot::signalling {
namespace {

constexpr std::uint16_t kSipPort = 5060;

std::vector<LogField> fields_of(const LegName& name) {
  return {{"call_id", name.call.value},
          {"leg_id", std::int64_t(name.line.value)},
          {"number", name.number}};
}

}  // namespace

bool Ground::is_near(const Endpoint& peer) const {
  const auto& networks = settings.local_networks;
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& each) { return each.contains(peer); });
}

Endpoint Ground::local_to(const Endpoint& peer) const {
  if (!settings.advertised || (is_near(peer) && !bound.is_unspecified())) return bound;
  const Endpoint& outside = *settings.advertised;
  return outside.port() == 0 ? outside.with_port(bound.port()) : outside;
}

LocalMedia Ground::media_to(const Endpoint& peer, const LocalMedia& media) const {
  return {is_near(peer) ? media.rtp : media.advertised.value_or(media.rtp)};
}

sip::NameAddr Ground::contact_for(const Endpoint& peer) const {
  const Endpoint local = local_to(peer);
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

void Ground::dress(sip::Request& request, const Endpoint& to) const {
  request.headers.other.push_back({"User-Agent", settings.user_agent});
  if (request.method == "INVITE" || request.method == "NOTIFY")
    request.headers.contact.push_back(contact_for(to));
}

sip::ClientTransactionId Ground::send(sip::Request request, const Endpoint& to) {
  dress(request, to);
  std::string method = request.method;
  const auto transaction = layer.send_request(std::move(request), to, local_to(to));
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
  std::vector<LogField> fields = fields_of(name);
  fields.insert(fields.end(), more.begin(), more.end());
  log(level, what, fields);
}

void log_leg_ended(const LegName& name, ReleaseCause cause, int sip_code, std::string_view why) {
  std::vector<LogField> fields = fields_of(name);
  fields.push_back({"cause", name_of(cause)});
  if (sip_code != 0) fields.push_back({"sip_code", sip_code});
  if (!why.empty()) fields.push_back({"reason", why});
  log(LogLevel::Info, "leg ended", fields);
}

Endpoint destination(const Peer& peer, const sip::Uri& next_hop) {
  if (!peer.routed) return peer.address;
  const auto literal =
      Endpoint::parse(next_hop.host, next_hop.port == 0 ? kSipPort : next_hop.port);
  return literal && !literal->is_unspecified() ? *literal : peer.address;
}

}  // namespace earshot::signalling
