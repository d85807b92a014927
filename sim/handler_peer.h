#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "base/endpoint.h"
#include "base/loop.h"
#include "edge/http/exchange.h"
#include "sim/http_peer.h"

namespace earshot::sim {

/// A client and its connections to a handler in the same process: no sockets, no bytes. Keeps
/// cookies and sends Basic credentials as a browser does.
class HandlerPeer final : public HttpPeer {
 public:
  /// `loop` outlives the peer. `handler` may go first, as a server that is stopped.
  HandlerPeer(Loop& loop, http::Handler& handler, std::optional<HttpLogin> login = std::nullopt,
              Endpoint address = Endpoint::v4({127, 0, 0, 1}, 40000));
  ~HandlerPeer() override;

  void send(HttpAsk ask, OnHttpReply reply) override;
  /// The client goes away: handlers that wait are told, answers that come are not delivered (their
  /// `written` is told false). New requests are possible.
  void cut();
  /// A reader that takes nothing: answers are given up like after cut(), but nobody is told before.
  void set_deaf(bool deaf);
  std::size_t waiting() const;
  const HttpIdentity& identity() const { return identity_; }

 private:
  struct Waiting;
  class Connection;
  void take(const std::shared_ptr<Waiting>& waiting, http::Response response,
            const http::Written& written);

  Loop& loop_;
  http::Handler& handler_;
  HttpIdentity identity_;
  Endpoint address_;
  bool deaf_ = false;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, std::shared_ptr<Waiting>> waiting_;
  std::shared_ptr<HandlerPeer*> self_ = std::make_shared<HandlerPeer*>(this);
};

}  // namespace earshot::sim
