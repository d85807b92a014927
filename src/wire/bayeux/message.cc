#include "wire/bayeux/message.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/json.h"
#include "base/text.h"
#include "wire/bayeux/channel.h"

namespace earshot::bayeux {

namespace {

/// A client cannot ask for more than this; keeps the arithmetic of times far from overflow.
constexpr double kLongestWish = 24.0 * 3600 * 1000;  // ms

Kind kind_of(std::string_view channel) {
  if (!is_meta(channel)) return Kind::Publish;
  if (channel == "/meta/handshake") return Kind::Handshake;
  if (channel == "/meta/connect") return Kind::Connect;
  if (channel == "/meta/disconnect") return Kind::Disconnect;
  if (channel == "/meta/subscribe") return Kind::Subscribe;
  if (channel == "/meta/unsubscribe") return Kind::Unsubscribe;
  return Kind::OtherMeta;
}

/// Ids are strings of alphanumerics; some clients send whole numbers (bayeux.md §2).
void read_id(const json::object& from, Message& into) {
  const json::value* id = json::find(from, "id");
  if (!id) return;
  const bool whole = id->is_int64() || id->is_uint64();
  const auto* text = id->if_string();
  const bool short_text = text && text->size() <= kMaxIdLength;
  if (whole || short_text) into.id = json::serialize(*id);
  if (!whole &&
      (!short_text || text->empty() || !std::all_of(text->begin(), text->end(), is_alphanumeric)))
    into.fault = "405::message_id_invalid";
}

void read_channel(const json::object& from, Message& into) {
  const auto* channel = json::find_string(from, "channel");
  if (!channel) {
    into.fault = "400::channel_missing";
    return;
  }
  into.channel = *channel;
  into.kind = kind_of(into.channel);
  if (!is_channel(into.channel)) into.fault = "405::channel_invalid";
}

std::optional<Duration> read_duration(const json::object& advice, std::string_view name) {
  const json::value* value = json::find(advice, name);
  if (!value || !value->is_number()) return std::nullopt;
  const double wish = value->to_number<double>();
  if (!std::isfinite(wish) || wish < 0) return std::nullopt;
  return milliseconds{static_cast<std::int64_t>(std::min(wish, kLongestWish))};
}

void read_advice(const json::object& from, Message& into) {
  const json::value* member = json::find(from, "advice");
  const json::object* advice = member ? member->if_object() : nullptr;
  if (!advice) return;
  into.has_advice = true;
  into.advice_timeout = read_duration(*advice, "timeout");
  into.advice_interval = read_duration(*advice, "interval");
}

/// A whole number, the largest there is where it is larger.
std::optional<std::int64_t> whole_number(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) return std::numeric_limits<std::int64_t>::max();
  return std::nullopt;
}

/// `ext.earshot` of a handshake: true, or an object, perhaps with `after`. A cursor of a wrong form
/// is none we ever gave: its client missed events and is to be told so.
void read_cursor(const json::object& ext, Message& into) {
  const json::value* earshot = json::find(ext, "earshot");
  if (!earshot) return;
  into.wants_sequence = earshot->is_object() || (earshot->is_bool() && earshot->get_bool());
  if (!earshot->is_object()) return;
  const json::value* after = json::find(earshot->get_object(), "after");
  if (!after) return;
  const std::int64_t number = whole_number(*after).value_or(0);
  into.after = number > 0 ? static_cast<std::uint64_t>(number) : 0;
}

/// `ext.ack`: true in a handshake, a number in a connect (bayeux.md §8).
void read_ext(const json::object& from, Message& into) {
  const json::value* member = json::find(from, "ext");
  const json::object* ext = member ? member->if_object() : nullptr;
  if (!ext) return;
  if (into.kind == Kind::Handshake) read_cursor(*ext, into);
  const json::value* ack = json::find(*ext, "ack");
  if (!ack) return;
  if (into.kind == Kind::Handshake) into.offers_ack = ack->is_bool() && ack->get_bool();
  if (into.kind == Kind::Connect) into.ack = whole_number(*ack);
}

/// The strings of an array; nothing where another type is among them.
std::optional<std::vector<std::string>> read_strings(const json::array& from) {
  std::vector<std::string> out;
  for (const auto& each : from) {
    const auto* text = each.if_string();
    if (!text) return std::nullopt;
    out.emplace_back(*text);
  }
  return out;
}

void read_subscription(const json::object& from, Message& into) {
  const json::value* subscription = json::find(from, "subscription");
  if (!subscription) return;
  into.subscription = json::serialize(*subscription);
  if (const auto* one = subscription->if_string()) into.subscriptions.emplace_back(*one);
  if (const auto* many = subscription->if_array())
    into.subscriptions = read_strings(*many).value_or(std::vector<std::string>{});
}

Message read_message(const json::object& from) {
  Message message;
  read_id(from, message);
  read_channel(from, message);  // after the id: a missing channel is the graver fault
  if (const auto* client = json::find_string(from, "clientId")) message.client_id = *client;
  read_advice(from, message);
  read_ext(from, message);
  if (message.kind == Kind::Handshake)
    if (const auto* types = json::find(from, "supportedConnectionTypes");
        types && types->is_array())
      message.connection_types =
          read_strings(types->get_array()).value_or(std::vector<std::string>{});
  if (message.kind == Kind::Subscribe || message.kind == Kind::Unsubscribe)
    read_subscription(from, message);
  return message;
}

}  // namespace

Result<std::vector<Message>, BatchFault> parse_batch(std::string_view text,
                                                     std::size_t max_messages) {
  std::array<unsigned char, 2048> space;  // enough for what clients mostly send
  json::monotonic_resource memory{space.data(), space.size()};
  const auto parsed = json::parse(text, &memory);
  if (!parsed) return Error{BatchFault::Malformed};
  if (const auto* one = parsed->if_object()) return std::vector<Message>{read_message(*one)};
  const auto* many = parsed->if_array();
  if (!many) return Error{BatchFault::Malformed};
  if (many->size() > max_messages) return Error{BatchFault::TooMany};
  std::vector<Message> messages;
  messages.reserve(many->size());
  for (const auto& each : *many) {
    const auto* object = each.if_object();
    if (!object) return Error{BatchFault::Malformed};
    messages.push_back(read_message(*object));
  }
  return messages;
}

}  // namespace earshot::bayeux
