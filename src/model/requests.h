#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/ids.h"
#include "model/operation.h"
#include "model/supervision.h"
#include "model/user_data.h"

namespace earshot {

// What the API asks for, parsed: view makes these from JSON, core judges them.

/// POST /me/calls/{id}. Only the members the operation has are read.
struct CallRequest {
  Operation operation;
  std::optional<std::string> destination;  ///< destination.phoneNumber
  std::optional<std::string> participant;  ///< RemoveParticipantFromConference
  std::optional<std::string> digits;       ///< SendDtmf
  std::optional<std::string> key;          ///< DeleteUserDataPair
  std::optional<CallId> other_call;        ///< otherCallUri, resolved to the id it names
  std::optional<CallId> consult_call;      ///< consultCallUri, likewise
  std::optional<CallId> call;              ///< SetCallDisposition: callUuid, or by callUri
  std::optional<std::string> disposition;
  std::optional<std::string> disposition_key;
  std::optional<UserData> user_data;
};

/// POST /me/devices/{id}/calls.
struct DialRequest {
  std::string destination;
  UserData user_data;
};

/// POST /me/devices/{id}.
struct DeviceRequest {
  Operation operation;
  std::optional<DeviceId> target{};            ///< targetDeviceUri, resolved to the id it names
  std::optional<std::string> target_number{};  ///< phoneNumber
  std::optional<MonitoringScope> scope{};
  std::optional<MonitoringMode> mode{};
  std::optional<std::string> destination{};  ///< ForwardCallsOn
};

/// POST /me/channels/voice: one of the system's states, or one an administrator has defined.
struct StateRequest {
  std::optional<Operation> operation;  ///< Ready to Offline; nothing: `defined`
  std::string defined{};               ///< the other's operationName
  std::string reason{};                ///< with NotReady and AuxWork: a code; "": none
};

/// POST /me, StartContactCenterSession.
struct SessionRequest {
  std::vector<std::string> channels;
  std::optional<DeviceId> device;  ///< devicePath
};

}  // namespace earshot
