#include "edge/http/frame.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace earshot::http {
namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kLength16 = 126;
constexpr std::uint8_t kLength64 = 127;
constexpr std::size_t kMaxControl = 125;

bool is_control(Opcode opcode) { return opcode >= Opcode::Close; }

void append_number(std::string& out, std::uint64_t number, int octets) {
  for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(number >> shift & 0xFF);
}

}  // namespace

bool is_close_code(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  out += static_cast<char>(kFinal | static_cast<std::uint8_t>(opcode));
  if (payload.size() < kLength16) {
    append_number(out, payload.size(), 1);
  } else if (payload.size() <= 0xFFFF) {
    append_number(out, kLength16, 1);
    append_number(out, payload.size(), 2);
  } else {
    append_number(out, kLength64, 1);
    append_number(out, payload.size(), 8);
  }
  out += payload;
}

void append_close(std::string& out, std::uint16_t code) {
  std::string payload;
  append_number(payload, code, 2);
  append_frame(out, Opcode::Close, payload);
}

Result<FrameReader::Step, CloseCode> FrameReader::take(std::string_view bytes) {
  Step step;
  while (!step.heard) {
    while (!in_payload_ && step.used < bytes.size()) {
      header_[header_count_++] = static_cast<std::uint8_t>(bytes[step.used++]);
      if (header_count_ < 2 || header_count_ < header_size()) continue;
      if (const auto bad = read_header()) return Error{*bad};
    }
    if (!in_payload_) break;
    step.used += unmask(bytes.substr(step.used));
    if (left_ > 0) break;
    in_payload_ = false;
    header_count_ = 0;
    auto heard = finish_frame();
    if (!heard) return Error{heard.error()};
    step.heard = std::move(*heard);
  }
  return step;
}

std::size_t FrameReader::header_size() const {
  const std::uint8_t length = header_[1] & 0x7F;
  const std::size_t more = length == kLength64 ? 8 : length == kLength16 ? 2 : 0;
  return 2 + more + ((header_[1] & kMasked) != 0 ? 4 : 0);
}

/// RFC 6455 §5.1, §5.2.
std::optional<CloseCode> FrameReader::read_header() {
  if ((header_[0] & kReserved) != 0 || (header_[1] & kMasked) == 0) return CloseCode::ProtocolError;
  std::uint64_t length = header_[1] & 0x7F;
  const std::size_t octets = header_count_ - 6;
  if (octets > 0) {
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = length << 8 | header_[2 + i];
    if (length <= (octets == 2 ? kMaxControl : std::uint64_t{0xFFFF}) || length >> 63 != 0)
      return CloseCode::ProtocolError;
  }
  const auto opcode = static_cast<Opcode>(header_[0] & 0x0F);
  is_final_ = (header_[0] & kFinal) != 0;
  if (const auto bad = check(opcode, is_final_, length)) return bad;
  opcode_ = opcode;
  left_ = length;
  std::copy_n(header_.begin() + 2 + static_cast<std::ptrdiff_t>(octets), 4, mask_.begin());
  mask_at_ = 0;
  in_payload_ = true;
  return std::nullopt;
}

/// RFC 6455 §5.4, §5.5. What is too long is refused before any of it is kept.
std::optional<CloseCode> FrameReader::check(Opcode opcode, bool final, std::uint64_t length) const {
  switch (opcode) {
    case Opcode::Close:
    case Opcode::Ping:
    case Opcode::Pong:
      if (!final || length > kMaxControl) return CloseCode::ProtocolError;
      return std::nullopt;
    case Opcode::Binary:
      return in_message_ ? CloseCode::ProtocolError : CloseCode::NotAccepted;
    case Opcode::Text:
    case Opcode::Continuation:
      if (in_message_ != (opcode == Opcode::Continuation)) return CloseCode::ProtocolError;
      if (length > max_bytes_ - message_.size()) return CloseCode::TooBig;
      return std::nullopt;
  }
  return CloseCode::ProtocolError;  // an opcode nobody has defined
}

std::size_t FrameReader::unmask(std::string_view bytes) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  std::string& into = is_control(opcode_) ? control_ : message_;
  const std::size_t from = into.size();
  into.append(bytes.substr(0, count));
  for (std::size_t i = from; i < into.size(); ++i) {
    into[i] = static_cast<char>(into[i] ^ mask_[mask_at_]);
    mask_at_ = (mask_at_ + 1) & 3;
  }
  left_ -= count;
  return count;
}

Result<std::optional<Heard>, CloseCode> FrameReader::finish_frame() {
  if (opcode_ == Opcode::Close) return finish_close();
  if (is_control(opcode_))
    return std::optional<Heard>{{opcode_, std::exchange(control_, {}), std::nullopt}};
  in_message_ = !is_final_;
  if (in_message_) return std::optional<Heard>{};
  if (!is_utf8(message_)) return Error{CloseCode::NotUtf8};
  return std::optional<Heard>{{Opcode::Text, std::exchange(message_, {}), std::nullopt}};
}

/// RFC 6455 §5.5.1: nothing, or a code and a reason.
Result<std::optional<Heard>, CloseCode> FrameReader::finish_close() {
  const std::string payload = std::exchange(control_, {});
  if (payload.empty()) return std::optional<Heard>{{Opcode::Close, {}, std::nullopt}};
  if (payload.size() == 1) return Error{CloseCode::ProtocolError};
  const auto code = static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 |
                                               static_cast<std::uint8_t>(payload[1]));
  if (!is_close_code(code)) return Error{CloseCode::ProtocolError};
  if (!is_utf8(std::string_view(payload).substr(2))) return Error{CloseCode::NotUtf8};
  return std::optional<Heard>{{Opcode::Close, {}, code}};
}

}  // namespace earshot::http
