#include "core/carry_out.h"

#include "core/consultation.h"
#include "core/happen.h"
#include "core/recording.h"
#include "core/seats.h"
#include "core/supervision.h"
#include "core/user_data.h"

namespace earshot::core {
namespace {

using enum Operation;

ReleaseCause cause_of_hangup(const Leg& leg) {
  return std::holds_alternative<Ringing>(leg.state) ? ReleaseCause::Rejected : ReleaseCause::Normal;
}

std::optional<Refusal> remove_participant(Draft& draft, const Leg& by, const CallRequest& request) {
  if (!request.participant) return missing("participant");
  for (const Leg& leg : draft.call().legs)
    if (leg.in == by.in && is_party(leg) && leg.number == *request.participant) {
      draft.drop(LegId{leg.id}, ReleaseCause::Normal);
      return std::nullopt;
    }
  return Refusal{RefusalCode::ParameterInvalid,
                 "participant: " + *request.participant + " is not in this call"};
}

/// ClearCall: the conversation ends for all of its parties, one that rings as if it was declined.
void clear(Draft& draft, const Leg& leg) {
  const ReleaseCause cause = cause_of_hangup(leg);
  std::vector<LegId> all;
  for (const Leg& each : draft.call().legs)
    if (each.in == leg.in) all.push_back(each.id);
  for (const LegId each : all) draft.drop(each, cause);
}

/// calls.md §4.3. An operation that changes nothing is still told to its sender, who waits for it.
std::optional<Refusal> change_user_data(Draft& draft, const Leg& leg, const CallRequest& request) {
  UserData& data = draft.call().conversation_of(leg).user_data;
  const UserData before = data;
  const std::size_t limit = draft.around().policy.calls.max_user_data;
  if (request.operation == AttachUserData || request.operation == UpdateUserData) {
    if (!request.user_data) return missing("userData");
    if (auto refusal = attach(data, *request.user_data, limit)) return refusal;
  } else if (request.operation == DeleteUserDataPair) {
    if (!request.key) return missing("key");
    data.erase(*request.key);
  } else if (request.operation == SetCallDisposition) {
    if (!request.disposition) return missing("disposition");
    const std::string& configured = draft.around().policy.calls.disposition_key;
    const std::string key = request.disposition_key.value_or(configured);
    if (auto refusal = attach(data, {{key, UserDataValue{*request.disposition}}}, limit))
      return refusal;
  } else {
    data.clear();
  }
  if (data == before) draft.tell_owner(leg, CallNotification::AttachedDataChanged);
  return std::nullopt;
}

/// SingleStepConference, SingleStepTransfer. Whoever a supervisor brings along enters in the mode
/// of the supervisor's leg, so that none of it makes a silent leg audible (decisions A2).
std::optional<Refusal> invite(Draft& draft, const Leg& by, const CallRequest& request) {
  if (auto refusal = refusal_of_destination(draft.call(), request)) return refusal;
  const Leg seat = by;
  const Invitation invitation{by.id, request.operation == SingleStepTransfer};
  if (auto refusal = refusal_of_queue(draft, by, request)) return refusal;
  if (request.user_data)
    if (auto refusal = attach(draft.call().conversation_of(by).user_data, *request.user_data,
                              draft.around().policy.calls.max_user_data))
      return refusal;
  const auto added = draft.add_called(by, *request.destination, by.side);
  if (!added) return refusal_of_destination(added.error());
  if (added->empty()) {  // transferred to a queue: there the others wait
    draft.drop(invitation.by, ReleaseCause::Normal);
    return std::nullopt;
  }
  Leg& leg = *draft.call().leg(*added);
  leg.invited = invitation;
  draft.seat_beside(leg, seat);
  draft.dial(leg, seat.number, seat.name);
  return std::nullopt;
}

std::optional<Refusal> send_dtmf(Draft& draft, const Leg& leg, const CallRequest& request) {
  if (!request.digits) return missing("digits");
  constexpr std::string_view kDigits = "0123456789*#ABCD";
  if (request.digits->empty() || request.digits->size() > 32 ||
      request.digits->find_first_not_of(kDigits) != std::string::npos)
    return Refusal{RefusalCode::ParameterInvalid, "digits: 1 to 32 of 0-9 * # A-D are expected"};
  draft.effect(SendDigits{leg.line, *request.digits});
  draft.tell_owner(leg, CallNotification::DtmfSent);
  return std::nullopt;
}

/// Told in user data as well (calls.md §4.4).
void change_recording(Draft& draft, const Leg& leg, Operation operation) {
  Conversation& conversation = draft.call().conversation_of(leg);
  const auto tell = [&](const char* key, std::string value) {
    conversation.user_data.insert_or_assign(key, UserDataValue{std::move(value)});
  };
  if (operation == StartCallRecording) {
    conversation.recording = CallRecording{draft.around().now, false};
    conversation.recordings += 1;
    tell("GSIP_REC_FN", recording_name(conversation));
  } else if (operation == StopCallRecording) {
    conversation.recording.reset();
  } else {
    conversation.recording->paused = operation == PauseCallRecording;
  }
  tell("GSIP_RECORD", !conversation.recording          ? "OFF"
                      : conversation.recording->paused ? "PAUSED"
                                                       : "ON");
}

}  // namespace

std::optional<Refusal> carry_out(Draft& draft, Leg& leg, const CallRequest& request,
                                 std::vector<LegId>& first) {
  switch (request.operation) {
    case Answer:
      draft.effect(MakeAnswer{leg.line});
      return std::nullopt;
    case Hangup:
    case Reject:
      decline(draft, leg, cause_of_hangup(leg));
      draft.drop(LegId{leg.id}, cause_of_hangup(leg));
      return std::nullopt;
    case ClearCall:
      clear(draft, leg);
      return std::nullopt;
    case Hold:
      leg.state = Established{.held = true};
      return std::nullopt;
    case Retrieve:
      leg.state = Established{.held = false};
      return std::nullopt;
    case SwapCalls:
      return swap_calls(draft, leg, request, first);
    case MuteCall:
    case UnmuteCall:
      leg.muted = request.operation == MuteCall;
      return std::nullopt;
    case SwitchToListenIn:
    case SwitchToBargeIn:
    case SwitchToCoach:
      leg.monitoring->mode = *next_mode(leg.monitoring->mode, request.operation,
                                        draft.around().policy.supervision.free_mode_graph);
      return std::nullopt;
    case MuteMonitoredUser:
    case UnmuteMonitoredUser:
      leg.monitoring->target_muted = request.operation == MuteMonitoredUser;
      return std::nullopt;
    case SendDtmf:
      return send_dtmf(draft, leg, request);
    case SingleStepConference:
    case SingleStepTransfer:
      return invite(draft, leg, request);
    case InitiateConference:
    case InitiateTransfer:
      return consult(draft, leg, request, first);
    case CompleteTransfer:
      return complete_transfer(draft, leg, request, first);
    case CompleteConference:
      return complete_conference(draft, leg, request, first);
    case RemoveParticipantFromConference:
      return remove_participant(draft, leg, request);
    case StartCallRecording:
    case StopCallRecording:
    case PauseCallRecording:
    case ResumeCallRecording:
      change_recording(draft, leg, request.operation);
      return std::nullopt;
    case AttachUserData:
    case UpdateUserData:
    case DeleteUserDataPair:
    case DeleteUserData:
    case SetCallDisposition:
      return change_user_data(draft, leg, request);
    default:  // no row of the table lets others through
      return Refusal{RefusalCode::BackendFailure,
                     std::string{name_of(request.operation)} + " is not known here"};
  }
}

}  // namespace earshot::core
