#include "core/decide.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "core/capabilities.h"
#include "core/hearing.h"
#include "core/views.h"
#include "sim/histories.h"

namespace earshot::core {
namespace {

using enum Operation;

DeviceId device(int number) { return DeviceId{"device-" + std::to_string(number)}; }
UserId user(int number) { return UserId{"user-" + std::to_string(number)}; }

/// A contact centre with the seed's numbers, driven by hand.
struct Centre {
  DirectoryEntries entries;
  DirectoryEntries indexed;
  DirectorySnapshot directory;  ///< of those
  Policy policy;
  std::vector<Watch> watches;
  std::uint64_t last_leg = 100;
  int last_consult = 0;
  TimePoint now{seconds{1000}};
  std::optional<Call> call;
  std::vector<Event> events;    ///< of the last decision
  std::vector<Effect> effects;  ///< of the last decision

  Centre() {
    for (const int number : {5000, 5001, 5002, 5005}) {
      Device each;
      each.id = device(number);
      each.phone_number = std::to_string(number);
      entries.devices.push_back(each);
      User owner;
      owner.id = user(number);
      owner.default_device = each.id;
      entries.users.push_back(owner);
    }
    Trunk trunk;
    trunk.id = TrunkId{"pstn"};
    trunk.prefixes = {"+"};
    entries.trunks.push_back(trunk);
  }

  Surroundings around() {
    if (!directory || indexed != entries)
      directory = std::make_shared<const Directory>(indexed = entries);
    Surroundings surroundings{
        *directory, policy,
        {},         watches,
        {},         FreshConversation{CallId{"CONSULT" + std::to_string(++last_consult)}, "00c0"},
        now};
    for (LegId& leg : surroundings.fresh) leg = LegId{++last_leg};
    return surroundings;
  }
  void take(Decision decision) {
    call = std::move(decision.call);
    events = std::move(decision.events);
    effects = std::move(decision.effects);
  }
  void begin_from_phone(const char* dialled, int caller = 5000) {
    NewCall fresh;
    fresh.id = CallId{"CALL"};
    fresh.bridge = BridgeId{1};
    fresh.caller = LegId{1};
    fresh.from = device(caller);
    fresh.caller_number = std::to_string(caller);
    fresh.dialled = dialled;
    take(begin(fresh, around()));
  }
  void begin_by_api(const char* dialled) {
    NewCall fresh;
    fresh.id = CallId{"CALL"};
    fresh.bridge = BridgeId{1};
    fresh.caller = LegId{1};
    fresh.from = device(5000);
    fresh.caller_number = "5000";
    fresh.dialled = dialled;
    fresh.by_api = true;
    take(begin(fresh, around()));
  }
  Status<Refusal> tell(const Command& command) {
    auto decision = decide(*call, command, around());
    if (!decision) return Error{decision.error()};
    take(*std::move(decision));
    return Nothing{};
  }
  Status<Refusal> operate(LegId leg, Operation operation) {
    CallRequest request;
    request.operation = operation;
    return tell(Operate{leg, request});
  }
  LegId leg_of(int number) const {
    for (const Leg& leg : call->legs)
      if (leg.number == std::to_string(number)) return leg.id;
    return {};
  }
  void answer(LegId leg, MediaDirection direction = MediaDirection::SendRecv) {
    RemoteMedia remote;
    remote.rtp = Endpoint::v4({127, 0, 0, 1}, 4000);
    remote.direction = direction;
    ASSERT_TRUE(tell(LineAnswered{own_line_of(leg), remote}));
  }
  /// 5000 calls 5001 and both talk.
  void connected() {
    begin_from_phone("5001");
    (void)tell(LineRang{own_line_of(leg_of(5001))});
    answer(leg_of(5001));
    answer(leg_of(5000));
  }
  void watch(SupervisorMode mode, MonitoringMode calls_covered = MonitoringMode::AllCalls,
             MonitoringScope scope = MonitoringScope::Call) {
    watches = {{device(5005), {mode, calls_covered, scope, device(5001)}}};
  }
  /// The same, and 5005 has joined in `mode`.
  void supervised(SupervisorMode mode, MonitoringMode calls_covered = MonitoringMode::AllCalls,
                  MonitoringScope scope = MonitoringScope::Call) {
    watch(mode, calls_covered, scope);
    connected();
    (void)tell(LineRang{own_line_of(leg_of(5005))});
    answer(leg_of(5005));
  }
  /// "5001 Ringing, 5000 ParticipantsUpdated …" of the last decision.
  std::string told() const {
    std::string out;
    for (const Event& event : events) {
      const auto& each = std::get<CallEvent>(event);
      constexpr std::array states{"Dialing", "Ringing", "Established", "Held", "Released"};
      constexpr std::array types{"", "Participants", "Data", "Dtmf", "Recording", "Muted", "Error"};
      if (!out.empty()) out += ", ";
      out += each.call.phone_number + " ";
      out += each.type == CallNotification::StatusChange
                 ? states[static_cast<std::size_t>(each.call.state)]
                 : types[static_cast<std::size_t>(each.type)];
    }
    return out;
  }
  template <class T>
  const T* effect() const {
    for (const Effect& each : effects)
      if (const T* found = std::get_if<T>(&each)) return found;
    return nullptr;
  }
};

TEST(Decide, a_phone_calls_a_phone) {
  Centre centre;
  centre.begin_from_phone("5001");
  EXPECT_EQ(centre.told(), "5000 Dialing");
  ASSERT_TRUE(centre.effect<DialOut>());
  EXPECT_EQ(std::get<DeviceId>(centre.effect<DialOut>()->to), device(5001));
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5001))}));
  EXPECT_EQ(centre.told(), "5001 Ringing");
  EXPECT_TRUE(centre.effect<RingIncoming>());
  centre.answer(centre.leg_of(5001));
  EXPECT_EQ(centre.told(), "5001 Established");
  EXPECT_TRUE(centre.effect<AnswerIncoming>());
  centre.answer(centre.leg_of(5000));
  EXPECT_EQ(centre.told(), "5000 Established");
  ASSERT_TRUE(centre.effect<Apply>());
  EXPECT_EQ(centre.effect<Apply>()->plan.hears.size(), 2u);
  ASSERT_TRUE(centre.operate(centre.leg_of(5000), Hangup));
  EXPECT_EQ(centre.told(), "5000 Released, 5001 Released");
  EXPECT_FALSE(centre.call);
}

TEST(Decide, a_phone_that_answers_without_ringing_is_established_at_once) {
  Centre centre;
  centre.begin_from_phone("5001");
  centre.answer(centre.leg_of(5001));
  EXPECT_EQ(centre.told(), "5001 Established");
}

TEST(Decide, nobody_is_told_of_a_call_to_a_wrong_number) {
  Centre centre;
  for (const char* number : {"7777", "", "5000"}) {
    centre.begin_from_phone(number);
    EXPECT_FALSE(centre.call) << number;
    EXPECT_EQ(centre.told(), "");
    ASSERT_TRUE(centre.effect<Drop>());
    EXPECT_EQ(centre.effect<Drop>()->cause,
              std::string{number} == "5000" ? ReleaseCause::Busy : ReleaseCause::WrongNumber);
  }
}

TEST(Decide, the_called_partys_failure_ends_the_call_with_its_cause) {
  for (const ReleaseCause cause : {ReleaseCause::Busy, ReleaseCause::NoAnswer,
                                   ReleaseCause::Unreachable, ReleaseCause::Rejected}) {
    Centre centre;
    centre.begin_from_phone("5001");
    ASSERT_TRUE(centre.tell(LineEnded{own_line_of(centre.leg_of(5001)), cause}));
    EXPECT_EQ(centre.told(), "5000 Released");
    EXPECT_FALSE(centre.call);
    bool released = false;
    for (const Effect& effect : centre.effects)
      if (const auto* drop = std::get_if<Drop>(&effect))
        released = released || (!drop->ended_itself && drop->cause == cause);
    EXPECT_TRUE(released);
  }
}

TEST(Decide, dial_by_api_calls_the_own_phone_first) {
  Centre centre;
  centre.begin_by_api("5001");
  EXPECT_EQ(centre.told(), "5000 Dialing");
  EXPECT_EQ(std::get<DeviceId>(centre.effect<DialOut>()->to), device(5000));
  EXPECT_EQ(std::get<CallEvent>(centre.events[0]).call.participants,
            (std::vector<Participant>{{"5001", true}}));
  centre.answer(LegId{1});
  EXPECT_EQ(centre.told(), "");
  ASSERT_TRUE(centre.effect<DialOut>());
  EXPECT_EQ(std::get<DeviceId>(centre.effect<DialOut>()->to), device(5001));
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5001))}));
  ASSERT_TRUE(centre.effect<Apply>());
  EXPECT_EQ(centre.effect<Apply>()->plan.tones.size(), 1u);
  centre.answer(centre.leg_of(5001));
  EXPECT_EQ(centre.told(), "5001 Established, 5000 Established");
}

TEST(Decide, a_failed_dial_by_api_is_told_before_the_release) {
  Centre centre;
  centre.begin_by_api("5001");
  centre.answer(LegId{1});
  ASSERT_TRUE(centre.tell(LineEnded{own_line_of(centre.leg_of(5001)), ReleaseCause::Busy}));
  EXPECT_EQ(centre.told(), "5000 Error, 5000 Released");
  const auto& failure = std::get<CallEvent>(centre.events[0]).failure;
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->operation, Dial);
  EXPECT_EQ(failure->error_message, "the number is busy");
}

/// A carrier that is full is not this server that is full: they are told apart in the reason, in
/// the record's cause and in the answer to whoever called.
TEST(Decide, what_the_far_end_answered_is_told_as_it_was) {
  for (const auto& [why, told] :
       {std::pair{"the trunk \"provider\" answered 503", "the trunk \"provider\" answered 503"},
        std::pair{"", "the other side has no room for another call"}}) {
    Centre centre;
    centre.begin_by_api("5001");
    centre.answer(LegId{1});
    ASSERT_TRUE(
        centre.tell(LineEnded{own_line_of(centre.leg_of(5001)), ReleaseCause::PeerOverload, why}));
    EXPECT_EQ(std::get<CallEvent>(centre.events[0]).failure->error_message, told);
    EXPECT_EQ(centre.effect<Drop>()->cause, ReleaseCause::PeerOverload);
  }
  Centre own;
  own.begin_by_api("5001");
  ASSERT_TRUE(own.tell(LineEnded{LineId{1}, ReleaseCause::Failure, "the phone 5000 answered 500"}));
  EXPECT_EQ(std::get<CallEvent>(own.events[0]).failure->error_message,
            "your own phone could not be called: the phone 5000 answered 500");
}

TEST(Decide, a_phone_that_rings_too_long_is_given_up) {
  Centre centre;
  centre.begin_from_phone("5001");
  (void)centre.tell(LineRang{own_line_of(centre.leg_of(5001))});
  ASSERT_TRUE(centre.tell(RingTimedOut{own_line_of(centre.leg_of(5001))}));
  EXPECT_EQ(centre.told(), "5001 Released, 5000 Released");
  EXPECT_FALSE(centre.call);
}

TEST(Decide, calls_to_and_from_a_trunk_have_their_type) {
  Centre centre;
  centre.begin_from_phone("+4930123");
  EXPECT_EQ(centre.call->conversations.front().type, CallType::Outbound);
  EXPECT_EQ(std::get<TrunkId>(centre.effect<DialOut>()->to), TrunkId{"pstn"});
  NewCall fresh;
  fresh.id = CallId{"IN"};
  fresh.caller = LegId{7};
  fresh.from = TrunkId{"pstn"};
  fresh.caller_number = "+4930123";
  fresh.dialled = "5001";
  centre.take(begin(fresh, centre.around()));
  EXPECT_EQ(centre.call->conversations.front().type, CallType::Inbound);
  EXPECT_EQ(centre.call->conversations.front().ani, "+4930123");
  fresh.dialled = "+44123";  // from one trunk to another: nobody here pays for that
  centre.take(begin(fresh, centre.around()));
  EXPECT_FALSE(centre.call);
}

TEST(Decide, hold_and_retrieve_by_api) {
  Centre centre;
  centre.connected();
  ASSERT_TRUE(centre.operate(centre.leg_of(5001), Hold));
  EXPECT_EQ(centre.told(), "5001 Held");
  EXPECT_TRUE(centre.effect<Apply>()->plan.hears.empty());
  EXPECT_FALSE(centre.operate(centre.leg_of(5001), Hold));
  ASSERT_TRUE(centre.operate(centre.leg_of(5001), Retrieve));
  EXPECT_EQ(centre.told(), "5001 Established");
  EXPECT_EQ(centre.effect<Apply>()->plan.hears.size(), 2u);
  EXPECT_FALSE(centre.operate(centre.leg_of(5001), Retrieve));
}

TEST(Decide, a_phone_that_holds_is_held_until_it_retrieves) {
  for (const auto direction : {MediaDirection::SendOnly, MediaDirection::Inactive}) {
    Centre centre;
    centre.connected();
    RemoteMedia remote;
    remote.rtp = Endpoint::v4({127, 0, 0, 1}, 4000);
    remote.direction = direction;
    const LegId agent = centre.leg_of(5001);
    ASSERT_TRUE(centre.tell(LineMediaChanged{own_line_of(agent), remote}));
    EXPECT_EQ(centre.told(), "5001 Held");
    EXPECT_FALSE(centre.operate(agent, Retrieve));
    remote.direction = MediaDirection::SendRecv;
    ASSERT_TRUE(centre.tell(LineMediaChanged{own_line_of(agent), remote}));
    EXPECT_EQ(centre.told(), "5001 Established");
  }
}

TEST(Decide, a_supervisor_is_rung_once_the_conversation_stands) {
  Centre centre;
  centre.watch(SupervisorMode::BargeIn);
  centre.begin_from_phone("5001");
  (void)centre.tell(LineRang{own_line_of(centre.leg_of(5001))});
  centre.answer(centre.leg_of(5001));
  EXPECT_EQ(centre.leg_of(5005), LegId{});
  centre.answer(centre.leg_of(5000));
  EXPECT_EQ(centre.told(), "5000 Established");
  ASSERT_NE(centre.leg_of(5005), LegId{});
  EXPECT_EQ(std::get<DeviceId>(centre.effect<DialOut>()->to), device(5005));
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5005))}));
  EXPECT_EQ(centre.told(), "5005 Ringing");
  centre.answer(centre.leg_of(5005));
  EXPECT_EQ(centre.told(), "5005 Established, 5000 Participants, 5001 Participants");
  EXPECT_EQ(centre.effect<Apply>()->plan.hears.size(), 6u);
}

TEST(Decide, joining_silently_is_told_to_the_agent_alone) {
  Centre centre;
  centre.supervised(SupervisorMode::ListenIn);
  EXPECT_EQ(centre.told(), "5005 Established, 5001 Established");
  const auto& agent = std::get<CallEvent>(centre.events[1]).call;
  EXPECT_TRUE(agent.supervisor_listening_in);
  EXPECT_EQ(agent.participants.size(), 1u);
  EXPECT_FALSE(agent.monitoring);
  const auto& supervisor = std::get<CallEvent>(centre.events[0]).call;
  EXPECT_FALSE(supervisor.supervisor_listening_in);
  EXPECT_TRUE(supervisor.mute);
  EXPECT_EQ(supervisor.participants, (std::vector<Participant>{{"5000", true}, {"5001", true}}));
}

TEST(Decide, the_seed_switches_from_barge_in_to_listen_in) {
  Centre centre;
  centre.supervised(SupervisorMode::BargeIn);
  const LegId supervisor = centre.leg_of(5005);
  ASSERT_TRUE(centre.operate(supervisor, SwitchToListenIn));
  EXPECT_EQ(centre.told(), "5005 Established, 5000 Participants, 5001 Participants");
  const auto& view = std::get<CallEvent>(centre.events[0]).call;
  EXPECT_TRUE(view.mute);
  const std::set<Operation> listed(view.capabilities.begin(), view.capabilities.end());
  EXPECT_EQ(listed, (std::set<Operation>{AttachUserData, InitiateConference, UpdateUserData, Hold,
                                         SingleStepTransfer, DeleteUserData, SingleStepConference,
                                         Hangup, DeleteUserDataPair, SendDtmf, InitiateTransfer,
                                         SwitchToBargeIn, RemoveParticipantFromConference}));
  const Call before = *centre.call;
  const auto again = centre.operate(supervisor, SwitchToListenIn);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, RefusalCode::NotAllowedNow);
  EXPECT_EQ(*centre.call, before);
  ASSERT_TRUE(centre.operate(supervisor, SwitchToBargeIn));
  EXPECT_FALSE(std::get<CallEvent>(centre.events[0]).call.mute);
}

TEST(Decide, an_agent_cannot_switch_a_mode) {
  Centre centre;
  centre.supervised(SupervisorMode::BargeIn);
  for (const Operation operation : {SwitchToListenIn, SwitchToBargeIn})
    EXPECT_FALSE(centre.operate(centre.leg_of(5001), operation));
}

TEST(Decide, the_supervisor_leaves_and_the_call_goes_on) {
  Centre centre;
  centre.supervised(SupervisorMode::ListenIn);
  ASSERT_TRUE(centre.operate(centre.leg_of(5005), Hangup));
  EXPECT_EQ(centre.told(), "5005 Released, 5001 Established");
  EXPECT_EQ(centre.leg_of(5005), LegId{}) << "they are not rung again for the same call";
  EXPECT_EQ(centre.call->legs.size(), 2u);
  ASSERT_TRUE(centre.tell(WatchBegan{centre.watches[0]}));
  EXPECT_NE(centre.leg_of(5005), LegId{}) << "asked again, they come again";
}

TEST(Decide, the_call_ends_with_its_parties_and_takes_the_listener_along) {
  for (const int leaver : {5000, 5001}) {
    Centre centre;
    centre.supervised(SupervisorMode::ListenIn);
    ASSERT_TRUE(centre.operate(centre.leg_of(leaver), Hangup));
    EXPECT_FALSE(centre.call);
    EXPECT_EQ(centre.events.size(), 3u);
  }
}

TEST(Decide, who_barged_in_takes_the_call_over_when_the_agent_leaves) {
  Centre centre;
  centre.supervised(SupervisorMode::BargeIn, MonitoringMode::NextCall);
  ASSERT_TRUE(centre.operate(centre.leg_of(5001), Hangup));
  ASSERT_TRUE(centre.call);
  EXPECT_EQ(centre.told(), "5001 Released, 5005 Participants, 5000 Participants");
  EXPECT_TRUE(centre.effect<UseUp>());
  const Leg& supervisor = *centre.call->leg(centre.leg_of(5005));
  EXPECT_FALSE(supervisor.monitoring);
  EXPECT_EQ(centre.effect<Apply>()->plan.hears.size(), 2u);
}

TEST(Decide, with_scope_agent_the_supervisor_goes_with_the_agent) {
  Centre centre;
  centre.supervised(SupervisorMode::BargeIn, MonitoringMode::AllCalls, MonitoringScope::Agent);
  ASSERT_TRUE(centre.operate(centre.leg_of(5001), Hangup));
  EXPECT_FALSE(centre.call);
}

TEST(Decide, a_next_call_subscription_is_used_up_by_its_call) {
  Centre centre;
  centre.supervised(SupervisorMode::Coach, MonitoringMode::NextCall);
  ASSERT_TRUE(centre.operate(centre.leg_of(5005), Hangup));
  ASSERT_TRUE(centre.effect<UseUp>());
  EXPECT_EQ(centre.effect<UseUp>()->supervisor, device(5005));
}

TEST(Decide, internal_calls_are_not_monitored_where_that_is_off) {
  Centre centre;
  centre.policy.supervision.monitor_internal_calls = false;
  centre.watch(SupervisorMode::ListenIn);
  centre.connected();
  EXPECT_EQ(centre.leg_of(5005), LegId{});
}

TEST(Decide, a_supervisor_is_not_brought_into_his_own_call) {
  Centre centre;
  centre.watch(SupervisorMode::ListenIn);
  centre.begin_from_phone("5001", 5005);
  centre.answer(centre.leg_of(5001));
  centre.answer(LegId{1});
  EXPECT_EQ(centre.call->legs.size(), 2u);
}

TEST(Decide, user_data_is_told_to_every_party) {
  Centre centre;
  centre.connected();
  CallRequest request;
  request.operation = AttachUserData;
  EXPECT_EQ(centre.tell(Operate{centre.leg_of(5000), request}).error().code,
            RefusalCode::ParameterMissing);
  request.user_data = UserData{{"Case", {std::string{"A-17"}}}};
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5000), request}));
  EXPECT_EQ(centre.told(), "5000 Data, 5001 Data");
  request = {};
  request.operation = DeleteUserDataPair;
  request.key = "Other";
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5000), request}));
  EXPECT_EQ(centre.told(), "5000 Data") << "nothing changed, but who asked is told";
  request.key = "Case";
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5000), request}));
  EXPECT_TRUE(centre.call->conversations.front().user_data.empty());
}

TEST(Decide, digits_are_checked_sent_and_told_to_the_sender) {
  Centre centre;
  centre.connected();
  CallRequest request;
  request.operation = SendDtmf;
  EXPECT_EQ(centre.tell(Operate{centre.leg_of(5001), request}).error().code,
            RefusalCode::ParameterMissing);
  for (const char* digits : {"", "12x", "1 2", "123456789012345678901234567890123"}) {
    request.digits = digits;
    EXPECT_EQ(centre.tell(Operate{centre.leg_of(5001), request}).error().code,
              RefusalCode::ParameterInvalid);
  }
  request.digits = "12#";
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5001), request}));
  EXPECT_EQ(centre.told(), "5001 Dtmf");
  ASSERT_TRUE(centre.effect<SendDigits>());
  EXPECT_EQ(centre.effect<SendDigits>()->digits, "12#");
}

TEST(Decide, a_third_party_joins_by_single_step_conference) {
  Centre centre;
  centre.connected();
  CallRequest request;
  request.operation = SingleStepConference;
  const LegId agent = centre.leg_of(5001);
  EXPECT_EQ(centre.tell(Operate{agent, request}).error().code, RefusalCode::ParameterMissing);
  for (const char* number : {"5000", "5001", "7777"}) {
    request.destination = number;
    EXPECT_EQ(centre.tell(Operate{agent, request}).error().code, RefusalCode::ParameterInvalid);
  }
  request.destination = "5002";
  ASSERT_TRUE(centre.tell(Operate{agent, request}));
  EXPECT_EQ(centre.told(), "") << "nobody sees who is not there yet";
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5002))}));
  EXPECT_EQ(centre.told(), "5002 Ringing");
  centre.answer(centre.leg_of(5002));
  EXPECT_EQ(centre.told(), "5002 Established, 5000 Participants, 5001 Participants");
  EXPECT_EQ(centre.effect<Apply>()->plan.hears.size(), 6u);
  request = {};
  request.operation = RemoveParticipantFromConference;
  request.participant = "5002";
  EXPECT_FALSE(centre.tell(Operate{centre.leg_of(5000), request})) << "they are not the owner";
  ASSERT_TRUE(centre.tell(Operate{agent, request}));
  EXPECT_EQ(centre.told(), "5001 Participants, 5000 Participants, 5002 Released");
  EXPECT_EQ(centre.call->legs.size(), 2u);
}

TEST(Decide, a_single_step_transfer_hands_the_call_over_when_it_is_answered) {
  Centre centre;
  centre.supervised(SupervisorMode::Coach);
  CallRequest request;
  request.operation = SingleStepTransfer;
  request.destination = "5002";
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5001), request}));
  centre.answer(centre.leg_of(5002));
  EXPECT_EQ(centre.told(), "5002 Established, 5005 Participants, 5000 Participants, 5001 Released");
  const LegId target = centre.call->leg(centre.leg_of(5005))->monitoring->target;
  EXPECT_EQ(target, centre.leg_of(5002)) << "the coach stays with the call";
}

TEST(Decide, a_transfer_that_fails_leaves_the_call_as_it_was) {
  Centre centre;
  centre.connected();
  CallRequest request;
  request.operation = SingleStepTransfer;
  request.destination = "5002";
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5001), request}));
  ASSERT_TRUE(centre.tell(LineEnded{own_line_of(centre.leg_of(5002)), ReleaseCause::Busy}));
  EXPECT_EQ(centre.told(), "5001 Error");
  EXPECT_EQ(std::get<CallEvent>(centre.events[0]).failure->operation, SingleStepTransfer);
  EXPECT_EQ(centre.call->legs.size(), 2u);
}

TEST(Decide, a_listeners_guest_is_a_listener) {
  for (const Operation operation : {SingleStepConference, SingleStepTransfer}) {
    Centre centre;
    centre.supervised(SupervisorMode::ListenIn);
    CallRequest request;
    request.operation = operation;
    request.destination = "5002";
    ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5005), request}));
    centre.answer(centre.leg_of(5002));
    const Leg guest = *centre.call->leg(centre.leg_of(5002));
    for (const Leg& leg : centre.call->legs)
      EXPECT_FALSE(hears(*centre.call, leg, guest, {})) << leg.number;
    EXPECT_TRUE(hears(*centre.call, guest, *centre.call->leg(centre.leg_of(5000)), {}));
    EXPECT_EQ(centre.leg_of(5005).empty(), operation == SingleStepTransfer);
  }
}

/// Random histories: what is listed is accepted and nothing else, a customer never hears a silent
/// supervisor, and the views told add up to the views there are.
TEST(Decide, properties_hold_over_random_histories) {
  for (std::uint32_t seed = 1; seed <= sim::histories(300u); ++seed) {
    std::mt19937 random{seed};
    Centre centre;
    centre.watch(static_cast<SupervisorMode>(random() % 3),
                 static_cast<MonitoringMode>(random() % 2),
                 static_cast<MonitoringScope>(random() % 2));
    centre.begin_from_phone("5001");
    std::map<std::string, CallView> told;
    const auto keep_told = [&] {
      for (const Event& event : centre.events) {
        const auto& each = std::get<CallEvent>(event);
        if (each.type != CallNotification::Error) told[each.call.phone_number] = each.call;
      }
    };
    keep_told();
    for (int step = 0; step < 40 && centre.call; ++step) {
      const Call before = *centre.call;
      const Leg& leg = before.legs[random() % before.legs.size()];
      const int kind = static_cast<int>(random() % 8);
      RemoteMedia remote;
      remote.rtp = Endpoint::v4({127, 0, 0, 1}, 4000);
      remote.direction = static_cast<MediaDirection>(random() % 4);
      if (kind == 0) {
        ASSERT_TRUE(centre.tell(LineRang{own_line_of(leg.id), random() % 2 == 0}));
      } else if (kind == 1) {
        ASSERT_TRUE(centre.tell(LineAnswered{own_line_of(leg.id), remote}));
      } else if (kind == 2) {
        ASSERT_TRUE(centre.tell(LineMediaChanged{own_line_of(leg.id), remote}));
      } else if (kind == 3 && random() % 6 == 0) {
        ASSERT_TRUE(centre.tell(LineEnded{own_line_of(leg.id), ReleaseCause::Normal}));
      } else {
        constexpr std::array tried{Hold,          Retrieve, SwitchToListenIn, SwitchToBargeIn,
                                   SwitchToCoach, Answer,   DeleteUserData};
        const Operation operation = tried[random() % tried.size()];
        const auto listed = capabilities(before, leg, centre.policy);
        const bool is_listed = std::find(listed.begin(), listed.end(), operation) != listed.end();
        EXPECT_EQ(bool(centre.operate(leg.id, operation)), is_listed)
            << "seed " << seed << " " << name_of(operation);
        if (!is_listed) {
          EXPECT_EQ(*centre.call, before);
          continue;
        }
      }
      keep_told();
      if (!centre.call) break;
      for (const Leg& each : centre.call->legs) {
        if (is_shown(each)) {
          EXPECT_EQ(told[each.number], view_of(*centre.call, each, centre.policy, centre.now))
              << "seed " << seed;
        }
        if (each.monitoring && each.monitoring->mode != SupervisorMode::BargeIn) {
          EXPECT_FALSE(
              hears(*centre.call, centre.call->legs.front(), each, centre.policy.supervision) &&
              centre.call->legs.front().number == "5000")
              << "seed " << seed;
        }
      }
    }
  }
}

/// Three parties without a device or a trunk but for what the test gives them.
Call three_parties() {
  Call call;
  call.conversations.emplace_back();
  for (const std::uint64_t id : {1, 2, 3}) {
    Leg leg;
    leg.id = LegId{id};
    leg.line = own_line_of(leg.id);
    leg.device = DeviceId{std::to_string(id)};
    leg.number = std::to_string(id);
    leg.state = Established{};
    call.legs.push_back(leg);
  }
  return call;
}

TEST(Decide, a_hold_behind_a_trunk_is_no_state_of_ours) {
  Centre centre;
  Call call = three_parties();
  call.legs[0].trunk = TrunkId{"pstn"};
  call.legs[0].device.reset();
  RemoteMedia remote;
  remote.rtp = Endpoint::v4({127, 0, 0, 1}, 4000);
  remote.direction = MediaDirection::SendOnly;
  for (const std::uint64_t holds : {1, 2}) {
    const auto decision = decide(call, LineMediaChanged{LineId{holds}, remote}, centre.around());
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->call->leg(LegId{holds})->is_held(), holds == 2);
  }
}

TEST(Decide, the_plan_comes_before_whoever_leaves_is_dropped) {
  Centre centre;
  const auto decision =
      decide(three_parties(), LineEnded{LineId{3}, ReleaseCause::Normal}, centre.around());
  ASSERT_TRUE(decision);
  ASSERT_GE(decision->effects.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<Apply>(decision->effects.front()));
}

TEST(Decide, audio_goes_to_where_the_phone_says_it_is_now) {
  Centre centre;
  centre.connected();
  RemoteMedia moved;
  moved.rtp = Endpoint::v4({127, 0, 0, 9}, 4900);
  ASSERT_TRUE(centre.tell(LineMediaChanged{own_line_of(centre.leg_of(5001)), moved}));
  ASSERT_TRUE(centre.effect<Connect>());
  EXPECT_EQ(centre.effect<Connect>()->line, own_line_of(centre.leg_of(5001)));
  EXPECT_EQ(centre.effect<Connect>()->remote.rtp, moved.rtp);
  centre.effects.clear();
  ASSERT_TRUE(centre.tell(LineMediaChanged{LineId{999}, moved}));
  EXPECT_FALSE(centre.effect<Connect>()) << "no such line";
}

TEST(Decide, the_own_phone_is_told_to_answer_once) {
  Centre centre;
  centre.begin_by_api("5001");
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5000)), false}));
  EXPECT_FALSE(centre.effect<MakeAnswer>());
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5000)), true}));
  ASSERT_TRUE(centre.effect<MakeAnswer>());
  EXPECT_EQ(centre.effect<MakeAnswer>()->line, own_line_of(centre.leg_of(5000)));
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5000)), true}));
  EXPECT_FALSE(centre.effect<MakeAnswer>());
}

TEST(Decide, a_phone_may_announce_late_that_it_can_be_told_to_answer) {
  Centre centre;
  centre.begin_from_phone("5001");
  const LegId called = centre.leg_of(5001);
  const auto is_listed = [&] {
    const auto all = capabilities(*centre.call, *centre.call->leg(called), centre.policy);
    return std::find(all.begin(), all.end(), Answer) != all.end();
  };
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(called), false}));
  EXPECT_FALSE(is_listed());
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(called), true}));
  EXPECT_TRUE(is_listed());
  EXPECT_FALSE(centre.effect<RingIncoming>()) << "the caller hears it ring already";
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(called), false}));
  EXPECT_TRUE(is_listed());
  centre.answer(called);
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(called), true}));
  EXPECT_TRUE(centre.call->leg(called)->is_established())
      << "a 180 that comes late changes nothing";
}

TEST(Decide, only_who_called_hears_a_phone_ring) {
  Centre centre;
  centre.watch(SupervisorMode::BargeIn);
  centre.begin_from_phone("5001");
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5001))}));
  ASSERT_TRUE(centre.effect<RingIncoming>());
  EXPECT_EQ(centre.effect<RingIncoming>()->line, LineId{1});
  centre.answer(centre.leg_of(5001));
  centre.answer(LegId{1});
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5005))}));
  EXPECT_FALSE(centre.effect<RingIncoming>()) << "a supervisor's phone";
  CallRequest invite;
  invite.operation = SingleStepConference;
  invite.destination = "5002";
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5001), invite}));
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5002))}));
  EXPECT_FALSE(centre.effect<RingIncoming>()) << "who called has been answered";
}

TEST(Decide, an_invited_phone_that_rings_too_long_is_told_to_who_invited_it) {
  Centre centre;
  centre.connected();
  CallRequest invite;
  invite.operation = SingleStepConference;
  invite.destination = "5002";
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5001), invite}));
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5002))}));
  ASSERT_TRUE(centre.tell(RingTimedOut{own_line_of(centre.leg_of(5002))}));
  EXPECT_EQ(centre.told(), "5001 Error, 5002 Released");
  ASSERT_TRUE(std::get<CallEvent>(centre.events[0]).failure);
  EXPECT_EQ(std::get<CallEvent>(centre.events[0]).failure->error_message, "nobody answered");
  ASSERT_TRUE(centre.effect<Drop>());
  EXPECT_EQ(centre.effect<Drop>()->cause, ReleaseCause::NoAnswer);
  EXPECT_EQ(centre.call->legs.size(), 2u);
}

TEST(Decide, a_supervisor_who_is_rung_joins_as_their_latest_subscription_says) {
  for (const bool other_agent : {false, true}) {
    Centre centre;
    centre.watch(SupervisorMode::ListenIn);
    centre.connected();
    const LegId rung = centre.leg_of(5005);
    ASSERT_NE(rung, LegId{});
    const MonitoringSubscription latest{SupervisorMode::BargeIn, MonitoringMode::NextCall,
                                        MonitoringScope::Agent, device(other_agent ? 5002 : 5001)};
    ASSERT_TRUE(centre.tell(WatchReplaced{device(5002), latest}));
    EXPECT_EQ(centre.call->leg(rung)->monitoring->mode, SupervisorMode::ListenIn)
        << "another supervisor's";
    ASSERT_TRUE(centre.tell(WatchReplaced{device(5005), latest}));
    if (other_agent) {
      EXPECT_EQ(centre.leg_of(5005), LegId{});
      ASSERT_TRUE(centre.effect<Drop>());
      EXPECT_EQ(centre.effect<Drop>()->cause, ReleaseCause::Cancelled);
    } else {
      const Monitoring& monitoring = *centre.call->leg(rung)->monitoring;
      EXPECT_EQ(monitoring.mode, SupervisorMode::BargeIn);
      EXPECT_EQ(monitoring.subscription, MonitoringMode::NextCall);
      EXPECT_EQ(monitoring.scope, MonitoringScope::Agent);
    }
  }
}

TEST(Decide, a_subscription_that_is_replaced_or_cancelled_leaves_those_who_have_joined) {
  for (const bool cancelled : {false, true}) {
    Centre centre;
    centre.supervised(SupervisorMode::ListenIn);
    const Call before = *centre.call;
    std::optional<MonitoringSubscription> by;
    if (!cancelled)
      by = {SupervisorMode::BargeIn, MonitoringMode::AllCalls, MonitoringScope::Call, device(5002)};
    ASSERT_TRUE(centre.tell(WatchReplaced{device(5005), by}));
    EXPECT_EQ(*centre.call, before);
  }
}

TEST(Decide, who_leaves_monitoring_leaves_each_call_normally) {
  Centre centre;
  centre.supervised(SupervisorMode::BargeIn);
  ASSERT_TRUE(centre.tell(WatcherLeft{device(5002)}));
  EXPECT_NE(centre.leg_of(5005), LegId{});
  ASSERT_TRUE(centre.tell(WatcherLeft{device(5005)}));
  EXPECT_EQ(centre.leg_of(5005), LegId{});
  ASSERT_TRUE(centre.effect<Drop>());
  EXPECT_EQ(centre.effect<Drop>()->cause, ReleaseCause::Normal);
  EXPECT_EQ(centre.call->legs.size(), 2u);
}

TEST(Decide, a_supervisor_is_brought_to_the_call_of_the_agent_whom_they_chose) {
  Centre centre;
  centre.watch(SupervisorMode::Coach, MonitoringMode::NextCall, MonitoringScope::Agent);
  centre.connected();
  const Leg& leg = *centre.call->leg(centre.leg_of(5005));
  ASSERT_TRUE(leg.monitoring);
  EXPECT_EQ(leg.monitoring->agent, device(5001));
  EXPECT_EQ(leg.monitoring->target, centre.leg_of(5001));
  EXPECT_EQ(leg.monitoring->mode, SupervisorMode::Coach);
  EXPECT_EQ(leg.monitoring->subscription, MonitoringMode::NextCall);
  EXPECT_EQ(leg.monitoring->scope, MonitoringScope::Agent);
  EXPECT_EQ(leg.known_as, CallId{"CALL"});
  EXPECT_EQ(leg.device, device(5005));
  const DialOut* dial = centre.effect<DialOut>();
  ASSERT_TRUE(dial);
  EXPECT_EQ(dial->caller_number, "5001") << "whose call it is";
}

TEST(Decide, a_customer_who_leaves_ends_a_transfer_and_not_an_invitation) {
  for (const Operation operation : {SingleStepTransfer, SingleStepConference}) {
    Centre centre;
    centre.connected();
    CallRequest invite;
    invite.operation = operation;
    invite.destination = "5002";
    ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5001), invite}));
    ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5002))}));
    ASSERT_TRUE(centre.tell(LineEnded{LineId{1}, ReleaseCause::Normal}));
    EXPECT_EQ(centre.call.has_value(), operation == SingleStepConference) << name_of(operation);
    if (!centre.call) continue;
    centre.answer(centre.leg_of(5002));
    EXPECT_EQ(centre.told(), "5002 Established, 5001 Participants");
  }
}

TEST(Decide, who_was_transferred_to_talks_on_when_a_third_leaves) {
  Centre centre;
  centre.connected();
  CallRequest invite;
  invite.operation = SingleStepTransfer;
  invite.destination = "5002";
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5001), invite}));
  centre.answer(centre.leg_of(5002));
  ASSERT_TRUE(centre.call);
  invite.operation = SingleStepConference;
  invite.destination = "5005";
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5002), invite}));
  centre.answer(centre.leg_of(5005));
  ASSERT_TRUE(centre.tell(LineEnded{LineId{1}, ReleaseCause::Normal}));
  ASSERT_TRUE(centre.call) << "5002, long established, is a party";
  EXPECT_EQ(centre.call->legs.size(), 2u);
}

TEST(Decide, time_that_passes_is_no_change) {
  Centre centre;
  centre.connected();
  centre.now += seconds{60};
  CallRequest attach;
  attach.operation = AttachUserData;
  attach.user_data = UserData{{"case", {std::string{"A-17"}}}};
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5001), attach}));
  EXPECT_EQ(centre.told(), "5001 Data, 5000 Data");
  EXPECT_EQ(std::get<CallEvent>(centre.events[0]).call.duration, seconds{60});
}

TEST(Decide, a_released_call_shows_nobody_who_listens) {
  Centre centre;
  centre.supervised(SupervisorMode::BargeIn);
  ASSERT_TRUE(centre.operate(centre.leg_of(5000), Hangup));
  for (const Event& event : centre.events) {
    const auto& each = std::get<CallEvent>(event);
    if (each.call.state != CallViewState::Released) continue;
    EXPECT_FALSE(each.call.supervisor_listening_in) << each.call.phone_number;
    EXPECT_TRUE(each.call.capabilities.empty()) << each.call.phone_number;
    EXPECT_EQ(each.type, CallNotification::StatusChange);
  }
}

TEST(Decide, each_change_of_who_hears_whom_is_one_revision) {
  Centre centre;
  centre.connected();
  const auto before = centre.call->revision;
  ASSERT_TRUE(centre.operate(centre.leg_of(5001), Hold));
  EXPECT_EQ(centre.call->revision, before + 1);
  ASSERT_TRUE(centre.effect<Apply>());
  EXPECT_EQ(centre.effect<Apply>()->plan.revision, before + 1);
  CallRequest attach;
  attach.operation = AttachUserData;
  attach.user_data = UserData{{"case", {std::string{"A-17"}}}};
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5001), attach}));
  EXPECT_EQ(centre.call->revision, before + 1) << "nobody hears anything else";
  EXPECT_FALSE(centre.effect<Apply>());
}

TEST(Decide, a_supervisor_for_whom_there_is_no_room_is_told_what_they_asked_for) {
  const std::pair<SupervisorMode, Operation> modes[] = {{SupervisorMode::ListenIn, ListenIn},
                                                        {SupervisorMode::Coach, Coach},
                                                        {SupervisorMode::BargeIn, BargeIn}};
  for (const auto& [mode, operation] : modes) {
    Centre centre;
    centre.policy.calls.max_legs = 2;
    centre.watch(mode);
    centre.connected();
    EXPECT_EQ(centre.leg_of(5005), LegId{});
    const DeviceErrorEvent* told = nullptr;
    for (const Event& event : centre.events)
      if (const auto* each = std::get_if<DeviceErrorEvent>(&event)) told = each;
    ASSERT_TRUE(told);
    EXPECT_EQ(told->user, user(5005));
    EXPECT_EQ(told->device, device(5005));
    EXPECT_EQ(told->failure.operation, operation);
    EXPECT_EQ(told->failure.error_code, 4);
    EXPECT_NE(told->failure.error_message.find("the call of 5001"), std::string::npos);
  }
}

TEST(Decide, where_internal_calls_are_left_alone_one_party_outside_is_enough) {
  for (const bool outsider_calls : {false, true}) {
    Centre centre;
    centre.policy.supervision.monitor_internal_calls = false;
    centre.watch(SupervisorMode::ListenIn);
    NewCall fresh;
    fresh.id = CallId{"CALL"};
    fresh.bridge = BridgeId{1};
    fresh.caller = LegId{1};
    if (outsider_calls)
      fresh.from = TrunkId{"pstn"};
    else
      fresh.from = device(5001);
    fresh.caller_number = outsider_calls ? "+49301" : "5001";
    fresh.dialled = outsider_calls ? "5001" : "+49301";
    centre.take(begin(fresh, centre.around()));
    const LegId called = centre.call->legs.back().id;
    centre.answer(called);
    centre.answer(LegId{1});
    EXPECT_NE(centre.leg_of(5005), LegId{}) << outsider_calls;
  }
}

/// A call that waits in a queue for the agent 5001, who is found.
struct Queued : Centre {
  explicit Queued(seconds wrap_up) {
    Queue queue;
    queue.id = QueueId{"service"};
    queue.phone_number = "8000";
    queue.wrap_up = wrap_up;
    entries.queues.push_back(queue);
    NewCall fresh;
    fresh.id = CallId{"CALL"};
    fresh.bridge = BridgeId{1};
    fresh.caller = LegId{1};
    fresh.from = TrunkId{"pstn"};
    fresh.caller_number = "+49301";
    fresh.caller_name = "Anna";
    fresh.dialled = "8000";
    take(begin(fresh, around()));
    answer(LegId{1});
    EXPECT_TRUE(tell(AgentFound{call->conversations[0].id, device(5001)}));
  }
};

TEST(Decide, an_agent_is_offered_the_caller_who_waits) {
  Queued centre{seconds{0}};
  const DialOut* dial = centre.effect<DialOut>();
  ASSERT_TRUE(dial);
  EXPECT_EQ(dial->caller_number, "+49301");
  EXPECT_EQ(dial->caller_name, "Anna");
  EXPECT_EQ(std::get<DeviceId>(dial->to), device(5001));
  const Call before = *centre.call;
  ASSERT_TRUE(centre.tell(AgentFound{ConversationId{99}, device(5002)}));
  EXPECT_EQ(*centre.call, before) << "that conversation is over";
}

TEST(Decide, a_call_that_is_full_is_offered_to_nobody) {
  Queued centre{seconds{0}};
  ASSERT_TRUE(centre.tell(RingTimedOut{own_line_of(centre.leg_of(5001))}));
  centre.policy.calls.max_legs = 1;
  ASSERT_TRUE(centre.tell(AgentFound{centre.call->conversations[0].id, device(5002)}));
  EXPECT_EQ(centre.leg_of(5002), LegId{});
  EXPECT_FALSE(centre.effect<DialOut>());
}

TEST(Decide, an_agent_wraps_up_where_the_queue_says_so) {
  for (const seconds time : {seconds{0}, seconds{1}, seconds{20}}) {
    Queued centre{time};
    centre.answer(centre.leg_of(5001));
    ASSERT_TRUE(centre.tell(LineEnded{LineId{1}, ReleaseCause::Normal}));
    const WrapUp* wrap_up = centre.effect<WrapUp>();
    ASSERT_EQ(wrap_up != nullptr, time > seconds{0});
    if (!wrap_up) continue;
    EXPECT_EQ(wrap_up->agent, device(5001));
    EXPECT_EQ(wrap_up->time, time);
  }
}

TEST(Decide, what_a_supervisor_may_do_to_the_agent_changes_with_their_part) {
  const auto barging = [](Centre& centre, const Command& command) {
    const auto decision = decide(*centre.call, command, centre.around());
    return decision ? decision->barging : std::vector<DeviceId>{};
  };
  Centre centre;
  centre.supervised(SupervisorMode::BargeIn);
  CallRequest request;
  request.operation = MuteMonitoredUser;
  const std::vector<DeviceId> supervisor{device(5005)};
  EXPECT_EQ(barging(centre, Operate{centre.leg_of(5005), request}), supervisor);
  request.operation = Hold;
  EXPECT_EQ(barging(centre, Operate{centre.leg_of(5005), request}), supervisor);
  EXPECT_EQ(barging(centre, LineEnded{own_line_of(centre.leg_of(5005)), ReleaseCause::Normal}),
            supervisor);
  request.operation = SendDtmf;
  request.digits = "5";
  EXPECT_TRUE(barging(centre, Operate{centre.leg_of(5001), request}).empty());
}

// calls.md §3, [log]: newer servers list ClearCall in Ringing.
TEST(Decide, a_call_that_rings_is_cleared_for_all_as_if_declined) {
  Centre centre;
  centre.policy.calls.offers_clear = true;
  centre.begin_from_phone("5001");
  EXPECT_FALSE(centre.operate(LegId{1}, ClearCall)) << "who dials hangs up";
  ASSERT_TRUE(centre.tell(LineRang{own_line_of(centre.leg_of(5001))}));
  ASSERT_TRUE(centre.operate(centre.leg_of(5001), ClearCall));
  EXPECT_EQ(centre.told(), "5001 Released, 5000 Released");
  EXPECT_FALSE(centre.call);
  ASSERT_TRUE(centre.effect<Drop>());
  EXPECT_EQ(centre.effect<Drop>()->cause, ReleaseCause::Rejected);
}

// DD-15, DD-18
TEST(Decide, leaving_barge_in_is_told_as_a_switch_and_as_an_unmute) {
  Centre centre;
  centre.supervised(SupervisorMode::BargeIn);
  const LegId supervisor = centre.leg_of(5005);
  ASSERT_TRUE(centre.operate(supervisor, MuteMonitoredUser));
  EXPECT_EQ(centre.told(), "5005 Muted, 5001 Muted");
  ASSERT_TRUE(centre.operate(supervisor, SwitchToListenIn));
  EXPECT_EQ(centre.told(),
            "5005 Established, 5005 Muted, 5000 Participants, 5001 Participants, 5001 Muted");
}

TEST(Decide, whoever_is_monitored_next_is_not_muted) {
  Centre centre;
  centre.supervised(SupervisorMode::BargeIn);
  ASSERT_TRUE(centre.operate(centre.leg_of(5005), MuteMonitoredUser));
  CallRequest transfer;
  transfer.operation = SingleStepTransfer;
  transfer.destination = "5002";
  ASSERT_TRUE(centre.tell(Operate{centre.leg_of(5001), transfer}));
  centre.answer(centre.leg_of(5002));
  const Leg& supervisor = *centre.call->leg(centre.leg_of(5005));
  EXPECT_EQ(supervisor.monitoring->target, centre.leg_of(5002));
  EXPECT_FALSE(supervisor.monitoring->target_muted);
  EXPECT_EQ(centre.effect<Apply>()->plan.hears.size(), 6u) << "each of the three hears both others";
}

TEST(Decide, who_waits_in_a_queue_is_shown_its_number) {
  Centre centre;
  Queue queue;
  queue.id = QueueId{"service"};
  queue.phone_number = "8000";
  centre.entries.queues.push_back(queue);
  centre.begin_from_phone("8000");
  centre.answer(LegId{1});
  const auto view = view_of(*centre.call, *centre.call->leg(LegId{1}), centre.policy, centre.now);
  EXPECT_EQ(view.participants, (std::vector<Participant>{{"8000", true}}));
}

}  // namespace
}  // namespace earshot::core
