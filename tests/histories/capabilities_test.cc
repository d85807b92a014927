// What each leg may do, as the pages list it (calls.md §3, written down here row by row), and that
// exactly this is accepted.
#include "core/capabilities.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/histories/pages.h"

namespace earshot::core {
namespace {

using enum Operation;
using pages::DIAL;
using pages::EST;
using pages::HELD;
using pages::Set;
using pages::text;
using pages::UD;
using pages::operator+;
using pages::operator-;

constexpr LegId kCustomer{1}, kAgent{2}, kThird{3};

/// A customer and an agent who talk, and a third where a row wants one.
struct At {
  Call call;
  Policy policy;

  At() {
    Conversation conversation;
    conversation.id = ConversationId{1};
    conversation.call = CallId{"CALL"};
    call.conversations.push_back(conversation);
    add(kCustomer, Established{});
    add(kAgent, Established{});
  }
  Leg& add(LegId id, LegState state) {
    Leg leg;
    leg.id = id;
    leg.line = own_line_of(leg.id);
    leg.in = ConversationId{1};
    leg.device = DeviceId{std::to_string(id.value)};
    leg.side = id == kCustomer ? Side::Caller : Side::Called;
    leg.state = state;
    return call.legs.emplace_back(leg);
  }
  Leg& agent() { return *call.leg(kAgent); }
  Leg& supervisor(SupervisorMode mode) {
    Leg& leg = add(kThird, Established{});
    leg.monitoring = Monitoring{.mode = mode, .target = kAgent};
    return leg;
  }
  /// The agent's second call, on the same line.
  Leg& consult(LegState state) {
    std::get<Established>(agent().state).held = true;
    Conversation consultation;
    consultation.id = ConversationId{2};
    consultation.consultation = Consultation{kAgent, true, {}};
    call.conversations.push_back(consultation);
    Leg& leg = add(kThird, state);
    leg.line = own_line_of(kAgent);
    leg.in = ConversationId{2};
    return leg;
  }
};

struct Row {
  const char* what;
  void (*make)(At&);
  LegId leg;
  Set listed;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all{
      {"Dialing, who called", [](At& at) { at.agent().state = Dialing{}; }, kAgent, DIAL},
      {"Ringing, called directly", [](At& at) { at.agent().state = Ringing{true}; }, kAgent,
       UD + Set{Answer}},
      {"Ringing, a phone that answers by hand alone",
       [](At& at) { at.agent().state = Ringing{false}; }, kAgent, UD},
      {"Ringing, ClearCall offered",
       [](At& at) {
         at.policy.calls.offers_clear = true;
         at.agent().state = Ringing{true};
       },
       kAgent, UD + Set{Answer, ClearCall}},
      {"Ringing, from a queue",
       [](At& at) {
         at.call.conversations[0].queueing.emplace();
         at.call.conversations[0].queueing->waiting = true;
         at.agent().state = Ringing{true};
         at.agent().from_queue = QueueId{"service"};
       },
       kAgent, UD + Set{Answer, Reject}},
      {"Ringing, not shown yet", [](At& at) { at.agent().state = Offered{}; }, kAgent, {}},
      {"Established", [](At&) {}, kAgent, EST},
      {"Established, ClearCall offered", [](At& at) { at.policy.calls.offers_clear = true; },
       kAgent, EST + Set{ClearCall}},
      {"Established, MuteCall offered", [](At& at) { at.policy.calls.offers_mute = true; }, kAgent,
       EST + Set{MuteCall}},
      {"Established, muted",
       [](At& at) {
         at.policy.calls.offers_mute = true;
         at.agent().muted = true;
       },
       kAgent, EST + Set{UnmuteCall}},
      {"Established, recording provisioned",
       [](At& at) { at.policy.calls.offers_recording = true; }, kAgent,
       EST + Set{StartCallRecording}},
      {"Established, recording runs",
       [](At& at) {
         at.policy.calls.offers_recording = true;
         at.call.conversations[0].recording = CallRecording{};
       },
       kAgent, EST + Set{PauseCallRecording, StopCallRecording}},
      {"Established, recording paused",
       [](At& at) {
         at.policy.calls.offers_recording = true;
         at.call.conversations[0].recording = CallRecording{};
         at.call.conversations[0].recording->paused = true;
       },
       kAgent, EST + Set{ResumeCallRecording, StopCallRecording}},
      {"Held", [](At& at) { std::get<Established>(at.agent().state).held = true; }, kAgent, HELD},
      {"Held, ClearCall and MuteCall offered",
       [](At& at) {
         at.policy.calls.offers_clear = at.policy.calls.offers_mute = true;
         std::get<Established>(at.agent().state).held = true;
       },
       kAgent, HELD + Set{ClearCall}},
      {"Held by the phone", [](At& at) { at.agent().phone_holds = true; }, kAgent,
       HELD - Set{Retrieve}},
      {"Held, while the consultation dials", [](At& at) { at.consult(Dialing{.phone_up = true}); },
       kAgent, HELD - Set{Retrieve} + Set{SwapCalls, CompleteTransfer}},
      {"Dialing, the consultation", [](At& at) { at.consult(Dialing{.phone_up = true}); }, kThird,
       DIAL + Set{CompleteTransfer}},
      {"Established, the consultation", [](At& at) { at.consult(Established{}); }, kThird,
       EST + Set{SwapCalls, CompleteTransfer, CompleteConference}},
      {"Established, the first call, swapped back",
       [](At& at) {
         at.consult(Established{true});
         at.agent().state = Established{};
       },
       kAgent, EST + Set{SwapCalls, CompleteTransfer, CompleteConference}},
      {"Held, the consultation, swapped away",
       [](At& at) {
         at.consult(Established{true});
         at.agent().state = Established{};
       },
       kThird, HELD - Set{Retrieve} + Set{SwapCalls, CompleteTransfer, CompleteConference}},
      {"Established, member of a conference",
       [](At& at) {
         at.add(kThird, Established{});
         at.call.conversations[0].owner = kThird;
       },
       kAgent, EST},
      {"Established, owner of a conference",
       [](At& at) {
         at.add(kThird, Established{});
         at.call.conversations[0].owner = kAgent;
       },
       kAgent, EST + Set{RemoveParticipantFromConference}},
      {"Established, owner of what was a conference",
       [](At& at) { at.call.conversations[0].owner = kAgent; }, kAgent, EST},
      {"Held, owner of a conference",
       [](At& at) {
         at.add(kThird, Established{});
         at.call.conversations[0].owner = kAgent;
         std::get<Established>(at.agent().state).held = true;
       },
       kAgent, HELD},
      {"supervisor, ListenIn", [](At& at) { at.supervisor(SupervisorMode::ListenIn); }, kThird,
       EST + Set{SwitchToBargeIn, RemoveParticipantFromConference}},
      {"supervisor, BargeIn", [](At& at) { at.supervisor(SupervisorMode::BargeIn); }, kThird,
       EST + Set{SwitchToListenIn, RemoveParticipantFromConference}},
      {"supervisor, Coach", [](At& at) { at.supervisor(SupervisorMode::Coach); }, kThird,
       EST + Set{SwitchToListenIn, SwitchToBargeIn, RemoveParticipantFromConference}},
      {"supervisor, ListenIn, everything offered",
       [](At& at) {
         at.policy.calls.offers_clear = at.policy.calls.offers_mute = true;
         at.policy.calls.offers_recording = true;
         at.supervisor(SupervisorMode::ListenIn);
       },
       kThird, EST + Set{SwitchToBargeIn, RemoveParticipantFromConference}},
      {"supervisor, ListenIn, free mode graph",
       [](At& at) {
         at.policy.supervision.free_mode_graph = true;
         at.supervisor(SupervisorMode::ListenIn);
       },
       kThird, EST + Set{SwitchToBargeIn, SwitchToCoach, RemoveParticipantFromConference}},
      {"supervisor, nobody serves",
       [](At& at) {
         at.supervisor(SupervisorMode::ListenIn);
         at.agent().state = Ringing{true};
       },
       kThird, EST + Set{RemoveParticipantFromConference}},
      {"supervisor, free mode graph, nobody serves",
       [](At& at) {
         at.policy.supervision.free_mode_graph = true;
         at.supervisor(SupervisorMode::ListenIn);
         at.agent().state = Ringing{true};
       },
       kThird, EST + Set{RemoveParticipantFromConference}},
      {"supervisor, free mode graph, an outsider serves on the agent's side",
       [](At& at) {
         at.policy.supervision.free_mode_graph = true;
         at.supervisor(SupervisorMode::ListenIn).side = Side::Called;
         at.agent().line = own_line_of(LegId{9});
         at.agent().id = LegId{9};
         at.call.leg(LegId{9})->device.reset();
       },
       kThird, EST + Set{SwitchToBargeIn, RemoveParticipantFromConference}},
      {"supervisor, rung while the customer waits in a queue",
       [](At& at) {
         at.call.conversations[0].queueing.emplace();
         at.call.conversations[0].queueing->waiting = true;
         at.supervisor(SupervisorMode::BargeIn).state = Ringing{true};
       },
       kThird, UD + Set{Answer}},
      {"supervisor, rung",
       [](At& at) { at.supervisor(SupervisorMode::BargeIn).state = Ringing{true}; }, kThird,
       UD + Set{Answer}},
      {"supervisor, Held",
       [](At& at) { at.supervisor(SupervisorMode::BargeIn).state = Established{true}; }, kThird,
       HELD},
      {"a supervisor's guest",
       [](At& at) { at.supervisor(SupervisorMode::BargeIn).monitoring->guest = true; }, kThird,
       EST},
  };
  return all;
}

TEST(Capabilities, are_those_of_the_pages) {
  for (const Row& row : rows()) {
    At at;
    row.make(at);
    if (std::holds_alternative<Offered>(at.call.leg(row.leg)->state)) {
      EXPECT_TRUE(capabilities(at.call, *at.call.leg(row.leg), at.policy).empty()) << row.what;
      continue;
    }
    const auto listed = capabilities(at.call, *at.call.leg(row.leg), at.policy);
    EXPECT_EQ(text({listed.begin(), listed.end()}), text(row.listed)) << row.what;
    EXPECT_EQ(listed.size(), row.listed.size()) << row.what << ": one twice";
    EXPECT_EQ(text(pages::listed(at.call, *at.call.leg(row.leg), at.policy)), text(row.listed))
        << row.what << ": what random histories are compared with";
  }
}

/// What clients send though it is never listed: a call that rings is declined by Hangup, any call
/// gets a disposition, and who barged in mutes the agent (decisions A3, A4).
TEST(Capabilities, what_is_listed_is_accepted_and_little_else) {
  for (const Row& row : rows()) {
    At at;
    row.make(at);
    const Leg& leg = *at.call.leg(row.leg);
    Set accepted = row.listed;
    if (!std::holds_alternative<Offered>(leg.state)) accepted.insert(SetCallDisposition);
    if (std::holds_alternative<Ringing>(leg.state)) accepted.insert(Hangup);
    if (leg.in_mix() && leg.monitoring && leg.monitoring->mode == SupervisorMode::BargeIn &&
        !leg.monitoring->guest)
      accepted.insert(MuteMonitoredUser);
    Set taken;
    for (const Availability& each : availabilities(at.call, leg, at.policy)) {
      EXPECT_EQ(each.obstacle, obstacle_to(at.call, leg, each.operation, at.policy));
      if (!each.obstacle) taken.insert(each.operation);
    }
    EXPECT_EQ(text(taken), text(accepted)) << row.what;
    for (const Operation other : {Dial, ListenIn, Ready, StartContactCenterSession})
      EXPECT_TRUE(obstacle_to(at.call, leg, other, at.policy)) << name_of(other);
  }
}

TEST(Capabilities, a_muted_agent_can_be_unmuted_by_who_muted_them) {
  At at;
  Leg& supervisor = at.supervisor(SupervisorMode::BargeIn);
  supervisor.monitoring->target_muted = true;
  EXPECT_FALSE(obstacle_to(at.call, supervisor, UnmuteMonitoredUser, at.policy));
  EXPECT_TRUE(obstacle_to(at.call, supervisor, MuteMonitoredUser, at.policy));
}

}  // namespace
}  // namespace earshot::core
