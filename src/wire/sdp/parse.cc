#include <algorithm>
#include <array>
#include <bitset>
#include <system_error>

#include "base/number.h"
#include "wire/sdp/session_description.h"

namespace earshot::sdp {
namespace {

constexpr std::size_t kMaxText = 16 * 1024;
constexpr std::size_t kMaxSections = 16;

using Problem = std::optional<std::string>;  ///< what is wrong with a line; nothing if it is right

/// Takes the next word off `rest`, without the spaces around it; empty at the end.
std::string_view take_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  return word;
}

/// Words go into our answers and our log, cut short and without anything but printable ASCII.
std::string printable(std::string_view word) {
  std::string text;
  for (const char c : word.substr(0, 40)) text.push_back(c >= ' ' && c <= '~' ? c : '?');
  return text;
}
std::string in_quotes(std::string_view word) { return "'" + printable(word) + "'"; }

std::optional<Direction> direction_of(std::string_view name) {
  if (name == "sendrecv") return Direction::SendRecv;
  if (name == "sendonly") return Direction::SendOnly;
  if (name == "recvonly") return Direction::RecvOnly;
  if (name == "inactive") return Direction::Inactive;
  return std::nullopt;
}

/// The address part shared by c= and a=rtcp: "IN IP4 192.0.2.1".
struct NetworkAddress {
  bool well_formed = false;
  std::optional<Endpoint> literal;  ///< nothing for a host name or a multicast group ("/ttl")
  std::string_view written{};       ///< in the text that is parsed
};
NetworkAddress take_network_address(std::string_view& rest) {
  const std::string_view network = take_word(rest);
  const std::string_view family = take_word(rest);
  const std::string_view address = take_word(rest);
  if (network != "IN" || (family != "IP4" && family != "IP6") || address.empty()) return {};
  const auto literal = Endpoint::parse(address, 0);
  if (literal && literal->is_v4() != (family == "IP4")) return {};
  return {true, literal, address};
}

struct StaticType {
  std::uint8_t payload_type;
  const char* encoding;
};
/// RFC 3551 §6: known without an a=rtpmap. The part we speak.
constexpr std::array kStaticTypes{StaticType{0, "PCMU"}, StaticType{8, "PCMA"}};

bool is_static(std::uint8_t payload_type) {
  return std::any_of(kStaticTypes.begin(), kStaticTypes.end(),
                     [&](const StaticType& type) { return type.payload_type == payload_type; });
}

bool offers(const Media& media, std::uint8_t payload_type) {
  return std::any_of(media.formats.begin(), media.formats.end(), [&](const std::string& format) {
    return whole_number<std::uint8_t>(format) == payload_type;
  });
}

class Parser {
 public:
  Result<SessionDescription, std::string> run(std::string_view text);

 private:
  /// What can only be worked out once a section has been read to its end.
  struct Section {
    std::optional<NetworkAddress> connection;
    std::optional<Direction> direction;
    std::uint16_t rtcp_port = 0;
    std::optional<NetworkAddress> rtcp_address;
    std::bitset<128> mapped;  ///< payload types an a=rtpmap has spoken of
  };

  Problem take_line(std::string_view line);
  Problem take_origin(std::string_view rest);
  Problem take_connection(std::string_view rest);
  Problem take_media(std::string_view rest);
  Problem take_attribute(std::string_view attribute);
  Problem take_rtpmap(std::string_view rest);
  Problem take_rtcp(std::string_view rest);
  void finish_section();
  Media* open_media() { return description_.media.empty() ? nullptr : &description_.media.back(); }

  SessionDescription description_;
  bool has_version_ = false;
  bool has_origin_ = false;
  Section session_;  ///< what stands before the first m= holds for all sections
  Section section_;
};

Result<SessionDescription, std::string> Parser::run(std::string_view text) {
  if (text.size() > kMaxText) return Error{std::string{"longer than 16 KiB"}};
  const std::size_t last = text.find_last_not_of(std::string_view{"\r\n\0", 3});
  if (last == std::string_view::npos) return Error{std::string{"line 1: empty"}};
  text = text.substr(0, last + 1);
  for (int line_number = 1; !text.empty(); ++line_number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (const Problem problem = take_line(line))
      return Error{"line " + std::to_string(line_number) + ": " + *problem};
  }
  if (!has_origin_) return Error{std::string{"no o= line"}};
  finish_section();
  return std::move(description_);
}

Problem Parser::take_line(std::string_view line) {
  if (line.size() < 2 || line[0] < 'a' || line[0] > 'z' || line[1] != '=')
    return "not of the form x=value";
  if (line.find('\0') != std::string_view::npos || line.find('\r') != std::string_view::npos)
    return "a NUL or CR within the line";
  const std::string_view rest = line.substr(2);
  if (!has_version_) {
    if (line != "v=0") return "v=0 expected";
    has_version_ = true;
    return {};
  }
  switch (line[0]) {
    case 'v':
      return "a second v=";
    case 'o':
      return take_origin(rest);
    case 'c':
      return take_connection(rest);
    case 'm':
      return take_media(rest);
    case 'a':
      return take_attribute(rest);
    default:
      return {};
  }
}

Problem Parser::take_origin(std::string_view rest) {
  if (has_origin_) return "a second o=";
  if (open_media()) return "o= after m=";
  has_origin_ = true;
  take_word(rest);  // user name
  const auto id = whole_number<std::uint64_t>(take_word(rest));
  const auto version = whole_number<std::uint64_t>(take_word(rest));
  if (!id || !version) return "o= must have a user name, two numbers and an address";
  const std::string_view network = take_word(rest);
  const std::string_view family = take_word(rest);
  const std::string_view address = take_word(rest);
  if (network.empty() || family.empty() || address.empty()) return "o= without an address";
  description_.session_id = *id;
  description_.session_version = *version;
  description_.origin_address = address;
  return {};
}

Problem Parser::take_connection(std::string_view rest) {
  const NetworkAddress address = take_network_address(rest);
  if (!address.well_formed) return "c= must be IN, IP4 or IP6, and an address of that family";
  Section& section = open_media() ? section_ : session_;
  if (!section.connection) section.connection = address;  // more than one: layers of a multicast
  return {};
}

Problem Parser::take_media(std::string_view rest) {
  finish_section();
  if (description_.media.size() == kMaxSections) return "more than 16 media sections";
  Media media;
  media.type = take_word(rest);
  const std::string_view ports = take_word(rest);
  const std::string_view first_port = ports.substr(0, ports.find('/'));
  media.protocol = take_word(rest);
  for (std::string_view format = take_word(rest); !format.empty(); format = take_word(rest))
    media.formats.emplace_back(format);
  if (media.formats.empty()) return "m= must have a type, a port, a protocol and formats";
  const auto port = whole_number<std::uint64_t>(first_port);
  if (!port) return "port " + in_quotes(ports) + " is not a number";
  if (*port > 65535) return "port " + std::string{first_port} + " is out of range";
  if (ports.size() > first_port.size() &&
      !whole_number<std::uint16_t>(ports.substr(first_port.size() + 1)))
    return "port " + in_quotes(ports) + " is not a number";
  media.port = static_cast<std::uint16_t>(*port);
  if (media.protocol == "RTP/AVP")
    for (const std::string& format : media.formats)
      if (const auto type = whole_number<std::uint8_t>(format); !type || *type > 127)
        return "format " + in_quotes(format) + " is not a payload type";
  description_.media.push_back(std::move(media));
  return {};
}

Problem Parser::take_attribute(std::string_view attribute) {
  Section& section = open_media() ? section_ : session_;
  if (const auto direction = direction_of(attribute)) {
    section.direction = direction;
    return {};
  }
  Media* media = open_media();
  const std::size_t colon = attribute.find(':');
  if (!media || colon == std::string_view::npos) return {};
  const std::string_view name = attribute.substr(0, colon);
  std::string_view value = attribute.substr(colon + 1);
  if (name == "rtpmap") return take_rtpmap(value);
  if (name == "rtcp") return take_rtcp(value);
  if (name == "ptime") {
    // A wish only: one we cannot read is none, and no reason to refuse a call.
    const auto wish = whole_number<std::uint32_t>(take_word(value));
    if (wish && *wish > 0 && *wish <= 1000) media->ptime_ms = wish;
  }
  return {};
}

Problem Parser::take_rtpmap(std::string_view rest) {
  const std::string_view type_word = take_word(rest);
  const std::string_view mapping = take_word(rest);
  const auto type = whole_number<std::uint8_t>(type_word);
  if (!type || *type > 127) return "payload type " + in_quotes(type_word) + " is out of range";
  const std::size_t slash = mapping.find('/');
  if (slash == 0 || slash == std::string_view::npos) return "a=rtpmap must be encoding/rate";
  std::string_view rate_word = mapping.substr(slash + 1);
  std::string_view channels = "1";
  if (const std::size_t second = rate_word.find('/'); second != std::string_view::npos) {
    channels = rate_word.substr(second + 1);
    rate_word = rate_word.substr(0, second);
  }
  const auto rate = whole_number<std::uint32_t>(rate_word);
  if (!rate || *rate == 0) return "clock rate " + in_quotes(rate_word) + " is not a rate";
  Media& media = *open_media();
  // Several channels are another encoding altogether; RtpMap has no word for it.
  const bool mono = channels == "1";
  if (!mono && is_static(*type))
    return "payload type " + std::string{type_word} + " has one channel";
  if (!offers(media, *type) || section_.mapped[*type]) return {};
  section_.mapped.set(*type);
  if (mono) media.rtpmaps.push_back({*type, std::string{mapping.substr(0, slash)}, *rate});
  return {};
}

Problem Parser::take_rtcp(std::string_view rest) {
  const std::string_view port_word = take_word(rest);
  const auto port = whole_number<std::uint16_t>(port_word);
  if (!port) return "a=rtcp port " + in_quotes(port_word) + " is out of range";
  section_.rtcp_port = *port;
  if (rest.find_first_not_of(' ') == std::string_view::npos) return {};
  section_.rtcp_address = take_network_address(rest);
  if (!section_.rtcp_address->well_formed) return "a=rtcp with a malformed address";
  return {};
}

void Parser::finish_section() {
  Media* media = open_media();
  if (!media) return;
  const auto& connection = section_.connection ? section_.connection : session_.connection;
  if (connection && connection->literal)
    media->connection = connection->literal->with_port(media->port);
  else if (connection)
    media->connection_name = printable(connection->written);
  media->direction = section_.direction.value_or(session_.direction.value_or(Direction::SendRecv));
  const auto rtcp = section_.rtcp_address ? section_.rtcp_address->literal : media->connection;
  if (section_.rtcp_port != 0 && rtcp) media->rtcp = rtcp->with_port(section_.rtcp_port);
  if (media->type == "audio" && media->protocol == "RTP/AVP") {
    for (const StaticType known : kStaticTypes)
      if (offers(*media, known.payload_type) && !section_.mapped[known.payload_type])
        media->rtpmaps.push_back({known.payload_type, known.encoding, 8000});
  }
  section_ = {};
}

}  // namespace

Result<SessionDescription, std::string> parse(std::string_view text) { return Parser{}.run(text); }

}  // namespace earshot::sdp
