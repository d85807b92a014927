#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace earshot::http {

/// RFC 6455 §5.2.
enum class Opcode : std::uint8_t {
  Continuation = 0x0,
  Text = 0x1,
  Binary = 0x2,
  Close = 0x8,
  Ping = 0x9,
  Pong = 0xA,
};

/// RFC 6455 §7.4.1, those we send ourselves. A peer's may be any that is_close_code() takes.
enum class CloseCode : std::uint16_t {
  Normal = 1000,
  GoingAway = 1001,
  ProtocolError = 1002,
  NotAccepted = 1003,  ///< of binary messages
  NotUtf8 = 1007,      ///< or text that is not what the endpoint takes
  TooBig = 1009,
};

/// Whether a peer may say so in a close frame: 1000–1003, 1007–1014, 3000–4999.
bool is_close_code(std::uint16_t code);

/// Appends one unmasked final frame, as a server sends it. A control frame's payload is at most 125
/// octets.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);
/// Appends a close frame with `code` and without a reason.
void append_close(std::string& out, std::uint16_t code);

/// What a client said, whole.
struct Heard {
  Opcode kind = Opcode::Text;  ///< Text, Close, Ping or Pong
  std::string payload;         ///< UTF-8 of a text; what a ping is to be answered with
  /// Of a Close; nothing where the client gave none.
  std::optional<std::uint16_t> close_code;
};

/// Reads a client's frames and puts fragments together. Strict: masked frames only, no extension
/// bits, no binary, lengths in their shortest form, UTF-8. No sockets.
///
/// Ours rather than Boost.Beast's, whose stream owns socket, buffers and timers: some kilobytes for
/// each idle connection, and its own idea of when to write. This keeps 14 octets of header and the
/// message that is under way.
class FrameReader {
 public:
  explicit FrameReader(std::size_t max_message_bytes) : max_bytes_(max_message_bytes) {}

  /// How far the bytes went, and what was said by them, if anything was.
  struct Step {
    std::size_t used = 0;
    std::optional<Heard> heard;
  };
  /// Takes bytes up to the end of the next thing said; without it, all of them. After an error,
  /// which is what to close with, the reader is of no more use.
  Result<Step, CloseCode> take(std::string_view bytes);

 private:
  std::size_t header_size() const;
  std::optional<CloseCode> read_header();
  std::optional<CloseCode> check(Opcode opcode, bool final, std::uint64_t length) const;
  std::size_t unmask(std::string_view bytes);
  Result<std::optional<Heard>, CloseCode> finish_frame();
  Result<std::optional<Heard>, CloseCode> finish_close();

  std::size_t max_bytes_;
  std::array<std::uint8_t, 14> header_{};
  std::uint8_t header_count_ = 0;
  bool in_payload_ = false;
  bool is_final_ = false;
  bool in_message_ = false;  ///< fragments of a text have come, and more will
  Opcode opcode_ = Opcode::Text;
  std::array<std::uint8_t, 4> mask_{};
  std::uint8_t mask_at_ = 0;
  std::uint64_t left_ = 0;  ///< of the frame's payload
  std::string message_;
  std::string control_;  ///< control frames come between fragments too
};

}  // namespace earshot::http
