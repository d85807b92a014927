#include "wire/sip/field.h"
#include "wire/sip/grammar.h"

namespace earshot::sip {
namespace {

constexpr std::size_t kUsualSize = 1024;

void append_number(std::string& out, std::string_view name, std::uint64_t value) {
  out.append(name).append(": ").append(std::to_string(value)).append("\r\n");
}

void append_text(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  grammar::append_clean(out, value);
  out.append("\r\n");
}

void append_address(std::string& out, std::string_view name, const NameAddr& address) {
  out.append(name).append(": ");
  grammar::append_name_addr(out, address);
  out.append("\r\n");
}

/// As it came, where it came.
void append_party(std::string& out, std::string_view name, const NameAddr& party,
                  std::string_view line) {
  if (line.empty()) return append_address(out, name, party);
  out.append(name).append(": ").append(line).append("\r\n");
}

/// A header of the typed fields, or one whose name is no token, has no place among the others.
bool is_writable(const Header& header) {
  if (!grammar::is_token(header.name)) return false;
  const auto known = known_field(header.name);
  return !known || known->field == Field::Other;
}

void append_headers(std::string& out, const Headers& headers, std::string_view body) {
  for (const Via& via : headers.via) {
    out += "Via: ";
    grammar::append_via(out, via);
    out += "\r\n";
  }
  for (const NameAddr& route : headers.route) append_address(out, "Route", route);
  for (const NameAddr& route : headers.record_route) append_address(out, "Record-Route", route);
  if (headers.max_forwards) append_number(out, "Max-Forwards", *headers.max_forwards);
  append_party(out, "From", headers.from, headers.from_line);
  append_party(out, "To", headers.to, headers.to_line);
  append_text(out, "Call-ID", headers.call_id);
  out.append("CSeq: ").append(std::to_string(headers.cseq.number)).append(" ");
  grammar::append_clean(out, headers.cseq.method);
  out += "\r\n";
  if (headers.contact_star) out += "Contact: *\r\n";
  for (const NameAddr& contact : headers.contact) append_address(out, "Contact", contact);
  if (headers.expires) append_number(out, "Expires", *headers.expires);
  for (const Header& header : headers.other)
    if (is_writable(header)) append_text(out, header.name, header.value);
  if (!body.empty() && !headers.content_type.empty())
    append_text(out, "Content-Type", headers.content_type);
  append_number(out, "Content-Length", body.size());
  out.append("\r\n").append(body);
}

}  // namespace

std::string to_string(const Request& request) {
  std::string out;
  out.reserve(kUsualSize + request.body.size());
  grammar::append_clean(out, request.method);
  out += ' ';
  grammar::append_uri(out, request.uri);
  out += " SIP/2.0\r\n";
  append_headers(out, request.headers, request.body);
  return out;
}

std::string to_string(const ErrorReply& reply) {
  std::string out = "SIP/2.0 " + std::to_string(reply.status) + " ";
  grammar::append_clean(
      out, reply.status == 400 ? std::string_view{reply.reason} : reason_phrase(reply.status));
  out += "\r\nVia: ";
  grammar::append_via(out, reply.via);
  out += "\r\n";
  for (const Header& header : reply.repeated)
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  append_text(out, "Warning", "399 earshot \"" + reply.reason + "\"");  // RFC 3261 §20.43
  out += "Content-Length: 0\r\n\r\n";
  return out;
}

std::string to_string(const Response& response) {
  std::string out;
  out.reserve(kUsualSize + response.body.size());
  out.append("SIP/2.0 ").append(std::to_string(response.status)).append(" ");
  grammar::append_clean(out, response.reason);
  out += "\r\n";
  append_headers(out, response.headers, response.body);
  return out;
}

}  // namespace earshot::sip
