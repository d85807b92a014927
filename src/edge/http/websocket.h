#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"
#include "edge/http/exchange.h"
#include "edge/http/frame.h"

namespace earshot::http {

/// What a WebSocket takes from its client, and how long it waits for them.
struct WebSocketSettings {
  std::size_t max_message_bytes = 256 * 1024;  ///< received; beyond: closed with 1009
  /// Sent and not yet taken by the system; a text beyond finds a stalled reader, who is cut. A
  /// single text may be longer.
  std::size_t max_unsent_bytes = 1024 * 1024;
  Duration ping_after = seconds{25};   ///< of silence
  Duration pong_within = seconds{10};  ///< or cut
  Duration close_within = seconds{5};  ///< from our close frame to the end
};

/// The server's side of an accepted WebSocket (RFC 6455): text messages, no subprotocol, no
/// extension (deflate keeps up to 200 kB a socket). Pings are sent and answered below it. Owned by
/// whoever accepted it; dropping it closes it with 1001. Control loop only.
class WebSocket {
 public:
  /// Its owner's ear. Neither is called inside a call to the WebSocket; both may drop it.
  class Listener {
   public:
    virtual ~Listener() = default;
    /// A whole text message, UTF-8; valid during the call.
    virtual void on_text(std::string_view text) = 0;
    /// It ended, not by the owner's will: the other side closed, broke a rule, or is gone. Nothing
    /// is told after it but writes that failed.
    virtual void on_closed() = 0;
  };

  virtual ~WebSocket() = default;
  /// To be called in the turn of the loop that brought the upgrade, or texts are lost. `listener`
  /// outlives this object.
  virtual void listen(Listener& listener) = 0;
  /// Sends one text message, which must be UTF-8. After an end nothing is written.
  /// @return whether all of it was written at once; else `whom` was asked
  virtual bool send_text(std::string_view text, const WhomToTell& whom = {}) = 0;
  /// What was sent still goes out, then the close frame. Nothing is heard any more.
  virtual void close(CloseCode code) = 0;
};

/// Whether the request wants its connection to become a WebSocket (RFC 6455 §4.2.1); upgrade() then
/// looks at the rest.
bool asks_for_websocket(const Request& request);

/// The answer to a handshake: 101, or why not.
Response websocket_handshake(const Request& request, bool is_http_1_0);

}  // namespace earshot::http
