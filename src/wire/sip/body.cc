#include "wire/sip/body.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "wire/sip/grammar.h"

namespace earshot::sip {
namespace {

constexpr std::size_t kMaxParts = 32;
constexpr int kMaxDepth = 4;
constexpr std::string_view kSdp = "application/sdp";

std::string lower_word(std::string_view text) {
  return lowered(trimmed(text.substr(0, text.find(';'))));
}

/// The parameters behind the first word of `value`, as far as they can be read.
Params params_of(std::string_view value) {
  Params params;
  const std::size_t begin = value.find(';');
  if (begin != std::string_view::npos) grammar::parse_header_params(value.substr(begin), params);
  return params;
}

/// The headers that describe a body, of the message or of a part.
struct Description {
  std::string_view type;
  std::string_view disposition;
  std::string_view encoding;
  std::string_view transfer_encoding;
};

bool hides(std::string_view encoding, std::initializer_list<std::string_view> plain) {
  const std::string word = lower_word(encoding);
  return !word.empty() && std::find(plain.begin(), plain.end(), word) == plain.end();
}

BodyPart part_of(const Description& description, std::string_view content, bool one_of_several) {
  BodyPart part;
  part.content_type = lower_word(description.type);
  part.disposition = lower_word(description.disposition);
  const Params params = params_of(description.disposition);
  const auto handling = find_param(params, "handling");
  part.may_be_ignored = handling ? equal_without_case(*handling, "optional") : one_of_several;
  part.is_encoded = hides(description.encoding, {"identity"}) ||
                    hides(description.transfer_encoding, {"7bit", "8bit", "binary"});
  part.content = content;
  return part;
}

/// Cuts a line off `rest`, whose end may be CRLF or LF.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// A part's headers, then its content.
void read_part(std::string_view part, Description& description, std::string_view& content) {
  while (!part.empty()) {
    std::string_view line = take_line(part);
    if (line.empty()) break;
    while (!part.empty() && is_blank(part.front())) {  // folded
      const std::string_view more = take_line(part);
      line = {line.data(), static_cast<std::size_t>(more.data() + more.size() - line.data())};
    }
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view name = trimmed(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(std::min(colon + 1, line.size())));
    if (equal_without_case(name, "Content-Type") || equal_without_case(name, "c"))
      description.type = value;
    else if (equal_without_case(name, "Content-Disposition"))
      description.disposition = value;
    else if (equal_without_case(name, "Content-Encoding") || equal_without_case(name, "e"))
      description.encoding = value;
    else if (equal_without_case(name, "Content-Transfer-Encoding"))
      description.transfer_encoding = value;
  }
  content = part;
}

/// Whether `line` delimits parts; `last` where it is the closing one.
bool is_delimiter(std::string_view line, std::string_view boundary, bool& last) {
  if (!line.starts_with("--") || line.substr(2, boundary.size()) != boundary) return false;
  std::string_view rest = line.substr(2 + boundary.size());
  last = rest.starts_with("--");
  if (last) rest.remove_prefix(2);
  return trimmed(rest).empty();
}

/// Of alternatives the last that is understood counts, and nothing beside it (RFC 2046 §5.1.4).
void keep_best(std::vector<BodyPart>& parts, std::size_t begin) {
  const auto first = parts.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto is_understood = [](const BodyPart& part) {
    return part.content_type == kSdp && !part.is_encoded;
  };
  const auto best = std::find_if(parts.rbegin(), std::make_reverse_iterator(first), is_understood);
  if (best == std::make_reverse_iterator(first)) return;
  BodyPart kept = std::move(*best);
  parts.erase(first, parts.end());
  parts.push_back(std::move(kept));
}

void add_parts(const Description& description, std::string_view content, int depth,
               std::vector<BodyPart>& parts);

void add_inner_parts(std::string_view body, std::string_view boundary, int depth,
                     std::vector<BodyPart>& parts) {
  const auto add = [&](std::string_view text) {
    Description description;
    std::string_view content;
    read_part(text, description, content);
    if (description.type.empty()) description.type = "text/plain";  // RFC 2046 §5.1
    add_parts(description, content, depth + 1, parts);
  };
  std::optional<std::size_t> begin;
  std::string_view rest = body;
  while (!rest.empty()) {
    const std::size_t at = body.size() - rest.size();
    bool last = false;
    if (!is_delimiter(take_line(rest), boundary, last)) continue;
    if (begin) {  // the line end before a delimiter is the delimiter's
      std::string_view text = body.substr(*begin, at - *begin);
      if (text.ends_with('\n')) text.remove_suffix(1);
      if (text.ends_with('\r')) text.remove_suffix(1);
      add(text);
    }
    if (last) return;
    begin = body.size() - rest.size();
  }
  if (begin) add(body.substr(*begin));
}

void add_parts(const Description& description, std::string_view content, int depth,
               std::vector<BodyPart>& parts) {
  if (parts.size() >= kMaxParts) return;
  BodyPart part = part_of(description, content, depth > 0);
  const Params params = params_of(description.type);
  const auto boundary = find_param(params, "boundary");
  const bool opens = part.content_type.starts_with("multipart/") && boundary &&
                     !boundary->empty() && !part.is_encoded && depth < kMaxDepth;
  const std::size_t before = parts.size();
  if (opens)
    add_inner_parts(content, *boundary, depth, parts);
  else
    parts.push_back(std::move(part));
  if (opens && part.content_type == "multipart/alternative") keep_best(parts, before);
}

}  // namespace

std::vector<BodyPart> parts_of(const Headers& headers, std::string_view body) {
  std::vector<BodyPart> parts;
  if (body.empty()) return parts;
  add_parts({headers.content_type,
             headers.find("Content-Disposition").value_or(""),
             headers.find("Content-Encoding").value_or(""),
             {}},
            body, 0, parts);
  return parts;
}

SessionPart session_of(const Headers& headers, std::string_view body) {
  SessionPart session;
  bool found = false;
  for (const BodyPart& part : parts_of(headers, body)) {
    const bool for_session =
        part.disposition.empty() || part.disposition == "session" || part.disposition == "render";
    if (!found && part.content_type == kSdp && !part.is_encoded && for_session) {
      session.sdp = part.content;
      found = true;
    } else if (!part.may_be_ignored) {
      session.is_refused = true;
    }
  }
  return session;
}

}  // namespace earshot::sip
