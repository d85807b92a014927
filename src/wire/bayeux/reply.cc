#include "wire/bayeux/reply.h"

#include "base/json.h"

namespace earshot::bayeux {

namespace {

std::string in_quotes(std::string_view text) {
  return json::serialize(json::value(boost::json::string_view(text.data(), text.size())));
}

std::string_view name_of(Reconnect reconnect) {
  switch (reconnect) {
    case Reconnect::Retry:
      return "retry";
    case Reconnect::Handshake:
      return "handshake";
    case Reconnect::None:
      return "none";
  }
  return "none";
}

std::string milliseconds_text(Duration span) {
  return std::to_string(std::chrono::duration_cast<milliseconds>(span).count());
}

/// `"ack":true,"earshot":{"newest":17,"gap":{"snapshot":"/…"}}`, as far as granted.
std::string text_of(const Extensions& extensions) {
  std::string text = extensions.ack ? R"("ack":true)" : "";
  if (!extensions.newest) return text;
  text.append(text.empty() ? "" : ",").append(R"("earshot":{"newest":)");
  text += std::to_string(*extensions.newest);
  if (!extensions.snapshot.empty())
    text.append(R"(,"gap":{"snapshot":)").append(in_quotes(extensions.snapshot)).append("}");
  return text + "}";
}

constexpr std::string_view kSequenceHead = R"(,"ext":{"earshot":{"sequence":)";
constexpr std::string_view kSequenceTail = "}}}";
constexpr std::size_t kMostDigits = 20;

/// The text with its sequence number as a last member: events of one body differ by it alone.
void append_numbered(std::string& to, const EventMessage& event) {
  to.append(event.text, 0, event.text.size() - 1).append(kSequenceHead);
  to.append(std::to_string(event.sequence)).append(kSequenceTail);
}

/// One message under construction, member by member.
class Reply {
 public:
  Reply(const ReplyTo& to, bool successful) {
    text_ = "{";
    if (!to.channel.empty()) add("channel", in_quotes(to.channel));
    if (!to.id.empty()) add("id", to.id);
    add("successful", successful ? "true" : "false");
  }
  Reply& add(std::string_view name, std::string_view json_text) {
    if (text_.size() > 1) text_ += ',';
    text_.append("\"").append(name).append("\":").append(json_text);
    return *this;
  }
  Reply& add(const Advice& advice) {
    return add("advice", "{\"reconnect\":\"" + std::string(name_of(advice.reconnect)) +
                             "\",\"interval\":" + milliseconds_text(advice.interval) +
                             ",\"timeout\":" + milliseconds_text(advice.timeout) +
                             (advice.multiple_clients ? ",\"multiple-clients\":true}" : "}"));
  }
  std::string finish() { return std::move(text_) + "}"; }

 private:
  std::string text_;
};

}  // namespace

std::string handshake_reply(const ReplyTo& to, std::string_view client_id,
                            std::span<const std::string> connection_types, const Advice& advice,
                            const Extensions& extensions) {
  std::string types = "[";
  for (const auto& type : connection_types)
    types.append(types.size() > 1 ? "," : "").append(in_quotes(type));
  types += ']';
  Reply reply(to, true);
  reply.add("clientId", in_quotes(client_id))
      .add("version", "\"1.0\"")
      .add("minimumVersion", "\"1.0\"")
      .add("supportedConnectionTypes", types)
      .add(advice);
  if (const auto ext = text_of(extensions); !ext.empty()) reply.add("ext", "{" + ext + "}");
  return reply.finish();
}

std::string connect_reply(const ReplyTo& to, const std::optional<Advice>& advice,
                          const std::optional<std::uint64_t>& batch) {
  Reply reply(to, true);
  if (advice) reply.add(*advice);
  if (batch) reply.add("ext", "{\"ack\":" + std::to_string(*batch) + "}");
  return reply.finish();
}

std::string success_reply(const ReplyTo& to) { return Reply(to, true).finish(); }

std::string failure_reply(const ReplyTo& to, std::string_view error,
                          const std::optional<Advice>& advice) {
  Reply reply(to, false);
  reply.add("error", in_quotes(error));
  if (advice) reply.add(*advice);
  return reply.finish();
}

std::string subscription_reply(const Message& to, std::string_view error) {
  Reply reply(ReplyTo{to}, error.empty());
  if (!to.subscription.empty()) reply.add("subscription", to.subscription);
  if (!error.empty()) reply.add("error", in_quotes(error));
  return reply.finish();
}

std::string batch_text(std::span<const EventText> events, std::span<const std::string> replies,
                       bool numbered) {
  std::size_t size = 2;
  const std::size_t more = numbered ? kSequenceHead.size() + kMostDigits + kSequenceTail.size() : 1;
  for (const auto& event : events) size += event->text.size() + more;
  for (const auto& reply : replies) size += reply.size() + 1;
  std::string text;
  text.reserve(size);
  text += '[';
  for (const auto& event : events) {
    if (text.size() > 1) text += ',';
    if (numbered)
      append_numbered(text, *event);
    else
      text += event->text;
  }
  for (const auto& reply : replies) text.append(text.size() > 1 ? "," : "").append(reply);
  text += ']';
  return text;
}

}  // namespace earshot::bayeux
