#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "wire/bayeux/message.h"

namespace earshot::bayeux {

/// One event as it goes out: serialised once, shared by every session it is sent to. Carries
/// nothing of any one session (bayeux.md §5).
struct EventMessage {
  std::string text;            ///< `{"channel":…,"data":…}`
  std::uint64_t sequence = 0;  ///< among its user's events; 0: not numbered
};
using EventText = std::shared_ptr<const EventMessage>;

/// What the client shall do next. `Handshake` and `None` only beside successful:false: real clients
/// stop or loop otherwise (bayeux.md §3.1).
enum class Reconnect { Retry, Handshake, None };

/// Always written whole, since an advice replaces the former one completely (bayeux.md §4).
struct Advice {
  Reconnect reconnect = Reconnect::Retry;
  Duration interval{};
  Duration timeout{};
  bool multiple_clients = false;  ///< this browser polls with too many sessions (bayeux.md §7)
};

/// What a reply repeats of its request: a held connect outlives its Message.
struct ReplyTo {
  ReplyTo() = default;
  explicit ReplyTo(const Message& message) : channel(message.channel), id(message.id) {}
  std::string channel;
  std::string id;  ///< JSON text or empty, as in Message
};

// Each gives one complete message as JSON text.

/// The extensions a handshake was granted.
struct Extensions {
  bool ack = false;
  std::optional<std::uint64_t>
      newest{};  ///< earshot: the sequence number of the user's latest event
  /// The events asked for are gone, and their client reads this resource instead.
  std::string_view snapshot{};
};

/// Reply to a good handshake: version, minimumVersion 1.0 and full advice included.
std::string handshake_reply(const ReplyTo& to, std::string_view client_id,
                            std::span<const std::string> connection_types, const Advice& advice,
                            const Extensions& extensions = {});
/// `{channel,id,successful:true}`, with the advice where the client asked for it.
/// @param batch  the number the client acknowledges it by, as `ext.ack` (bayeux.md §8)
std::string connect_reply(const ReplyTo& to, const std::optional<Advice>& advice,
                          const std::optional<std::uint64_t>& batch = std::nullopt);
/// `{channel,id,successful:true}` and nothing else: what disconnect gets.
std::string success_reply(const ReplyTo& to);
/// @param error  `code:arguments:text`, as bayeux.md §2 lists them
std::string failure_reply(const ReplyTo& to, std::string_view error,
                          const std::optional<Advice>& advice = std::nullopt);
/// Replies to subscribe and unsubscribe echo `subscription` as it came. Success where `error` is
/// empty.
std::string subscription_reply(const Message& to, std::string_view error);

/// The array that answers a request: events first, then replies (bayeux.md §5).
/// @param numbered  each event bears `"ext":{"earshot":{"sequence":…}}`
std::string batch_text(std::span<const EventText> events, std::span<const std::string> replies,
                       bool numbered = false);

}  // namespace earshot::bayeux
