#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace earshot::sim {

/// A request as a client words it.
struct HttpAsk {
  std::string method = "GET";
  std::string target;  ///< path and query, percent-encoded
  std::string body;
  std::string content_type = "application/json;charset=UTF-8";  ///< sent where there is a body
};

/// What came back. status 0: no answer, `body` says why ("connection refused", "no answer in 30
/// s").
struct HttpReply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  bool is_success() const { return status >= 200 && status < 300; }
  /// The first header of that name, without regard to case.
  std::optional<std::string_view> header(std::string_view name) const;
};

using OnHttpReply = std::function<void(const HttpReply& reply)>;

/// Somebody who answers HTTP requests: a server over sockets (HttpClient), or a handler in the same
/// process (HandlerPeer). Replies come on the loop, never inside send(); requests may be answered
/// out of order.
class HttpPeer {
 public:
  virtual ~HttpPeer() = default;
  virtual void send(HttpAsk ask, OnHttpReply reply) = 0;

  void get(std::string target, OnHttpReply reply) {
    send({"GET", std::move(target), {}, {}}, std::move(reply));
  }
  void post(std::string target, std::string body, OnHttpReply reply) {
    HttpAsk ask;
    ask.method = "POST";
    ask.target = std::move(target);
    ask.body = std::move(body);
    send(std::move(ask), std::move(reply));
  }
};

/// Who a client says it is.
struct HttpLogin {
  std::string user;
  std::string password;
};

/// The headers a client adds: Basic credentials (RFC 7617), and the cookies it was given, by name
/// alone: one jar belongs to one server.
class HttpIdentity {
 public:
  explicit HttpIdentity(std::optional<HttpLogin> login = std::nullopt);
  std::vector<std::pair<std::string, std::string>> headers() const;
  /// Takes every Set-Cookie of `reply`; one with Max-Age=0 or an empty value is forgotten.
  void take(const HttpReply& reply);
  const std::map<std::string, std::string>& cookies() const { return cookies_; }

 private:
  std::optional<std::string> authorization_;
  std::map<std::string, std::string> cookies_;
};

}  // namespace earshot::sim
