#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace earshot::sip {

/// `;name=value` or `;name`. Names compare without case (RFC 3261 §7.3.1).
struct Param {
  std::string name;
  std::optional<std::string> value;  ///< unquoted
  bool operator==(const Param&) const = default;
};
using Params = std::vector<Param>;
/// The value of `name`; "" for a parameter without one; nothing where it is absent.
std::optional<std::string_view> find_param(const Params& params, std::string_view name);

/// sip: and sips: in their parts (RFC 3261 §19.1), any other scheme as text. All text is UTF-8:
/// escapes of other octets read as U+FFFD.
struct Uri {
  bool secure = false;     ///< sips:
  std::string user;        ///< unescaped; may be empty
  std::string host;        ///< name or literal, IPv6 without brackets
  std::uint16_t port = 0;  ///< 0: none written
  Params params;
  /// "tel:+14155550123;ext=1": whole, where it is no sip: or sips:; the rest is empty then.
  std::string other{};
  /// The user as written, where it is not to the grammar or no UTF-8; printed instead of `user`.
  std::string odd_user{};
  bool operator==(const Uri&) const = default;
  /// sip: or sips:. Of any other scheme only `other` is filled.
  bool is_sip() const { return other.empty(); }
};
/// Nothing for a sip: or sips: URI that is not to the grammar, and for what is no URI.
std::optional<Uri> parse_uri(std::string_view text);
/// As parse_uri reads it; control characters become spaces.
std::string to_string(const Uri& uri);
/// The number a sip:, sips: or tel: URI calls (base/phone_number.h); "" for any other.
std::string number_in(const Uri& uri);

/// From, To, Contact, Route, Record-Route.
struct NameAddr {
  std::string display;  ///< unquoted
  Uri uri;
  Params params;
  bool operator==(const NameAddr&) const = default;
  /// "" where there is none.
  std::string_view tag() const;
};
/// A display name need not be quoted where it should (decisions A12).
std::optional<NameAddr> parse_name_addr(std::string_view text);
/// From and To, of which little is needed but the tag: a URI that cannot be read is kept as text,
/// parameters that cannot are left out. Nothing where a quotation mark or ">" is missing, or the
/// URI.
std::optional<NameAddr> parse_party(std::string_view text);
/// As parse_name_addr reads it, always with <>.
std::string to_string(const NameAddr& address);

/// A hop on the way of a request, and of its answers back (§20.42).
struct Via {
  std::string transport = "UDP";
  std::string host;
  std::uint16_t port = 0;
  Params params;  ///< branch, received, rport…
  /// Host and port as they came, where they cannot be read; printed in their place. Only an
  /// ErrorReply has such a Via.
  std::string odd_sent_by{};
  bool operator==(const Via&) const = default;
  /// "" where there is none, as from a peer of RFC 2543.
  std::string_view branch() const;
};

/// Which request of its dialog a message is about (§20.16).
struct CSeq {
  std::uint32_t number = 0;
  std::string method;
  bool operator==(const CSeq&) const = default;
};

/// A header without a field of its own in Headers. `name` is the long form, spelled canonically.
struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

/// What requests and responses share. The typed fields are the only home of their headers.
struct Headers {
  std::vector<Via> via;  ///< topmost first; never empty in a parsed message
  NameAddr from;
  NameAddr to;
  std::string from_line;  ///< of a message that came: the value as it came, which answers repeat;
  std::string to_line;    ///< printed instead of `from` and `to` where it is not empty
  std::string call_id;
  CSeq cseq;
  std::optional<std::uint32_t> max_forwards;
  std::vector<NameAddr> contact;
  bool contact_star = false;  ///< `Contact: *`
  std::vector<NameAddr> route;
  std::vector<NameAddr> record_route;
  std::optional<std::uint32_t> expires;  ///< seconds
  std::string content_type;              ///< of the body; "" with an empty body
  std::vector<Header> other;             ///< in the order written
  bool operator==(const Headers&) const = default;

  /// The first `other` header of that long name, without regard to case.
  std::optional<std::string_view> find(std::string_view name) const;
  /// Whether a comma-separated `other` header (Supported, Allow-Events…) has `token`.
  bool has_token(std::string_view name, std::string_view token) const;
};

/// A request; its headers are typed where anything depends on them.
struct Request {
  std::string method;
  Uri uri;
  Headers headers;
  std::string body;
  bool operator==(const Request&) const = default;
};

/// An answer, provisional (below 200) or final.
struct Response {
  int status = 0;  ///< 100 to 699
  std::string reason;
  Headers headers;
  std::string body;
  bool operator==(const Response&) const = default;
};

using Message = std::variant<Request, Response>;

/// The answer to a request that cannot be read: it repeats what came, so it is no Response.
struct ErrorReply {
  int status = 400;
  std::string reason;            ///< names the header and what is wrong with it
  Via via;                       ///< the topmost, as far as it can be read
  std::vector<Header> repeated;  ///< From, To, Call-ID, CSeq and further Vias, as they came
};
/// The bytes to send. The reason is the phrase of a 400, and stands in a Warning in any case.
std::string to_string(const ErrorReply& reply);

/// Why a datagram was refused, and what to tell its sender.
struct ParseError {
  std::string reason;
  /// The stateless answer (400, 416, 505…), where the datagram was a request, not an ACK, with a
  /// Via that says who asks. Send it to where the datagram came from.
  std::optional<ErrorReply> reply;
};

/// Parses one datagram (RFC 3261 §7, §18.3, §25). Strict in what we depend on (sip-and-media.md
/// §8.6): refused are a second From, To, Call-ID, CSeq or Max-Forwards, a CSeq of another method, a
/// Content-Length that is negative, not a number or beyond the datagram, a missing mandatory
/// header, a URI that is not sip:, sips: or tel: in the request line (416), a version other than
/// SIP/2.0 (505), more than 100 headers or 64 KiB. Liberal in the rest (decisions A12): From and To
/// are text but for their tag, headers we do not know are skipped unread, and Contact,
/// Record-Route and Expires matter only in requests that need them. Text is UTF-8 whatever came.
/// Compact header names and folded lines are understood, and lines that all end in LF alone; what
/// follows Content-Length octets of body is ignored.
Result<Message, ParseError> parse(std::string_view datagram);

/// The bytes to send. Content-Length is written from the body. Values holding CR or LF are never
/// written as such: a line break in a value becomes a space.
std::string to_string(const Request& request);
/// The same for an answer.
std::string to_string(const Response& response);

/// The reason phrase RFC 3261 §21 gives; "Unknown" beyond it.
std::string_view reason_phrase(int status);

/// A response to `request` as RFC 3261 §8.2.6.2 makes one: Via, From, To (with `to_tag` where it
/// has none and status is not 100), Call-ID, CSeq copied; Record-Route for 101 to 299.
Response respond(const Request& request, int status, std::string_view to_tag,
                 std::string_view reason = {});

}  // namespace earshot::sip
