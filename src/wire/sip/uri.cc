#include <algorithm>

#include "wire/sip/grammar.h"

namespace earshot::sip {
namespace {

using grammar::CharSet;
constexpr std::size_t kMaxParams = 64;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// `text` of characters of `plain` and %HH escapes, unescaped.
std::optional<std::string> unescape(std::string_view text, CharSet plain) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
      if (low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else if (grammar::is_in(text[i], plain)) {
      out += text[i];
    } else {
      return std::nullopt;
    }
  }
  return out;
}

void append_escaped(std::string& out, std::string_view text, CharSet plain) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (grammar::is_in(c, plain)) {
      out += c;
    } else {
      const auto octet = static_cast<std::uint8_t>(c);
      out += '%';
      out += digits[octet >> 4];
      out += digits[octet & 15];
    }
  }
}

bool take_scheme(std::string_view& rest, std::string_view scheme) {
  if (!grammar::same_word(rest.substr(0, scheme.size()), scheme)) return false;
  rest.remove_prefix(scheme.size());
  return true;
}

/// userinfo up to "@", where there is one. A password (§19.1.1 advises against) is checked and
/// forgotten.
bool take_user(std::string_view& rest, std::string& user) {
  const std::size_t at = rest.find('@');
  if (at == std::string_view::npos) return true;
  std::string_view userinfo = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  if (const std::size_t colon = userinfo.find(':'); colon != std::string_view::npos) {
    if (!unescape(userinfo.substr(colon + 1), CharSet::Password)) return false;
    userinfo = userinfo.substr(0, colon);
  }
  auto unescaped = unescape(userinfo, CharSet::User);
  if (!unescaped || unescaped->empty()) return false;
  user = *std::move(unescaped);
  return true;
}

/// One `name` or `name=value`.
bool add_param(std::string_view text, Params& params) {
  const std::size_t equals = text.find('=');
  auto name = unescape(text.substr(0, equals), CharSet::UriParam);
  if (!name || name->empty() || params.size() == kMaxParams || find_param(params, *name))
    return false;
  Param& param = params.emplace_back(Param{*std::move(name), std::nullopt});
  if (equals == std::string_view::npos) return true;
  param.value = unescape(text.substr(equals + 1), CharSet::UriParam);
  return param.value && !param.value->empty();
}

bool parse_params(std::string_view text, Params& params) {
  while (!text.empty()) {
    text.remove_prefix(1);  // the semicolon
    const std::size_t end = std::min(text.find(';'), text.size());
    if (!add_param(text.substr(0, end), params)) return false;
    text.remove_prefix(end);
  }
  return true;
}

}  // namespace

std::optional<Uri> parse_uri(std::string_view text) {
  Uri uri;
  if (take_scheme(text, "sips:"))
    uri.secure = true;
  else if (!take_scheme(text, "sip:"))
    return std::nullopt;
  if (!take_user(text, uri.user)) return std::nullopt;
  if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
    const std::string_view headers = text.substr(mark + 1);
    if (headers.empty() || !unescape(headers, CharSet::UriHeader)) return std::nullopt;
    text = text.substr(0, mark);
  }
  const std::size_t params = std::min(text.find(';'), text.size());
  const std::string_view place = text.substr(0, params);
  if (place.find_first_of(" \t") != std::string_view::npos) return std::nullopt;
  const auto host_port = grammar::parse_host_port(place);
  if (!host_port || !parse_params(text.substr(params), uri.params)) return std::nullopt;
  uri.host = host_port->host;
  uri.port = host_port->port;
  return uri;
}

void grammar::append_uri(std::string& out, const Uri& uri) {
  out += uri.secure ? "sips:" : "sip:";
  if (!uri.user.empty()) {
    append_escaped(out, uri.user, CharSet::User);
    out += '@';
  }
  append_host_port(out, uri.host, uri.port);
  for (const Param& param : uri.params) {
    out += ';';
    append_escaped(out, param.name, CharSet::UriParam);
    if (!param.value || param.value->empty()) continue;
    out += '=';
    append_escaped(out, *param.value, CharSet::UriParam);
  }
}

std::string to_string(const Uri& uri) {
  std::string out;
  grammar::append_uri(out, uri);
  return out;
}

}  // namespace earshot::sip
