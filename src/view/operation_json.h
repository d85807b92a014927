#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "model/refusal.h"
#include "model/requests.h"

namespace earshot::view {

// Request bodies to model values. Every refusal names the field. Unknown members are passed over.

/// POST /me/calls/{id}.
Result<CallRequest, Refusal> parse_call_request(std::string_view body);
using DevicePost = std::variant<DeviceRequest, CallRequest>;
/// POST /me/devices/{id}: an operation of the device, or SetCallDisposition with the call it names
/// (calls.md §4.3).
Result<DevicePost, Refusal> parse_device_request(std::string_view body);
/// POST /me/devices/{id}/calls.
Result<DialRequest, Refusal> parse_dial_request(std::string_view body);
/// POST /me/channels/voice: an agent state's operation. A name the API does not have is taken for
/// one an administrator has defined.
Result<StateRequest, Refusal> parse_state_request(std::string_view body);
/// POST /users/{id}/channels/voice: Ready, NotReady or Offline (supervision-and-devices.md §C.5).
Result<Operation, Refusal> parse_agents_state_request(std::string_view body);

/// The operationName of any operation, whatever it is.
Result<std::string, Refusal> parse_operation_name(std::string_view body);

/// What POST /me asks for.
struct MeRequest {
  /// StartContactCenterSession, EndContactCenterSession, or do not disturb; nothing: `state`.
  std::optional<Operation> operation;
  StateRequest state;
  SessionRequest session;  ///< with StartContactCenterSession
};
/// POST /me.
Result<MeRequest, Refusal> parse_me_request(std::string_view body);

}  // namespace earshot::view
