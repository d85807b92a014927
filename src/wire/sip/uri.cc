#include <algorithm>

#include "base/hex.h"
#include "base/phone_number.h"
#include "base/text.h"
#include "base/utf8.h"
#include "wire/sip/grammar.h"

namespace earshot::sip {
namespace {

using grammar::CharSet;
constexpr std::size_t kMaxParams = 64;

/// `text` of characters of `plain` and %HH escapes, unescaped.
std::optional<std::string> unescape(std::string_view text, CharSet plain) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const auto octet = octet_of_hex(text.substr(i + 1, 2));
      if (!octet) return std::nullopt;
      out += *octet;
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
  for (const char c : text) {
    if (grammar::is_in(c, plain)) {
      out += c;
    } else {
      out += '%';
      for (const char digit : hex({&c, 1})) out += upper(digit);  // RFC 3986 §2.1
    }
  }
}

bool take_scheme(std::string_view& rest, std::string_view scheme) {
  if (!equal_without_case(rest.substr(0, scheme.size()), scheme)) return false;
  rest.remove_prefix(scheme.size());
  return true;
}

/// Escapes read; any other visible character stands for itself, as "#" does in the contacts of some
/// phones.
std::optional<std::string> unescape_loosely(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (is_blank(c) || grammar::is_control(c) || c == '<' || c == '>' || c == '"')
      return std::nullopt;
    if (c == '%')
      escaped += c;
    else
      append_escaped(escaped, std::string_view{&c, 1}, CharSet::User);
  }
  return unescape(escaped, CharSet::User);
}

/// userinfo up to "@", where there is one. A password (§19.1.1 advises against) is checked and
/// forgotten.
bool take_user(std::string_view& rest, Uri& uri) {
  const std::size_t at = rest.find('@');
  if (at == std::string_view::npos) return true;
  std::string_view userinfo = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  if (const std::size_t colon = userinfo.find(':'); colon != std::string_view::npos) {
    if (!unescape(userinfo.substr(colon + 1), CharSet::Password)) return false;
    userinfo = userinfo.substr(0, colon);
  }
  auto unescaped = unescape(userinfo, CharSet::User);
  const bool to_the_letter = unescaped.has_value();
  if (!to_the_letter) unescaped = unescape_loosely(userinfo);
  if (!unescaped || unescaped->empty()) return false;
  if (to_the_letter && is_utf8(*unescaped)) {
    uri.user = *std::move(unescaped);
  } else {
    uri.user = to_utf8(*unescaped);
    uri.odd_user = userinfo;
  }
  return true;
}

/// scheme ":" and visible characters (RFC 3986 §3), none of which could end it within a header.
bool is_other_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const std::string_view scheme = text.substr(0, colon);
  const auto in_scheme = [](char c) {
    return is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
  };
  return std::all_of(scheme.begin(), scheme.end(), in_scheme) && !is_digit(scheme[0]) &&
         std::none_of(text.begin(), text.end(), [](char c) {
           return is_blank(c) || grammar::is_control(c) || c == '<' || c == '>' || c == '"';
         });
}

std::string in_utf8(std::string text) { return is_utf8(text) ? text : to_utf8(text); }

/// One `name` or `name=value`.
bool add_param(std::string_view text, Params& params) {
  const std::size_t equals = text.find('=');
  auto name = unescape(text.substr(0, equals), CharSet::UriParam);
  if (!name || name->empty() || params.size() == kMaxParams || find_param(params, *name))
    return false;
  Param& param = params.emplace_back(Param{in_utf8(*std::move(name)), std::nullopt});
  if (equals == std::string_view::npos) return true;
  auto value = unescape(text.substr(equals + 1), CharSet::UriParam);
  if (!value || value->empty()) return false;
  param.value = in_utf8(*std::move(value));
  return true;
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
  if (take_scheme(text, "sips:")) {
    uri.secure = true;
  } else if (!take_scheme(text, "sip:")) {
    if (!is_other_uri(text)) return std::nullopt;
    uri.other = in_utf8(std::string{text});
    return uri;
  }
  if (!take_user(text, uri)) return std::nullopt;
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
  if (!uri.is_sip()) return append_clean(out, uri.other);
  out += uri.secure ? "sips:" : "sip:";
  if (!uri.odd_user.empty()) {
    append_clean(out, uri.odd_user);
    out += '@';
  } else if (!uri.user.empty()) {
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

std::string number_in(const Uri& uri) {
  if (uri.is_sip()) return dialled_number(uri.user);
  std::string_view text = uri.other;
  return take_scheme(text, "tel:") ? dialled_number(text) : std::string{};
}

std::string to_string(const Uri& uri) {
  std::string out;
  grammar::append_uri(out, uri);
  return out;
}

}  // namespace earshot::sip
