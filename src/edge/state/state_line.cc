#include "edge/state/state_line.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <utility>

#include "base/digest_hash.h"
#include "base/json.h"
#include "base/number.h"
#include "base/utf8.h"
#include "view/supervision_names.h"

namespace earshot::state {
namespace {

using Bad = Error<std::string>;
constexpr std::size_t kChecksumDigits = 8;
constexpr milliseconds kLongest = std::chrono::days{366};  ///< that anything is granted for
constexpr std::array kAgentStates{std::pair{AgentState::LoggedOut, "LoggedOut"},
                                  std::pair{AgentState::Ready, "Ready"},
                                  std::pair{AgentState::NotReady, "NotReady"},
                                  std::pair{AgentState::AfterCallWork, "AfterCallWork"},
                                  std::pair{AgentState::AuxWork, "AuxWork"}};

std::string checked(const json::object& object) {
  const std::string text = json::serialize(object);
  return sha256_hex(text).substr(0, kChecksumDigits) + " " + text + "\n";
}

std::int64_t ms_of(WallTime time) { return time.time_since_epoch().count(); }

std::int64_t ms_of(TimePoint time, const Moment& written) {
  return ms_of(written.day + std::chrono::ceil<milliseconds>(time - written.loop));
}

json::object binding_json(const KeptBinding& binding, const Moment& written) {
  return {{"contact", to_utf8(binding.contact)},
          {"source", binding.source.to_string()},
          {"talk", binding.talk},
          {"callId", to_utf8(binding.call_id)},
          {"cseq", binding.cseq},
          {"expires", ms_of(binding.expires_at, written)}};
}

json::object monitoring_json(const MonitoringSubscription& subscription) {
  return {{"mode", view::wire_name(subscription.state)},
          {"calls", view::wire_name(subscription.mode)},
          {"scope", view::wire_name(subscription.scope)},
          {"target", subscription.target.value}};
}

/// Reads members of one object; the first that is missing or wrong is remembered.
class Members {
 public:
  Members(const json::object& of, std::string& fault) : of_(of), fault_(fault) {}

  std::string text(std::string_view name) {
    const auto* found = json::find_string(of_, name);
    if (!found) refuse(name);
    return found ? std::string{*found} : std::string{};
  }
  std::int64_t number(std::string_view name, std::int64_t most) {
    const auto* found = json::find(of_, name);
    const auto* value = found ? found->if_int64() : nullptr;
    if (value && *value >= 0 && *value <= most) return *value;
    refuse(name);
    return 0;
  }
  bool truth(std::string_view name) {
    const auto* found = json::find(of_, name);
    const auto* value = found ? found->if_bool() : nullptr;
    if (!value) refuse(name);
    return value && *value;
  }
  Endpoint endpoint(std::string_view name) {
    const std::string whole = text(name);
    const std::size_t colon = std::min(whole.rfind(':'), whole.size());
    const auto port = whole_number<std::uint16_t>(
        std::string_view{whole}.substr(std::min(colon + 1, whole.size())));
    const auto read = port ? Endpoint::parse(whole.substr(0, colon), *port) : std::nullopt;
    if (!read) refuse(name);
    return read.value_or(Endpoint{});
  }
  WallTime day(std::string_view name) {
    constexpr std::int64_t kYear9999 = 253'402'300'799'999;
    return WallTime{milliseconds{number(name, kYear9999)}};
  }
  /// A time ahead when it was written, on the loop's clock of now. In the past: no later than now.
  TimePoint ahead(std::string_view name, WallTime written, const Moment& now) {
    const WallTime at = day(name);
    const milliseconds granted = at - written;
    if (granted > kLongest) refuse(name);
    return now.loop +
           std::clamp(at - now.day, milliseconds{}, std::clamp(granted, milliseconds{}, kLongest));
  }
  /// The value that has that name.
  template <class Value, class Named>
  Value named(std::string_view name, const Named& find) {
    const std::optional<Value> found = find(text(name));
    if (!found) refuse(name);
    return found.value_or(Value{});
  }
  const json::value* find(std::string_view name) const { return json::find(of_, name); }
  void refuse(std::string_view name) {
    if (fault_.empty()) fault_ = std::string{name} + " is missing or damaged";
  }

 private:
  const json::object& of_;
  std::string& fault_;
};

std::optional<AgentState> agent_state_named(std::string_view name) {
  for (const auto& [state, known] : kAgentStates)
    if (name == known) return state;
  return std::nullopt;
}

KeptBinding read_binding(Members binding, WallTime written, const Moment& now) {
  KeptBinding read;
  read.contact = binding.text("contact");
  read.source = binding.endpoint("source");
  read.talk = binding.truth("talk");
  read.call_id = binding.text("callId");
  read.cseq =
      static_cast<std::uint32_t>(binding.number("cseq", std::numeric_limits<std::uint32_t>::max()));
  read.expires_at = binding.ahead("expires", written, now);
  return read;
}

KeptPhone read_phone(Members line, WallTime written, const Moment& now, std::string& fault) {
  KeptPhone phone{DeviceId{line.text("phone")}, {}, {}};
  const auto* bindings = line.find("bindings");
  if (!bindings || !bindings->is_array()) {
    line.refuse("bindings");
    return phone;
  }
  for (const json::value& each : bindings->get_array()) {
    if (!each.is_object()) {
      line.refuse("bindings");
      break;
    }
    auto binding = read_binding(Members{each.get_object(), fault}, written, now);
    if (binding.expires_at > now.loop) phone.bindings.push_back(std::move(binding));
  }
  phone.credentials = line.text("credentials");
  return phone;
}

MonitoringSubscription read_monitoring(Members monitoring) {
  MonitoringSubscription read;
  read.state = monitoring.named<SupervisorMode>("mode", view::supervisor_mode_named);
  read.mode = monitoring.named<MonitoringMode>("calls", view::monitoring_mode_named);
  read.scope = monitoring.named<MonitoringScope>("scope", view::monitoring_scope_named);
  read.target = DeviceId{monitoring.text("target")};
  return read;
}

KeptStation read_station(Members line, WallTime written, const Moment& now, std::string& fault) {
  KeptStation station;
  station.device = DeviceId{line.text("station")};
  station.agent_state = line.named<AgentState>("state", agent_state_named);
  if (const auto* monitoring = line.find("monitoring")) {
    if (monitoring->is_object())
      station.monitoring = read_monitoring(Members{monitoring->get_object(), fault});
    else
      line.refuse("monitoring");
  }
  if (line.find("defined")) station.defined = AgentStateId{line.text("defined")};
  if (line.find("reason")) station.reason = line.text("reason");
  if (line.find("until")) station.wrap_up_until = line.ahead("until", written, now);
  if (line.find("doNotDisturb")) station.do_not_disturb = line.truth("doNotDisturb");
  if (line.find("forwardTo")) station.forward_to = line.text("forwardTo");
  return station;
}

}  // namespace

std::string line_of(const KeptPhone& phone, const Moment& written) {
  json::array bindings;
  for (const auto& binding : phone.bindings) bindings.push_back(binding_json(binding, written));
  return checked({{"phone", phone.device.value},
                  {"at", ms_of(written.day)},
                  {"credentials", phone.credentials},
                  {"bindings", std::move(bindings)}});
}

std::string line_of(const KeptStation& station, const Moment& written) {
  json::object line{{"station", station.device.value}, {"at", ms_of(written.day)}};
  for (const auto& [state, name] : kAgentStates)
    if (state == station.agent_state) line["state"] = name;
  if (station.monitoring) line["monitoring"] = monitoring_json(*station.monitoring);
  if (!station.defined.empty()) line["defined"] = station.defined.value;
  if (!station.reason.empty()) line["reason"] = station.reason;
  if (station.wrap_up_until) line["until"] = ms_of(*station.wrap_up_until, written);
  if (station.do_not_disturb) line["doNotDisturb"] = true;
  if (!station.forward_to.empty()) line["forwardTo"] = station.forward_to;
  return checked(line);
}

std::string alive_line(WallTime now) { return checked({{"at", ms_of(now)}}); }

Result<Line, std::string> read_line(std::string_view text, const Moment& now) {
  const std::string_view sum = text.substr(0, kChecksumDigits);
  const std::string_view rest = text.substr(sum.size());
  if (!rest.starts_with(' ') || sha256_hex(rest.substr(1)).substr(0, kChecksumDigits) != sum)
    return Bad{"its checksum does not fit"};
  const auto parsed = json::parse(rest.substr(1));
  if (!parsed || !parsed->is_object()) return Bad{"it is not a JSON object"};
  std::string fault;
  Members members{parsed->get_object(), fault};
  Line line{{}, members.day("at")};
  if (members.find("phone"))
    line.what = read_phone(members, line.written, now, fault);
  else if (members.find("station"))
    line.what = read_station(members, line.written, now, fault);
  if (!fault.empty()) return Bad{fault};
  return line;
}

}  // namespace earshot::state
