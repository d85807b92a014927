#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/endpoint.h"
#include "base/result.h"
#include "base/time.h"
#include "edge/http/exchange.h"
#include "edge/http/server_settings.h"
#include "net/asio_loop.h"

namespace earshot::http {

/// HTTP/1.1 over TCP: keep-alive, chunked bodies, one request of a connection at a time, upgrade to
/// a WebSocket. Malformed requests get 400 in the API's form
/// ({"statusCode":2,"statusMessage":…}) and a closed connection. Home: the control loop.
class Server {
 public:
  /// `handler` and `loop` outlive the server.
  Server(net::AsioLoop& loop, ServerSettings settings, Handler& handler);
  ~Server();
  /// @return the bound endpoint, or the system's words ("127.0.0.1:8080: Address already in use")
  Result<Endpoint, std::string> listen(const Endpoint& local);
  /// Closes the listener and lets every connection end in good order: answers under way go out,
  /// WebSockets are told 1001. Then, or after `limit` at the latest, nothing is open.
  /// @param finished  told once, in a later turn of the loop
  void finish(Duration limit, std::function<void()> finished);
  /// Closes the listener and every connection at once. Exchanges still held become harmless.
  void stop();
  /// Open connections, WebSockets included; for tests and leak checks.
  std::size_t connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace earshot::http
