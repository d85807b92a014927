#include "edge/notify/reception.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "edge/http/refusal.h"
#include "edge/http/websocket.h"
#include "edge/notify/browser_cookie.h"
#include "view/events_json.h"

namespace earshot::notify {

using bayeux::Kind;
using bayeux::Message;
using bayeux::Reconnect;
using bayeux::ReplyTo;
using bayeux::Session;

/// One request, or one message of a WebSocket, and the answer it gets so far.
struct Reception::Visit {
  Visit(const std::vector<Message>& batch, const Caller& by)
      : caller(by),
        client_id(batch.front().client_id),
        messages(batch.size()),
        shakes_hands(std::any_of(batch.begin(), batch.end(), [](const Message& each) {
          return each.kind == Kind::Handshake;
        })) {}

  const Caller& caller;                ///< outlives it
  std::shared_ptr<Line> line;          ///< the WebSocket it came on; null: an HTTP exchange
  std::optional<std::string> browser;  ///< the cookie it came with
  std::string client_id;               ///< of its first message; the others must bear the same
  std::size_t messages;
  bool shakes_hands;  ///< a handshake is among them
  bool handshake_done = false;
  bool by_https = false;  ///< as a trusted proxy says

  Headers headers;
  std::vector<bayeux::EventText> events;
  bool numbered = false;  ///< the events bear their sequence numbers
  std::vector<std::string> replies;
  std::vector<std::uint64_t> cycles;  ///< of the connects answered with it
  Subscriber* waiting = nullptr;      ///< whose connect is to wait: it came alone
  std::uint64_t held_cycle = 0;       ///< of that connect
};

namespace {

constexpr std::string_view kSessionUnknown = "402::session_unknown";

http::Response fault_response(bayeux::BatchFault fault) {
  switch (fault) {
    case bayeux::BatchFault::Malformed:
      return http::refusal(400, "The body is neither a Bayeux message nor an array of them");
    case bayeux::BatchFault::TooMany:
      return http::refusal(413, "Too many messages in one request");
  }
  return http::refusal(400, "Bad request");
}

http::CloseCode close_code_of(bayeux::BatchFault fault) {
  return fault == bayeux::BatchFault::TooMany ? http::CloseCode::TooBig : http::CloseCode::NotUtf8;
}

/// The client's list as an error argument: what looks like a transport's name, and not too much.
std::string types_text(const std::vector<std::string>& types) {
  std::string text;
  for (const auto& type : types) {
    const bool plain = std::all_of(type.begin(), type.end(), [](char character) {
      return (character >= 'a' && character <= 'z') || character == '-';
    });
    if (!plain || type.empty() || text.size() + type.size() > 100) continue;
    text.append(text.empty() ? "" : ",").append(type);
  }
  return text;
}

}  // namespace

Reception::Reception(Ground& ground, Dispatch& dispatch, Lines& lines)
    : ground_(ground), dispatch_(dispatch), lines_(lines), admission_(ground, dispatch) {}

void Reception::handle(std::unique_ptr<http::Exchange> exchange) {
  const http::Request& request = exchange->request();
  auto caller = ground_.callers.identify(request);
  if (!caller) return exchange->respond(std::move(caller.error()));
  caller->address = request.peer.address();
  if (http::asks_for_websocket(request))
    return lines_.open(std::move(exchange), std::move(*caller), *this);
  if (request.method != "POST") {
    auto answer = http::refusal(405, "Use POST, or a WebSocket, for notifications.");
    answer.headers.emplace_back("Allow", "POST");
    return exchange->respond(std::move(answer));
  }
  if (request.body.size() > ground_.settings.max_body_bytes)
    return exchange->respond(http::refusal(413, "The body is too long"));
  const auto batch = bayeux::parse_batch(request.body);
  if (!batch) return exchange->respond(fault_response(batch.error()));
  if (batch->empty()) return exchange->respond(http::refusal(400, "The body holds no message"));

  Visit visit{*batch, *caller};
  visit.browser = browser_in(request.header("Cookie"));
  visit.by_https = request.by_https;
  if (caller->set_cookie) visit.headers.emplace_back("Set-Cookie", *caller->set_cookie);
  for (const auto& message : *batch) follow(message, visit);
  if (visit.waiting) return hold(std::move(exchange), std::move(visit));
  HttpOutlet outlet{std::move(exchange), std::move(visit.headers)};
  answer(outlet, visit);
}

/// What came with the upgrade stands for what every request over HTTP brings along.
void Reception::on_text(const std::shared_ptr<Line>& line, std::string_view text) {
  ground_.callers.touch(line->caller.http_session);
  const auto batch = bayeux::parse_batch(text);
  if (!batch) return lines_.close(line, close_code_of(batch.error()));
  if (batch->empty()) {  // the keep-alive of Faye before 1.3, which wants to hear the same
    (void)line->send("[]", {});
    return;
  }
  Visit visit{*batch, line->caller};
  visit.line = line;
  visit.browser = line->browser;
  if (line->subscriber) visit.client_id = line->subscriber->client_id;
  for (const auto& message : *batch) follow(message, visit);
  if (!visit.replies.empty()) answer(*line, visit);
}

void Reception::follow(const Message& message, Visit& visit) {
  const ReplyTo to{message};
  auto& replies = visit.replies;
  if (!message.fault.empty()) {
    replies.push_back(bayeux::failure_reply(to, message.fault));
    return;
  }
  if (message.kind == Kind::Handshake && !visit.handshake_done) return on_handshake(message, visit);
  if (visit.shakes_hands) {  // a handshake is alone; nothing beside it is followed (§3.1)
    replies.push_back(bayeux::failure_reply(to, "400::handshake_not_alone"));
    return;
  }
  Subscriber* from = sender_of(message, visit);
  if (!from) return refuse_unknown(message, visit);
  const TimePoint now = ground_.loop.now();
  switch (message.kind) {
    case Kind::Connect:
      return on_connect(message, *from, visit);
    case Kind::Disconnect:
      replies.push_back(bayeux::success_reply(to));
      return dispatch_.end(*from, End::Disconnect);
    case Kind::Subscribe:
      return on_subscribe(message, *from, visit);
    case Kind::Unsubscribe:
      replies.push_back(from->session.on_unsubscribe(message, now));
      return;
    case Kind::Handshake:  // dealt with above
    case Kind::OtherMeta:
    case Kind::Publish:
      from->session.on_message(now);
      replies.push_back(bayeux::failure_reply(to, "403:" + message.channel + ":publish_denied"));
      return;
  }
}

void Reception::on_subscribe(const Message& message, Subscriber& from, Visit& visit) {
  const bool wanted_users = from.session.wants(ground_.users);
  visit.replies.push_back(from.session.on_subscribe(message, ground_.loop.now()));
  if (users_wanted_ && !wanted_users && from.session.wants(ground_.users)) users_wanted_(from.user);
  dispatch_.look_at(from);
}

void Reception::refuse_unknown(const Message& message, Visit& visit) {
  std::optional<bayeux::Advice> advice;
  if (message.kind == Kind::Connect)
    advice = Session::advice(ground_.settings.session, Reconnect::Handshake);
  visit.replies.push_back(bayeux::failure_reply(ReplyTo{message}, kSessionUnknown, advice));
}

/// A session answers to its user alone and to the cookie its handshake came with or handed out
/// (bayeux.md §7, §11). A client that has never shown that cookie keeps none: it speaks by the HTTP
/// session of its handshake, or by its credentials with each request. Who has shown it once must
/// show it always, and nobody may speak with a foreign one.
Subscriber* Reception::sender_of(const Message& message, const Visit& visit) {
  if (message.client_id.empty() || message.client_id != visit.client_id) return nullptr;
  Subscriber* sender = visit.line ? visit.line->subscriber : nullptr;
  if (!sender || sender->client_id != message.client_id)
    sender = ground_.roster.find(message.client_id);
  if (!sender || sender->user != visit.caller.user) return nullptr;
  const Caller& caller = visit.caller;
  const bool same_line = visit.line && visit.line->subscriber == sender;
  const bool known = same_line || caller.is_new || caller.http_session == sender->http_session;
  if (visit.browser ? *visit.browser != sender->browser : sender->browser_proven || !known)
    return nullptr;
  sender->browser_proven = sender->browser_proven || visit.browser.has_value();
  ground_.roster.move_to(*sender, caller.http_session);
  if (visit.line) lines_.put(*sender, visit.line);
  return sender;
}

/// Always a new session, whatever client id came along (§3.1).
void Reception::on_handshake(const Message& message, Visit& visit) {
  visit.handshake_done = true;
  const ReplyTo to{message};
  const auto refuse = [&](std::string_view error, Duration again_after = {}) {
    const bool again = again_after > Duration{};
    auto advice =
        Session::advice(ground_.settings.session, again ? Reconnect::Handshake : Reconnect::None);
    advice.interval = again_after;
    visit.replies.push_back(bayeux::failure_reply(to, error, advice));
  };
  const auto& ours = ground_.settings.connection_types;
  const auto& theirs = message.connection_types;
  if (std::find_first_of(ours.begin(), ours.end(), theirs.begin(), theirs.end()) == ours.end())
    return refuse("301:" + types_text(theirs) + ":connection_type_unsupported");
  if (const auto refusal = admission_.refusal_of(visit.caller))
    return refuse(refusal->error, refusal->again_after);
  Subscriber& fresh = begin_session(message, visit);
  visit.replies.push_back(bayeux::handshake_reply(
      to, fresh.client_id, ours, Session::advice(ground_.settings.session, Reconnect::Retry),
      grant(message, fresh)));
}

Subscriber& Reception::begin_session(const Message& message, Visit& visit) {
  const auto delivery =
      message.offers_ack ? Session::Delivery::Acknowledged : Session::Delivery::Written;
  const std::string browser = visit.browser ? *visit.browser : ground_.entropy.hex(16);
  if (!visit.browser)
    visit.headers.emplace_back("Set-Cookie",
                               cookies_.set_cookie(kBrowserCookie, browser, visit.by_https));
  Subscriber& fresh = ground_.roster.add(std::make_unique<Subscriber>(
      Subscriber{.client_id = ground_.entropy.hex(20),
                 .user = visit.caller.user,
                 .user_name = visit.caller.user_name,
                 .http_session = visit.caller.http_session,
                 .address = visit.caller.address,
                 .browser = browser,
                 .browser_proven = visit.browser.has_value(),
                 .session = Session{ground_.settings.session, ground_.loop.now(), delivery},
                 .waiting = nullptr,
                 .line = nullptr}));
  dispatch_.arm(fresh);
  if (visit.line) lines_.put(fresh, visit.line);
  return fresh;
}

/// What came between handshake and first subscription comes with it where a cursor was named: the
/// session is behind until then.
bayeux::Extensions Reception::grant(const Message& message, Subscriber& fresh) {
  bayeux::Extensions granted{.ack = message.offers_ack};
  if (!message.wants_sequence) return granted;
  fresh.track = &ground_.history.of(fresh.user);
  granted.newest = fresh.track->newest();
  if (!message.after) return granted;
  const bool is_known = fresh.track->reaches(*message.after);
  fresh.behind = is_known ? *message.after : *granted.newest;
  if (!is_known) granted.snapshot = view::kSnapshotPath;
  return granted;
}

/// Over HTTP a connect may wait only when alone in its array; the rest of the batch would wait too.
/// A client that polls again has left its WebSocket.
void Reception::on_connect(const Message& message, Subscriber& from, Visit& visit) {
  if (!dispatch_.catch_up(from)) return refuse_unknown(message, visit);
  if (const auto left = visit.line ? nullptr : from.line)
    lines_.close(left, http::CloseCode::Normal);
  const bool may_hold = visit.line || visit.messages == 1;
  const bool crowded = !visit.line && admission_.is_crowded(from);
  const auto step = from.session.on_connect(message, may_hold, ground_.loop.now(), crowded);
  if (step.ends_older) std::exchange(from.waiting, nullptr)->abandon();
  if (step.hold) dispatch_.look_at(from);  // what it acknowledged may have made room
  if (step.hold && visit.line) {
    visit.line->held_cycle = step.cycle;
    from.waiting = std::make_unique<LineOutlet>(visit.line);
    return dispatch_.arm(from);
  }
  if (step.hold) {
    visit.waiting = &from;
    visit.held_cycle = step.cycle;
    return;
  }
  visit.numbered = from.track != nullptr;
  auto answer = from.session.answer(visit.events.size());
  std::move(answer.events.begin(), answer.events.end(), std::back_inserter(visit.events));
  visit.replies.push_back(std::move(answer.reply));
  visit.cycles.push_back(answer.cycle);
}

/// Who ended meanwhile, by a disconnect in the same batch, is told of nothing.
void Reception::answer(Carrier& by, const Visit& visit) {
  Subscriber* const to = visit.cycles.empty() ? nullptr : ground_.roster.find(visit.client_id);
  dispatch_.deliver(by, {visit.events, visit.replies, visit.numbered}, to, visit.cycles);
}

void Reception::hold(std::unique_ptr<http::Exchange> exchange, Visit visit) {
  Subscriber& subscriber = *visit.waiting;
  exchange->drop_request();
  exchange->on_gone(
      [&dispatch = dispatch_, still = std::weak_ptr(subscriber.self), cycle = visit.held_cycle] {
        if (const auto self = still.lock()) dispatch.on_gone(**self, cycle);
      });
  subscriber.waiting = std::make_unique<HttpOutlet>(std::move(exchange), std::move(visit.headers));
  dispatch_.arm(subscriber);
}

}  // namespace earshot::notify
