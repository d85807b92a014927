#pragma once

#include <optional>
#include <string>
#include <variant>

#include "model/call_view.h"
#include "model/device_view.h"
#include "model/hearing.h"

namespace earshot {

/// `notificationType` on /v2/me/calls (calls.md §5.3).
enum class CallNotification {
  StatusChange,
  ParticipantsUpdated,
  AttachedDataChanged,
  DtmfSent,
  CallRecordingStateChange,
  MonitoredUserMutedStateChange,
  Error,
};

/// An operation that was accepted and then failed (decisions A6).
struct OperationFailure {
  Operation operation;
  int error_code = 4;
  std::string error_message;
  bool operator==(const OperationFailure&) const = default;
};

/// CallStateChangeMessage on /v2/me/calls.
struct CallEvent {
  UserId user;
  CallNotification type = CallNotification::StatusChange;
  CallView call;
  std::optional<OperationFailure> failure;  ///< with Error
  bool operator==(const CallEvent&) const = default;
};

/// DeviceStateChangeMessage on /v2/me/devices. `voice_state_changed`, by
/// the agent's state or do not disturb, adds ChannelStateChangeMessageV2 on /v2/me/channels after
/// it (DD-39).
struct DeviceEvent {
  UserId user;
  DeviceView device;
  bool voice_state_changed = false;
  bool operator==(const DeviceEvent&) const = default;
};

/// ErrorMessage on /v2/me/devices: there is no call to tell it on.
struct DeviceErrorEvent {
  UserId user;
  DeviceId device;
  OperationFailure failure;
  bool operator==(const DeviceErrorEvent&) const = default;
};

/// CallHearingMessage on /v2/me/calls: who hears whom has changed in a call that the user
/// supervises and has looked at.
struct HearingEvent {
  UserId user;
  HearingView hearing;
  bool operator==(const HearingEvent&) const = default;
};

/// What one user is to be told. The order of publication is the order of the user's notifications.
using Event = std::variant<CallEvent, DeviceEvent, DeviceErrorEvent, HearingEvent>;

/// Whose notification it is: nobody else may be told.
inline const UserId& user_of(const Event& event) {
  return std::visit([](const auto& each) -> const UserId& { return each.user; }, event);
}

}  // namespace earshot
