#include "view/notification_json.h"

#include <array>

#include "view/call_json.h"
#include "view/device_json.h"
#include "view/hearing_json.h"

namespace earshot::view {
namespace {

Notification message(std::string_view channel, json::object body) {
  json::object out(body.storage());
  out["data"] = std::move(body);
  out["channel"] = channel;
  return {std::string{channel}, json::serialize(out)};
}

std::string_view name_of(CallNotification type) {
  switch (type) {
    case CallNotification::StatusChange:
      return "StatusChange";
    case CallNotification::ParticipantsUpdated:
      return "ParticipantsUpdated";
    case CallNotification::AttachedDataChanged:
      return "AttachedDataChanged";
    case CallNotification::DtmfSent:
      return "DtmfSent";
    case CallNotification::CallRecordingStateChange:
      return "CallRecordingStateChange";
    case CallNotification::MonitoredUserMutedStateChange:
      return "MonitoredUserMutedStateChange";
    case CallNotification::Error:
      return "Error";
  }
  return "Error";
}

void add_failure(json::object& body, const OperationFailure& failure) {
  body["operationName"] = earshot::name_of(failure.operation);
  body["errorCode"] = failure.error_code;
  body["errorMessage"] = failure.error_message;
}

/// Extensions are those of a switch event; changes of user data and recording come without (§5.1).
bool has_extensions(CallNotification type) {
  return type != CallNotification::AttachedDataChanged &&
         type != CallNotification::CallRecordingStateChange && type != CallNotification::Error;
}

struct Teller {
  const ViewSettings& settings;
  json::storage_ptr memory;

  std::vector<Notification> operator()(const CallEvent& event) const {
    json::object body(memory);
    body["notificationType"] = name_of(event.type);
    body["call"] = call_json(event.call, settings, memory);
    body["phoneNumber"] = event.call.phone_number;
    if (has_extensions(event.type)) {
      json::object extensions(memory);
      extensions["WrapUpTime"] = settings.wrap_up_time.count();
      extensions["BusinessCall"] = event.call.type == CallType::Internal ? 0 : 1;
      body["extensions"] = std::move(extensions);
    }
    if (event.failure) add_failure(body, *event.failure);
    body["messageType"] = "CallStateChangeMessage";
    return {message("/v2/me/calls", std::move(body))};
  }

  std::vector<Notification> operator()(const DeviceEvent& event) const {
    json::object body(memory);
    body["messageType"] = "DeviceStateChangeMessage";
    body["devices"] = json::array({device_json(event.device, settings, memory)}, memory);
    std::vector<Notification> out{message("/v2/me/devices", std::move(body))};
    if (event.voice_state_changed) {
      json::object voice(memory);
      voice["messageType"] = "ChannelStateChangeMessageV2";
      voice["channels"] = json::array({channel_json(event.device, memory)}, memory);
      out.push_back(message("/v2/me/channels", std::move(voice)));
    }
    return out;
  }

  std::vector<Notification> operator()(const DeviceErrorEvent& event) const {
    json::object body(memory);
    body["messageType"] = "ErrorMessage";
    body["deviceUri"] = settings.base + "/devices/" + event.device.value;
    body["devicePath"] = "/devices/" + event.device.value;
    add_failure(body, event.failure);
    return {message("/v2/me/devices", std::move(body))};
  }

  std::vector<Notification> operator()(const HearingEvent& event) const {
    json::object body(memory);
    body["messageType"] = "CallHearingMessage";
    body["hearing"] = hearing_json(event.hearing, {}, settings);
    return {message("/v2/me/calls", std::move(body))};
  }
};

}  // namespace

std::vector<Notification> notifications_of(const Event& event, const ViewSettings& settings) {
  // Told and forgotten: all of it in one piece of memory, on the stack as long as it fits.
  std::array<unsigned char, 8 * 1024> room;
  json::monotonic_resource memory{room.data(), room.size()};
  return std::visit(Teller{settings, &memory}, event);
}

}  // namespace earshot::view
