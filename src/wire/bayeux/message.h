#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace earshot::bayeux {

/// What a message asks for: its channel says (bayeux.md §3).
enum class Kind { Handshake, Connect, Disconnect, Subscribe, Unsubscribe, OtherMeta, Publish };

/// One request message, as far as a server acts on it. Members of a wrong JSON type count as
/// absent; unknown members are ignored.
struct Message {
  Kind kind = Kind::Publish;
  std::string channel;
  /// The id as JSON text (`"17"` or `17`), to be echoed; empty where there was none to echo.
  std::string id;
  std::string client_id;
  std::vector<std::string> connection_types;  ///< supportedConnectionTypes, the strings of it
  /// `subscription` as JSON text, to be echoed as it came; empty where absent.
  std::string subscription;
  /// The channels it names; empty where it is no string and no array of strings alone.
  std::vector<std::string> subscriptions;
  bool has_advice = false;
  std::optional<Duration> advice_timeout;   ///< not negative
  std::optional<Duration> advice_interval;  ///< not negative
  bool offers_ack = false;  ///< a handshake with ext.ack true: it will acknowledge (bayeux.md §8)
  /// A handshake with ext.earshot: its session's events shall bear their sequence numbers…
  bool wants_sequence = false;
  /// …and those after this one come first; 0, which no event has, where it names no number.
  std::optional<std::uint64_t> after;
  std::optional<std::int64_t> ack;  ///< a connect's ext.ack: the last batch its client took
  /// What is wrong with the message's outer form, as an error string of bayeux.md §2; empty if
  /// nothing.
  std::string_view fault;
};

/// Why a text is no batch; 400 and 413 over HTTP, the end of a WebSocket.
enum class BatchFault {
  Malformed,  ///< no JSON, nested too deep, or neither an object nor an array of objects
  TooMany,    ///< more messages than the limit
};

inline constexpr std::size_t kMaxMessages = 200;
inline constexpr std::size_t kMaxIdLength = 128;

/// Parses a request body: an array of messages, perhaps of none, or a single one (bayeux.md §1).
/// The caller bounds the size of `text`; nesting is bounded to 64 by base/json.h.
Result<std::vector<Message>, BatchFault> parse_batch(std::string_view text,
                                                     std::size_t max_messages = kMaxMessages);

}  // namespace earshot::bayeux
