#include "sim/http_reply_reader.h"

#include <algorithm>
#include <system_error>

#include "base/number.h"
#include "base/text.h"

namespace earshot::sim {
namespace {}  // namespace

Status<std::string> HttpReplyReader::put(std::string_view bytes) {
  pending_.append(bytes);
  while (stage_ != Stage::Done) {
    const auto moved = step();
    if (!moved) return Error{moved.error()};
    if (!*moved) break;
  }
  return Nothing{};
}

Status<std::string> HttpReplyReader::put_end() {
  if (stage_ == Stage::UntilEnd) stage_ = Stage::Done;
  keeps_alive_ = false;
  if (stage_ != Stage::Done) return Error{std::string("the connection ended within an answer")};
  return Nothing{};
}

std::optional<std::string> HttpReplyReader::take_line() {
  const auto end = pending_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line(trimmed(std::string_view(pending_).substr(0, end), " \t\r"));
  pending_.erase(0, end + 1);
  return line;
}

Result<bool, std::string> HttpReplyReader::step() {
  switch (stage_) {
    case Stage::Head: {
      const auto end = pending_.find("\r\n\r\n");
      if (end == std::string::npos) {
        if (pending_.size() > kMostHeadBytes) return Error{std::string("the head is too long")};
        return false;
      }
      const std::string head = pending_.substr(0, end + 2);
      pending_.erase(0, end + 4);
      if (const auto read = read_head(head); !read) return Error{read.error()};
      return true;
    }
    case Stage::Body:
    case Stage::Chunk: {
      const auto taken = std::min(left_, pending_.size());
      reply_.body.append(pending_, 0, taken);
      pending_.erase(0, taken);
      left_ -= taken;
      if (left_ > 0) return false;
      stage_ = stage_ == Stage::Body ? Stage::Done : Stage::ChunkEnd;
      return true;
    }
    case Stage::ChunkSize: {
      const auto line = take_line();
      if (!line) return false;
      const auto size = whole_number<std::size_t, 16>(line->substr(0, line->find(';')));
      if (!size || *size > kMostBodyBytes - std::min(kMostBodyBytes, reply_.body.size()))
        return Error{"chunk size " + *line};
      left_ = *size;
      stage_ = *size == 0 ? Stage::Trailer : Stage::Chunk;
      return true;
    }
    case Stage::ChunkEnd:
      if (!take_line()) return false;
      stage_ = Stage::ChunkSize;
      return true;
    case Stage::Trailer: {
      const auto line = take_line();
      if (!line) return false;
      if (line->empty()) stage_ = Stage::Done;
      return true;
    }
    case Stage::UntilEnd:
      reply_.body.append(std::exchange(pending_, {}));
      if (reply_.body.size() > kMostBodyBytes) return Error{std::string("the body is too long")};
      return false;
    case Stage::Done:
      return false;
  }
  return false;
}

/// `head` ends with the last field's CRLF.
Status<std::string> HttpReplyReader::read_head(std::string_view head) {
  const auto first_end = head.find("\r\n");
  const std::string_view first = head.substr(0, first_end);
  if (!first.starts_with("HTTP/1.") || first.size() < 12)
    return Error{"no HTTP answer: " + std::string(first.substr(0, 80))};
  reply_.status = whole_number<int>(first.substr(9, 3)).value_or(0);
  if (reply_.status < 100) return Error{"no HTTP status: " + std::string(first.substr(0, 80))};
  keeps_alive_ = first[7] != '0';
  reply_.headers.clear();
  for (auto rest = head.substr(first_end + 2); !rest.empty();) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return Error{"no header: " + std::string(line)};
    reply_.headers.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  if (reply_.status < 200) return Nothing{};  // 100 Continue: the answer proper follows
  return choose_framing();
}

/// RFC 9112 §6.3.
Status<std::string> HttpReplyReader::choose_framing() {
  if (const auto connection = reply_.header("Connection")) {
    const std::string value = lowered(*connection);
    if (value.find("close") != std::string::npos) keeps_alive_ = false;
    if (value.find("keep-alive") != std::string::npos) keeps_alive_ = true;
  }
  const auto coding = reply_.header("Transfer-Encoding");
  const auto length = reply_.header("Content-Length");
  if (to_head_ || reply_.status == 204 || reply_.status == 304) {
    stage_ = Stage::Done;
  } else if (coding && lowered(*coding) == "chunked") {
    stage_ = Stage::ChunkSize;
  } else if (length) {
    const auto octets = whole_number<std::size_t>(*length);
    if (!octets || *octets > kMostBodyBytes) return Error{"Content-Length " + std::string(*length)};
    left_ = *octets;
    stage_ = Stage::Body;
  } else {
    keeps_alive_ = false;
    stage_ = Stage::UntilEnd;
  }
  return Nothing{};
}

}  // namespace earshot::sim
