#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/endpoint.h"

namespace earshot::http {

/// A request, whole and decoded.
struct Request {
  std::string method;
  std::string path;  ///< percent-decoded, without the query; starts with '/'
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  /// In order; the values of several Cookie lines are one, joined by "; " (RFC 6265 §5.4).
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// Who sent it: the other end of the connection, or who a trusted proxy says sent it.
  Endpoint peer;
  bool by_https = false;  ///< to that proxy

  /// The first header of that name, without regard to case.
  std::optional<std::string_view> header(std::string_view name) const;
  /// Each header of that name, in order.
  std::vector<std::string_view> headers_named(std::string_view name) const;
  /// The first of that name in the query, in the case written.
  std::optional<std::string_view> parameter(std::string_view name) const;
};

/// A handler's answer; response_text.h says how it goes over the wire.
struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  ///< beyond type and length
  std::string body;
  std::string_view type = "application/json;charset=UTF-8";  ///< lives as long as the program
};

/// Told how a write ended: whether all of it reached the system's socket, or the connection broke
/// first. Never inside the call that wrote.
using Written = std::function<void(bool ok)>;
/// Asked whom to tell, where the system's socket does not take all of it at once; mostly it does.
using WhomToTell = std::function<Written()>;
/// Whom to tell, or nobody where nobody wants to be asked.
inline Written ask(const WhomToTell& whom) { return whom ? whom() : Written{}; }

class WebSocket;

/// One request that waits for its answer. The handler owns it and may keep it as long as it likes
/// (a held poll); dropping it unanswered answers 500. Control loop only.
class Exchange {
 public:
  virtual ~Exchange() = default;
  /// Valid as long as the exchange; empty after drop_request().
  virtual const Request& request() const = 0;
  /// For a handler that has read it and will wait long: the memory is wanted back.
  virtual void drop_request() {}
  /// At most once.
  /// @return whether the whole answer was written at once; else `whom` was asked
  virtual bool respond(Response response, const WhomToTell& whom) = 0;
  /// Where it does not matter how the write ends.
  void respond(Response response) { respond(std::move(response), {}); }
  /// Called (once, never inside this call) when the client goes away before respond().
  virtual void on_gone(std::function<void()> gone) = 0;
  /// Accepts the WebSocket this request asks for (asks_for_websocket in websocket.h): answers 101
  /// with `headers` beside. In place of respond(); the handler has looked at Origin and credentials
  /// by then. Nothing where the request cannot have one: it is answered 400 then.
  virtual std::unique_ptr<WebSocket> upgrade(
      std::vector<std::pair<std::string, std::string>> headers);
};

/// Answers requests.
class Handler {
 public:
  virtual ~Handler() = default;
  /// Owns the exchange from now on; may answer in this call or in any later turn of the loop.
  virtual void handle(std::unique_ptr<Exchange> exchange) = 0;
};

/// Hands each request to the handler with the longest path prefix (whole segments); 404 with
/// statusCode 6 where none matches.
class PrefixRouter final : public Handler {
 public:
  /// `handler` outlives the router: app builds both.
  void add(std::string prefix, Handler& handler);
  void handle(std::unique_ptr<Exchange> exchange) override;

 private:
  std::vector<std::pair<std::string, Handler*>> routes_;  // longest prefix first
};

}  // namespace earshot::http
