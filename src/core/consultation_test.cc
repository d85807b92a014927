#include "core/consultation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/capabilities.h"
#include "core/hearing.h"
#include "core/views.h"

namespace earshot::core {
namespace {

using enum Operation;

DeviceId device(int number) { return DeviceId{"device-" + std::to_string(number)}; }

/// 5000 has called 5001; 5001 consults 5002, 5003 or +49301 about it.
struct Consultations : testing::Test {
  DirectoryEntries entries;
  DirectoryEntries indexed;
  DirectorySnapshot directory;  ///< of those
  Policy policy;
  std::vector<Watch> watches;
  std::uint64_t last_leg = 100;
  int last_consult = 0;
  TimePoint now{};
  std::optional<Call> call;
  std::vector<Event> events;
  std::vector<Effect> effects;

  Consultations() {
    for (const int number : {5000, 5001, 5002, 5003, 5005}) {
      Device each;
      each.id = device(number);
      each.phone_number = std::to_string(number);
      entries.devices.push_back(each);
      User owner;
      owner.id = UserId{"user-" + std::to_string(number)};
      owner.default_device = each.id;
      entries.users.push_back(owner);
    }
    Trunk trunk;
    trunk.id = TrunkId{"pstn"};
    trunk.prefixes = {"+"};
    entries.trunks.push_back(trunk);
  }

  Surroundings around() {
    const std::string id = "CONSULT" + std::to_string(++last_consult);
    if (!directory || indexed != entries)
      directory = std::make_shared<const Directory>(indexed = entries);
    Surroundings out{*directory, policy, {}, watches, {}, FreshConversation{CallId{id}, "00c0"},
                     now};
    for (LegId& leg : out.fresh) leg = LegId{++last_leg};
    return out;
  }
  void take(Decision decision) {
    call = std::move(decision.call);
    events = std::move(decision.events);
    effects = std::move(decision.effects);
  }
  Status<Refusal> tell(const Command& command) {
    auto decision = decide(*call, command, around());
    if (!decision) return Error{decision.error()};
    take(*std::move(decision));
    return Nothing{};
  }
  /// The leg of `number` in the newest conversation it is in, or in the oldest.
  LegId leg(const std::string& number, bool newest = false) const {
    LegId found;
    for (const Leg& each : call->legs)
      if (each.number == number && (newest || found.empty())) found = each.id;
    return found;
  }
  void answer(LegId line, MediaDirection direction = MediaDirection::SendRecv) {
    RemoteMedia remote;
    remote.rtp = Endpoint::v4({127, 0, 0, 1}, 4000);
    remote.direction = direction;
    ASSERT_TRUE(tell(LineAnswered{own_line_of(line), remote}));
  }
  void phone_media(LegId line, MediaDirection direction) {
    RemoteMedia remote;
    remote.rtp = Endpoint::v4({127, 0, 0, 1}, 4000);
    remote.direction = direction;
    ASSERT_TRUE(tell(LineMediaChanged{own_line_of(line), remote}));
  }
  Status<Refusal> operate(LegId leg, Operation operation, const char* number = nullptr) {
    CallRequest request;
    request.operation = operation;
    if (number) request.destination = number;
    return tell(Operate{leg, request});
  }
  void connected() {
    NewCall fresh;
    fresh.id = CallId{"CALL"};
    fresh.conn_id = "00a0";
    fresh.bridge = BridgeId{1};
    fresh.caller = LegId{1};
    fresh.from = device(5000);
    fresh.caller_number = "5000";
    fresh.dialled = "5001";
    fresh.user_data = {{"case", {std::string{"A-17"}}}};
    take(begin(fresh, around()));
    answer(leg("5001"));
    answer(LegId{1});
  }
  void consulting(Operation operation = InitiateTransfer, const char* number = "5002") {
    connected();
    ASSERT_TRUE(operate(leg("5001"), operation, number));
  }
  void consulted(Operation operation = InitiateTransfer, const char* number = "5002") {
    consulting(operation, number);
    ASSERT_TRUE(tell(LineRang{own_line_of(leg(number))}));
    answer(leg(number));
  }

  std::string told() const {
    std::string out;
    for (const Event& event : events) {
      const auto& each = std::get<CallEvent>(event);
      constexpr std::array states{"Dialing", "Ringing", "Established", "Held", "Released"};
      constexpr std::array types{"", "Participants", "Data", "Dtmf", "Recording", "Muted", "Error"};
      if (!out.empty()) out += ", ";
      out += each.call.phone_number + (each.call.type == CallType::Consult ? "' " : " ");
      out += each.type == CallNotification::StatusChange
                 ? states[static_cast<std::size_t>(each.call.state)]
                 : types[static_cast<std::size_t>(each.type)];
    }
    return out;
  }
  const CallView& view(std::size_t event) const { return std::get<CallEvent>(events[event]).call; }
  /// "5000←5001; …" by number, from the plan.
  std::string hearing() const {
    const MediaPlan plan = plan_of(*call, policy.supervision);
    std::set<std::string> edges;
    const auto name = [&](LineId line) {
      for (const Leg& each : call->legs)
        if (each.line == line) return each.number;
      return std::string{"?"};
    };
    for (const HearingEdge& edge : plan.hears)
      edges.insert(name(edge.listener) + "<" + name(edge.source));
    for (const ToneEdge& tone : plan.tones)
      edges.insert(name(tone.listener) + (tone.tone == Tone::HoldMusic ? "<music" : "<ringback"));
    std::string out;
    for (const std::string& edge : edges) out += (out.empty() ? "" : " ") + edge;
    return out;
  }
  std::set<Operation> listed(LegId id) const {
    const auto all = capabilities(*call, *call->leg(id), policy);
    return {all.begin(), all.end()};
  }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> out;
    for (const Effect& each : effects)
      if (const T* found = std::get_if<T>(&each)) out.push_back(*found);
    return out;
  }
};

const std::set<Operation> kUserData{AttachUserData, UpdateUserData, DeleteUserData,
                                    DeleteUserDataPair};
std::set<Operation> with(std::set<Operation> base, std::initializer_list<Operation> more) {
  base.insert(more);
  return base;
}
const std::set<Operation> kEst =
    with(kUserData, {Hangup, Hold, SendDtmf, InitiateConference, InitiateTransfer,
                     SingleStepConference, SingleStepTransfer});
const std::set<Operation> kDial = with(kUserData, {Hangup, SendDtmf});
const std::set<Operation> kHeldBusy = with(kUserData, {Hangup, InitiateConference, InitiateTransfer,
                                                       SingleStepConference, SingleStepTransfer});

// calls.md §3, §4.2, §10.2.
TEST_F(Consultations, a_transfer_as_the_pages_tell_it) {
  consulting();
  EXPECT_EQ(told(), "5001 Held, 5001' Dialing");
  EXPECT_EQ(view(1).id, CallId{"CONSULT4"});
  EXPECT_EQ(view(1).parent, CallId{"CALL"});
  EXPECT_EQ(view(1).participants, (std::vector<Participant>{{"5002", true}}));
  EXPECT_EQ(view(1).user_data, (UserData{{"case", {std::string{"A-17"}}}}));
  const LegId parent = leg("5001"), consult = leg("5001", true);
  EXPECT_EQ(listed(parent), with(kHeldBusy, {SwapCalls, CompleteTransfer}));
  EXPECT_EQ(listed(consult), with(kDial, {CompleteTransfer}));
  EXPECT_EQ(hearing(), "5000<music");
  ASSERT_EQ(all<DialOut>().size(), 1u) << "their phone is not called again";
  EXPECT_EQ(all<DialOut>()[0].caller_number, "5001");

  ASSERT_TRUE(tell(LineRang{own_line_of(leg("5002"))}));
  EXPECT_EQ(told(), "5002' Ringing");
  EXPECT_EQ(view(0).parent, std::nullopt) << "their matter alone";
  EXPECT_EQ(hearing(), "5000<music 5001<ringback");
  answer(leg("5002"));
  EXPECT_EQ(told(), "5002' Established, 5001 Held, 5001' Established");
  EXPECT_EQ(listed(parent), with(kHeldBusy, {SwapCalls, CompleteTransfer, CompleteConference}));
  EXPECT_EQ(listed(consult), with(kEst, {SwapCalls, CompleteTransfer, CompleteConference}));
  EXPECT_EQ(hearing(), "5000<music 5001<5002 5002<5001");

  ASSERT_TRUE(operate(consult, CompleteTransfer));
  EXPECT_EQ(told(), "5001 Released, 5001' Released, 5000 Participants, 5002 Participants");
  EXPECT_EQ(view(1).parent, CallId{"CALL"});
  EXPECT_EQ(view(3).id, CallId{"CONSULT4"}) << "they know the call as before";
  EXPECT_EQ(view(3).conn_id, "00a0");
  EXPECT_EQ(view(3).participants, (std::vector<Participant>{{"5000", true}}));
  EXPECT_EQ(view(3).type, CallType::Internal);
  EXPECT_EQ(hearing(), "5000<5002 5002<5000");
  ASSERT_EQ(all<Drop>().size(), 1u) << "one phone was used for both";
  EXPECT_EQ(all<Drop>()[0].line, own_line_of(parent));
  EXPECT_EQ(call->conversations.size(), 1u);
  ASSERT_TRUE(operate(leg("5002"), Hangup));
  EXPECT_FALSE(call);
}

// §10.3
TEST_F(Consultations, a_conference_as_the_pages_tell_it) {
  consulted(InitiateConference);
  const LegId owner = leg("5001");
  ASSERT_TRUE(operate(leg("5001", true), CompleteConference));
  EXPECT_EQ(told(),
            "5001' Released, 5001 Established, 5001 Participants, 5000 Participants, 5002 "
            "Participants");
  EXPECT_EQ(view(2).participants, (std::vector<Participant>{{"5000", true}, {"5002", true}}));
  EXPECT_EQ(hearing(), "5000<5001 5000<5002 5001<5000 5001<5002 5002<5000 5002<5001");
  EXPECT_TRUE(all<Drop>().empty());
  EXPECT_EQ(listed(owner), with(kEst, {RemoveParticipantFromConference}));
  EXPECT_EQ(listed(leg("5002")), kEst);
  ASSERT_TRUE(operate(owner, Hangup)) << "the others go on without the owner";
  EXPECT_EQ(hearing(), "5000<5002 5002<5000");
}

TEST_F(Consultations, completing_may_be_addressed_to_either_call) {
  for (const bool to_consult : {true, false}) {
    for (const Operation operation : {CompleteTransfer, CompleteConference}) {
      consulted();
      ASSERT_TRUE(operate(leg("5001", to_consult), operation));
      EXPECT_TRUE(told().starts_with(operation == CompleteTransfer ? "5001 Released, 5001' Released"
                                                                   : "5001' Released, 5001 Est"));
    }
  }
}

TEST_F(Consultations, a_transfer_may_be_completed_while_the_phone_rings) {
  consulting();
  EXPECT_FALSE(operate(leg("5001"), CompleteConference));
  ASSERT_TRUE(tell(LineRang{own_line_of(leg("5002"))}));
  ASSERT_TRUE(operate(leg("5001", true), CompleteTransfer));
  EXPECT_EQ(told(), "5001 Released, 5001' Released, 5000 Participants, 5002 Participants");
  EXPECT_EQ(hearing(), "5000<ringback");
  answer(leg("5002"));
  EXPECT_EQ(told(), "5002 Established");
  EXPECT_EQ(hearing(), "5000<5002 5002<5000");
}

TEST_F(Consultations, a_consultation_that_fails_leaves_the_call_held) {
  for (const ReleaseCause cause : {ReleaseCause::Busy, ReleaseCause::Rejected}) {
    consulting(InitiateConference);
    ASSERT_TRUE(tell(LineEnded{own_line_of(leg("5002")), cause}));
    EXPECT_EQ(told(), "5001' Error, 5001 Held, 5001' Released");
    EXPECT_EQ(std::get<CallEvent>(events[0]).failure->operation, InitiateConference);
    EXPECT_EQ(listed(leg("5001")), with(kHeldBusy, {Retrieve}));
    ASSERT_TRUE(operate(leg("5001"), Retrieve));
    EXPECT_EQ(hearing(), "5000<5001 5001<5000");
  }
}

TEST_F(Consultations, swapping_changes_who_waits) {
  consulted();
  const LegId parent = leg("5001"), consult = leg("5001", true);
  for (const LegId addressed : {parent, consult, parent}) {
    const bool to_parent = call->leg(parent)->is_held();
    ASSERT_TRUE(operate(addressed, SwapCalls));
    EXPECT_EQ(told(), to_parent ? "5001 Established, 5001' Held" : "5001' Established, 5001 Held");
    EXPECT_EQ(hearing(),
              to_parent ? "5000<5001 5001<5000 5002<music" : "5000<music 5001<5002 5002<5001");
  }
  EXPECT_EQ(listed(parent), with(kEst, {SwapCalls, CompleteTransfer, CompleteConference}));
  EXPECT_EQ(listed(consult), with(kHeldBusy, {SwapCalls, CompleteTransfer, CompleteConference}));
  CallRequest request;
  request.operation = SwapCalls;
  request.other_call = CallId{"ELSEWHERE"};
  const auto refused = tell(Operate{parent, request});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message.starts_with("otherCallUri"));
  request.other_call = call->leg(consult)->known_as;
  EXPECT_TRUE(tell(Operate{parent, request}));
}

TEST_F(Consultations, who_goes_back_while_it_rings_finds_the_consultation_held) {
  consulting();
  ASSERT_TRUE(tell(LineRang{own_line_of(leg("5002"))}));
  EXPECT_EQ(hearing(), "5000<music 5001<ringback");
  ASSERT_TRUE(operate(leg("5001"), SwapCalls));
  EXPECT_EQ(told(), "5001 Established");
  EXPECT_EQ(hearing(), "5000<5001 5001<5000") << "one phone, and no ringback in it any more";
  answer(leg("5002"));
  EXPECT_EQ(told(), "5002' Established, 5001 Established, 5001' Held");
  EXPECT_EQ(hearing(), "5000<5001 5001<5000 5002<music");
}

TEST_F(Consultations, hanging_up_one_call_leaves_the_other) {
  consulted();
  ASSERT_TRUE(operate(leg("5001", true), Hangup));
  EXPECT_EQ(told(), "5001' Released, 5001 Held, 5002' Released");
  EXPECT_EQ(listed(leg("5001")), with(kHeldBusy, {Retrieve}));
  consulted();
  ASSERT_TRUE(operate(leg("5001"), Hangup));
  EXPECT_EQ(told(), "5001 Released, 5000 Released, 5001' Established");
  EXPECT_EQ(view(2).parent, std::nullopt);
  EXPECT_EQ(listed(leg("5001")), kEst);
  EXPECT_EQ(hearing(), "5001<5002 5002<5001");
}

TEST_F(Consultations, a_phone_that_goes_takes_both_calls_along) {
  consulted();
  ASSERT_TRUE(tell(LineEnded{own_line_of(leg("5001")), ReleaseCause::Normal}));
  EXPECT_FALSE(call);
  EXPECT_EQ(events.size(), 4u);
}

TEST_F(Consultations, the_customer_may_leave_first) {
  consulted();
  ASSERT_TRUE(tell(LineEnded{own_line_of(leg("5000")), ReleaseCause::Normal}));
  EXPECT_EQ(told(), "5000 Released, 5001 Released, 5001' Established");
  EXPECT_EQ(hearing(), "5001<5002 5002<5001");
}

TEST_F(Consultations, a_phone_that_holds_holds_both) {
  consulted();
  const LegId parent = leg("5001"), consult = leg("5001", true);
  phone_media(parent, MediaDirection::SendOnly);
  EXPECT_EQ(told(), "5001 Held, 5001' Held") << "neither can be retrieved now";
  EXPECT_FALSE(operate(parent, SwapCalls));
  EXPECT_EQ(hearing(), "5000<music 5002<music");
  phone_media(parent, MediaDirection::SendRecv);
  EXPECT_EQ(told(), "5001 Held, 5001' Established");
  EXPECT_TRUE(call->leg(parent)->is_held());
  EXPECT_FALSE(call->leg(consult)->is_held());
}

TEST_F(Consultations, destinations_that_cannot_be) {
  connected();
  for (const char* number : {"5000", "5001", "7777", ""}) {
    const Call before = *call;
    const auto refused = operate(leg("5001"), InitiateTransfer, number);
    ASSERT_FALSE(refused) << number;
    EXPECT_EQ(refused.error().code, RefusalCode::ParameterInvalid);
    EXPECT_TRUE(refused.error().message.starts_with("destination.phoneNumber"));
    EXPECT_EQ(*call, before);
  }
  EXPECT_EQ(operate(leg("5001"), InitiateTransfer).error().code, RefusalCode::ParameterMissing);
}

TEST_F(Consultations, user_data_is_copied_and_merged) {
  consulted();
  CallRequest request;
  request.operation = UpdateUserData;
  request.user_data = UserData{{"seen", {std::string{"by 5002"}}}};
  ASSERT_TRUE(tell(Operate{leg("5002"), request}));
  EXPECT_EQ(told(), "5002' Data, 5001' Data") << "the call itself is not touched";
  ASSERT_TRUE(operate(leg("5001"), CompleteTransfer));
  EXPECT_EQ(view(2).user_data,
            (UserData{{"case", {std::string{"A-17"}}}, {"seen", {std::string{"by 5002"}}}}));
}

TEST_F(Consultations, a_second_consultation_beside_the_first) {
  consulted();
  ASSERT_TRUE(operate(leg("5001"), InitiateConference, "5003"));
  const LegId third = leg("5001", true);
  answer(leg("5003"));
  EXPECT_EQ(hearing(), "5000<music 5001<5003 5002<music 5003<5001");
  CallRequest request;
  request.operation = CompleteConference;
  request.consult_call = CallId{"CONSULT4"};
  ASSERT_TRUE(tell(Operate{leg("5001"), request}));
  EXPECT_EQ(hearing(), "5000<5001 5000<5002 5001<5000 5001<5002 5002<5000 5002<5001 5003<music");
  ASSERT_TRUE(operate(third, CompleteTransfer));
  EXPECT_EQ(hearing(), "5000<5002 5000<5003 5002<5000 5002<5003 5003<5000 5003<5002");
}

TEST_F(Consultations, who_leaves_to_a_queue_leaves_others_talking_when_its_patience_ends) {
  Queue queue;
  queue.id = QueueId{"service"};
  queue.phone_number = "8000";
  entries.queues.push_back(queue);
  consulted(InitiateConference);
  ASSERT_TRUE(operate(leg("5001"), CompleteConference));
  ASSERT_TRUE(operate(leg("5001"), SingleStepTransfer, "8000"));
  EXPECT_EQ(hearing(), "5000<5002 5002<5000");
  ASSERT_TRUE(tell(PatienceEnded{call->conversations.front().id}));
  ASSERT_TRUE(call) << "two parties are in it";
  EXPECT_EQ(hearing(), "5000<5002 5002<5000");
}

// decisions A2
TEST_F(Consultations, a_silent_supervisor_hands_on_a_silent_seat) {
  for (const Operation completing : {CompleteTransfer, CompleteConference}) {
    watches = {{device(5005),
                {SupervisorMode::ListenIn, MonitoringMode::AllCalls, MonitoringScope::Call,
                 device(5001)}}};
    connected();
    answer(leg("5005"));
    ASSERT_TRUE(operate(leg("5005"), InitiateConference, "+49301"));
    EXPECT_EQ(told(), "5005 Held, 5005' Dialing");
    answer(leg("+49301"));
    EXPECT_EQ(hearing(), "+49301<5005 5000<5001 5001<5000 5005<+49301");
    ASSERT_TRUE(operate(leg("5005"), completing));
    ASSERT_TRUE(call->leg(leg("+49301"))->monitoring);
    EXPECT_EQ(hearing(), completing == CompleteTransfer
                             ? "+49301<5000 +49301<5001 5000<5001 5001<5000"
                             : "+49301<5000 +49301<5001 5000<5001 5001<5000 5005<5000 5005<5001");
  }
}

TEST_F(Consultations, a_guest_has_the_powers_of_a_supervisor_only_if_he_is_one) {
  for (const bool is_supervisor : {false, true}) {
    entries.users[2].roles = {is_supervisor ? Role::Supervisor : Role::Agent};  // of 5002
    watches = {
        {device(5005),
         {SupervisorMode::BargeIn, MonitoringMode::AllCalls, MonitoringScope::Call, device(5001)}}};
    connected();
    answer(leg("5005"));
    ASSERT_TRUE(operate(leg("5005"), SingleStepConference, "5002"));
    answer(leg("5002"));
    for (const Operation operation : {MuteMonitoredUser, SwitchToListenIn})
      EXPECT_EQ(bool(operate(leg("5002"), operation)), is_supervisor) << name_of(operation);
    EXPECT_EQ(listed(leg("5002")).contains(RemoveParticipantFromConference), is_supervisor);
  }
}

TEST_F(Consultations, a_supervisor_stays_with_the_customer_and_follows_the_transfer) {
  watches = {
      {device(5005),
       {SupervisorMode::BargeIn, MonitoringMode::AllCalls, MonitoringScope::Call, device(5001)}}};
  connected();
  answer(leg("5005"));
  ASSERT_TRUE(operate(leg("5001"), InitiateTransfer, "5002"));
  answer(leg("5002"));
  EXPECT_EQ(hearing(), "5000<5005 5001<5002 5002<5001 5005<5000");
  ASSERT_TRUE(operate(leg("5001"), CompleteTransfer));
  EXPECT_EQ(call->leg(leg("5005"))->monitoring->target, leg("5002"));
  EXPECT_EQ(hearing(), "5000<5002 5000<5005 5002<5000 5002<5005 5005<5000 5005<5002");
}

TEST_F(Consultations, mute_and_clear_only_where_offered) {
  connected();
  for (const Operation operation : {MuteCall, UnmuteCall, ClearCall})
    EXPECT_FALSE(operate(leg("5001"), operation));
  policy.calls.offers_mute = policy.calls.offers_clear = true;
  ASSERT_TRUE(operate(leg("5001"), MuteCall));
  EXPECT_EQ(told(), "5001 Established");
  EXPECT_TRUE(view(0).mute);
  EXPECT_EQ(listed(leg("5001")), with(kEst, {UnmuteCall, ClearCall}));
  EXPECT_EQ(hearing(), "5001<5000");
  ASSERT_TRUE(operate(leg("5001"), UnmuteCall));
  EXPECT_EQ(hearing(), "5000<5001 5001<5000");
  ASSERT_TRUE(operate(leg("5001"), InitiateConference, "5002"));
  answer(leg("5002"));
  ASSERT_TRUE(operate(leg("5001"), CompleteConference));
  ASSERT_TRUE(operate(leg("5002"), ClearCall));
  EXPECT_EQ(told(), "5002 Released, 5000 Released, 5001 Released");
  EXPECT_FALSE(call);
}

TEST_F(Consultations, what_is_not_possible_says_why) {
  connected();
  for (const Availability& each : availabilities(*call, *call->leg(leg("5001")), policy)) {
    const bool accepted =
        listed(leg("5001")).contains(each.operation) || each.operation == SetCallDisposition;
    EXPECT_EQ(each.obstacle == nullptr, accepted) << name_of(each.operation);
    if (each.obstacle) {
      EXPECT_FALSE(each.obstacle->code.empty());
      EXPECT_TRUE(each.obstacle->reason.ends_with('.')) << each.obstacle->reason;
      EXPECT_TRUE(each.obstacle->remedy.ends_with('.')) << each.obstacle->remedy;
    }
  }
  EXPECT_EQ(obstacle_to(*call, *call->leg(leg("5001")), Retrieve, policy)->code, "NotHeld");
  EXPECT_EQ(obstacle_to(*call, *call->leg(leg("5001")), Dial, policy)->code, "NotOnACall");
}

// decision 0006: the destination of a transfer goes before whoever was on that side longer.
TEST_F(Consultations, the_target_of_a_transfer_is_monitored_and_not_a_colleague_who_was_there) {
  for (const Operation transfer : {SingleStepTransfer, CompleteTransfer})
    for (const MonitoringScope scope : {MonitoringScope::Call, MonitoringScope::Agent}) {
      watches = {
          {device(5005), {SupervisorMode::Coach, MonitoringMode::AllCalls, scope, device(5001)}}};
      connected();
      answer(leg("5005"));
      ASSERT_TRUE(operate(leg("5001"), SingleStepConference, "5003"));
      answer(leg("5003"));
      if (transfer == SingleStepTransfer) {
        ASSERT_TRUE(operate(leg("5001"), SingleStepTransfer, "5002"));
        answer(leg("5002"));
      } else {
        ASSERT_TRUE(operate(leg("5001"), InitiateTransfer, "5002"));
        answer(leg("5002"));
        ASSERT_TRUE(operate(leg("5001"), CompleteTransfer));
      }
      const Leg* supervisor = call->leg(leg("5005"));
      if (scope == MonitoringScope::Agent) {
        EXPECT_EQ(supervisor, nullptr) << "they go with the agent";
        continue;
      }
      EXPECT_EQ(supervisor->monitoring->target, leg("5002")) << name_of(transfer);
      EXPECT_NE(hearing().find("5002<5005"), std::string::npos) << hearing();
      EXPECT_EQ(hearing().find("5003<5005"), std::string::npos) << hearing();
    }
}

TEST_F(Consultations, a_transferred_conference_belongs_to_whoever_takes_the_place) {
  connected();
  ASSERT_TRUE(operate(leg("5001"), SingleStepConference, "5003"));
  answer(leg("5003"));
  EXPECT_TRUE(listed(leg("5001")).contains(RemoveParticipantFromConference));
  ASSERT_TRUE(operate(leg("5001"), InitiateTransfer, "5002"));
  answer(leg("5002"));
  ASSERT_TRUE(operate(leg("5001"), CompleteTransfer));
  EXPECT_TRUE(listed(leg("5002")).contains(RemoveParticipantFromConference));
  EXPECT_FALSE(listed(leg("5003")).contains(RemoveParticipantFromConference));
}

TEST_F(Consultations, a_conference_outside_keeps_its_owner_who_is_of_ours) {
  connected();
  ASSERT_TRUE(operate(leg("5001"), SingleStepConference, "5003"));
  answer(leg("5003"));
  ASSERT_TRUE(operate(leg("5003"), InitiateTransfer, "5002"));
  answer(leg("5002"));
  ASSERT_TRUE(operate(leg("5003"), CompleteTransfer));
  EXPECT_TRUE(listed(leg("5001")).contains(RemoveParticipantFromConference));
  EXPECT_FALSE(listed(leg("5002")).contains(RemoveParticipantFromConference));
}

TEST_F(Consultations, only_an_answered_consultation_becomes_a_conference) {
  consulted(InitiateConference, "5002");
  ASSERT_TRUE(operate(leg("5001"), InitiateConference, "5003"));
  ASSERT_TRUE(operate(leg("5001"), CompleteConference)) << "the one that is answered";
  EXPECT_TRUE(call->leg(leg("5002"))->in == call->leg(leg("5000"))->in);
  EXPECT_FALSE(call->leg(leg("5003"))->in == call->leg(leg("5000"))->in);
}

TEST_F(Consultations, a_consultation_that_is_named_must_be_one_of_this_call) {
  consulted();
  CallRequest request;
  request.operation = CompleteTransfer;
  for (const char* none : {"CONSULT1", "CALL", ""}) {
    request.consult_call = CallId{none};
    const auto refused = tell(Operate{leg("5001"), request});
    ASSERT_FALSE(refused) << none;
    EXPECT_EQ(refused.error().code, RefusalCode::ParameterInvalid);
    EXPECT_TRUE(refused.error().message.starts_with("consultCallUri: "));
  }
  request.operation = SwapCalls;
  request.consult_call.reset();
  request.other_call = CallId{"CONSULT1"};
  const auto refused = tell(Operate{leg("5001"), request});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, RefusalCode::ParameterInvalid);
  EXPECT_TRUE(refused.error().message.starts_with("otherCallUri: "));
}

TEST_F(Consultations, the_colleague_sees_who_consults_and_since_when) {
  NewCall fresh;
  fresh.id = CallId{"CALL"};
  fresh.caller = LegId{1};
  fresh.from = device(5001);
  fresh.caller_number = "5001";
  fresh.caller_name = "Ada";
  fresh.dialled = "5000";
  take(begin(fresh, around()));
  EXPECT_EQ(all<DialOut>().at(0).caller_name, "Ada");
  answer(leg("5000"));
  answer(LegId{1});
  now = TimePoint{seconds{60}};
  ASSERT_TRUE(operate(leg("5001"), InitiateTransfer, "5002"));
  EXPECT_EQ(all<DialOut>().at(0).caller_number, "5001");
  EXPECT_EQ(all<DialOut>().at(0).caller_name, "Ada");
  EXPECT_EQ(call->leg(leg("5001", true))->since, now);
  ASSERT_TRUE(operate(leg("5001", true), Hangup));
  ASSERT_TRUE(operate(leg("5001"), SingleStepConference, "5003"));
  EXPECT_EQ(all<DialOut>().at(0).caller_number, "5001");
  EXPECT_EQ(all<DialOut>().at(0).caller_name, "Ada");
}

TEST_F(Consultations, whoever_leaves_in_good_order_leaves_normally) {
  const auto causes = [&] {
    std::vector<ReleaseCause> out;
    for (const Drop& each : all<Drop>()) out.push_back(each.cause);
    return out;
  };
  using Causes = std::vector<ReleaseCause>;
  consulted();
  ASSERT_TRUE(operate(leg("5001"), CompleteTransfer));
  EXPECT_EQ(causes(), Causes{ReleaseCause::Normal});
  connected();
  ASSERT_TRUE(operate(leg("5001"), SingleStepConference, "5003"));
  answer(leg("5003"));
  CallRequest remove;
  remove.operation = RemoveParticipantFromConference;
  remove.participant = "5003";
  ASSERT_TRUE(tell(Operate{leg("5001"), remove}));
  EXPECT_EQ(causes(), Causes{ReleaseCause::Normal});
  ASSERT_TRUE(operate(leg("5001"), SingleStepTransfer, "5002"));
  answer(leg("5002"));
  EXPECT_EQ(causes(), Causes{ReleaseCause::Normal});
  policy.calls.offers_clear = true;
  ASSERT_TRUE(operate(leg("5002"), ClearCall));
  EXPECT_EQ(causes(), (Causes{ReleaseCause::Normal, ReleaseCause::Normal}));
  connected();
  Queue queue;
  queue.id = QueueId{"service"};
  queue.phone_number = "8000";
  entries.queues.push_back(queue);
  ASSERT_TRUE(operate(leg("5001"), SingleStepTransfer, "8000"));
  EXPECT_EQ(causes(), Causes{ReleaseCause::Normal});
  watches = {
      {device(5005),
       {SupervisorMode::ListenIn, MonitoringMode::AllCalls, MonitoringScope::Agent, device(5001)}}};
  connected();
  answer(leg("5005"));
  ASSERT_TRUE(operate(leg("5001"), SingleStepTransfer, "5002"));
  answer(leg("5002"));
  EXPECT_EQ(causes(), (Causes{ReleaseCause::Normal, ReleaseCause::Normal}));
}

TEST_F(Consultations, digits_are_thirty_two_at_most) {
  connected();
  CallRequest request;
  request.operation = SendDtmf;
  request.digits = std::string(32, '5');
  EXPECT_TRUE(tell(Operate{leg("5001"), request}));
  request.digits = std::string(33, '5');
  EXPECT_FALSE(tell(Operate{leg("5001"), request}));
}

TEST_F(Consultations, a_full_call_takes_nobody_in) {
  policy.calls.max_legs = 3;
  watches = {
      {device(5005),
       {SupervisorMode::Coach, MonitoringMode::AllCalls, MonitoringScope::Call, device(5001)}}};
  connected();
  ASSERT_NE(call->leg(leg("5005")), nullptr) << "the third";
  answer(leg("5005"));
  const auto refused = operate(leg("5001"), SingleStepConference, "5002");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "destination.phoneNumber: " + std::string{words_for(ReleaseCause::Overload)});
  policy.calls.max_legs = 2;
  connected();
  EXPECT_EQ(leg("5005"), LegId{});
  ASSERT_FALSE(events.empty());
}

// DD-28
TEST_F(Consultations, a_supervisor_of_the_consultation_comes_back_with_the_agent) {
  for (const Operation completing : {CompleteConference, CompleteTransfer}) {
    policy.supervision.monitor_consult_calls = true;
    watches = {
        {device(5005),
         {SupervisorMode::Coach, MonitoringMode::AllCalls, MonitoringScope::Call, device(5001)}}};
    connected();
    answer(leg("5005"));
    ASSERT_TRUE(operate(leg("5001"), InitiateConference, "5002"));
    answer(leg("5002"));
    EXPECT_EQ(call->leg(leg("5005"))->monitoring->target, leg("5001", true)) << "went along";
    EXPECT_EQ(hearing(), "5000<music 5001<5002 5001<5005 5002<5001 5005<5001 5005<5002");
    ASSERT_TRUE(operate(leg("5001"), completing));
    const Leg& supervisor = *call->leg(leg("5005"));
    EXPECT_EQ(supervisor.in, call->leg(leg("5000"))->in);
    EXPECT_FALSE(supervisor.monitoring->home);
    if (completing == CompleteConference) {
      EXPECT_EQ(supervisor.monitoring->target, leg("5001"));
      EXPECT_EQ(hearing(),
                "5000<5001 5000<5002 5001<5000 5001<5002 5001<5005 5002<5000 5002<5001 5005<5000 "
                "5005<5001 5005<5002");
    } else {
      EXPECT_EQ(supervisor.monitoring->target, leg("5002")) << "who serves the customer now";
      EXPECT_EQ(hearing(), "5000<5002 5002<5000 5002<5005 5005<5000 5005<5002");
    }
  }
}

/// A call that was a consultation is known to the colleague by its id, and has the customer's too.
TEST_F(Consultations, a_call_may_be_named_by_either_of_its_ids) {
  for (const char* name : {"CALL", "CONSULT4"}) {
    last_consult = 0;
    consulted();
    ASSERT_TRUE(operate(leg("5001"), CompleteTransfer));
    ASSERT_EQ(call->leg(leg("5002"))->known_as, CallId{"CONSULT4"});
    ASSERT_TRUE(operate(leg("5002"), InitiateTransfer, "5003"));
    answer(leg("5003"));
    CallRequest swap;
    swap.operation = SwapCalls;
    swap.other_call = CallId{name};
    EXPECT_TRUE(tell(Operate{leg("5002", true), swap})) << name;
    EXPECT_EQ(hearing(), "5000<5002 5002<5000 5003<music") << name;
  }
}

}  // namespace
}  // namespace earshot::core
