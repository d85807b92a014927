#include <algorithm>
#include <array>
#include <bitset>
#include <utility>

#include "base/utf8.h"
#include "wire/sip/field.h"
#include "wire/sip/grammar.h"
#include "wire/sip/stateless_reply.h"

namespace earshot::sip {
namespace {

constexpr std::size_t kMaxDatagram = 64 * 1024;
constexpr std::size_t kMaxHeaders = 100;  ///< each value of a list counts; Content-Length does not
constexpr std::uint32_t kMaxCSeq = 0x7FFFFFFF;

/// The first thing wrong, and the status that tells the sender so.
struct Problem {
  int status = 400;
  std::string_view reason;
};

/// CRLF and white space become as many spaces (§7.3.1).
std::string unfold(std::string_view head) {
  std::string text{head};
  for (std::size_t i = 0; i + 2 < text.size(); ++i)
    if (text[i] == '\r' && text[i + 1] == '\n' && grammar::is_space(text[i + 2]))
      text[i] = text[i + 1] = ' ';
  return text;
}

bool is_folded(std::string_view head) {
  return head.find("\n ") != std::string_view::npos || head.find("\n\t") != std::string_view::npos;
}

/// Without control characters (a lone CR or LF is one), and UTF-8.
bool is_clean(std::string_view line) {
  bool control = false;
  std::uint8_t all = 0;
  for (const char c : line) {
    control |= grammar::is_control(c);
    all |= static_cast<std::uint8_t>(c);
  }
  return !control && (all < 0x80 || is_utf8(line));
}

/// Cuts "line CRLF" off `rest`. The last line may lack its end.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find("\r\n");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
  return line;
}

bool is_call_id(std::string_view text) {
  const std::size_t at = text.find('@');
  if (text.substr(0, at).empty() || !grammar::all_in(text.substr(0, at), grammar::CharSet::Word))
    return false;
  if (at == std::string_view::npos) return true;
  return at + 1 < text.size() && grammar::all_in(text.substr(at + 1), grammar::CharSet::Word);
}

/// Reads one message's header lines. Goes on after a mistake, so that the answer to a bad request
/// can still be addressed.
class HeaderReader {
 public:
  void read(std::string_view rest) {
    while (!rest.empty() && count_ <= kMaxHeaders) read_line(take_line(rest));
    if (count_ > kMaxHeaders) refuse("too many headers");
  }

  Headers headers;
  std::optional<Problem> problem;
  std::optional<std::size_t> content_length;

  void refuse(std::string_view reason, int status = 400) {
    if (!problem) problem = Problem{status, reason};
  }
  bool has(Field field) const { return good_.test(static_cast<std::size_t>(field)); }
  bool is_addressable() const {
    return has(Field::Via) && !via_is_bad_ && has(Field::From) && has(Field::To) &&
           has(Field::CallId) && has(Field::CSeq);
  }

 private:
  void read_line(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return refuse("header without a colon");
    const std::string_view name = grammar::trim(line.substr(0, colon));
    const std::string_view value = grammar::trim(line.substr(colon + 1));
    if (!grammar::is_token(name) || grammar::is_space(line.front()))
      return refuse("malformed header name");
    if (!is_clean(value)) return refuse("control character or broken UTF-8 in a header");
    const auto known = known_field(name);
    if (!known || is_counted_by_line(known->field)) ++count_;
    if (!known || known->field == Field::Other)
      headers.other.push_back({std::string{known ? known->canonical : name}, std::string{value}});
    else
      read_field(known->field, value);
  }

  void read_field(Field field, std::string_view value) {
    switch (field) {
      case Field::Via:
        if (!read_list(field, value, headers.via, grammar::parse_via)) {
          via_is_bad_ = true;
          refuse("bad Via");
        }
        return;
      case Field::From:
        return read_once(field, value, headers.from, parse_name_addr, "bad From");
      case Field::To:
        return read_once(field, value, headers.to, parse_name_addr, "bad To");
      case Field::CallId:
        return read_once(field, value, headers.call_id, call_id, "bad Call-ID");
      case Field::CSeq:
        return read_once(field, value, headers.cseq, cseq, "bad CSeq");
      case Field::MaxForwards:
        return read_once(field, value, headers.max_forwards, grammar::number<std::uint8_t>,
                         "bad Max-Forwards");
      case Field::Expires:
        return read_once(field, value, headers.expires, grammar::number<std::uint32_t>,
                         "bad Expires");
      case Field::ContentType:
        return read_once(field, value, headers.content_type, content_type, "bad Content-Type");
      case Field::ContentLength:
        return read_once(field, value, content_length, grammar::number<std::size_t>,
                         "bad Content-Length");
      case Field::Contact:
        return read_contact(value);
      case Field::Route:
        if (!read_list(field, value, headers.route, parse_name_addr)) refuse("bad Route");
        return;
      case Field::RecordRoute:
        if (!read_list(field, value, headers.record_route, parse_name_addr))
          refuse("bad Record-Route");
        return;
      case Field::Other:
        return;
    }
  }

  /// A header that comes once. A second one is refused even where the first was bad.
  template <class T, class Parse>
  void read_once(Field field, std::string_view value, T& home, Parse parse,
                 std::string_view reason) {
    const auto index = static_cast<std::size_t>(field);
    if (seen_.test(index)) return refuse("a header that may come once came twice");
    seen_.set(index);
    auto parsed = parse(value);
    if (!parsed) return refuse(reason);
    good_.set(index);
    home = *std::move(parsed);
  }

  template <class T, class Parse>
  bool read_list(Field field, std::string_view value, std::vector<T>& home, Parse parse) {
    good_.set(static_cast<std::size_t>(field));
    return grammar::for_each_value(value, [&](std::string_view one) {
      auto parsed = parse(one);
      if (!parsed || ++count_ > kMaxHeaders) return false;
      home.push_back(*std::move(parsed));
      return true;
    });
  }

  /// A list of addresses, or "*" alone in the message (§20.10).
  void read_contact(std::string_view value) {
    if (headers.contact_star || (value == "*" && has(Field::Contact)))
      return refuse("Contact: * beside another Contact");
    if (value == "*") {
      good_.set(static_cast<std::size_t>(Field::Contact));
      headers.contact_star = true;
      ++count_;
    } else if (!read_list(Field::Contact, value, headers.contact, parse_name_addr)) {
      refuse("bad Contact");
    }
  }

  static std::optional<std::string> call_id(std::string_view text) {
    if (!is_call_id(text)) return std::nullopt;
    return std::string{text};
  }
  static std::optional<std::string> content_type(std::string_view text) {
    if (text.empty()) return std::nullopt;
    return std::string{text};
  }
  static std::optional<CSeq> cseq(std::string_view text) {
    const std::size_t space = std::min(text.find_first_of(" \t"), text.size());
    const auto number = grammar::number<std::uint32_t>(text.substr(0, space));
    const std::string_view method = grammar::trim(text.substr(space));
    if (!number || *number > kMaxCSeq || !grammar::is_token(method)) return std::nullopt;
    return CSeq{*number, std::string{method}};
  }

  static bool is_counted_by_line(Field field) {
    return field != Field::Via && field != Field::Contact && field != Field::Route &&
           field != Field::RecordRoute && field != Field::ContentLength;
  }

  std::size_t count_ = 0;
  std::bitset<16> seen_;
  std::bitset<16> good_;
  bool via_is_bad_ = false;
};

void check_complete(HeaderReader& reader) {
  constexpr std::array needed{
      std::pair{Field::Via, std::string_view{"no Via"}},
      std::pair{Field::From, std::string_view{"no From"}},
      std::pair{Field::To, std::string_view{"no To"}},
      std::pair{Field::CallId, std::string_view{"no Call-ID"}},
      std::pair{Field::CSeq, std::string_view{"no CSeq"}},
  };
  for (const auto& [field, reason] : needed)
    if (!reader.has(field)) reader.refuse(reason);
}

/// The octets Content-Length claims; all of them where there is none (§18.3).
std::string take_body(HeaderReader& reader, std::string_view rest) {
  if (reader.content_length) {
    if (*reader.content_length > rest.size()) {
      reader.refuse("Content-Length beyond the datagram");
      return {};
    }
    rest = rest.substr(0, *reader.content_length);
  }
  if (rest.empty()) reader.headers.content_type.clear();
  return std::string{rest};
}

ParseError refusal(const HeaderReader& reader, Request* request) {
  ParseError error{std::string{reader.problem->reason}, std::nullopt};
  if (request == nullptr || request->method == "ACK" || !reader.is_addressable()) return error;
  request->headers = reader.headers;
  error.reply = stateless_reply(*request, reader.problem->status);
  return error;
}

struct Parts {
  std::string_view start_line;
  std::string_view head;
  std::string_view body;
  bool ended = false;  ///< by an empty line
};

/// Reads Method SP Request-URI SP SIP-Version (§7.1).
void read_request_line(std::string_view line, Request& request, HeaderReader& reader) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || !is_clean(line))
    return reader.refuse("malformed request line");
  request.method = grammar::is_token(line.substr(0, first)) ? line.substr(0, first) : "";
  const std::string_view version = line.substr(last + 1);
  if (request.method.empty() || first == last || !grammar::same_word(version.substr(0, 4), "SIP/"))
    return reader.refuse("malformed request line");
  if (!grammar::same_word(version, "SIP/2.0")) return reader.refuse("SIP version", 505);
  const std::string_view text = line.substr(first + 1, last - first - 1);
  const std::size_t colon = text.find(':');
  const std::string_view scheme = text.substr(0, colon);
  if (colon != std::string_view::npos && grammar::is_token(scheme) &&
      !grammar::same_word(scheme, "sip") && !grammar::same_word(scheme, "sips"))
    return reader.refuse("URI scheme", 416);
  // A request URI has no headers (§19.1.1, Table 1); "?" may be in the user part.
  const std::size_t at = text.find('@');
  const std::size_t headers = text.find('?', at == std::string_view::npos ? 0 : at);
  auto uri = headers == std::string_view::npos ? parse_uri(text) : std::nullopt;
  if (!uri) return reader.refuse("bad request URI");
  request.uri = *std::move(uri);
}

Result<Message, ParseError> parse_request(const Parts& parts) {
  HeaderReader reader;
  Request request;
  read_request_line(parts.start_line, request, reader);
  reader.read(parts.head);
  check_complete(reader);
  if (!parts.ended) reader.refuse("no empty line after the headers");
  request.body = take_body(reader, parts.body);
  if (reader.has(Field::CSeq) && reader.headers.cseq.method != request.method)
    reader.refuse("CSeq of another method");
  if (reader.problem) return Error{refusal(reader, request.method.empty() ? nullptr : &request)};
  request.headers = std::move(reader.headers);
  return Message{std::move(request)};
}

/// SIP-Version SP 3DIGIT SP Reason-Phrase (§7.2); the phrase may be empty.
void read_status_line(std::string_view line, Response& response, HeaderReader& reader) {
  constexpr std::size_t begin = 8;  // after "SIP/2.0 "
  const auto status = grammar::number<int>(line.substr(std::min(begin, line.size()), 3));
  if (line.size() < begin + 4 || line[begin + 3] != ' ' || !status || *status < 100 ||
      *status > 699 || !is_clean(line))
    return reader.refuse("malformed status line");
  response.status = *status;
  response.reason = grammar::trim(line.substr(begin + 4));
}

Result<Message, ParseError> parse_response(const Parts& parts) {
  HeaderReader reader;
  Response response;
  read_status_line(parts.start_line, response, reader);
  reader.read(parts.head);
  check_complete(reader);
  if (!parts.ended) reader.refuse("no empty line after the headers");
  response.body = take_body(reader, parts.body);
  if (reader.problem) return Error{refusal(reader, nullptr)};
  response.headers = std::move(reader.headers);
  return Message{std::move(response)};
}

Parts split(std::string_view datagram, std::string& unfolded) {
  Parts parts;
  const std::size_t end = datagram.find("\r\n\r\n");
  parts.ended = end != std::string_view::npos;
  parts.head = parts.ended ? datagram.substr(0, end + 2) : datagram;
  if (parts.ended) parts.body = datagram.substr(end + 4);
  if (is_folded(parts.head)) parts.head = unfolded = unfold(parts.head);
  parts.start_line = take_line(parts.head);
  return parts;
}

}  // namespace

Result<Message, ParseError> parse(std::string_view datagram) {
  if (datagram.size() > kMaxDatagram) return Error{ParseError{"larger than 64 KiB", {}}};
  while (datagram.substr(0, 2) == "\r\n") datagram.remove_prefix(2);  // §7.5
  std::string unfolded;
  const Parts parts = split(datagram, unfolded);
  return grammar::same_word(parts.start_line.substr(0, 8), "SIP/2.0 ") ? parse_response(parts)
                                                                       : parse_request(parts);
}

}  // namespace earshot::sip
