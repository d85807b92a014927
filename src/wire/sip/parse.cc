#include <algorithm>
#include <array>
#include <bitset>
#include <utility>

#include "base/number.h"
#include "base/text.h"
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
  std::string reason;
};

/// CRLF and white space become as many spaces (§7.3.1).
std::string unfold(std::string_view head) {
  std::string text{head};
  for (std::size_t i = 0; i + 2 < text.size(); ++i)
    if (text[i] == '\r' && text[i + 1] == '\n' && is_blank(text[i + 2]))
      text[i] = text[i + 1] = ' ';
  return text;
}

/// The head of a message whose lines end in LF alone, as scripts write them, with CRLF.
std::string with_crlf(std::string_view head) {
  std::string text;
  for (const char c : head) {
    if (c == '\n') text += '\r';
    text += c;
  }
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

/// A line of ours can hold `text`: without CR and LF, which would end it.
std::string on_one_line(std::string_view text) {
  std::string line{text};
  for (char& c : line)
    if (c == '\r' || c == '\n') c = ' ';
  return std::string{trimmed(line)};
}

/// Reads one message's header lines. Goes on after a mistake, so that the answer to a bad request
/// can still be addressed.
class HeaderReader {
 public:
  void read(std::string_view rest) {
    while (!rest.empty()) read_line(take_line(rest));
    if (count_ > kMaxHeaders) refuse("too many headers");
  }
  /// Contact, Record-Route and Expires are of no account but in requests that use them.
  void need_what(std::string_view method) {
    const bool registers = method == "REGISTER";
    if (contact_is_bad_ && (registers || method == "INVITE" || method == "UPDATE"))
      refuse("Contact cannot be read");
    if (record_route_is_bad_ && method == "INVITE") refuse("Record-Route cannot be read");
    if (expires_is_bad_ && registers) refuse("Expires cannot be read");
  }
  /// The answer that says what is wrong. Precondition: there is a problem and a top_via.
  ErrorReply reply() const;
  std::optional<Via> top_via;  ///< as far as it can be read

  Headers headers;
  std::optional<Problem> problem;
  std::optional<std::size_t> content_length;

  void refuse(std::string reason, int status = 400) {
    if (!problem) problem = Problem{status, std::move(reason)};
  }
  bool has(Field field) const { return good_.test(static_cast<std::size_t>(field)); }

 private:
  /// What is no header, or none we know, is skipped unread.
  void read_line(std::string_view line) {
    const std::size_t colon = line.find(':');
    const std::string_view name = trimmed(line.substr(0, colon));
    const auto known = colon == std::string_view::npos ? std::nullopt : known_field(name);
    if (!known || is_counted_by_line(known->field)) ++count_;
    if (!known) return;
    const std::string_view value = trimmed(line.substr(colon + 1));
    repeat(*known, value);
    if (count_ > kMaxHeaders) return;
    if (is_clean(value)) return read_value(*known, value);
    if (known->field == Field::Via || known->field == Field::CallId ||
        known->field == Field::CSeq)  // they are repeated to the letter, or not at all
      refuse(std::string{known->canonical} + " contains a control character or is not UTF-8");
    else
      read_value(*known, trimmed(grammar::cleaned(value)));
  }

  void read_value(const FieldName& known, std::string_view value) {
    if (known.field == Field::Other)
      headers.other.push_back({std::string{known.canonical}, std::string{value}});
    else
      read_field(known.field, value);
  }

  /// Keeps what an answer has to say again, and the Via it goes by.
  void repeat(const FieldName& known, std::string_view value) {
    const bool is_via = known.field == Field::Via;
    if (is_via && !top_via) {
      const std::size_t comma = value.find(',');
      top_via = grammar::parse_via_loosely(value.substr(0, comma));
      if (!top_via || comma == std::string_view::npos) return;
      value = trimmed(value.substr(comma + 1));
      if (value.empty()) return;
    } else if (!is_via && known.field != Field::From && known.field != Field::To &&
               known.field != Field::CallId && known.field != Field::CSeq) {
      return;
    }
    if (known.field == Field::From && headers.from_line.empty())
      headers.from_line = on_one_line(value);
    if (known.field == Field::To && headers.to_line.empty()) headers.to_line = on_one_line(value);
    repeated_.push_back({known, value});
  }

  void read_field(Field field, std::string_view value) {
    switch (field) {
      case Field::Via:
        if (!read_list(field, value, headers.via, grammar::parse_via)) refuse("Via cannot be read");
        return;
      case Field::From:
        return read_once(field, value, headers.from, parse_party, "From");
      case Field::To:
        return read_once(field, value, headers.to, parse_party, "To");
      case Field::CallId:
        return read_once(field, value, headers.call_id, text_of, "Call-ID");
      case Field::CSeq:
        return read_once(field, value, headers.cseq, cseq, "CSeq");
      case Field::MaxForwards:
        return read_once(field, value, headers.max_forwards, whole_number<std::uint8_t>,
                         "Max-Forwards");
      case Field::Expires:
        headers.expires = whole_number<std::uint32_t>(value);
        expires_is_bad_ = expires_is_bad_ || !headers.expires;
        return;
      case Field::ContentType:
        if (value.empty()) return;
        return read_once(field, value, headers.content_type, text_of, "Content-Type");
      case Field::ContentLength:
        return read_once(field, value, content_length, whole_number<std::size_t>, "Content-Length");
      case Field::Contact:
        contact_is_bad_ = !read_contact(value) || contact_is_bad_;
        return;
      case Field::Route:  // we are where it ends: what led here is of no account
        read_list(field, value, headers.route, parse_name_addr);
        return;
      case Field::RecordRoute:
        record_route_is_bad_ =
            !read_list(field, value, headers.record_route, parse_name_addr) || record_route_is_bad_;
        return;
      case Field::Other:
        return;
    }
  }

  /// A header that comes once. A second one is refused even where the first was bad.
  template <class T, class Parse>
  void read_once(Field field, std::string_view value, T& home, Parse parse, std::string_view name) {
    const auto index = static_cast<std::size_t>(field);
    if (seen_.test(index)) return refuse(std::string{name} + " came twice");
    seen_.set(index);
    auto parsed = parse(value);
    if (!parsed) return refuse(std::string{name} + " cannot be read");
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
  bool read_contact(std::string_view value) {
    if (headers.contact_star || (value == "*" && has(Field::Contact))) return false;
    if (value != "*") return read_list(Field::Contact, value, headers.contact, parse_name_addr);
    good_.set(static_cast<std::size_t>(Field::Contact));
    headers.contact_star = true;
    ++count_;
    return true;
  }

  static std::optional<std::string> text_of(std::string_view text) {
    if (text.empty()) return std::nullopt;
    return std::string{text};
  }
  static std::optional<CSeq> cseq(std::string_view text) {
    const std::size_t space = std::min(text.find_first_of(" \t"), text.size());
    const auto number = whole_number<std::uint32_t>(text.substr(0, space));
    const std::string_view method = trimmed(text.substr(space));
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
  bool contact_is_bad_ = false;
  bool record_route_is_bad_ = false;
  bool expires_is_bad_ = false;
  std::vector<std::pair<FieldName, std::string_view>> repeated_;  ///< views of the datagram
};

ErrorReply HeaderReader::reply() const {
  ErrorReply reply{problem->status, problem->reason, *top_via, {}};
  const bool wants_tag = has(Field::To) && headers.to.tag().empty();
  for (const auto& [known, value] : repeated_) {
    Header line{std::string{known.canonical}, on_one_line(value)};
    if (known.field == Field::To && wants_tag)
      line.value += ";tag=" + repeatable_tag(headers.call_id, headers.from_line);
    reply.repeated.push_back(std::move(line));
  }
  return reply;
}

void check_complete(HeaderReader& reader) {
  constexpr std::array needed{
      std::pair{Field::Via, "Via is missing"},   std::pair{Field::From, "From is missing"},
      std::pair{Field::To, "To is missing"},     std::pair{Field::CallId, "Call-ID is missing"},
      std::pair{Field::CSeq, "CSeq is missing"},
  };
  for (const auto& [field, reason] : needed)
    if (!reader.has(field)) reader.refuse(reason);
}

/// The octets Content-Length claims; all of them where there is none (§18.3).
std::string take_body(HeaderReader& reader, std::string_view rest) {
  if (reader.content_length) {
    if (*reader.content_length > rest.size()) {
      reader.refuse("Content-Length is larger than the body");
      return {};
    }
    rest = rest.substr(0, *reader.content_length);
  }
  if (rest.empty()) reader.headers.content_type.clear();
  return std::string{rest};
}

ParseError refusal(const HeaderReader& reader, bool wants_answer) {
  ParseError error{reader.problem->reason, std::nullopt};
  if (wants_answer && reader.top_via) error.reply = reader.reply();
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
    return reader.refuse("the request line cannot be read");
  request.method = grammar::is_token(line.substr(0, first)) ? line.substr(0, first) : "";
  const std::string_view version = line.substr(last + 1);
  if (request.method.empty() || first == last || !equal_without_case(version.substr(0, 4), "SIP/"))
    return reader.refuse("the request line cannot be read");
  if (!equal_without_case(version, "SIP/2.0"))
    return reader.refuse("only SIP/2.0 is understood", 505);
  const std::string_view text = line.substr(first + 1, last - first - 1);
  const std::size_t colon = text.find(':');
  const std::string_view scheme = text.substr(0, colon);
  if (colon != std::string_view::npos && grammar::is_token(scheme) &&
      !equal_without_case(scheme, "sip") && !equal_without_case(scheme, "sips") &&
      !equal_without_case(scheme, "tel"))
    return reader.refuse("the request URI is not sip:, sips: or tel:", 416);
  // A request URI has no headers (§19.1.1, Table 1); "?" may be in the user part.
  const std::size_t at = text.find('@');
  const std::size_t headers = text.find('?', at == std::string_view::npos ? 0 : at);
  auto uri = headers == std::string_view::npos ? parse_uri(text) : std::nullopt;
  if (!uri) return reader.refuse("the request URI cannot be read");
  request.uri = *std::move(uri);
}

Result<Message, ParseError> parse_request(const Parts& parts) {
  HeaderReader reader;
  Request request;
  read_request_line(parts.start_line, request, reader);
  reader.read(parts.head);
  check_complete(reader);
  if (!parts.ended) reader.refuse("the empty line after the headers is missing");
  request.body = take_body(reader, parts.body);
  if (reader.has(Field::CSeq) && reader.headers.cseq.method != request.method)
    reader.refuse("CSeq has another method than the request line");
  reader.need_what(request.method);
  if (reader.problem) {
    const std::string& method =
        request.method.empty() ? reader.headers.cseq.method : request.method;
    const bool responds = equal_without_case(parts.start_line.substr(0, 4), "SIP/");
    return Error{refusal(reader, method != "ACK" && !responds)};
  }
  request.headers = std::move(reader.headers);
  return Message{std::move(request)};
}

/// SIP-Version SP 3DIGIT SP Reason-Phrase (§7.2); the phrase may be empty, and missing with its SP.
void read_status_line(std::string_view line, Response& response, HeaderReader& reader) {
  constexpr std::size_t begin = 8;  // after "SIP/2.0 "
  const auto status = whole_number<int>(line.substr(std::min(begin, line.size()), 3));
  if (line.size() < begin + 3 || (line.size() > begin + 3 && line[begin + 3] != ' ') || !status ||
      *status < 100 || *status > 699)
    return reader.refuse("the status line cannot be read");
  response.status = *status;
  response.reason = trimmed(grammar::cleaned(line.substr(begin + 3)));
}

Result<Message, ParseError> parse_response(const Parts& parts) {
  HeaderReader reader;
  Response response;
  read_status_line(parts.start_line, response, reader);
  reader.read(parts.head);
  check_complete(reader);
  if (!parts.ended) reader.refuse("the empty line after the headers is missing");
  response.body = take_body(reader, parts.body);
  if (reader.problem) return Error{refusal(reader, false)};
  response.headers = std::move(reader.headers);
  return Message{std::move(response)};
}

Parts split(std::string_view datagram, std::string& unfolded) {
  Parts parts;
  const std::size_t bare = datagram.find("\n\n");
  if (bare < datagram.find('\r')) {
    parts = {
        {}, unfolded = with_crlf(datagram.substr(0, bare + 1)), datagram.substr(bare + 2), true};
  } else {
    const std::size_t end = datagram.find("\r\n\r\n");
    parts.ended = end != std::string_view::npos;
    parts.head = parts.ended ? datagram.substr(0, end + 2) : datagram;
    if (parts.ended) parts.body = datagram.substr(end + 4);
  }
  if (is_folded(parts.head)) parts.head = unfolded = unfold(parts.head);
  parts.start_line = take_line(parts.head);
  return parts;
}

}  // namespace

Result<Message, ParseError> parse(std::string_view datagram) {
  if (datagram.size() > kMaxDatagram) return Error{ParseError{"larger than 64 KiB", {}}};
  datagram.remove_prefix(std::min(datagram.find_first_not_of("\r\n"), datagram.size()));  // §7.5
  std::string unfolded;
  const Parts parts = split(datagram, unfolded);
  return equal_without_case(parts.start_line.substr(0, 8), "SIP/2.0 ") ? parse_response(parts)
                                                                       : parse_request(parts);
}

}  // namespace earshot::sip
