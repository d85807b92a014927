#include "wire/sip/message.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "wire/sip/grammar.h"

namespace earshot::sip {
namespace {

struct Phrase {
  int status;
  std::string_view text;
};
/// RFC 3261 §21 and the extensions we speak.
constexpr std::array kPhrases{
    Phrase{100, "Trying"},
    Phrase{180, "Ringing"},
    Phrase{181, "Call Is Being Forwarded"},
    Phrase{182, "Queued"},
    Phrase{183, "Session Progress"},
    Phrase{200, "OK"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Notification"},
    Phrase{300, "Multiple Choices"},
    Phrase{301, "Moved Permanently"},
    Phrase{302, "Moved Temporarily"},
    Phrase{305, "Use Proxy"},
    Phrase{380, "Alternative Service"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{402, "Payment Required"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{406, "Not Acceptable"},
    Phrase{407, "Proxy Authentication Required"},
    Phrase{408, "Request Timeout"},
    Phrase{410, "Gone"},
    Phrase{412, "Conditional Request Failed"},
    Phrase{413, "Request Entity Too Large"},
    Phrase{414, "Request-URI Too Long"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{416, "Unsupported URI Scheme"},
    Phrase{420, "Bad Extension"},
    Phrase{421, "Extension Required"},
    Phrase{422, "Session Interval Too Small"},
    Phrase{423, "Interval Too Brief"},
    Phrase{480, "Temporarily Unavailable"},
    Phrase{481, "Call/Transaction Does Not Exist"},
    Phrase{482, "Loop Detected"},
    Phrase{483, "Too Many Hops"},
    Phrase{484, "Address Incomplete"},
    Phrase{485, "Ambiguous"},
    Phrase{486, "Busy Here"},
    Phrase{487, "Request Terminated"},
    Phrase{488, "Not Acceptable Here"},
    Phrase{489, "Bad Event"},
    Phrase{491, "Request Pending"},
    Phrase{493, "Undecipherable"},
    Phrase{500, "Server Internal Error"},
    Phrase{501, "Not Implemented"},
    Phrase{502, "Bad Gateway"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Server Time-out"},
    Phrase{505, "Version Not Supported"},
    Phrase{513, "Message Too Large"},
    Phrase{600, "Busy Everywhere"},
    Phrase{603, "Decline"},
    Phrase{604, "Does Not Exist Anywhere"},
    Phrase{606, "Not Acceptable"},
};

}  // namespace

std::optional<std::string_view> find_param(const Params& params, std::string_view name) {
  for (const Param& param : params)
    if (equal_without_case(param.name, name))
      return param.value ? std::string_view{*param.value} : std::string_view{};
  return std::nullopt;
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const Header& header : other)
    if (equal_without_case(header.name, name)) return header.value;
  return std::nullopt;
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
  for (const Header& header : other) {
    if (!equal_without_case(header.name, name)) continue;
    const bool absent = grammar::for_each_value(
        header.value, [token](std::string_view one) { return !equal_without_case(one, token); });
    if (!absent) return true;
  }
  return false;
}

std::string_view reason_phrase(int status) {
  for (const Phrase& phrase : kPhrases)
    if (phrase.status == status) return phrase.text;
  return "Unknown";
}

Response respond(const Request& request, int status, std::string_view to_tag,
                 std::string_view reason) {
  Response response;
  response.status = status;
  response.reason = reason.empty() ? reason_phrase(status) : reason;
  const Headers& from = request.headers;
  Headers& to = response.headers;
  to.via = from.via;
  to.from = from.from;
  to.to = from.to;
  to.from_line = from.from_line;
  to.to_line = from.to_line;
  to.call_id = from.call_id;
  to.cseq = from.cseq;
  if (status > 100 && !to_tag.empty() && !find_param(to.to.params, "tag")) {
    to.to.params.push_back({"tag", std::string{to_tag}});
    if (!to.to_line.empty()) to.to_line.append(";tag=").append(to_tag);
  }
  if (status > 100 && status < 300) to.record_route = from.record_route;
  return response;
}

}  // namespace earshot::sip
