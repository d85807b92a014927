#pragma once

#include <optional>
#include <string_view>

namespace earshot {

/// Every operationName of the Voice API, spelled as on the wire. operation.cc holds the table.
enum class Operation {
  // on a call, POST /me/calls/{id}
  Answer,
  Reject,
  Hangup,
  Hold,
  Retrieve,
  SwapCalls,
  SendDtmf,
  MuteCall,
  UnmuteCall,
  ClearCall,
  SingleStepTransfer,
  SingleStepConference,
  InitiateTransfer,
  InitiateConference,
  CompleteTransfer,
  CompleteConference,
  RemoveParticipantFromConference,
  AttachUserData,
  UpdateUserData,
  DeleteUserDataPair,
  DeleteUserData,
  SetCallDisposition,
  StartCallRecording,
  StopCallRecording,
  PauseCallRecording,
  ResumeCallRecording,
  SwitchToListenIn,
  SwitchToBargeIn,
  SwitchToCoach,
  MuteMonitoredUser,
  UnmuteMonitoredUser,
  // on a device, POST /me/devices/{id} (Dial: /me/devices/{id}/calls)
  Dial,
  ListenIn,
  Coach,
  BargeIn,
  CancelSupervisorMonitoring,
  DoNotDisturbOn,
  DoNotDisturbOff,
  ForwardCallsOn,
  ForwardCallsOff,
  // on the voice channel, POST /me/channels/voice
  Ready,
  NotReady,
  AfterCallWork,
  AuxWork,
  Offline,
  // on the user, POST /me
  StartContactCenterSession,
  EndContactCenterSession,
};

/// As the API spells it. O(1), valid for ever.
std::string_view name_of(Operation operation);
/// Case-sensitive; nothing for a name the API does not have.
std::optional<Operation> operation_named(std::string_view name);

}  // namespace earshot
