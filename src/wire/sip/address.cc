#include <algorithm>

#include "base/text.h"
#include "wire/sip/grammar.h"

namespace earshot::sip {
namespace {

using grammar::CharSet;

/// Where `c` is outside quoted strings, or, without one, where the text ends; npos also where a
/// quoted string does not end before it.
std::size_t find_unquoted(std::string_view text, std::optional<char> c) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quoted && text[at] == '\\')
      ++at;
    else if (text[at] == '"')
      quoted = !quoted;
    else if (!quoted && text[at] == c)
      return at;
  }
  return quoted || c ? std::string_view::npos : text.size();
}

/// [ display-name ] LAQUOT addr-spec RAQUOT params (§25.1), cut into its pieces.
struct Bracketed {
  std::string display;
  std::string_view uri;
  std::string_view params;
};
std::optional<Bracketed> cut_bracketed(std::string_view text) {
  const std::size_t begin = find_unquoted(text, '<');
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = text.find('>', begin);
  if (end == std::string_view::npos) return std::nullopt;
  Bracketed pieces;
  std::string_view display = trimmed(text.substr(0, begin));
  if (display.empty() || display.front() != '"' || !grammar::take_quoted(display, pieces.display))
    pieces.display = display;
  pieces.uri = trimmed(text.substr(begin + 1, end - begin - 1));
  pieces.params = text.substr(end + 1);
  return pieces;
}

/// Those of `;name=value…` that can be read; the others are left out.
void read_params_loosely(std::string_view rest, Params& params) {
  std::size_t at = find_unquoted(rest, ';');
  while (at != std::string_view::npos) {
    rest.remove_prefix(at + 1);
    at = find_unquoted(rest, ';');
    Params one;
    const std::string piece = ";" + std::string{trimmed(rest.substr(0, at))};
    const bool good = piece.size() > 1 && grammar::parse_header_params(piece, one) &&
                      one.size() == 1 && !find_param(params, one[0].name) && params.size() < 64;
    if (good) params.push_back(std::move(one[0]));
  }
}

std::optional<Uri> parse_bare_uri(std::string_view text) {
  return text.find_first_of(",?") == std::string_view::npos ? parse_uri(text) : std::nullopt;
}

}  // namespace

std::string_view NameAddr::tag() const { return find_param(params, "tag").value_or(""); }
std::string_view Via::branch() const { return find_param(params, "branch").value_or(""); }

std::optional<NameAddr> parse_name_addr(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return std::nullopt;
  NameAddr address;
  if (text.front() == '"' || text.find('<') < text.find('"')) {
    auto pieces = cut_bracketed(text);
    auto uri = pieces ? parse_uri(pieces->uri) : std::nullopt;
    if (!uri || !grammar::parse_header_params(pieces->params, address.params)) return std::nullopt;
    address.display = std::move(pieces->display);
    address.uri = *std::move(uri);
    return address;
  }
  // Without <>, parameters are the header's, and "," and "?" are not allowed (§20.10).
  const std::size_t params = std::min(text.find(';'), text.size());
  auto uri = parse_bare_uri(trimmed(text.substr(0, params)));
  if (!uri || !grammar::parse_header_params(text.substr(params), address.params))
    return std::nullopt;
  address.uri = *std::move(uri);
  return address;
}

std::optional<NameAddr> parse_party(std::string_view text) {
  text = trimmed(text);
  if (find_unquoted(text, std::nullopt) == std::string_view::npos) return std::nullopt;
  Bracketed pieces;
  if (find_unquoted(text, '<') != std::string_view::npos) {
    auto cut = cut_bracketed(text);
    if (!cut) return std::nullopt;
    pieces = *std::move(cut);
  } else {
    const std::size_t params = std::min(text.find(';'), text.size());
    pieces.uri = trimmed(text.substr(0, params));
    pieces.params = text.substr(params);
  }
  if (pieces.uri.empty()) return std::nullopt;
  NameAddr party;
  party.display = std::move(pieces.display);
  if (auto uri = parse_uri(pieces.uri))
    party.uri = *std::move(uri);
  else
    party.uri.other = pieces.uri;
  read_params_loosely(pieces.params, party.params);
  return party;
}

std::string to_string(const NameAddr& address) {
  std::string out;
  grammar::append_name_addr(out, address);
  return out;
}

/// sent-protocol LWS sent-by *( SEMI via-params ) (§20.42); white space may stand around "/".
std::optional<Via> grammar::parse_via(std::string_view text) {
  text = trimmed(text);
  if (!equal_without_case(take(text, CharSet::Token), "SIP") || !take_separator(text, '/') ||
      take(text, CharSet::Token) != "2.0" || !take_separator(text, '/'))
    return std::nullopt;
  Via via;
  via.transport = take(text, CharSet::Token);
  if (via.transport.empty() || text.empty() || !is_blank(text.front())) return std::nullopt;
  for (char& c : via.transport) c = upper(c);
  const std::size_t params = std::min(text.find(';'), text.size());
  const std::string_view sent_by = trimmed(text.substr(0, params));
  const auto host_port = parse_host_port(sent_by);
  if (!host_port || !parse_header_params(text.substr(params), via.params)) return std::nullopt;
  via.host = host_port->host;
  via.port = host_port->port;
  return via;
}

/// What an answer needs of a Via that is not to the letter, or of another version.
std::optional<Via> grammar::parse_via_loosely(std::string_view text) {
  text = trimmed(text);
  Via via;
  if (!equal_without_case(take(text, CharSet::Token), "SIP") || !take_separator(text, '/') ||
      take(text, CharSet::Token).empty() || !take_separator(text, '/'))
    return std::nullopt;
  via.transport = take(text, CharSet::Token);
  const std::size_t params = std::min(text.find(';'), text.size());
  if (via.transport.empty()) return std::nullopt;
  const std::string_view sent_by = trimmed(text.substr(0, params));
  if (const auto host_port = parse_host_port(sent_by)) {
    via.host = host_port->host;
    via.port = host_port->port;
  } else {
    via.odd_sent_by = cleaned(sent_by);
  }
  read_params_loosely(text.substr(params), via.params);
  return via;
}

}  // namespace earshot::sip
