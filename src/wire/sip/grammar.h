#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "wire/sip/message.h"

/// The words of RFC 3261 §25.1 that several headers share. A `rest` is what is still to be read;
/// the take_ functions remove from its front what they read.
namespace earshot::sip::grammar {

/// Sets of characters, a bit each. Letters and digits are in all of them.
enum class CharSet : std::uint8_t {
  Token = 1,      ///< token
  Value = 2,      ///< an unquoted header parameter's value: token, host, IPv6 with or without [],
                  ///< and what tags and branches of some phones hold (base64, UTF-8)
  User = 4,       ///< a URI's user, unescaped
  UriParam = 8,   ///< a URI parameter's name or value, unescaped
  Host = 16,      ///< a host name or IPv4 literal; with "_", which some networks have in names
  Word = 32,      ///< word, as in Call-ID
  Password = 64,  ///< a URI's password, unescaped
  UriHeader = 128
};

/// For each octet the sets it is in; the compiler makes the table.
constexpr std::array<std::uint8_t, 256> char_sets() {
  std::array<std::uint8_t, 256> sets{};
  const auto add = [&sets](std::string_view characters, CharSet set) {
    for (const char c : characters)
      sets[static_cast<std::uint8_t>(c)] |= static_cast<std::uint8_t>(set);
  };
  for (int c = 0; c < 128; ++c)
    if (is_alphanumeric(static_cast<char>(c))) sets[static_cast<std::size_t>(c)] = 0xFF;
  add("-.!%*_+`'~", CharSet::Token);
  add("-.!%*_+`'~[]:/=@&$#?^|{}()", CharSet::Value);
  for (std::size_t c = 128; c < 256; ++c) sets[c] |= static_cast<std::uint8_t>(CharSet::Value);
  add("-_.!~*'()&=+$,;?/", CharSet::User);
  add("-_.!~*'()[]/:&+$", CharSet::UriParam);
  add("-._", CharSet::Host);
  add("-.!%*_+`'~()<>:\\\"/[]?{}", CharSet::Word);
  add("-_.!~*'()&=+$,", CharSet::Password);
  add("-_.!~*'()[]/?:+$&=", CharSet::UriHeader);
  return sets;
}
inline constexpr std::array<std::uint8_t, 256> kCharSets = char_sets();

/// One look into the table.
constexpr bool is_in(char c, CharSet set) {
  return (kCharSets[static_cast<std::uint8_t>(c)] & static_cast<std::uint8_t>(set)) != 0;
}
/// True for an empty text.
constexpr bool all_in(std::string_view text, CharSet set) {
  for (const char c : text)
    if (!is_in(c, set)) return false;
  return true;
}
/// Not empty and of token characters alone.
constexpr bool is_token(std::string_view text) {
  return !text.empty() && all_in(text, CharSet::Token);
}

/// A control character that a header never holds; tabs are white space.
constexpr bool is_control(char c) {
  return (static_cast<std::uint8_t>(c) < 0x20 && c != '\t') || c == 0x7F;
}
/// Removes spaces and tabs from the front.
constexpr void skip_space(std::string_view& rest) {
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
}
/// The longest run of characters of `set`.
std::string_view take(std::string_view& rest, CharSet set);
/// Removes `c` and the white space around it, where it comes next.
bool take_separator(std::string_view& rest, char c);
/// A quoted-string's content, unescaped. False: none, not closed, or a control character in it.
bool take_quoted(std::string_view& rest, std::string& content);
/// All of `rest` as `*( SEMI name [ EQUAL value ] )`. False also for a name that comes twice
/// (§7.3.1) and for more than 64 parameters.
bool parse_header_params(std::string_view rest, Params& params);

/// host [ COLON port ] and nothing else. An IPv6 literal stands in brackets and loses them.
struct HostPort {
  std::string_view host;
  std::uint16_t port = 0;
};
/// Nothing also for port 0 and beyond 65535, and for brackets around anything but an IPv6 literal.
std::optional<HostPort> parse_host_port(std::string_view text);

/// One value of a Via (§20.42): SIP/2.0, any transport, in capitals then. Nothing where it is not
/// to the grammar.
std::optional<Via> parse_via(std::string_view text);
/// What an answer needs of a Via that is not to the grammar or of another version; nothing where
/// even protocol and transport cannot be told.
std::optional<Via> parse_via_loosely(std::string_view text);

/// Calls `each` with every value of a comma-separated list, trimmed; commas within quotes and <> do
/// not count. Stops with false where `each` returns false.
template <class Each>
bool for_each_value(std::string_view list, Each each) {
  std::size_t begin = 0;
  bool quoted = false;
  bool bracketed = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const char c = list[i];
    if (quoted) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        quoted = false;
    } else if (bracketed) {
      bracketed = c != '>';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '<') {
      bracketed = true;
    } else if (c == ',') {
      if (!each(trimmed(list.substr(begin, i - begin)))) return false;
      begin = i + 1;
    }
  }
  return each(trimmed(list.substr(begin)));
}

/// `text` in UTF-8 and without control characters: other octets become U+FFFD, those spaces.
std::string cleaned(std::string_view text);
/// Appends `text` with control characters, line breaks above all, turned into spaces.
void append_clean(std::string& out, std::string_view text);
/// Appends `;name=value…`, values quoted where they must be.
void append_header_params(std::string& out, const Params& params);
/// Appends `host:port`, IPv6 in brackets; without a port where it is 0.
void append_host_port(std::string& out, std::string_view host, std::uint16_t port);
/// Appends the URI with the escapes its grammar wants (§19.1.2), and as it came where it is kept
/// so.
void append_uri(std::string& out, const Uri& uri);
/// Appends `"display" <uri>;params`; always in <>, so that parameters are the header's.
void append_name_addr(std::string& out, const NameAddr& address);
/// Appends `SIP/2.0/UDP host:port;params`; no line break.
void append_via(std::string& out, const Via& via);

}  // namespace earshot::sip::grammar
