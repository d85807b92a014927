#include "edge/http/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "edge/http/target.h"

namespace earshot::http {
namespace {

namespace beast = boost::beast;
using Parser = beast::http::request_parser<beast::http::string_body>;
using beast::http::error;
using beast::http::field;

BadRequest too_long(int status, const char* what, std::size_t limit) {
  return {status, what + std::string{" longer than "} + std::to_string(limit) + " bytes."};
}

BadRequest bad_request(const beast::error_code& cause, const RequestReader::Limits& limits) {
  if (cause == error::header_limit) return too_long(431, "The header lines are", limits.head_bytes);
  if (cause == error::body_limit || cause == error::buffer_overflow)
    return too_long(413, "The body is", limits.body_bytes);
  if (cause == error::bad_version) return {400, "Malformed request: unsupported HTTP version"};
  return {400, "Malformed request: " + cause.message()};
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// Several Cookie lines, as proxies make them of HTTP/2, are one (RFC 9113 §8.2.3).
void join_cookies(std::vector<std::pair<std::string, std::string>>& headers) {
  const auto is_cookie = [](const auto& one) { return equal_without_case(one.first, "Cookie"); };
  const auto first = std::find_if(headers.begin(), headers.end(), is_cookie);
  if (first == headers.end()) return;
  for (auto each = first + 1; each != headers.end(); ++each)
    if (is_cookie(*each)) first->second.append("; ").append(each->second);
  headers.erase(std::remove_if(first + 1, headers.end(), is_cookie), headers.end());
}

}  // namespace

struct RequestReader::State {
  explicit State(Limits wanted) : limits(wanted) {
    parser.header_limit(static_cast<std::uint32_t>(limits.head_bytes));
    parser.body_limit(limits.body_bytes);
  }

  Limits limits;
  Parser parser;
  std::size_t head_bytes = 0;
  char last = 0;  ///< of the head so far
  Request request;
  bool expects_continue = false;
  bool is_chunked = false;

  /// Bytes worth offering. The shortest end of a chunked body is "0\r\n\r\n"; offered less, again,
  /// Beast 1.81 breaks an assertion of its own (basic_parser::parse_chunk_header).
  std::size_t least() const { return is_chunked ? 5 : 1; }
  bool is_folded(std::string_view more);
  std::optional<BadRequest> check_head();
  std::optional<BadRequest> check_framing() const;
};

/// RFC 9112 §6.3: with Transfer-Encoding the last coding must be chunked, and no length may stand
/// beside it. We take "chunked" alone, and Content-Length once.
std::optional<BadRequest> RequestReader::State::check_framing() const {
  const auto& head = parser.get();
  const auto lengths = head.count(field::content_length);
  const auto codings = head.count(field::transfer_encoding);
  if (lengths > 1 || (lengths == 1 && !is_number(head[field::content_length])))
    return BadRequest{400, "Malformed request: bad Content-Length"};
  if (codings == 0) return std::nullopt;
  if (lengths > 0 || codings > 1 || head.version() < 11 ||
      !equal_without_case(head[field::transfer_encoding], "chunked"))
    return BadRequest{400, "Malformed request: bad Transfer-Encoding"};
  return std::nullopt;
}

/// Whether a line of the head goes on in `more`, its next part. Not every proxy unfolds lines, so
/// that one may find another end of the request than we (RFC 9112 §5.2).
bool RequestReader::State::is_folded(std::string_view more) {
  for (const char each : more) {
    if (std::exchange(last, each) == '\n' && is_blank(each)) return true;
  }
  return false;
}

std::optional<BadRequest> RequestReader::State::check_head() {
  const auto& head = parser.get();
  if (auto bad = check_framing()) return bad;
  is_chunked = head.count(field::transfer_encoding) > 0;
  const auto hosts = head.count(field::host);
  if (hosts > 1 || (hosts == 0 && head.version() >= 11))
    return BadRequest{400, "Malformed request: exactly one Host is needed"};
  if (const auto expect = head[field::expect]; !expect.empty() && head.version() >= 11) {
    if (!equal_without_case(expect, "100-continue")) return BadRequest{417, "Expectation failed"};
    expects_continue = true;
  }
  auto target = parse_target(head.target());
  if (!target) return BadRequest{400, "Malformed request: bad target"};

  request.method = head.method_string();
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  request.headers.reserve(static_cast<std::size_t>(std::distance(head.begin(), head.end())));
  for (const auto& one : head) request.headers.emplace_back(one.name_string(), one.value());
  join_cookies(request.headers);
  return std::nullopt;
}

RequestReader::RequestReader(Limits limits) : state_(std::make_unique<State>(limits)) {}
RequestReader::~RequestReader() = default;

Result<std::size_t, BadRequest> RequestReader::put(std::string_view bytes) {
  State& state = *state_;
  std::size_t used = 0;
  while (bytes.size() - used >= state.least() && !is_done()) {
    const bool in_head = !state.parser.is_header_done();
    beast::error_code error;
    const auto step =
        state.parser.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), error);
    if (in_head && state.is_folded(bytes.substr(used, step)))
      return Error{BadRequest{400, "Malformed request: a header line is folded"}};
    used += step;
    if (error && error != error::need_more) return Error{bad_request(error, state.limits)};
    if (in_head) state.head_bytes += step;
    // Beast counts a field at a time, and what it waits for is ours to bound.
    const std::size_t waiting = error == error::need_more ? bytes.size() - used : 0;
    if ((in_head ? state.head_bytes : 0) + waiting > state.limits.head_bytes)
      return Error{bad_request(error::header_limit, state.limits)};
    if (in_head && state.parser.is_header_done()) {
      if (auto bad = state.check_head()) return Error{std::move(*bad)};
      state.parser.eager(true);
      continue;
    }
    if (error || step == 0) break;
  }
  return used;
}

bool RequestReader::is_done() const { return state_->parser.is_done(); }

bool RequestReader::take_expectation() {
  return std::exchange(state_->expects_continue, false) && !is_done();
}

bool RequestReader::keep_alive() const { return state_->parser.keep_alive(); }
bool RequestReader::is_http_1_0() const { return state_->parser.get().version() < 11; }

Request RequestReader::take() {
  state_->request.body = std::move(state_->parser.get().body());
  return std::move(state_->request);
}

}  // namespace earshot::http
