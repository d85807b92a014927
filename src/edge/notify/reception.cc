// How the hub receives requests: one batch of messages, one caller, one answer.
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "edge/http/refusal.h"
#include "edge/notify/browser_cookie.h"
#include "edge/notify/hub.h"
#include "view/events_json.h"
#include "wire/bayeux/reply.h"

namespace earshot::notify {

using bayeux::Kind;
using bayeux::Message;
using bayeux::Reconnect;
using bayeux::ReplyTo;
using bayeux::Session;

/// One request, or one message of a WebSocket, and the answer it gets so far.
struct Hub::Reception {
  std::shared_ptr<Line> line;          ///< the WebSocket it came on; null: an HTTP exchange
  const Caller* caller = nullptr;      ///< outlives it
  std::optional<std::string> browser;  ///< the cookie it came with
  std::string client_id;               ///< of its first message; the others must bear the same
  std::size_t messages = 0;
  bool shakes_hands = false;  ///< a handshake is among them
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
/// After these a client that was refused may shake hands again.
constexpr Duration kPause = seconds{1};
constexpr Duration kLongPause = seconds{10};

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

Hub::Reception Hub::reception_of(const std::vector<Message>& batch,
                                 std::optional<std::string_view> cookies) {
  Reception reception;
  reception.browser = browser_in(cookies);
  reception.client_id = batch.front().client_id;
  reception.messages = batch.size();
  reception.shakes_hands = std::any_of(
      batch.begin(), batch.end(), [](const Message& each) { return each.kind == Kind::Handshake; });
  return reception;
}

void Hub::handle(std::unique_ptr<http::Exchange> exchange) {
  const http::Request& request = exchange->request();
  auto caller = callers_.identify(request);
  if (!caller) return exchange->respond(std::move(caller.error()));
  caller->address = request.peer.address();
  if (http::asks_for_websocket(request)) return open_line(std::move(exchange), std::move(*caller));
  if (request.method != "POST") {
    auto answer = http::refusal(405, "Use POST, or a WebSocket, for notifications.");
    answer.headers.emplace_back("Allow", "POST");
    return exchange->respond(std::move(answer));
  }
  if (request.body.size() > settings_.max_body_bytes)
    return exchange->respond(http::refusal(413, "The body is too long"));
  const auto batch = bayeux::parse_batch(request.body);
  if (!batch) return exchange->respond(fault_response(batch.error()));
  if (batch->empty()) return exchange->respond(http::refusal(400, "The body holds no message"));

  Reception reception = reception_of(*batch, request.header("Cookie"));
  reception.by_https = request.by_https;
  if (caller->set_cookie) reception.headers.emplace_back("Set-Cookie", *caller->set_cookie);
  reception.caller = &*caller;
  for (const auto& message : *batch) follow(message, reception);
  conclude(std::move(exchange), std::move(reception));
}

/// What came with the upgrade stands for what every request over HTTP brings along.
void Hub::on_text(const std::shared_ptr<Line>& line, std::string_view text) {
  callers_.touch(line->caller.http_session);
  const auto batch = bayeux::parse_batch(text);
  if (!batch) return close_line(line, close_code_of(batch.error()));
  if (batch->empty()) {  // the keep-alive of Faye before 1.3, which wants to hear the same
    (void)line->send("[]", {});
    return;
  }
  Reception reception = reception_of(*batch, {});
  reception.line = line;
  reception.caller = &line->caller;
  reception.browser = line->browser;
  if (line->subscriber) reception.client_id = line->subscriber->client_id;
  for (const auto& message : *batch) follow(message, reception);
  if (reception.replies.empty()) return;
  if (line->send(bayeux::batch_text(reception.events, reception.replies, reception.numbered),
                 [&] { return report_of(reception); }))
    on_answered(reception);
}

void Hub::follow(const Message& message, Reception& reception) {
  const ReplyTo to{message};
  auto& replies = reception.replies;
  if (!message.fault.empty()) {
    replies.push_back(bayeux::failure_reply(to, message.fault));
    return;
  }
  if (message.kind == Kind::Handshake && !reception.handshake_done)
    return on_handshake(message, reception);
  if (reception.shakes_hands) {  // a handshake is alone; nothing beside it is followed (§3.1)
    replies.push_back(bayeux::failure_reply(to, "400::handshake_not_alone"));
    return;
  }
  Subscriber* from = sender_of(message, reception);
  if (!from) return refuse_unknown(message, reception);
  const TimePoint now = loop_.now();
  switch (message.kind) {
    case Kind::Connect:
      return on_connect(message, *from, reception);
    case Kind::Disconnect:
      replies.push_back(bayeux::success_reply(to));
      return end(*from, End::Disconnect);
    case Kind::Subscribe:
      replies.push_back(from->session.on_subscribe(message, now));
      return look_at(*from);
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

void Hub::refuse_unknown(const Message& message, Reception& reception) {
  std::optional<bayeux::Advice> advice;
  if (message.kind == Kind::Connect)
    advice = Session::advice(settings_.session, Reconnect::Handshake);
  reception.replies.push_back(bayeux::failure_reply(ReplyTo{message}, kSessionUnknown, advice));
}

/// A session answers to its user alone and to the cookie its handshake came with or handed out
/// (bayeux.md §7, §11). A client that has never shown that cookie keeps none: it speaks by the HTTP
/// session of its handshake, or by its credentials with each request. Who has shown it once must
/// show it always, and nobody may speak with a foreign one.
Subscriber* Hub::sender_of(const Message& message, const Reception& reception) {
  if (message.client_id.empty() || message.client_id != reception.client_id) return nullptr;
  Subscriber* sender = reception.line ? reception.line->subscriber : nullptr;
  if (!sender || sender->client_id != message.client_id) sender = roster_.find(message.client_id);
  if (!sender || sender->user != reception.caller->user) return nullptr;
  const Caller& caller = *reception.caller;
  const bool same_line = reception.line && reception.line->subscriber == sender;
  const bool known = same_line || caller.is_new || caller.http_session == sender->http_session;
  if (reception.browser ? *reception.browser != sender->browser : sender->browser_proven || !known)
    return nullptr;
  sender->browser_proven = sender->browser_proven || reception.browser.has_value();
  roster_.move_to(*sender, caller.http_session);
  if (reception.line) put_on(reception.line, *sender);
  return sender;
}

/// Always a new session, whatever client id came along (§3.1).
void Hub::on_handshake(const Message& message, Reception& reception) {
  reception.handshake_done = true;
  const ReplyTo to{message};
  const auto refuse = [&](std::string_view error, Duration again_after = {}) {
    const bool again = again_after > Duration{};
    auto advice =
        Session::advice(settings_.session, again ? Reconnect::Handshake : Reconnect::None);
    advice.interval = again_after;
    reception.replies.push_back(bayeux::failure_reply(to, error, advice));
  };
  const auto& ours = settings_.connection_types;
  const auto& theirs = message.connection_types;
  if (std::find_first_of(ours.begin(), ours.end(), theirs.begin(), theirs.end()) == ours.end())
    return refuse("301:" + types_text(theirs) + ":connection_type_unsupported");
  const UserId& user = reception.caller->user;
  const std::string& address = reception.caller->address;
  if (!paces_of_users_.allows(user.value, loop_.now()) ||
      !paces_of_addresses_.allows(address, loop_.now()))
    return refuse("429::too_many_handshakes", kPause);
  if (roster_.count_at(address) >= settings_.max_sessions_per_address)
    return refuse("429::too_many_sessions_of_address", kLongPause);
  if (!make_room(user)) return refuse("429::too_many_sessions");

  const auto delivery =
      message.offers_ack ? Session::Delivery::Acknowledged : Session::Delivery::Written;
  const std::string browser = reception.browser ? *reception.browser : entropy_.hex(16);
  if (!reception.browser)
    reception.headers.emplace_back(
        "Set-Cookie", cookies_.set_cookie(kBrowserCookie, browser, reception.by_https));
  Subscriber& fresh = roster_.add(std::make_unique<Subscriber>(
      Subscriber{.client_id = entropy_.hex(20),
                 .user = reception.caller->user,
                 .user_name = reception.caller->user_name,
                 .http_session = reception.caller->http_session,
                 .address = address,
                 .browser = browser,
                 .browser_proven = reception.browser.has_value(),
                 .session = Session{settings_.session, loop_.now(), delivery},
                 .waiting = nullptr,
                 .line = nullptr}));
  arm(fresh);
  if (reception.line) put_on(reception.line, fresh);
  reception.replies.push_back(bayeux::handshake_reply(
      to, fresh.client_id, ours, Session::advice(settings_.session, Reconnect::Retry),
      grant(message, fresh)));
}

/// What came between handshake and first subscription comes with it where a cursor was named: the
/// session is behind until then.
bayeux::Extensions Hub::grant(const Message& message, Subscriber& fresh) {
  bayeux::Extensions granted{.ack = message.offers_ack};
  if (!message.wants_sequence) return granted;
  fresh.track = &history_.of(fresh.user);
  granted.newest = fresh.track->newest();
  if (!message.after) return granted;
  const bool is_known = fresh.track->reaches(*message.after);
  fresh.behind = is_known ? *message.after : *granted.newest;
  if (!is_known) granted.snapshot = view::kSnapshotPath;
  return granted;
}

/// At the limit an idle session makes room, one that never connected before others, then the one
/// nearest its end: pages that were reloaded leave such sessions behind. Sessions with a poll are
/// never displaced.
bool Hub::make_room(const UserId& user) {
  const auto& sessions = roster_.of_user(user);
  if (sessions.size() < settings_.max_sessions_per_user) return true;
  const auto rank = [](const Subscriber& each) {
    return std::pair{each.session.has_connected(), *each.session.wake_at()};
  };
  Subscriber* nearest = nullptr;
  for (Subscriber* each : sessions) {
    if (each->session.is_held() || !each->session.wake_at()) continue;
    if (!nearest || rank(*each) < rank(*nearest)) nearest = each;
  }
  if (!nearest) return false;
  end(*nearest, End::Displaced);
  return true;
}

/// Counted each time: a count that is kept could leak, and its pages would poll every two
/// seconds for ever. What waits on a WebSocket takes no connection from the others.
bool Hub::is_crowded(const Subscriber& subscriber) const {
  const auto& all = *subscriber.of_browser;
  if (all.size() <= settings_.max_polls_per_browser) return false;
  const auto held = std::count_if(all.begin(), all.end(), [&](const Subscriber* each) {
    return each != &subscriber && each->session.is_held() && !each->line;
  });
  return static_cast<std::size_t>(held) >= settings_.max_polls_per_browser;
}

/// Over HTTP a connect may wait only when alone in its array; the rest of the batch would wait too.
/// A client that polls again has left its WebSocket.
void Hub::on_connect(const Message& message, Subscriber& from, Reception& reception) {
  if (!catch_up(from)) return refuse_unknown(message, reception);
  if (const auto left = reception.line ? nullptr : from.line)
    close_line(left, http::CloseCode::Normal);
  const bool may_hold = reception.line || reception.messages == 1;
  const bool crowded = !reception.line && is_crowded(from);
  const auto step = from.session.on_connect(message, may_hold, loop_.now(), crowded);
  if (step.ends_older) std::exchange(from.waiting, nullptr)->abandon();
  if (step.hold) look_at(from);  // what it acknowledged may have made room
  if (step.hold && reception.line) {
    reception.line->held_cycle = step.cycle;
    from.waiting = std::make_unique<WebSocketOutlet>(reception.line);
    return arm(from);
  }
  if (step.hold) {
    reception.waiting = &from;
    reception.held_cycle = step.cycle;
    return;
  }
  reception.numbered = from.track != nullptr;
  auto answer = from.session.answer(reception.events.size());
  std::move(answer.events.begin(), answer.events.end(), std::back_inserter(reception.events));
  reception.replies.push_back(std::move(answer.reply));
  reception.cycles.push_back(answer.cycle);
}

http::Written Hub::report_of(Reception& reception) {
  const Subscriber* from = reception.cycles.empty() ? nullptr : roster_.find(reception.client_id);
  if (!from) return {};
  return report_on(*from, std::move(reception.cycles));
}

void Hub::on_answered(const Reception& reception) {
  Subscriber* from = reception.cycles.empty() ? nullptr : roster_.find(reception.client_id);
  if (from) on_written(*from, reception.cycles, true);
}

void Hub::conclude(std::unique_ptr<http::Exchange> exchange, Reception reception) {
  if (reception.waiting) return hold(std::move(exchange), std::move(reception));
  HttpOutlet outlet{std::move(exchange), std::move(reception.headers)};
  if (outlet.answer(bayeux::batch_text(reception.events, reception.replies, reception.numbered),
                    [&] { return report_of(reception); }))
    on_answered(reception);
}

void Hub::hold(std::unique_ptr<http::Exchange> exchange, Reception reception) {
  Subscriber& subscriber = *reception.waiting;
  exchange->drop_request();
  exchange->on_gone([this, still = std::weak_ptr(subscriber.self), cycle = reception.held_cycle] {
    if (const auto self = still.lock()) on_gone(**self, cycle);
  });
  subscriber.waiting =
      std::make_unique<HttpOutlet>(std::move(exchange), std::move(reception.headers));
  arm(subscriber);
}

}  // namespace earshot::notify
