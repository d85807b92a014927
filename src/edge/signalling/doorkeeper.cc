#include "edge/signalling/doorkeeper.h"

#include <string>

#include "base/log.h"
#include "edge/signalling/answers.h"

namespace earshot::signalling {
namespace {

/// The credentials for our realm; a phone behind a proxy may carry others' as well.
std::optional<sip::DigestCredentials> credentials_in(const sip::Headers& headers,
                                                     std::string_view realm) {
  for (const sip::Header& header : headers.other) {
    if (header.name != "Authorization") continue;
    auto credentials = sip::parse_credentials(header.value);
    if (credentials && credentials->realm == realm) return credentials;
  }
  return std::nullopt;
}

/// Whether the digest was made for this request's target. Only the user part: phones and the
/// proxies before us write hosts and ports in several ways.
bool same_target(std::string_view digest_uri, const sip::Uri& target) {
  const auto uri = sip::parse_uri(digest_uri);
  return uri && uri->user == target.user;
}

}  // namespace

sip::Response Doorkeeper::challenge(const sip::Request& request, std::string_view to_tag,
                                    bool stale) const {
  sip::Response response = answer_to(request, 401, to_tag);
  for (std::string& value : verifier_.challenges(ground_.loop.now(), stale))
    response.headers.other.push_back({"WWW-Authenticate", std::move(value)});
  return response;
}

std::variant<const Device*, sip::Response> Doorkeeper::admit(const sip::Request& request,
                                                             std::string_view to_tag,
                                                             const Endpoint& from) {
  using Verdict = sip::DigestVerifier::Verdict;
  const auto credentials = credentials_in(request.headers, ground_.settings.realm);
  if (!credentials) return challenge(request, to_tag, false);

  const Device* device = ground_.directory.device_of_sip_user(credentials->username);
  const std::optional<std::string_view> password =
      device ? std::optional<std::string_view>{device->sip_password} : std::nullopt;
  Verdict verdict = verifier_.verify(*credentials, request.method, password, ground_.loop.now());
  if (verdict == Verdict::Good && !same_target(credentials->uri, request.uri))
    verdict = Verdict::Wrong;
  switch (verdict) {
    case Verdict::Good:
      if (device) return device;
      return challenge(request, to_tag, false);
    case Verdict::Expired:
    case Verdict::Replayed:
      return challenge(request, to_tag, true);
    case Verdict::Wrong:
      break;
  }
  if (refusals_.pass(ground_.loop.now()))
    log(LogLevel::Warn, "a phone failed to prove itself",
        {{"op", request.method},
         {"user", credentials->username},
         {"number", device ? device->phone_number : ""},
         {"from", from.to_string()},
         {"sip_code", 401},
         {"unlogged", refusals_.take_swallowed()}});
  return challenge(request, to_tag, false);
}

}  // namespace earshot::signalling
