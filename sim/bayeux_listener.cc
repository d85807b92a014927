#include "sim/bayeux_listener.h"

#include <iterator>

namespace earshot::sim {
namespace {

constexpr Duration kPatienceAfterFailure = seconds{1};
constexpr std::size_t kEventsRemembered = 10'000;

bool is_successful(const json::object& reply) {
  const auto* successful = reply.if_contains("successful");
  return successful && successful->is_bool() && successful->get_bool();
}

std::string text_of(const json::object& of, std::string_view name) {
  const auto* found = json::find_string(of, name);
  return found ? std::string(*found) : std::string();
}

}  // namespace

BayeuxListener::BayeuxListener(Loop& loop, HttpPeer& peer, std::string path,
                               std::vector<std::string> channels)
    : loop_(loop), peer_(peer), path_(std::move(path)), channels_(std::move(channels)) {}

BayeuxListener::~BayeuxListener() { loop_.cancel(timer_); }

void BayeuxListener::start() {
  ++generation_;
  loop_.cancel(timer_);
  shake_hands();
}

json::object BayeuxListener::message(std::string_view channel) {
  json::object out{{"channel", channel}, {"id", std::to_string(++last_id_)}};
  if (!client_id_.empty()) out["clientId"] = client_id_;
  return out;
}

void BayeuxListener::shake_hands() {
  state_ = State::ShakingHands;
  client_id_.clear();
  reconnect_ = "retry";
  ++handshakes_;
  auto shake = message("/meta/handshake");
  shake["version"] = "1.0";
  shake["minimumVersion"] = "1.0";
  shake["supportedConnectionTypes"] = json::array{"long-polling"};
  send(
      {std::move(shake)},
      [this](const json::object& reply) {
        if (!is_successful(reply)) return refused(reply);
        client_id_ = text_of(reply, "clientId");
        subscribe();
      },
      "/meta/handshake");
}

/// One message a channel, all in one batch; the last reply tells that all went well.
void BayeuxListener::subscribe() {
  state_ = State::Subscribing;
  json::array batch;
  for (const auto& channel : channels_) {
    auto subscription = message("/meta/subscribe");
    subscription["subscription"] = channel;
    batch.push_back(std::move(subscription));
  }
  if (batch.empty()) return connect(true);
  send(
      std::move(batch),
      [this, left = channels_.size()](const json::object& reply) mutable {
        if (!is_successful(reply)) {
          left = 0;  // one refusal speaks for the batch
          return refused(reply);
        }
        if (left > 0 && --left == 0) connect(true);
      },
      "/meta/subscribe");
}

void BayeuxListener::connect(bool at_once) {
  auto poll = message("/meta/connect");
  poll["connectionType"] = "long-polling";
  if (at_once) poll["advice"] = json::object{{"timeout", 0}};
  send(
      {std::move(poll)},
      [this](const json::object& reply) {
        if (!is_successful(reply)) return refused(reply);
        if (reconnect_ == "none") {
          state_ = State::Stopped;
          return;
        }
        state_ = State::Listening;
        try_again(false, interval_);
      },
      "/meta/connect");
}

void BayeuxListener::stop() {
  ++generation_;
  loop_.cancel(timer_);
  if (state_ == State::Stopped || state_ == State::Idle) return;
  state_ = State::Stopped;
  if (client_id_.empty()) return;
  json::array batch{message("/meta/disconnect")};
  peer_.post(path_, json::serialize(batch), [](const HttpReply&) {});
}

void BayeuxListener::send(json::array messages, std::function<void(const json::object&)> on_reply,
                          std::string_view reply_channel) {
  peer_.post(path_, json::serialize(messages),
             [this, lives = std::weak_ptr<int>(alive_), generation = generation_,
              on_reply = std::move(on_reply),
              channel = std::string(reply_channel)](const HttpReply& reply) {
               if (lives.expired() || generation != generation_) return;
               if (reply.status == 200) return take(reply.body, channel, on_reply);
               ++failures_;
               last_error_ = std::to_string(reply.status) + " " + reply.body;
               try_again(state_ != State::Listening, kPatienceAfterFailure);
             });
}

/// Events first, in order, then the replies: as they stand in the batch.
void BayeuxListener::take(const std::string& body, std::string_view reply_channel,
                          const std::function<void(const json::object&)>& on_reply) {
  const auto batch = json::parse(body);
  if (!batch || !batch->is_array() || batch->get_array().empty()) {
    ++failures_;
    last_error_ = "no Bayeux batch: " + body;
    return try_again(state_ != State::Listening, kPatienceAfterFailure);
  }
  const auto generation = generation_;
  for (const auto& each : batch->get_array()) {
    if (!each.is_object() || generation != generation_) continue;
    const auto& message = each.get_object();
    const std::string channel = text_of(message, "channel");
    take_advice(message);
    if (channel == reply_channel) {
      on_reply(message);
    } else if (const auto* content = message.if_contains("data")) {
      events_.push_back({channel, *content, loop_.now()});
      if (events_.size() > kEventsRemembered) events_.pop_front();
      if (listener_) listener_(events_.back());
    }
  }
}

void BayeuxListener::take_advice(const json::object& reply) {
  const auto* advice = reply.if_contains("advice");
  if (!advice || !advice->is_object()) return;
  if (const auto* reconnect = json::find_string(advice->get_object(), "reconnect"))
    reconnect_ = std::string(*reconnect);
  const auto* interval = advice->get_object().if_contains("interval");
  interval_ =
      interval && interval->is_int64() ? Duration{milliseconds{interval->get_int64()}} : Duration{};
}

void BayeuxListener::refused(const json::object& reply) {
  ++failures_;
  last_error_ = text_of(reply, "error");
  if (reconnect_ == "none") {
    state_ = State::Stopped;
    return;
  }
  try_again(reconnect_ == "handshake" || state_ != State::Listening, kPatienceAfterFailure);
}

void BayeuxListener::try_again(bool handshake, Duration after) {
  loop_.cancel(timer_);
  const auto again = [this, handshake] { handshake ? shake_hands() : connect(false); };
  if (after > Duration{}) {
    timer_ = loop_.wake_in(after, again);
    return;
  }
  loop_.post([this, again, lives = std::weak_ptr<int>(alive_), generation = generation_] {
    if (!lives.expired() && generation == generation_) again();
  });
}

std::vector<BayeuxListener::Event> BayeuxListener::take_events() {
  std::vector<Event> out(std::make_move_iterator(events_.begin()),
                         std::make_move_iterator(events_.end()));
  events_.clear();
  return out;
}

}  // namespace earshot::sim
