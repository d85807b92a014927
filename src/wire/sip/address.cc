#include <algorithm>

#include "wire/sip/grammar.h"

namespace earshot::sip {
namespace {

using grammar::CharSet;

/// `*( token LWS )` before "<" (§25.1), trimmed; its inner white space stays as it is.
bool take_words(std::string_view& rest, std::string& display) {
  const std::size_t bracket = rest.find('<');
  const std::string_view words = grammar::trim(rest.substr(0, bracket));
  const auto fits = [](char c) {
    return grammar::is_space(c) || grammar::is_in(c, CharSet::Token);
  };
  if (!std::all_of(words.begin(), words.end(), fits)) return false;
  display = words;
  rest.remove_prefix(bracket);
  return true;
}

std::optional<NameAddr> parse_bracketed(std::string_view text) {
  NameAddr address;
  if (text.front() == '"') {
    if (!grammar::take_quoted(text, address.display)) return std::nullopt;
    grammar::skip_space(text);
  } else if (!take_words(text, address.display)) {
    return std::nullopt;
  }
  if (text.empty() || text.front() != '<') return std::nullopt;
  const std::size_t end = text.find('>');
  if (end == std::string_view::npos) return std::nullopt;
  auto uri = parse_uri(text.substr(1, end - 1));
  if (!uri || !grammar::parse_header_params(text.substr(end + 1), address.params))
    return std::nullopt;
  address.uri = *std::move(uri);
  return address;
}

std::optional<Uri> parse_bare_uri(std::string_view text) {
  return text.find_first_of(",?") == std::string_view::npos ? parse_uri(text) : std::nullopt;
}

}  // namespace

std::string_view NameAddr::tag() const { return find_param(params, "tag").value_or(""); }
std::string_view Via::branch() const { return find_param(params, "branch").value_or(""); }

std::optional<NameAddr> parse_name_addr(std::string_view text) {
  text = grammar::trim(text);
  if (text.empty()) return std::nullopt;
  if (text.front() == '"' || text.find('<') < text.find('"')) return parse_bracketed(text);
  // Without <>, parameters are the header's, and "," and "?" are not allowed (§20.10).
  NameAddr address;
  const std::size_t params = std::min(text.find(';'), text.size());
  auto uri = parse_bare_uri(grammar::trim(text.substr(0, params)));
  if (!uri || !grammar::parse_header_params(text.substr(params), address.params))
    return std::nullopt;
  address.uri = *std::move(uri);
  return address;
}

std::string to_string(const NameAddr& address) {
  std::string out;
  grammar::append_name_addr(out, address);
  return out;
}

/// sent-protocol LWS sent-by *( SEMI via-params ) (§20.42); white space may stand around "/".
std::optional<Via> grammar::parse_via(std::string_view text) {
  text = trim(text);
  if (!same_word(take(text, CharSet::Token), "SIP") || !take_separator(text, '/') ||
      take(text, CharSet::Token) != "2.0" || !take_separator(text, '/'))
    return std::nullopt;
  Via via;
  via.transport = take(text, CharSet::Token);
  if (via.transport.empty() || text.empty() || !is_space(text.front())) return std::nullopt;
  for (char& c : via.transport)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  const std::size_t params = std::min(text.find(';'), text.size());
  const std::string_view sent_by = trim(text.substr(0, params));
  const auto host_port = parse_host_port(sent_by);
  if (!host_port || !parse_header_params(text.substr(params), via.params)) return std::nullopt;
  via.host = host_port->host;
  via.port = host_port->port;
  return via;
}

}  // namespace earshot::sip
