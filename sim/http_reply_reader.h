#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sim/http_peer.h"

namespace earshot::sim {

/// Reads one HTTP/1.1 answer from bytes as they come (RFC 9112): Content-Length, chunked, or up to
/// the end of the connection. No sockets.
class HttpReplyReader {
 public:
  static constexpr std::size_t kMostHeadBytes = 64 * 1024;
  static constexpr std::size_t kMostBodyBytes = 64 * 1024 * 1024;

  /// @param to_head  the answer has no body, whatever its headers say
  explicit HttpReplyReader(bool to_head = false) : to_head_(to_head) {}

  /// Takes `bytes`, all of them. @return a sentence where they are no HTTP answer
  Status<std::string> put(std::string_view bytes);
  /// The connection ended. @return a sentence where the answer is not whole
  Status<std::string> put_end();
  bool is_done() const { return stage_ == Stage::Done; }
  /// Whether the connection may serve another request (after is_done()).
  bool keeps_alive() const { return keeps_alive_; }
  /// After is_done().
  HttpReply take() { return std::move(reply_); }

 private:
  enum class Stage { Head, Body, ChunkSize, Chunk, ChunkEnd, Trailer, UntilEnd, Done };
  /// @return whether anything could be done with what has come
  Result<bool, std::string> step();
  std::optional<std::string> take_line();
  Status<std::string> read_head(std::string_view head);
  Status<std::string> choose_framing();

  bool to_head_;
  Stage stage_ = Stage::Head;
  std::string pending_;
  std::size_t left_ = 0;  // octets of the body or the chunk still to come
  bool keeps_alive_ = true;
  HttpReply reply_;
};

}  // namespace earshot::sim
