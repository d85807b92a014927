#include "edge/signalling/answers.h"

#include <algorithm>

#include "base/text.h"
#include "edge/signalling/session_media.h"
#include "wire/sip/body.h"

namespace earshot::signalling {
namespace {

std::string_view before(std::string_view text, char end) {
  return trimmed(text.substr(0, text.find(end)));
}

/// kAllow is written with ", " between names that hold neither.
bool is_known(std::string_view method) {
  std::string_view rest = kAllow;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(", "), rest.size());
    if (rest.substr(0, end) == method) return true;
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return false;
}

/// All Require and Proxy-Require tokens, as one list; "" where there is none.
std::string required(const sip::Headers& headers) {
  std::string tokens;
  for (const sip::Header& header : headers.other)
    if ((header.name == "Require" || header.name == "Proxy-Require") &&
        header.value.find_first_not_of(", \t") != std::string::npos)
      tokens.append(tokens.empty() ? "" : ", ").append(trimmed(header.value));
  return tokens;
}

/// Without an Accept, SDP is taken (RFC 3261 §20.1).
bool takes_sdp(const sip::Headers& headers) {
  bool says = false;
  for (const sip::Header& header : headers.other) {
    if (header.name != "Accept" || trimmed(header.value).empty()) continue;
    says = true;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      const std::string_view range = before(rest.substr(0, end), ';');
      for (const std::string_view good :
           {kSdp, std::string_view{"application/*"}, std::string_view{"*/*"}})
        if (equal_without_case(range, good)) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return !says;
}

}  // namespace

sip::Response answer_to(const sip::Request& request, int status, std::string_view to_tag,
                        std::initializer_list<sip::Header> headers) {
  sip::Response response = sip::respond(request, status, to_tag);
  response.headers.other.insert(response.headers.other.end(), headers.begin(), headers.end());
  return response;
}

void keep_session(sip::Headers& headers, std::string& body) {
  if (body.empty()) return;
  const std::string sdp{sip::session_of(headers, body).sdp};
  body = sdp;
  headers.content_type = sdp.empty() ? std::string_view{} : kSdp;
}

bool is_sdp_or_empty(const sip::Request& request) {
  if (request.body.empty()) return true;
  const auto encoding = request.headers.find("Content-Encoding");
  if (encoding && !equal_without_case(trimmed(*encoding), "identity")) return false;
  return equal_without_case(before(request.headers.content_type, ';'), kSdp);
}

std::optional<sip::Response> screen(const sip::Request& request, std::string_view to_tag) {
  if (!is_known(request.method))
    return answer_to(request, 405, to_tag, {{"Allow", std::string{kAllow}}});
  if (request.headers.to.tag().empty() && request.headers.max_forwards == 0u)
    return answer_to(request, 483, to_tag);
  if (std::string extensions = required(request.headers); !extensions.empty())
    return answer_to(request, 420, to_tag, {{"Unsupported", std::move(extensions)}});
  if (request.method == "REGISTER" && !request.headers.to.uri.is_sip())
    return answer_to(request, 400, to_tag,
                     {{"Warning", "399 earshot \"To must be a sip: or sips: address\""}});
  const bool may_offer = request.method == "INVITE" || request.method == "UPDATE";
  if (may_offer && sip::session_of(request.headers, request.body).is_refused)
    return answer_to(
        request, 415, to_tag,
        {{"Accept", std::string{kAccept}},
         {"Warning", "399 earshot \"the body, or a part of it, must be understood and is not\""}});
  if (request.method == "INVITE" && !takes_sdp(request.headers))
    return answer_to(request, 406, to_tag,
                     {{"Warning", "399 earshot \"Accept must include application/sdp\""}});
  return std::nullopt;
}

std::optional<sip::Response> refuse_call(const sip::Request& invite, std::string_view to_tag) {
  const auto refuse = [&](int status, std::string_view warning) {
    return answer_to(invite, status, to_tag, {{"Warning", std::string{warning}}});
  };
  if (invite.headers.contact.empty() || !invite.headers.contact.front().uri.is_sip())
    return refuse(400, "399 earshot \"Contact must be a sip: or sips: address\"");
  if (sip::number_in(invite.uri).empty())
    return refuse(404, "399 earshot \"the request URI has no number\"");
  if (invite.body.empty()) return std::nullopt;
  const auto usable = check_offer(invite.body);
  if (usable) return std::nullopt;
  return answer_to(invite, usable.error().status, to_tag, {warning_of(usable.error())});
}

std::string reason_of(const sip::Response& refusal) {
  if (const auto warning = refusal.headers.find("Warning")) {
    const std::size_t begin = warning->find('"') + 1;
    return std::string{warning->substr(begin, warning->rfind('"') - begin)};
  }
  std::string reason{sip::reason_phrase(refusal.status)};
  if (const auto unsupported = refusal.headers.find("Unsupported"))
    reason.append(": ").append(*unsupported);
  return reason;
}

sip::Response capabilities(const sip::Request& request, std::string_view to_tag) {
  return answer_to(request, 200, to_tag,
                   {{"Allow", std::string{kAllow}},
                    {"Accept", std::string{kAccept}},
                    {"Accept-Encoding", "identity"},
                    {"Supported", ""}});
}

sip::Response idle_answer(const sip::Request& request, std::string_view to_tag, bool in_dialog) {
  if (request.method == "OPTIONS") return capabilities(request, to_tag);
  // Keep-alives of phones behind a NAT; to anything else nobody here is subscribed.
  if (request.method == "NOTIFY") {
    const auto event = request.headers.find("Event");
    const bool keep_alive = event && equal_without_case(before(*event, ';'), "keep-alive");
    return answer_to(request, keep_alive ? 200 : 489, to_tag);
  }
  // Digits come as RFC 4733 events; saying 200 to those in an INFO would swallow them unnoticed.
  if (request.method == "INFO" && in_dialog)
    return request.body.empty() ? answer_to(request, 200, to_tag)
                                : answer_to(request, 415, to_tag, {{"Accept", ""}});
  return answer_to(request, 481, to_tag);
}

}  // namespace earshot::signalling
