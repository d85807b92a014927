#include "edge/signalling/admission.h"

#include <utility>
#include <vector>

#include "base/log.h"
#include "edge/signalling/answers.h"
#include "wire/sip/stateless_reply.h"

namespace earshot::signalling {
namespace {

/// Requests within one leg's dialog that are open at once (32 s each), digits and keep-alives by
/// INFO among them; and as many more BYEs, which always have room.
constexpr std::size_t kMostWithinLeg = 100;

bool is_own_number(const sip::Uri& from, const Device& device) {
  const std::string number = sip::number_in(from);
  return from.user == device.sip_user || number == device.sip_user || number == device.phone_number;
}

std::optional<sip::Response> check_call(const sip::Request& invite, std::string_view tag) {
  sip::Request call = invite;
  keep_session(call.headers, call.body);
  return refuse_call(call, tag);
}

}  // namespace

Admission::Verdict Admission::judge(const sip::Request& request, const Endpoint& from) {
  const std::string tag = sip::repeatable_tag(request);
  if (auto refusal = screen(request, tag)) return *std::move(refusal);
  if (!request.headers.to.tag().empty()) return judge_within(request, from);
  if (ground_.stopping)
    return refuse_for_now(request, from, tag, "request refused: the server is stopping");
  const bool invite = request.method == "INVITE";
  if (!invite && request.method != "REGISTER") return idle_answer(request, tag, false);
  if (invite && legs_.is_merged(request.headers)) return answer_to(request, 482, tag);
  if (invite && legs_.is_full())
    return refuse_for_now(request, from, tag, "call refused: there are too many calls");
  const Trunk* trunk = invite ? trunk_of(request, from) : nullptr;
  return trunk ? judge_trunk(request, from, tag, *trunk) : judge_device(request, from, tag);
}

/// A leg's requests take room from no other leg.
Admission::Verdict Admission::judge_within(const sip::Request& request, const Endpoint& from) {
  const std::string_view tag = request.headers.to.tag();
  const LegName* leg = legs_.leg_named(request.headers);
  if (!leg) return answer_to(request, 481, tag);
  return charge(request, from, tag, {"leg " + std::to_string(leg->line.value)},
                {request.method == "BYE" ? 2 * kMostWithinLeg : kMostWithinLeg,
                 "request refused: too many are open within one call", false});
}

Admission::Verdict Admission::judge_trunk(const sip::Request& invite, const Endpoint& from,
                                          std::string_view tag, const Trunk& trunk) {
  if (auto refusal = check_call(invite, tag)) return *std::move(refusal);
  return charge(invite, from, tag, {"trunk " + trunk.id.value, nullptr, &trunk},
                {ground_.settings.requests_per_trunk,
                 "call refused: the trunk sends too many requests (sip.requests_per_trunk)"});
}

Admission::Verdict Admission::judge_device(const sip::Request& request, const Endpoint& from,
                                           std::string_view tag) {
  auto admitted = doorkeeper_.admit(request, tag, from);
  if (auto* refusal = std::get_if<sip::Response>(&admitted)) return std::move(*refusal);
  const Device& device = *std::get<const Device*>(admitted);
  if (request.method == "INVITE") {
    if (!is_own_number(request.headers.from.uri, device))
      return answer_to(request, 403, tag,
                       {{"Warning", "399 earshot \"From names another than who proved to call\""}});
    if (legs_.calls_of(device.id) >= ground_.settings.calls_per_device)
      return refuse_for_now(request, from, tag, "call refused: the device has too many calls");
    if (auto refusal = check_call(request, tag)) return *std::move(refusal);
  }
  return charge(request, from, tag, {"device " + device.id.value, &device},
                {ground_.settings.requests_per_device,
                 "request refused: the phone sends too many requests (sip.requests_per_device)"});
}

/// The trunk that calls. Who names a device of ours in From is asked to prove it, wherever they
/// call from: a trunk may stand on the host of a phone, or of the proxy before our phones.
const Trunk* Admission::trunk_of(const sip::Request& invite, const Endpoint& from) const {
  const Directory& directory = *ground_.directory;
  const sip::Uri& caller = invite.headers.from.uri;
  const std::string number = sip::number_in(caller);
  if (directory.device_of_sip_user(caller.user) || directory.device_of_sip_user(number) ||
      directory.device_numbered(number))
    return nullptr;
  return directory.trunk_at(from);
}

Admission::Verdict Admission::charge(const sip::Request& request, const Endpoint& from,
                                     std::string_view tag, Sender sender, const Bound& bound) {
  const std::size_t open = ground_.layer.charged_to(sender.account);
  const TimePoint now = ground_.loop.now();
  if (open < bound.most && (!bound.is_paced || pace_.admits(sender.account, bound.most, now)))
    return sender;
  tell(LogLevel::Warn, bound.refusal, request, from, crowds_.of(from),
       {{"whose", sender.account}, {"open", std::int64_t(open)}, {"sip_code", 503}});
  return busy(request, tag);
}

sip::Response Admission::refuse_for_now(const sip::Request& request, const Endpoint& from,
                                        std::string_view tag, std::string_view why) {
  tell(LogLevel::Warn, why, request, from, overloads_.of(from), {{"sip_code", 503}});
  return busy(request, tag);
}

sip::Response Admission::busy(const sip::Request& request, std::string_view tag) const {
  return answer_to(request, 503, tag,
                   {{"Retry-After", std::to_string(ground_.settings.retry_after.count())}});
}

void Admission::tell_refusal(const sip::Request& request, const sip::Response& refusal,
                             const Endpoint& from) {
  const int status = refusal.status;
  if (status < 300 || status == 401 || status == 481 || status == 482 || status == 503) return;
  const bool matters = request.method == "INVITE" || request.method == "REGISTER";
  tell(matters ? LogLevel::Warn : LogLevel::Info, "SIP request refused", request, from,
       refused_.of(from), {{"reason", reason_of(refusal)}, {"sip_code", status}});
}

/// A line about a request: within a call it names the call.
void Admission::tell(LogLevel level, std::string_view what, const sip::Request& request,
                     const Endpoint& from, LogGate& gate, std::initializer_list<LogField> more) {
  if (!gate.pass(ground_.loop.now())) return;
  std::vector<LogField> fields{{"op", request.method}};
  if (const LegName* leg = legs_.leg_named(request.headers)) {
    fields.push_back({"call_id", leg->call.value});
    fields.push_back({"leg_id", std::int64_t(leg->line.value)});
    fields.push_back({"number", leg->number});
  } else {
    fields.push_back({"number", sip::number_in(request.headers.from.uri)});
  }
  fields.push_back({"from", from.to_string()});
  fields.insert(fields.end(), more.begin(), more.end());
  fields.push_back({"unlogged", gate.take_swallowed()});
  log(level, what, fields);
}

void Admission::tell_unread(std::string_view reason, int status, const Endpoint& from) {
  LogGate& gate = refused_.of(from);
  if (!gate.pass(ground_.loop.now())) return;
  log(LogLevel::Warn, status == 0 ? "SIP message dropped" : "SIP message refused",
      {{"from", from.to_string()},
       {"reason", reason},
       {"sip_code", status},
       {"unlogged", gate.take_swallowed()}});
}

}  // namespace earshot::signalling
