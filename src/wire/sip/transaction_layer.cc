#include "wire/sip/transaction_layer.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <variant>

#include "wire/sip/stateless_reply.h"

namespace earshot::sip {
namespace {

constexpr std::string_view kCookie = "z9hG4bK";  ///< RFC 3261 §8.1.1.7
constexpr std::size_t kBranchOctets = 12;
constexpr int kCancelledLifeInT1 = 64;         ///< RFC 3261 §9.1
constexpr std::string_view kRetryAfter = "5";  ///< seconds; a busy moment, not an outage

/// §17.1.3: branch and CSeq method.
std::string client_key(const Headers& headers) {
  std::string key = headers.cseq.method;
  key.append("\n").append(headers.via.front().branch());
  return key;
}

bool is_of_rfc3261(const Via& via) { return via.branch().starts_with(kCookie); }

/// §17.2.3: branch, sent-by and method; an ACK or CANCEL looks for its INVITE. Without the cookie,
/// as of RFC 2543, all that such a request has in common with its copies, its ACK and its CANCEL;
/// the To tag is not of it, since only the ACK has one.
std::string server_key(const Headers& headers, std::string_view method) {
  const Via& via = headers.via.front();
  std::string key{method};
  key.append("\n").append(via.branch()).append("\n").append(via.host);
  key.append("\n").append(std::to_string(via.port));
  if (is_of_rfc3261(via)) return key;
  key.append("\n").append(headers.call_id).append("\n").append(headers.from.tag());
  return key.append("\n").append(std::to_string(headers.cseq.number));
}

/// What an ACK to a 2xx has in common with its INVITE and that 2xx (§13.2.2.4).
std::string accepted_key(const Headers& headers) {
  std::string key = headers.call_id;
  key.append("\n").append(headers.to.tag()).append("\n");
  return key.append(std::to_string(headers.cseq.number));
}

/// §9.1: all of the INVITE but Require and Proxy-Require, of its Vias the topmost.
Request cancel_of(const Request& invite) {
  Request cancel;
  cancel.method = "CANCEL";
  cancel.uri = invite.uri;
  cancel.headers.via.push_back(invite.headers.via.front());
  cancel.headers.route = invite.headers.route;
  cancel.headers.max_forwards = 70;
  cancel.headers.from = invite.headers.from;
  cancel.headers.to = invite.headers.to;
  cancel.headers.call_id = invite.headers.call_id;
  cancel.headers.cseq = {invite.headers.cseq.number, "CANCEL"};
  return cancel;
}

bool is_keep_alive(std::string_view datagram) {
  return datagram.find_first_not_of("\r\n") == std::string_view::npos;
}

/// How far an INVITE of ours has come, as cancelling must know.
enum class Progress { Calling, Proceeding, Final };

struct Alarm {
  TimerId timer = 0;
  std::optional<TimePoint> at;
};

struct Client {
  std::variant<InviteClientTransaction, ClientTransaction> machine;
  Endpoint to;
  std::string key;
  bool is_ours = false;  ///< a CANCEL: its answers concern nobody
  Progress progress = Progress::Calling;
  bool cancel_wanted = false;
  std::optional<TimePoint> give_up_at;  ///< of an INVITE that was cancelled
  Alarm alarm;

  const Request& request() const {
    return std::visit([](const auto& one) -> const Request& { return one.request(); }, machine);
  }
};

struct Server {
  std::variant<InviteServerTransaction, ServerTransaction> machine;
  Endpoint reply_to;
  std::string key;
  std::string accepted_key;  ///< of an INVITE that was answered with 2xx
  std::string to_tag;        ///< of the last answer
  std::string account;       ///< as counted in `charged`; "": nobody's
  bool cancelled = false;
  bool awaits_ack = false;  ///< as counted in `unacknowledged`
  Alarm alarm;

  bool has_final() const {
    return std::visit([](const auto& one) { return one.has_final(); }, machine);
  }
};

}  // namespace

struct TransactionLayer::Tables {
  Tables(Loop& the_loop, Entropy& the_entropy, TransactionUser& the_user,
         TransactionTimers the_timers, TransactionLimits the_limits)
      : loop(the_loop),
        entropy(the_entropy),
        user(the_user),
        timers(the_timers),
        limits(the_limits) {}
  ~Tables() {
    for (const auto& [id, client] : clients) loop.cancel(client.alarm.timer);
    for (const auto& [id, server] : servers) loop.cancel(server.alarm.timer);
  }

  void put_via(Request& request, const Endpoint& sent_by);
  ClientTransactionId start(Request request, const Endpoint& to, bool is_ours);
  void send_cancel(Client& invite);
  void apply(ClientTransactionId id, ClientStep step);
  void wake_client(ClientTransactionId id);

  void apply(ServerTransactionId id, ServerStep step);
  void wake_server(ServerTransactionId id);
  void forget(ServerTransactionId id);
  void count(Server& server, bool awaits_ack);
  void discharge(const std::string& account);

  void on_response(const Response& response);
  void on_request(Request request, const Endpoint& from);
  void on_new_request(std::string key, const Request& request, const Endpoint& from);
  void on_ack(const Request& ack, const Endpoint& from);
  void on_cancel(const Request& cancel, const Endpoint& from);
  void refuse(const Request& request, int status, const Endpoint& from);
  void reply(const Response& response, const Endpoint& from);

  /// Moves the one timer of a transaction to `at`.
  template <class Wake>
  void set(Alarm& alarm, std::optional<TimePoint> at, Wake wake) {
    if (alarm.timer != 0 && alarm.at == at) return;
    loop.cancel(alarm.timer);
    alarm.at = at;
    alarm.timer = at ? loop.wake_at(*at, std::move(wake)) : 0;
  }

  // They outlive the layer, as its maker sees to.
  Loop& loop;
  Entropy& entropy;
  TransactionUser& user;
  const TransactionTimers timers;
  const TransactionLimits limits;

  std::uint64_t last_id = 0;
  std::unordered_map<ClientTransactionId, Client> clients;
  std::unordered_map<std::string, ClientTransactionId> client_of_key;
  std::unordered_map<ServerTransactionId, Server> servers;
  std::unordered_map<std::string, ServerTransactionId> server_of_key;
  std::unordered_map<std::string, ServerTransactionId> server_of_ack;  ///< by accepted_key
  std::unordered_map<std::string, std::size_t> charged;                ///< how many of each account
  std::size_t unacknowledged = 0;
};

void TransactionLayer::Tables::put_via(Request& request, const Endpoint& sent_by) {
  Via via;
  via.host = sent_by.address();
  via.port = sent_by.port();
  via.params.push_back({"branch", std::string{kCookie} + entropy.hex(kBranchOctets)});
  via.params.push_back({"rport", std::nullopt});  // RFC 3581 §3
  request.headers.via.insert(request.headers.via.begin(), std::move(via));
}

ClientTransactionId TransactionLayer::Tables::start(Request request, const Endpoint& to,
                                                    bool is_ours) {
  const ClientTransactionId id{++last_id};
  std::string key = client_key(request.headers);
  const bool invite = request.method == "INVITE";
  Client client{invite
                    ? decltype(Client::machine){InviteClientTransaction{std::move(request), timers}}
                    : decltype(Client::machine){ClientTransaction{std::move(request), timers}},
                to,
                key,
                is_ours,
                Progress::Calling,
                false,
                std::nullopt,
                {}};
  client_of_key.emplace(std::move(key), id);
  Client& kept = clients.emplace(id, std::move(client)).first->second;
  const TimePoint now = loop.now();
  apply(id, std::visit([now](auto& machine) { return machine.start(now); }, kept.machine));
  return id;
}

/// The tables are in order before the user hears of anything, since it may call back.
void TransactionLayer::Tables::apply(ClientTransactionId id, ClientStep step) {
  const auto found = clients.find(id);
  if (found == clients.end()) return;
  Client& client = found->second;
  const Endpoint to = client.to;
  const bool is_ours = client.is_ours;
  bool cancel_now = false;
  if (step.timed_out) step.deliver = sip::respond(client.request(), 408, {});
  if (step.deliver) {
    const bool first = client.progress == Progress::Calling;
    client.progress = step.deliver->status < 200 ? Progress::Proceeding : Progress::Final;
    cancel_now = first && client.progress == Progress::Proceeding && client.cancel_wanted;
  }
  if (step.terminated) {
    loop.cancel(client.alarm.timer);
    client_of_key.erase(client.key);
    clients.erase(found);
  } else {
    if (client.progress == Progress::Proceeding && client.give_up_at)
      step.wake_at = std::min(step.wake_at.value_or(*client.give_up_at), *client.give_up_at);
    set(client.alarm, step.wake_at, [this, id] { wake_client(id); });
  }
  for (const std::string& datagram : step.send) user.send(datagram, to);
  if (const auto live = clients.find(id); cancel_now && live != clients.end())
    send_cancel(live->second);
  if (step.deliver && !is_ours) user.on_response(id, *step.deliver);
}

void TransactionLayer::Tables::wake_client(ClientTransactionId id) {
  const auto found = clients.find(id);
  if (found == clients.end()) return;
  Client& client = found->second;
  client.alarm = {};
  const TimePoint now = loop.now();
  ClientStep step = std::visit([now](auto& one) { return one.on_wake(now); }, client.machine);
  const bool given_up = client.give_up_at && now >= *client.give_up_at;
  if (given_up && client.progress == Progress::Proceeding) step.timed_out = step.terminated = true;
  apply(id, std::move(step));
}

/// The answer to the INVITE, normally 487, is waited for only so long (§9.1).
void TransactionLayer::Tables::send_cancel(Client& invite) {
  if (invite.give_up_at) return;
  invite.give_up_at = loop.now() + kCancelledLifeInT1 * timers.t1;
  const ClientTransactionId id = client_of_key.at(invite.key);
  set(invite.alarm, invite.give_up_at, [this, id] { wake_client(id); });
  const Endpoint to = invite.to;
  start(cancel_of(invite.request()), to, true);
}

void TransactionLayer::Tables::apply(ServerTransactionId id, ServerStep step) {
  const auto found = servers.find(id);
  if (found == servers.end()) return;
  Server& server = found->second;
  const Endpoint to = server.reply_to;
  const auto* invite = std::get_if<InviteServerTransaction>(&server.machine);
  count(server, invite && invite->awaits_ack() && !step.terminated);
  if (step.terminated)
    forget(id);
  else
    set(server.alarm, step.wake_at, [this, id] { wake_server(id); });
  for (const std::string& datagram : step.send) user.send(datagram, to);
  if (step.timed_out) user.on_no_ack(id);
}

void TransactionLayer::Tables::wake_server(ServerTransactionId id) {
  const auto found = servers.find(id);
  if (found == servers.end()) return;
  found->second.alarm = {};
  const TimePoint now = loop.now();
  apply(id, std::visit([now](auto& one) { return one.on_wake(now); }, found->second.machine));
}

void TransactionLayer::Tables::count(Server& server, bool awaits_ack) {
  if (std::exchange(server.awaits_ack, awaits_ack)) --unacknowledged;
  if (awaits_ack) ++unacknowledged;
}

void TransactionLayer::Tables::discharge(const std::string& account) {
  const auto found = charged.find(account);
  if (found != charged.end() && --found->second == 0) charged.erase(found);
}

void TransactionLayer::Tables::forget(ServerTransactionId id) {
  const auto found = servers.find(id);
  loop.cancel(found->second.alarm.timer);
  discharge(found->second.account);
  server_of_key.erase(found->second.key);
  const auto ack = server_of_ack.find(found->second.accepted_key);
  if (ack != server_of_ack.end() && ack->second == id) server_of_ack.erase(ack);
  servers.erase(found);
}

void TransactionLayer::Tables::on_response(const Response& response) {
  const auto id = client_of_key.find(client_key(response.headers));
  if (id == client_of_key.end()) return;
  Client& client = clients.at(id->second);
  // A response with another number of Vias went astray (§8.1.3.3).
  if (response.headers.via.size() != client.request().headers.via.size()) return;
  const TimePoint now = loop.now();
  const auto respond_to = [&](auto& machine) { return machine.on_response(response, now); };
  apply(id->second, std::visit(respond_to, client.machine));
}

void TransactionLayer::Tables::reply(const Response& response, const Endpoint& from) {
  user.send(to_string(response), reply_address(response.headers.via.front(), from));
}

void TransactionLayer::Tables::refuse(const Request& request, int status, const Endpoint& from) {
  if (request.method == "ACK") return;
  Response refusal = stateless_reply(request, status);
  if (status == 503) refusal.headers.other.push_back({"Retry-After", std::string{kRetryAfter}});
  reply(refusal, from);
}

/// A cookie without an identifier promises what it does not hold (RFC 4475 §3.2.1).
void TransactionLayer::Tables::on_request(Request request, const Endpoint& from) {
  Via& via = request.headers.via.front();
  stamp_source(via, from);
  const std::string_view branch = via.branch();
  if (branch == kCookie) {
    constexpr std::string_view reason = "the branch of Via has no identifier";
    if (request.method == "ACK") return user.on_refused(reason, 0, from);
    Response refusal = stateless_reply(request, 400);
    refusal.headers.other.push_back({"Warning", "399 earshot \"" + std::string{reason} + "\""});
    reply(refusal, from);
    return user.on_refused(reason, 400, from);
  }
  if (request.method == "ACK") return on_ack(request, from);
  if (request.method == "CANCEL") return on_cancel(request, from);
  std::string key = server_key(request.headers, request.method);
  const auto known = server_of_key.find(key);
  if (known == server_of_key.end()) return on_new_request(std::move(key), request, from);
  const TimePoint now = loop.now();
  Server& server = servers.at(known->second);
  apply(known->second,
        std::visit([now](auto& machine) { return machine.on_request(now); }, server.machine));
}

void TransactionLayer::Tables::on_new_request(std::string key, const Request& request,
                                              const Endpoint& from) {
  if (const auto answer = user.answer_without_state(request, from)) return reply(*answer, from);
  if (servers.size() >= limits.server_transactions) return refuse(request, 503, from);
  const ServerTransactionId id{++last_id};
  const bool invite = request.method == "INVITE";
  Server server{invite ? decltype(Server::machine){InviteServerTransaction{timers}}
                       : decltype(Server::machine){ServerTransaction{timers}},
                reply_address(request.headers.via.front(), from),
                key,
                {},
                {},
                {},
                false,
                false,
                {}};
  server_of_key.emplace(std::move(key), id);
  servers.emplace(id, std::move(server));
  user.on_request(id, request, from);
}

/// Some send the ACK to a 2xx on the INVITE's branch, so the dialog is looked at first. An ACK that
/// fits neither is late or astray and is dropped.
void TransactionLayer::Tables::on_ack(const Request& ack, const Endpoint& from) {
  const TimePoint now = loop.now();
  if (const auto id = server_of_ack.find(accepted_key(ack.headers)); id != server_of_ack.end()) {
    auto& machine = std::get<InviteServerTransaction>(servers.at(id->second).machine);
    apply(id->second, machine.on_ack_of_2xx(now));
    user.on_ack(ack, from);
    return;
  }
  const auto id = server_of_key.find(server_key(ack.headers, "INVITE"));
  if (id == server_of_key.end()) return;
  auto& machine = std::get<InviteServerTransaction>(servers.at(id->second).machine);
  apply(id->second, machine.on_ack(now));
}

/// Answered without a transaction of its own (§9.2): a repeat finds the INVITE again and gets the
/// same answer, and the user hears of it once.
void TransactionLayer::Tables::on_cancel(const Request& cancel, const Endpoint& from) {
  const auto known = server_of_key.find(server_key(cancel.headers, "INVITE"));
  if (known == server_of_key.end()) return refuse(cancel, 481, from);
  const ServerTransactionId invite = known->second;
  Server& server = servers.at(invite);
  const bool tell = !server.cancelled && !server.has_final();
  server.cancelled = true;
  reply(server.to_tag.empty() ? stateless_reply(cancel, 200)
                              : sip::respond(cancel, 200, server.to_tag),
        from);
  if (tell) user.on_cancel(invite);
}

TransactionLayer::TransactionLayer(Loop& loop, Entropy& entropy, TransactionUser& user,
                                   TransactionTimers timers, TransactionLimits limits)
    : tables_(std::make_unique<Tables>(loop, entropy, user, timers, limits)) {}

TransactionLayer::~TransactionLayer() = default;

void TransactionLayer::on_datagram(std::string_view datagram, const Endpoint& from) {
  if (is_keep_alive(datagram)) return;
  auto parsed = parse(datagram);
  if (!parsed) {
    auto& [reason, answer] = parsed.error();
    if (answer) {
      stamp_source(answer->via, from);
      tables_->user.send(to_string(*answer), from);
    }
    tables_->user.on_refused(reason, answer ? answer->status : 0, from);
  } else if (auto* request = std::get_if<Request>(&*parsed)) {
    tables_->on_request(std::move(*request), from);
  } else {
    tables_->on_response(std::get<Response>(*parsed));
  }
}

ClientTransactionId TransactionLayer::send_request(Request request, const Endpoint& to,
                                                   const Endpoint& sent_by) {
  tables_->put_via(request, sent_by);
  return tables_->start(std::move(request), to, false);
}

void TransactionLayer::send_ack(Request ack, const Endpoint& to, const Endpoint& sent_by) {
  tables_->put_via(ack, sent_by);
  tables_->user.send(to_string(ack), to);
}

void TransactionLayer::cancel(ClientTransactionId invite) {
  const auto found = tables_->clients.find(invite);
  if (found == tables_->clients.end()) return;
  Client& client = found->second;
  if (!std::holds_alternative<InviteClientTransaction>(client.machine)) return;
  client.cancel_wanted = true;
  if (client.progress == Progress::Proceeding) tables_->send_cancel(client);
}

void TransactionLayer::respond(ServerTransactionId transaction, const Response& response) {
  const auto found = tables_->servers.find(transaction);
  if (found == tables_->servers.end()) return;
  Server& server = found->second;
  server.to_tag = response.headers.to.tag();
  const bool success = response.status >= 200 && response.status < 300;
  auto* invite = std::get_if<InviteServerTransaction>(&server.machine);
  if (invite != nullptr && success && !invite->has_final()) {
    server.accepted_key = accepted_key(response.headers);
    tables_->server_of_ack[server.accepted_key] = transaction;
  }
  const TimePoint now = tables_->loop.now();
  tables_->apply(transaction,
                 std::visit([&](auto& one) { return one.send(response, now); }, server.machine));
}

void TransactionLayer::charge(ServerTransactionId transaction, std::string account) {
  const auto found = tables_->servers.find(transaction);
  if (found == tables_->servers.end() || !found->second.account.empty()) return;
  ++tables_->charged[account];
  found->second.account = std::move(account);
}

std::size_t TransactionLayer::charged_to(const std::string& account) const {
  const auto found = tables_->charged.find(account);
  return found == tables_->charged.end() ? 0 : found->second;
}

std::size_t TransactionLayer::size() const {
  return tables_->clients.size() + tables_->servers.size();
}

std::size_t TransactionLayer::unacknowledged() const { return tables_->unacknowledged; }

}  // namespace earshot::sip
