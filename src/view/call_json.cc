#include "view/call_json.h"

#include "base/digest_hash.h"
#include "view/user_data_json.h"

namespace earshot::view {
namespace {

std::string_view name_of(RecordingState state) {
  switch (state) {
    case RecordingState::Stopped:
      return "Stopped";
    case RecordingState::Recording:
      return "Recording";
    case RecordingState::Paused:
      return "Paused";
  }
  return "Stopped";
}

std::string call_path(const CallId& call, const ViewSettings& settings) {
  return (settings.call_path_slash ? "/calls/" : "calls/") + call.value;
}

}  // namespace

json::object participant_json(const Participant& participant, const ViewSettings& settings,
                              const json::storage_ptr& memory) {
  const std::string& number = participant.number;
  json::object out(memory);
  if (participant.internal) {
    out["e164Number"] = "";
    out["formattedPhoneNumber"] = number;
  } else {
    const auto forms = settings.phone_numbers->of(number);
    out["e164Number"] = forms.e164;
    out["formattedPhoneNumber"] = forms.formatted;
  }
  out["phoneNumber"] = number;
  out["digits"] = number.starts_with('+') ? number.substr(1) : number;
  return out;
}

std::string_view wire_name(CallViewState state) {
  switch (state) {
    case CallViewState::Dialing:
      return "Dialing";
    case CallViewState::Ringing:
      return "Ringing";
    case CallViewState::Established:
      return "Established";
    case CallViewState::Held:
      return "Held";
    case CallViewState::Released:
      return "Released";
  }
  return "Released";
}

std::string_view wire_name(CallType type) {
  switch (type) {
    case CallType::Internal:
      return "Internal";
    case CallType::Inbound:
      return "Inbound";
    case CallType::Outbound:
      return "Outbound";
    case CallType::Consult:
      return "Consult";
  }
  return "Internal";
}

std::string call_uri(const CallId& call, const ViewSettings& settings) {
  return settings.base + "/me/calls/" + call.value;
}

json::object call_json(const CallView& call, const ViewSettings& settings,
                       const json::storage_ptr& memory) {
  json::array participants(memory);
  for (const Participant& participant : call.participants)
    participants.push_back(participant_json(participant, settings, memory));
  json::array capabilities(memory);
  for (const Operation operation : call.capabilities)
    capabilities.emplace_back(earshot::name_of(operation));

  json::object out(memory);
  out["id"] = call.id.value;
  out["state"] = wire_name(call.state);
  out["callUuid"] = call.id.value;
  out["connId"] = call.conn_id;
  out["deviceUri"] = settings.base + "/devices/" + call.device.value;
  out["participants"] = std::move(participants);
  out["dnis"] = call.dnis;
  if (call.ani) out["ani"] = *call.ani;
  out["callType"] = wire_name(call.type);
  if (call.parent) {
    out["parentCallUri"] = call_uri(*call.parent, settings);
    out["parentCallPath"] = call_path(*call.parent, settings);
  }
  out["capabilities"] = std::move(capabilities);
  if (!call.user_data.empty()) out["userData"] = user_data_json(call.user_data);
  out["duration"] = std::to_string(call.duration.count());
  out["mute"] = call.mute ? "On" : "Off";
  if (call.recording) out["recordingState"] = name_of(*call.recording);
  out["supervisorListeningIn"] = call.supervisor_listening_in;
  out["monitoredUserMuted"] = call.monitored_user_muted;
  out["monitoring"] = call.monitoring;
  out["uri"] = call_uri(call.id, settings);
  out["path"] = call_path(call.id, settings);
  return out;
}

std::string call_version(const CallView& call, const ViewSettings& settings) {
  json::object shown = call_json(call, settings);
  shown.erase("duration");
  return sha256_hex(json::serialize(shown)).substr(0, 32);
}

}  // namespace earshot::view
