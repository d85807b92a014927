#include "wire/sip/grammar.h"

#include <algorithm>

#include "base/endpoint.h"
#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"

namespace earshot::sip::grammar {
namespace {

constexpr std::size_t kMaxParams = 64;

bool has(const Params& params, std::string_view name) {
  return std::any_of(params.begin(), params.end(),
                     [name](const Param& param) { return equal_without_case(param.name, name); });
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += is_control(c) ? ' ' : c;
  }
  out += '"';
}

}  // namespace

std::string_view take(std::string_view& rest, CharSet set) {
  std::size_t length = 0;
  while (length < rest.size() && is_in(rest[length], set)) ++length;
  const std::string_view taken = rest.substr(0, length);
  rest.remove_prefix(length);
  return taken;
}

bool take_separator(std::string_view& rest, char c) {
  std::string_view ahead = rest;
  skip_space(ahead);
  if (ahead.empty() || ahead.front() != c) return false;
  ahead.remove_prefix(1);
  skip_space(ahead);
  rest = ahead;
  return true;
}

bool take_quoted(std::string_view& rest, std::string& content) {
  if (rest.empty() || rest.front() != '"') return false;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    char c = rest[i];
    if (c == '"') {
      rest.remove_prefix(i + 1);
      return true;
    }
    if (c == '\\') {
      if (++i == rest.size()) return false;
      c = rest[i];
    }
    if (is_control(c)) return false;
    content += c;
  }
  return false;
}

bool parse_header_params(std::string_view rest, Params& params) {
  rest = trimmed(rest);
  while (!rest.empty()) {
    if (!take_separator(rest, ';')) return false;
    const std::string_view name = take(rest, CharSet::Token);
    if (name.empty() || params.size() == kMaxParams || has(params, name)) return false;
    Param& param = params.emplace_back(Param{std::string{name}, std::nullopt});
    if (!take_separator(rest, '=')) continue;
    param.value.emplace();
    if (!rest.empty() && rest.front() == '"') {
      if (!take_quoted(rest, *param.value)) return false;
    } else {
      *param.value = take(rest, CharSet::Value);
      if (param.value->empty()) return false;
    }
  }
  return true;
}

std::optional<HostPort> parse_host_port(std::string_view text) {
  HostPort parsed;
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    parsed.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (parsed.host.find(':') == std::string_view::npos ||
        parsed.host.find('\0') != std::string_view::npos || !Endpoint::parse(parsed.host, 0))
      return std::nullopt;
  } else {
    parsed.host = take(text, CharSet::Host);
    if (parsed.host.empty()) return std::nullopt;
  }
  if (text.empty()) return parsed;
  if (!take_separator(text, ':')) return std::nullopt;
  const auto port = whole_number<std::uint16_t>(text);
  if (!port || *port == 0) return std::nullopt;
  parsed.port = *port;
  return parsed;
}

std::string cleaned(std::string_view text) {
  std::string clean = to_utf8(text);
  for (char& c : clean)
    if (is_control(c)) c = ' ';
  return clean;
}

void append_clean(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  out += text;
  for (std::size_t i = begin; i < out.size(); ++i)
    if (is_control(out[i])) out[i] = ' ';
}

void append_header_params(std::string& out, const Params& params) {
  for (const Param& param : params) {
    out += ';';
    append_clean(out, param.name);
    if (!param.value) continue;
    out += '=';
    if (!param.value->empty() && all_in(*param.value, CharSet::Value))
      out += *param.value;
    else
      append_quoted(out, *param.value);
  }
}

void append_host_port(std::string& out, std::string_view host, std::uint16_t port) {
  const bool ipv6 = host.find(':') != std::string_view::npos;
  if (ipv6) out += '[';
  append_clean(out, host);
  if (ipv6) out += ']';
  if (port != 0) out.append(":").append(std::to_string(port));
}

void append_name_addr(std::string& out, const NameAddr& address) {
  if (!address.display.empty()) {
    append_quoted(out, address.display);
    out += ' ';
  }
  out += '<';
  append_uri(out, address.uri);
  out += '>';
  append_header_params(out, address.params);
}

void append_via(std::string& out, const Via& via) {
  out += "SIP/2.0/";
  append_clean(out, via.transport);
  out += ' ';
  if (via.odd_sent_by.empty())
    append_host_port(out, via.host, via.port);
  else
    append_clean(out, via.odd_sent_by);
  append_header_params(out, via.params);
}

}  // namespace earshot::sip::grammar
