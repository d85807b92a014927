#include "model/operation.h"

#include <array>

namespace earshot {
namespace {

struct Entry {
  Operation operation;
  std::string_view name;
};
using enum Operation;

constexpr std::array kTable{
    Entry{Answer, "Answer"},
    Entry{Reject, "Reject"},
    Entry{Hangup, "Hangup"},
    Entry{Hold, "Hold"},
    Entry{Retrieve, "Retrieve"},
    Entry{SwapCalls, "SwapCalls"},
    Entry{SendDtmf, "SendDtmf"},
    Entry{MuteCall, "MuteCall"},
    Entry{UnmuteCall, "UnmuteCall"},
    Entry{ClearCall, "ClearCall"},
    Entry{SingleStepTransfer, "SingleStepTransfer"},
    Entry{SingleStepConference, "SingleStepConference"},
    Entry{InitiateTransfer, "InitiateTransfer"},
    Entry{InitiateConference, "InitiateConference"},
    Entry{CompleteTransfer, "CompleteTransfer"},
    Entry{CompleteConference, "CompleteConference"},
    Entry{RemoveParticipantFromConference, "RemoveParticipantFromConference"},
    Entry{AttachUserData, "AttachUserData"},
    Entry{UpdateUserData, "UpdateUserData"},
    Entry{DeleteUserDataPair, "DeleteUserDataPair"},
    Entry{DeleteUserData, "DeleteUserData"},
    Entry{SetCallDisposition, "SetCallDisposition"},
    Entry{StartCallRecording, "StartCallRecording"},
    Entry{StopCallRecording, "StopCallRecording"},
    Entry{PauseCallRecording, "PauseCallRecording"},
    Entry{ResumeCallRecording, "ResumeCallRecording"},
    Entry{SwitchToListenIn, "SwitchToListenIn"},
    Entry{SwitchToBargeIn, "SwitchToBargeIn"},
    Entry{SwitchToCoach, "SwitchToCoach"},
    Entry{MuteMonitoredUser, "MuteMonitoredUser"},
    Entry{UnmuteMonitoredUser, "UnmuteMonitoredUser"},
    Entry{Dial, "Dial"},
    Entry{ListenIn, "ListenIn"},
    Entry{Coach, "Coach"},
    Entry{BargeIn, "BargeIn"},
    Entry{CancelSupervisorMonitoring, "CancelSupervisorMonitoring"},
    Entry{DoNotDisturbOn, "DoNotDisturbOn"},
    Entry{DoNotDisturbOff, "DoNotDisturbOff"},
    Entry{ForwardCallsOn, "ForwardCallsOn"},
    Entry{ForwardCallsOff, "ForwardCallsOff"},
    Entry{Ready, "Ready"},
    Entry{NotReady, "NotReady"},
    Entry{AfterCallWork, "AfterCallWork"},
    Entry{AuxWork, "AuxWork"},
    Entry{Offline, "Offline"},
    Entry{StartContactCenterSession, "StartContactCenterSession"},
    Entry{EndContactCenterSession, "EndContactCenterSession"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i)
    if (static_cast<std::size_t>(kTable[i].operation) != i) return false;
  return true;
}
static_assert(in_order(), "name_of indexes the table by the enum's value");

}  // namespace

std::string_view name_of(Operation operation) {
  return kTable[static_cast<std::size_t>(operation)].name;
}

std::optional<Operation> operation_named(std::string_view name) {
  for (const Entry& entry : kTable)
    if (entry.name == name) return entry.operation;
  return std::nullopt;
}

}  // namespace earshot
