#include "edge/signalling/sip_trace.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/log.h"
#include "base/text.h"

namespace earshot::signalling {
namespace {

constexpr std::string_view kHidden = "***";
/// Call-IDs remembered of a number: as many as calls it hardly has at once.
constexpr std::size_t kMaxCallIds = 1024;

/// Lines are cut at LF, and may end with CR.
std::string_view bare(std::string_view text) { return trimmed(text, " \t\r"); }

template <std::size_t n>
bool is_one_of(std::string_view text, const std::array<std::string_view, n>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// Line by line, folded lines joined; then the body.
struct Parts {
  std::vector<std::string> lines;
  std::string_view body;
};

Parts parts_of(std::string_view message) {
  Parts parts;
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    const std::string_view line = message.substr(0, end);
    message.remove_prefix(std::min(end + 1, message.size()));
    if (bare(line).empty()) {
      parts.body = message;
      break;
    }
    if (!parts.lines.empty() && (line.front() == ' ' || line.front() == '\t'))
      parts.lines.back().append(" ").append(bare(line));
    else
      parts.lines.emplace_back(bare(line));
  }
  return parts;
}

/// "from" of "From : <sip:…>"; "" of a start line.
std::string name_of(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string name = lowered(bare(line.substr(0, colon)));
  return name.find_first_of(" \t") == std::string::npos ? name : std::string{};
}

std::string_view value_of(std::string_view line) { return bare(line.substr(line.find(':') + 1)); }

/// The parameters of a digest, separated by commas: only those that prove nothing keep their value.
std::string masked_parameters(std::string_view text) {
  constexpr std::array<std::string_view, 10> kShown{"username",  "realm",    "nonce",  "uri",
                                                    "algorithm", "qop",      "opaque", "nc",
                                                    "stale",     "nextnonce"};
  std::string out;
  while (!text.empty()) {
    std::size_t end = 0;
    for (bool quoted = false; end < text.size() && (quoted || text[end] != ','); ++end) {
      if (quoted && text[end] == '\\')
        ++end;
      else if (text[end] == '"')
        quoted = !quoted;
    }
    end = std::min(end, text.size());
    const std::string_view one = bare(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = one.find('=');
    const std::string_view name = bare(one.substr(0, equals));
    if (!out.empty()) out += ", ";
    if (equals != std::string_view::npos && is_one_of(lowered(name), kShown))
      out += one;
    else
      out.append(equals == std::string_view::npos ? "" : name).append("=").append(kHidden);
  }
  return out;
}

std::string masked_credentials(std::string_view value) {
  const std::size_t space = std::min(value.find_first_of(" \t"), value.size());
  const std::string_view scheme = value.substr(0, space);
  std::string out{scheme};
  if (lowered(scheme) != "digest") return out.append(" ").append(kHidden);
  return out.append(" ").append(masked_parameters(bare(value.substr(space))));
}

/// Hides what follows `mark`, without regard to case, up to one of `ends`.
void hide_after(std::string& line, std::string_view mark, std::string_view ends) {
  for (std::size_t at = 0; (at = lowered(line).find(mark, at)) != std::string::npos;) {
    at += mark.size();
    const std::size_t end = std::min(line.find_first_of(ends, at), line.size());
    line.replace(at, end - at, kHidden);
    at += kHidden.size();
  }
}

/// "sip:ann:secret@host" (RFC 3261 §19.1.1), and digits dialled behind a number (RFC 3966).
void hide_in_uris(std::string& line) {
  for (const std::string_view scheme : {"sip:", "sips:"}) {
    for (std::size_t at = 0; (at = lowered(line).find(scheme, at)) != std::string::npos;) {
      at += scheme.size();
      const std::size_t host = line.find('@', at);
      const std::size_t stop = line.find_first_of("<> \t,\"", at);
      if (host == std::string::npos || stop < host) continue;
      const std::size_t colon = line.find(':', at);
      if (colon < host) line.replace(colon + 1, host - colon - 1, kHidden);
    }
  }
  hide_after(line, ";postd=", ";>@ ");
}

std::string masked_line(std::string line) {
  constexpr std::array<std::string_view, 2> kProving{"authorization", "proxy-authorization"};
  constexpr std::array<std::string_view, 2> kConfirming{"authentication-info",
                                                        "proxy-authentication-info"};
  const std::string name = name_of(line);
  const auto put = [&](std::string value) {
    line = std::string{bare(line.substr(0, line.find(':')))} + ": " + std::move(value);
  };
  if (is_one_of(name, kProving)) put(masked_credentials(value_of(line)));
  if (is_one_of(name, kConfirming)) put(masked_parameters(value_of(line)));
  hide_after(line, "response=\"", "\"");
  hide_in_uris(line);
  return line;
}

std::string type_of(std::string_view value) {
  return lowered(bare(value.substr(0, value.find(';'))));
}

std::string masked_sdp(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    std::string line{bare(body.substr(0, end))};
    body.remove_prefix(std::min(end + 1, body.size()));
    for (const std::string_view secret : {"k=", "a=crypto:", "a=ice-pwd:", "a=key-mgmt:"})
      if (lowered(line).starts_with(secret))
        line.replace(secret.size(), line.size() - secret.size(), kHidden);
    out += line + "\r\n";
  }
  return out;
}

std::string not_shown(std::string_view body, const std::string& type) {
  return "[" + std::to_string(body.size()) + " octets of " + (type.empty() ? "no type" : type) +
         " are not shown]\r\n";
}

std::string masked_body(std::string_view body, std::string_view content_type);

/// RFC 2046 §5.1: each part has a head and a body of its own.
std::string masked_multipart(std::string_view body, std::string_view content_type) {
  const std::size_t at = lowered(content_type).find("boundary=");
  if (at == std::string_view::npos) return not_shown(body, type_of(content_type));
  std::string_view boundary = bare(content_type.substr(at + 9));
  boundary = boundary.starts_with('"') ? boundary.substr(1, boundary.find('"', 1) - 1)
                                       : bare(boundary.substr(0, boundary.find(';')));
  if (boundary.empty()) return not_shown(body, type_of(content_type));
  const std::string mark = "--" + std::string{boundary};
  std::string out;
  for (std::size_t begin = body.find(mark); begin != std::string_view::npos;) {
    begin += mark.size();
    if (body.substr(begin).starts_with("--")) return out + mark + "--\r\n";
    const std::size_t end = body.find(mark, begin);
    std::string_view part = body.substr(begin, end == body.npos ? body.npos : end - begin);
    part.remove_prefix(std::min(part.find('\n') + 1, part.size()));
    const Parts inside = parts_of(part);
    std::string type = "text/plain";
    out += mark + "\r\n";
    for (const std::string& line : inside.lines) {
      if (name_of(line) == "content-type") type = value_of(line);
      out += masked_line(line) + "\r\n";
    }
    out += "\r\n" + (type_of(type).starts_with("multipart/") ? not_shown(inside.body, type_of(type))
                                                             : masked_body(inside.body, type));
    begin = end;
  }
  return out;
}

std::string masked_body(std::string_view body, std::string_view content_type) {
  if (bare(body).empty()) return {};
  const std::string type = type_of(content_type);
  if (type == "application/sdp") return masked_sdp(body);
  if (type.starts_with("multipart/")) return masked_multipart(body, content_type);
  return not_shown(body, type);
}

/// Whether a URI in `line` has `number` for its user.
bool names(std::string_view line, std::string_view number) {
  for (std::size_t at = 0; (at = line.find(number, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + number.size();
    if (at > 0 && line[at - 1] == ':' &&
        (end == line.size() ||
         std::string_view{"@;>:? "}.find(line[end]) != std::string_view::npos))
      return true;
  }
  return false;
}

}  // namespace

std::string masked(std::string_view message) {
  const Parts parts = parts_of(message);
  std::string out;
  std::string_view type;
  for (const std::string& line : parts.lines) {
    const std::string name = name_of(line);
    if (name == "content-type" || name == "c") type = value_of(line);
    out += masked_line(line) + "\r\n";
  }
  return out + "\r\n" + masked_body(parts.body, type);
}

bool SipTrace::is_wanted(std::string_view message) {
  if (number_.empty()) return true;
  constexpr std::array<std::string_view, 8> kNaming{
      "from",     "f", "to", "t", "p-asserted-identity", "p-preferred-identity", "remote-party-id",
      "diversion"};
  const Parts parts = parts_of(message);
  std::string call_id;
  bool named = !parts.lines.empty() && names(parts.lines.front(), number_);
  for (const std::string& line : parts.lines) {
    const std::string name = name_of(line);
    if (name == "call-id" || name == "i") call_id = value_of(line);
    if (is_one_of(name, kNaming)) named = named || names(line, number_);
  }
  if (!named) return call_ids_.contains(call_id);
  if (call_ids_.insert(call_id).second) oldest_.push_back(call_id);
  if (oldest_.size() > kMaxCallIds) {
    call_ids_.erase(oldest_.front());
    oldest_.pop_front();
  }
  return true;
}

void SipTrace::tell(std::string_view what, std::string_view way, std::string_view message,
                    const Endpoint& peer) {
  if (is_wanted(message)) log_trace(what, {{way, peer.to_string()}, {"text", masked(message)}});
}

}  // namespace earshot::signalling
