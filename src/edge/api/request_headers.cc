#include "edge/api/request_headers.h"

#include <algorithm>

#include "base/text.h"

namespace earshot::api {
namespace {

Error<Refusal> invalid(std::string message) {
  return Error{Refusal{RefusalCode::ParameterInvalid, std::move(message)}};
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

/// RFC 9110 §8.8.3.
bool is_tag_character(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet == 0x21 || (octet >= 0x23 && octet != 0x7f);
}

/// Takes one entity tag from the front. False: there is none.
bool take_tag(std::string_view& text, Condition& into) {
  const bool weak = text.starts_with("W/");
  if (weak) text.remove_prefix(2);
  if (!text.starts_with('"')) return false;
  const std::size_t end = text.find('"', 1);
  if (end == std::string_view::npos ||
      !std::all_of(text.begin() + 1, text.begin() + end, is_tag_character))
    return false;
  if (!weak) into.tags.emplace_back(text.substr(0, end + 1));
  text.remove_prefix(end + 1);
  return true;
}

/// A comma list that may have empty elements (RFC 9110 §5.6.1), but not nothing else.
bool take_tags(std::string_view text, Condition& into) {
  bool some = false;
  for (;;) {
    skip_blanks(text);
    if (!text.empty() && text.front() != ',') {
      if (!take_tag(text, into)) return false;
      some = true;
      skip_blanks(text);
    }
    if (text.empty()) return some;
    if (text.front() != ',') return false;
    text.remove_prefix(1);
  }
}

}  // namespace

Result<Run, Refusal> read_run(const http::Request& request) {
  Run run = Run::Real;
  for (const auto& [name, value] : request.query) {
    if (!equal_without_case(name, "dryRun")) continue;
    if (name != "dryRun" || value != "true") return invalid("dryRun: only dryRun=true is allowed");
    run = Run::Dry;
  }
  return run;
}

Result<std::optional<std::string>, Refusal> read_key(const http::Request& request) {
  const auto given = request.headers_named("Idempotency-Key");
  if (given.empty()) return std::optional<std::string>{};
  const std::string_view key = given.front();
  if (given.size() > 1 || key.empty() || key.size() > 255 ||
      !std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c <= 0x7e; }))
    return invalid("Idempotency-Key: one of 1 to 255 printable characters is expected");
  return std::optional{std::string{key}};
}

bool Condition::holds_for(std::string_view tag) const {
  return any || std::find(tags.begin(), tags.end(), tag) != tags.end();
}

Result<Condition, Refusal> read_condition(const http::Request& request) {
  const auto given = request.headers_named("If-Match");
  Condition condition;
  condition.any = given.empty() || (given.size() == 1 && given.front() == "*");
  if (condition.any) return condition;
  for (const std::string_view line : given)
    if (!take_tags(line, condition))
      return invalid("If-Match: * or a list of quoted entity tags is expected");
  return condition;
}

}  // namespace earshot::api
