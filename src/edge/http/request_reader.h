#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "edge/http/exchange.h"

namespace earshot::http {

/// Why bytes are no acceptable request: what to answer before closing.
struct BadRequest {
  int status = 400;
  std::string message;
};

/// Parses one HTTP/1.1 request from bytes as they come (RFC 9112). Stricter than it must be where
/// leniency has let requests be smuggled: framing said twice or in two ways is refused. No sockets.
class RequestReader {
 public:
  /// Beyond them a request is refused: with 431 or 413.
  struct Limits {
    std::size_t head_bytes;  ///< request line and fields; also chunk headers and trailers
    std::size_t body_bytes;
  };
  explicit RequestReader(Limits limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;

  /// Takes bytes up to the end of this request.
  /// @return how many were used: offer the rest again with more behind them, or, when is_done(), to
  ///         the next reader. After an error the reader is of no more use.
  Result<std::size_t, BadRequest> put(std::string_view bytes);
  /// Whether the request is whole.
  bool is_done() const;
  /// True once, when the client waits for "100 Continue" before it sends the body (RFC 9110
  /// §10.1.1).
  bool take_expectation();
  /// Whether the client lets the connection live on after the answer.
  bool keep_alive() const;
  /// Whether the client speaks HTTP/1.0.
  bool is_http_1_0() const;
  /// The request, without its peer. Precondition: is_done(); at most once.
  Request take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace earshot::http
