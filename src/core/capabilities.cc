#include "core/capabilities.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "core/recording.h"
#include "core/seats.h"
#include "core/supervision.h"

namespace earshot::core {
namespace {

using enum Operation;

/// What a condition looks at.
struct Situation {
  const Call& call;
  const Leg& leg;
  const Policy& policy;
  Operation operation;

  template <class State>
  bool is() const {
    return std::holds_alternative<State>(leg.state);
  }
};

/// One thing that must be so, and what is said where it is not.
struct Condition {
  bool (*holds)(const Situation&);
  Obstacle obstacle;
};

constexpr Condition kShown{[](const Situation& at) { return !at.is<Offered>(); },
                           {"NotRinging", "The phone does not ring yet.", "Wait a moment."}};
constexpr Condition kRinging{
    [](const Situation& at) { return at.is<Ringing>(); },
    {"NotRinging", "The call does not ring here.", "This is for a call that rings."}};
constexpr Condition kAnswerable{
    [](const Situation& at) {
      const auto* ringing = std::get_if<Ringing>(&at.leg.state);
      return ringing && ringing->answerable;
    },
    {"PhoneAnswersByHand", "This phone cannot be told to answer.",
     "Pick up at the phone, or use one that announces Allow-Events: talk."}};
constexpr Condition kFromQueue{
    [](const Situation& at) {
      return at.leg.from_queue && at.call.conversation_of(at.leg).is_waiting();
    },
    {"DirectCall", "Only a call from a queue can be rejected: it goes back there.",
     "Hangup declines a direct call."}};
constexpr Condition kUp{
    [](const Situation& at) { return at.leg.is_established(); },
    {"NotEstablished", "The call is not established.", "Wait until it has been answered."}};
constexpr Condition kRingingOrUp{
    [](const Situation& at) { return at.is<Ringing>() || at.leg.is_established(); },
    {"NotEstablished", "The call has not been answered.", "Hangup ends it."}};
constexpr Condition kActive{
    [](const Situation& at) { return at.leg.in_mix(); },
    {"NotEstablished", "The call is not established, or it is held.", "Retrieve the call first."}};
constexpr Condition kHeld{[](const Situation& at) { return at.leg.is_held(); },
                          {"NotHeld", "The call is not held.", "This is for a call that is held."}};
constexpr Condition kNotHeldByPhone{
    [](const Situation& at) { return !at.leg.phone_holds; },
    {"HeldByPhone", "The phone itself holds the call.", "Retrieve it at the phone."}};
constexpr Condition kDialingOrActive{
    [](const Situation& at) { return at.is<Dialing>() || at.leg.in_mix(); },
    {"NotEstablished", "The call is neither dialing nor established.", "Retrieve the call first."}};
constexpr Condition kAlone{
    [](const Situation& at) { return others_on_line(at.call, at.leg).empty(); },
    {"InConsultation", "There is another call on this line.", "SwapCalls switches between them."}};
constexpr Condition kNotAlone{[](const Situation& at) { return !kAlone.holds(at); },
                              {"NoConsultation", "There is no second call to swap with.",
                               "InitiateTransfer or InitiateConference begins one."}};
constexpr Condition kOneHeld{
    [](const Situation& at) {
      const auto others = others_on_line(at.call, at.leg);
      return at.leg.is_held() ||
             (at.leg.in_mix() && std::any_of(others.begin(), others.end(),
                                             [](const Leg* each) { return each->is_held(); }));
    },
    {"NoneHeld", "Neither of the two calls is held.", "Wait until the consultation is answered."}};
constexpr Condition kConsulting{
    [](const Situation& at) { return !consultations_of(at.call, at.leg).empty(); },
    {"NoConsultation", "There is no consultation to complete.",
     "InitiateTransfer or InitiateConference begins one."}};
constexpr Condition kConsultationAnswered{
    [](const Situation& at) {
      const auto all = consultations_of(at.call, at.leg);
      return std::any_of(all.begin(), all.end(),
                         [&](const auto& each) { return is_answered(at.call, each); });
    },
    {"ConsultationNotAnswered", "Nobody has answered the consultation.",
     "Wait for an answer; a transfer can be completed before."}};
constexpr Condition kMayRemove{
    [](const Situation& at) {
      if (at.leg.monitoring) return !at.leg.monitoring->guest;
      const auto up =
          count_parties(at.call, at.leg.in, [](const Leg& each) { return each.is_established(); });
      return at.call.conversation_of(at.leg).owner == at.leg.id && up > 2;
    },
    {"NotConferenceOwner",
     "Only the owner of the conference, or a supervisor, can remove participants.",
     "Whoever sends SingleStepConference or CompleteConference becomes the owner."}};
constexpr Condition kParty{
    [](const Situation& at) { return is_party(at.leg); },
    {"Supervising", "A supervisor's leg does not offer this.", "A party of the call can do it."}};
constexpr Condition kSupervising{
    [](const Situation& at) { return at.leg.monitoring.has_value(); },
    {"NotSupervising", "Only a supervisor who monitors this call can do this.",
     "ListenIn, Coach or BargeIn on your own device monitors an agent."}};
constexpr Condition kNoGuest{
    [](const Situation& at) { return !at.leg.monitoring->guest; },
    {"GuestOfSupervisor", "A guest of a supervisor cannot do this.", "The supervisor can do it."}};
constexpr Condition kMonitored{
    [](const Situation& at) { return monitored_by(at.call, at.leg) != nullptr; },
    {"NobodyServes", "No agent serves the customer now.", "Wait until one has answered."}};
constexpr Condition kModeAllows{
    [](const Situation& at) {
      return next_mode(at.leg.monitoring->mode, at.operation, at.policy.supervision.free_mode_graph)
          .has_value();
    },
    {"ModeInForce", "This mode is in force, or cannot be entered from the present one.",
     "Only the device operation Coach begins with Coach."}};
/// ListenIn needs nobody; between agents there is nobody to speak to in another mode (DD-23).
constexpr Condition kServed{[](const Situation& at) {
                              if (at.operation == SwitchToListenIn) return true;
                              return at.operation == SwitchToCoach
                                         ? monitored_by(at.call, at.leg) != nullptr
                                         : is_served(at.call, at.leg);
                            },
                            kMonitored.obstacle};
constexpr Condition kBargedIn{
    [](const Situation& at) { return at.leg.monitoring->mode == SupervisorMode::BargeIn; },
    {"NotBargedIn", "The agent can be muted in BargeIn only.", "SwitchToBargeIn comes first."}};
constexpr Condition kAgentAudible{
    [](const Situation& at) { return !at.leg.monitoring->target_muted; },
    {"AlreadyMuted", "The agent is already muted.", "UnmuteMonitoredUser undoes it."}};
constexpr Condition kAgentMuted{
    [](const Situation& at) { return at.leg.monitoring->target_muted; },
    {"NotMuted", "The agent is not muted.", "MuteMonitoredUser mutes them."}};
constexpr Condition kOffersMute{[](const Situation& at) { return at.policy.calls.offers_mute; },
                                {"NotProvisioned", "This server does not offer MuteCall.",
                                 "An administrator can set calls.offer_mute."}};
constexpr Condition kUnmuted{[](const Situation& at) { return !at.leg.muted; },
                             {"AlreadyMuted", "You are already muted.", "UnmuteCall undoes it."}};
constexpr Condition kMuted{[](const Situation& at) { return at.leg.muted; },
                           {"NotMuted", "You are not muted.", "MuteCall mutes you."}};
constexpr Condition kOffersClear{[](const Situation& at) { return at.policy.calls.offers_clear; },
                                 {"NotProvisioned", "This server does not offer ClearCall.",
                                  "An administrator can set calls.offer_clear."}};

constexpr Condition kOffersRecording{
    [](const Situation& at) { return at.policy.calls.offers_recording; },
    {"NotProvisioned", "This server does not record calls.",
     "An administrator can set media.recordings."}};
constexpr Condition kNotRecorded{
    [](const Situation& at) { return !at.call.conversation_of(at.leg).recording; },
    {"AlreadyRecording", "The call is already being recorded.", "StopCallRecording ends that."}};
constexpr Condition kNotRecordedElsewhere{
    [](const Situation& at) {
      return !is_recorded_elsewhere(at.call, at.call.conversation_of(at.leg));
    },
    {"OtherCallRecorded", "A party's other call is being recorded.",
     "One of two calls on a phone can be recorded at a time."}};
constexpr Condition kRecorded{
    [](const Situation& at) { return at.call.conversation_of(at.leg).recording.has_value(); },
    {"NotRecording", "The call is not being recorded.", "StartCallRecording begins it."}};
constexpr Condition kRecordingRuns{
    [](const Situation& at) { return !at.call.conversation_of(at.leg).recording->paused; },
    {"RecordingPaused", "The recording is already paused.", "ResumeCallRecording goes on."}};
constexpr Condition kRecordingPaused{
    [](const Situation& at) { return at.call.conversation_of(at.leg).recording->paused; },
    {"RecordingRuns", "The recording is not paused.", "PauseCallRecording pauses it."}};

/// In whose capabilities a row is shown when its conditions hold.
enum class Listed { Here, NotWhileRinging, Elsewhere };

struct Row {
  Operation operation;
  std::array<const Condition*, 6> conditions;
  Listed listed = Listed::Here;
};

// calls.md §3. The order carries no meaning to clients.
constexpr std::array kTable{
    Row{AttachUserData, {&kShown}},
    Row{UpdateUserData, {&kShown}},
    Row{DeleteUserData, {&kShown}},
    Row{DeleteUserDataPair, {&kShown}},
    Row{Answer, {&kRinging, &kAnswerable}},
    Row{Reject, {&kRinging, &kFromQueue}},
    Row{Hangup, {&kShown}, Listed::NotWhileRinging},
    Row{ClearCall, {&kOffersClear, &kParty, &kRingingOrUp}},
    Row{Hold, {&kActive}},
    Row{Retrieve, {&kHeld, &kNotHeldByPhone, &kAlone}},
    Row{SwapCalls, {&kNotAlone, &kNotHeldByPhone, &kOneHeld}},
    Row{SendDtmf, {&kDialingOrActive}},
    Row{MuteCall, {&kOffersMute, &kParty, &kActive, &kUnmuted}},
    Row{UnmuteCall, {&kOffersMute, &kParty, &kActive, &kMuted}},
    Row{InitiateConference, {&kUp}},
    Row{InitiateTransfer, {&kUp}},
    Row{SingleStepConference, {&kUp}},
    Row{SingleStepTransfer, {&kUp}},
    Row{CompleteTransfer, {&kConsulting}},
    Row{CompleteConference, {&kConsulting, &kConsultationAnswered}},
    Row{RemoveParticipantFromConference, {&kActive, &kMayRemove}},
    Row{StartCallRecording,
        {&kOffersRecording, &kParty, &kActive, &kNotRecorded, &kNotRecordedElsewhere}},
    Row{StopCallRecording, {&kOffersRecording, &kParty, &kActive, &kRecorded}},
    Row{PauseCallRecording, {&kOffersRecording, &kParty, &kActive, &kRecorded, &kRecordingRuns}},
    Row{ResumeCallRecording, {&kOffersRecording, &kParty, &kActive, &kRecorded, &kRecordingPaused}},
    Row{SetCallDisposition, {&kShown}, Listed::Elsewhere},
    Row{SwitchToListenIn, {&kSupervising, &kNoGuest, &kActive, &kModeAllows, &kServed}},
    Row{SwitchToBargeIn, {&kSupervising, &kNoGuest, &kActive, &kModeAllows, &kServed}},
    Row{SwitchToCoach, {&kSupervising, &kNoGuest, &kActive, &kModeAllows, &kServed}},
    Row{MuteMonitoredUser,
        {&kSupervising, &kNoGuest, &kActive, &kBargedIn, &kMonitored, &kAgentAudible},
        Listed::Elsewhere},
    Row{UnmuteMonitoredUser, {&kSupervising, &kNoGuest, &kActive, &kAgentMuted}, Listed::Elsewhere},
};

constexpr Obstacle kNoOperationOfCalls{"NotOnACall", "This is not an operation on a call.",
                                       "This operation exists for devices and the voice channel."};

const Obstacle* first_obstacle(const Row& row, const Situation& at) {
  for (const Condition* condition : row.conditions)
    if (condition && !condition->holds(at)) return &condition->obstacle;
  return nullptr;
}

bool lists(const Row& row, const Situation& at) {
  if (row.listed == Listed::Elsewhere) return false;
  if (row.listed == Listed::NotWhileRinging && at.is<Ringing>()) return false;
  return !first_obstacle(row, at);
}

// ---- devices ----

struct DeviceCondition {
  bool (*holds)(const Station&);
  Obstacle obstacle;
};

constexpr DeviceCondition kRegistered{
    [](const Station& at) { return at.registered; },
    {"NotRegistered", "Your phone is not registered.", "Register it, then try again."}};
constexpr DeviceCondition kLoggedIn{
    [](const Station& at) { return at.agent_state != AgentState::LoggedOut; },
    {"LoggedOut", "You are logged out of the voice channel.",
     "StartContactCenterSession logs you in."}};
constexpr DeviceCondition kSubscribed{
    [](const Station& at) { return at.monitoring.has_value(); },
    {"NotMonitoring", "You monitor nobody.", "ListenIn, Coach or BargeIn begins it."}};
constexpr DeviceCondition kCanMute{
    [](const Station& at) { return at.barging == Barging::AgentAudible; },
    {"NotBargedIn", "There is no agent you could mute: you are not barged in, or they are muted.",
     "SwitchToBargeIn comes first."}};
constexpr DeviceCondition kCanUnmute{
    [](const Station& at) { return at.barging == Barging::AgentMuted; },
    {"NotMuted", "You have muted no agent.", "MuteMonitoredUser mutes one."}};

constexpr DeviceCondition kCanBeDisturbed{
    [](const Station& at) { return !at.do_not_disturb; },
    {"AlreadyOn", "Do not disturb is already on.", "DoNotDisturbOff ends it."}};
constexpr DeviceCondition kNotToBeDisturbed{
    [](const Station& at) { return at.do_not_disturb; },
    {"NotOn", "Do not disturb is not on.", "DoNotDisturbOn begins it."}};

constexpr DeviceCondition kNotForwarded{
    [](const Station& at) { return at.forward_to.empty(); },
    {"AlreadyForwarded", "Your calls are already forwarded.", "ForwardCallsOff ends it."}};
constexpr DeviceCondition kForwarded{
    [](const Station& at) { return !at.forward_to.empty(); },
    {"NotForwarded", "Your calls are not forwarded.", "ForwardCallsOn begins it."}};

/// Whom the device offers a row.
enum class For { Everybody, Supervisors };

struct DeviceRow {
  Operation operation;
  For whom;
  std::array<const DeviceCondition*, 3> conditions;
};

// supervision-and-devices.md §A.6, §B.3.
constexpr std::array kDeviceTable{
    DeviceRow{ForwardCallsOn, For::Everybody, {&kRegistered, &kLoggedIn, &kNotForwarded}},
    DeviceRow{ForwardCallsOff, For::Everybody, {&kRegistered, &kLoggedIn, &kForwarded}},
    DeviceRow{DoNotDisturbOn, For::Everybody, {&kRegistered, &kLoggedIn, &kCanBeDisturbed}},
    DeviceRow{DoNotDisturbOff, For::Everybody, {&kRegistered, &kLoggedIn, &kNotToBeDisturbed}},
    DeviceRow{ListenIn, For::Supervisors, {&kRegistered, &kLoggedIn}},
    DeviceRow{Coach, For::Supervisors, {&kRegistered, &kLoggedIn}},
    DeviceRow{BargeIn, For::Supervisors, {&kRegistered, &kLoggedIn}},
    DeviceRow{
        CancelSupervisorMonitoring, For::Supervisors, {&kRegistered, &kLoggedIn, &kSubscribed}},
    DeviceRow{MuteMonitoredUser, For::Supervisors, {&kRegistered, &kLoggedIn, &kCanMute}},
    DeviceRow{UnmuteMonitoredUser, For::Supervisors, {&kRegistered, &kLoggedIn, &kCanUnmute}},
};

constexpr Obstacle kNoOperationOfDevices{"NotOnADevice",
                                         "This server does not offer it on a device.",
                                         "This operation exists for calls and the voice channel."};

const Obstacle* first_obstacle(const DeviceRow& row, const Station& at) {
  for (const DeviceCondition* condition : row.conditions)
    if (condition && !condition->holds(at)) return &condition->obstacle;
  return nullptr;
}

}  // namespace

std::vector<Operation> capabilities(const Call& call, const Leg& leg, const Policy& policy) {
  std::vector<Operation> out;
  for (const Row& row : kTable)
    if (lists(row, {call, leg, policy, row.operation})) out.push_back(row.operation);
  return out;
}

std::vector<Operation> capabilities(const Station& station, const User* owner) {
  if (!owner) return {};
  const bool supervises = owner->has(Role::Supervisor);
  std::vector<Operation> out;
  for (const DeviceRow& row : kDeviceTable)
    if ((supervises || row.whom == For::Everybody) && !first_obstacle(row, station))
      out.push_back(row.operation);
  return out;
}

bool is_for_supervisors(Operation operation) {
  return std::any_of(kDeviceTable.begin(), kDeviceTable.end(), [&](const DeviceRow& row) {
    return row.operation == operation && row.whom == For::Supervisors;
  });
}

const Obstacle* obstacle_to(const Station& station, Operation operation) {
  const auto row = std::find_if(kDeviceTable.begin(), kDeviceTable.end(),
                                [&](const DeviceRow& each) { return each.operation == operation; });
  return row == kDeviceTable.end() ? &kNoOperationOfDevices : first_obstacle(*row, station);
}

const Obstacle* obstacle_to(const Call& call, const Leg& leg, Operation operation,
                            const Policy& policy) {
  const auto row = std::find_if(kTable.begin(), kTable.end(),
                                [&](const Row& each) { return each.operation == operation; });
  if (row == kTable.end()) return &kNoOperationOfCalls;
  return first_obstacle(*row, {call, leg, policy, operation});
}

std::vector<Availability> availabilities(const Call& call, const Leg& leg, const Policy& policy) {
  std::vector<Availability> out;
  for (const Row& row : kTable)
    out.push_back({row.operation, first_obstacle(row, {call, leg, policy, row.operation})});
  return out;
}

}  // namespace earshot::core
