#pragma once

#include <memory>
#include <optional>

#include "base/endpoint.h"
#include "base/time.h"
#include "net/asio_loop.h"
#include "sim/http_peer.h"

namespace earshot::sim {

struct HttpClientSettings {
  std::optional<HttpLogin> login;
  Duration timeout = seconds{60};   ///< from sending to the whole answer; beyond a long poll's hold
  std::size_t max_connections = 6;  ///< as a browser; a held poll takes one, further requests wait
};

/// A small HTTP/1.1 client on a real loop, in clear: connections are kept alive and used again,
/// cookies kept, Basic credentials sent. A request on a kept connection that the server closed
/// meanwhile is sent once more on a fresh one, where no octet of an answer had come.
class HttpClient final : public HttpPeer {
 public:
  /// `loop` outlives the client; loop thread only.
  HttpClient(net::AsioLoop& loop, const Endpoint& server, HttpClientSettings settings = {});
  /// Requests under way are forgotten, their replies never told.
  ~HttpClient() override;

  void send(HttpAsk ask, OnHttpReply reply) override;
  /// Ends all connections: requests under way are answered with status 0.
  void close();
  const HttpIdentity& identity() const;
  std::size_t connections() const;

 private:
  struct State;
  struct Connection;
  std::shared_ptr<State> state_;
};

}  // namespace earshot::sim
