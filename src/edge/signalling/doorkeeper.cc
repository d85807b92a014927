#include "edge/signalling/doorkeeper.h"

#include <algorithm>
#include <string>

#include "base/log.h"
#include "edge/signalling/answers.h"

namespace earshot::signalling {
namespace {

constexpr std::size_t kLongestUser = 80;  ///< in the log

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

/// Softphones that fail on any challenge for SHA-256, wherever it stands (libre before 2.0).
bool knows_md5_alone(std::string_view user_agent) {
  return user_agent.starts_with("baresip v0.") || user_agent.starts_with("baresip v1.");
}

/// sipsak names itself "5001@" where it is told no user name of its own, and hashes that too.
std::string_view named_user(std::string_view username) {
  return username.substr(0, username.size() - (username.ends_with('@') ? 1 : 0));
}

/// The same for the repeats of a request, so that they get the same nonce.
std::string seed_of(const sip::Request& request, const Endpoint& from) {
  const sip::Headers& headers = request.headers;
  std::string seed = from.to_string();
  seed.append("\n").append(headers.call_id).append("\n").append(headers.from.tag());
  seed.append("\n").append(headers.via.front().branch());
  return seed;
}

/// When a nonce handed out now says it was issued.
TimePoint issue_time(TimePoint now, Duration lifetime) {
  const Duration step = std::clamp<Duration>(lifetime / 8, milliseconds{1}, seconds{8});
  return now - now.time_since_epoch() % step;
}

/// Whether the digest was made for this request's target. Only the user part: phones and the
/// proxies before us write hosts and ports in several ways.
bool same_target(std::string_view digest_uri, const sip::Uri& target) {
  const auto uri = sip::parse_uri(digest_uri);
  return uri && uri->user == target.user && uri->other == target.other;
}

}  // namespace

sip::Response Doorkeeper::challenge(const sip::Request& request, std::string_view to_tag,
                                    const Endpoint& from, bool stale) {
  const std::string& number = request.headers.from.uri.user;
  const std::string_view user_agent = request.headers.find("User-Agent").value_or("");
  const bool md5_only = knows_md5_alone(user_agent) || challenged_.gave_up(from, number);
  challenged_.add(from, number, user_agent);
  sip::Response response = answer_to(request, 401, to_tag);
  const TimePoint issued = issue_time(ground_.loop.now(), ground_.settings.nonce_lifetime);
  for (std::string& value : verifier_.challenges(issued, stale, md5_only, seed_of(request, from)))
    response.headers.other.push_back({"WWW-Authenticate", std::move(value)});
  return response;
}

/// Whether a phone that proved to be `device` is at exactly that address.
bool Doorkeeper::is_bound(const Device* device, const Endpoint& from) const {
  if (!device) return false;
  const std::vector<Binding> bindings = registrar_.bindings(device->id);
  return std::any_of(bindings.begin(), bindings.end(),
                     [&](const Binding& binding) { return binding.source == from; });
}

void Doorkeeper::log_failure(const sip::Request& request, const std::string& user,
                             const Device* device, const Endpoint& from, int status,
                             std::string_view why) {
  LogGate& gate = refusals_.of(from);
  if (!gate.pass(ground_.loop.now())) return;
  log(LogLevel::Warn, "SIP authentication failed",
      {{"op", request.method},
       {"user", user.substr(0, kLongestUser)},
       {"number", device ? device->phone_number : ""},
       {"from", from.to_string()},
       {"sip_code", status},
       {"reason", why},
       {"unlogged", gate.take_swallowed()}});
}

std::variant<const Device*, sip::Response> Doorkeeper::admit(const sip::Request& request,
                                                             std::string_view to_tag,
                                                             const Endpoint& from) {
  using Verdict = sip::DigestVerifier::Verdict;
  const auto credentials = credentials_in(request.headers, ground_.settings.realm);
  if (!credentials) return challenge(request, to_tag, from, false);
  challenged_.answered(from, request.headers.from.uri.user);

  const Device* device = ground_.directory->device_of_sip_user(named_user(credentials->username));
  const std::string& user = credentials->username;
  if (const TimePoint now = ground_.loop.now();
      !guesses_.are_allowed(from, user, now) && !is_bound(device, from)) {
    log_failure(request, user, device, from, 503, "too many wrong passwords; not looked at yet");
    return answer_to(request, 503, to_tag,
                     {{"Retry-After", std::to_string(ground_.settings.retry_after.count())}});
  }
  const std::optional<std::string_view> password =
      device ? std::optional<std::string_view>{device->sip_password} : std::nullopt;
  Verdict verdict = verifier_.verify(*credentials, request.method, password, ground_.loop.now());
  std::string_view why =
      device ? "wrong password; once after a restart: the answer to an old challenge"
             : "no device has this SIP user name";
  if (verdict == Verdict::Good && !same_target(credentials->uri, request.uri)) {
    verdict = Verdict::Wrong;
    why = "its digest was made for another address than the one called";
  }
  switch (verdict) {
    case Verdict::Good:
      guesses_.forgive(from, user);
      return device;
    case Verdict::Expired:
    case Verdict::Replayed:
      return challenge(request, to_tag, from, true);
    case Verdict::Wrong:
      break;
  }
  guesses_.add(from, user, ground_.loop.now());
  log_failure(request, user, device, from, 401, why);
  return challenge(request, to_tag, from, false);
}

}  // namespace earshot::signalling
