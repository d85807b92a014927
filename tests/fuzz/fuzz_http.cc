#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "edge/http/request_reader.h"
#include "edge/http/response_text.h"

namespace {

using earshot::http::Request;
using earshot::http::RequestReader;

std::optional<Request> read(std::string_view text, std::size_t piece) {
  RequestReader reader{{.head_bytes = 512, .body_bytes = 256}};
  std::string pending;
  while (!text.empty() && !reader.is_done()) {
    pending += text.substr(0, piece);
    text.remove_prefix(std::min(piece, text.size()));
    const auto used = reader.put(pending);
    if (!used) return std::nullopt;
    if (*used > pending.size()) std::abort();
    pending.erase(0, *used);
    if (pending.size() > 512 && !reader.is_done()) std::abort();  // what waits is bounded
  }
  if (!reader.is_done()) return std::nullopt;
  return reader.take();
}

}  // namespace

/// A request reads the same whole and in pieces; what it says, said back in an answer's fields,
/// stays within them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::string_view text = earshot::as_text({octets, size});
  const auto whole = read(text, std::string_view::npos);
  const auto pieces = read(text, 1 + size % 7);
  if (whole.has_value() != pieces.has_value()) std::abort();
  if (!whole) return 0;
  if (whole->path != pieces->path || whole->query != pieces->query ||
      whole->headers != pieces->headers || whole->body != pieces->body)
    std::abort();
  if (!whole->path.starts_with('/') || whole->body.size() > 256) std::abort();

  earshot::http::Response answer;
  answer.headers = {{"X-Path", whole->path}, {whole->path, "x"}};
  for (const auto& [name, value] : whole->query) answer.headers.emplace_back(name, value);
  const std::string said = earshot::http::response_text(answer, {});
  if (said.find("\r\n\r\n") != said.size() - 4) std::abort();
  return 0;
}
