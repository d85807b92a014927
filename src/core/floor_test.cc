#include "core/floor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace earshot::core {
namespace {

using enum Operation;

DeviceId device(int number) { return DeviceId{"device-" + std::to_string(number)}; }
UserId user(int number) { return UserId{"user-" + std::to_string(number)}; }

/// 5001 to 5003 are agents of the queue 8000, 5005 and 5006 supervisors, 5000 is nobody's. All
/// phones are registered, all users but one logged in as NotReady: nobody sits at 5000.
struct FloorTest : testing::Test {
  DirectoryEntries entries;
  Policy policy;
  Floor floor;
  TimePoint now{seconds{1000}};
  std::vector<Event> events;  ///< of the last fact
  std::vector<Order> orders;  ///< of the last fact

  FloorTest() {
    for (const int number : {5000, 5001, 5002, 5003, 5005, 5006}) {
      Device each;
      each.id = device(number);
      each.phone_number = std::to_string(number);
      entries.devices.push_back(each);
      if (number == 5000) continue;
      User owner;
      owner.id = user(number);
      owner.default_device = each.id;
      owner.roles = {number < 5005 ? Role::Agent : Role::Supervisor};
      entries.users.push_back(owner);
    }
    Queue queue;
    queue.id = QueueId{"service"};
    queue.phone_number = "8000";
    queue.agents = {device(5001), device(5002), device(5003)};
    queue.patience = seconds{60};
    queue.max_waiting = 2;
    entries.queues.push_back(queue);
    floor = open_floor(std::make_shared<const Directory>(entries));
    for (const Device& each : entries.devices) tell(PhoneRegistered{each.id, true});
    for (const User& each : entries.users) tell(SessionAsked{each.id, {}});
  }

  void tell(const FloorFact& fact) {
    ASSERT_FALSE(refusal_of(floor, fact, policy));
    FloorDecision decision = decide(std::move(floor), fact, policy, now);
    floor = std::move(decision.floor);
    events = std::move(decision.events);
    orders = std::move(decision.orders);
  }
  std::optional<RefusalCode> refusal(const FloorFact& fact) const {
    const auto refused = refusal_of(floor, fact, policy);
    return refused ? std::optional{refused->code} : std::nullopt;
  }
  void be(int number, Operation state) { tell(StateAsked{user(number), state}); }
  static DeviceAsked subscription(int supervisor, int agent, MonitoringMode mode) {
    DeviceRequest request;
    request.operation = Coach;
    request.target = device(agent);
    request.mode = mode;
    return {user(supervisor), device(supervisor), request};
  }
  void watch(int supervisor, int agent, MonitoringMode mode = MonitoringMode::AllCalls) {
    tell(subscription(supervisor, agent, mode));
  }
  void follow(const Call* before, const Call* after) {
    floor = follow_call(std::move(floor), before, after, policy, now);
  }
  AgentState state(int number) const { return floor.desk(device(number))->station.agent_state; }
  /// The agents offered a call, in order.
  std::vector<DeviceId> offered() const {
    std::vector<DeviceId> agents;
    for (const Order& order : orders)
      if (const auto* found = std::get_if<AgentFound>(&order.command))
        agents.push_back(found->agent);
    return agents;
  }
  template <class Told>
  std::vector<BridgeId> told() const {
    std::vector<BridgeId> bridges;
    for (const Order& order : orders)
      if (std::holds_alternative<Told>(order.command)) bridges.push_back(order.bridge);
    return bridges;
  }
  void look() { tell(LookAtQueues{}); }
};

Leg leg_of(int number, std::uint64_t id, LegState state = Established{}) {
  Leg leg;
  leg.id = LegId{id};
  leg.line = own_line_of(leg.id);
  leg.in = ConversationId{1};
  leg.device = device(number);
  leg.state = state;
  return leg;
}

Call call_of(std::uint64_t bridge, std::vector<Leg> legs) {
  Call call;
  call.bridge = BridgeId{bridge};
  call.conversations.push_back({});
  call.conversations[0].id = ConversationId{1};
  call.legs = std::move(legs);
  return call;
}

/// A caller from outside who hears the queue's music.
Call waiting(std::uint64_t bridge, TimePoint since) {
  Leg caller = leg_of(0, bridge * 10, Dialing{.phone_up = true});
  caller.device.reset();
  Call call = call_of(bridge, {caller});
  call.conversations[0].queueing = Queueing{QueueId{"service"}, "8000", since, {}, true, {}};
  return call;
}

// ---- queues ----

TEST_F(FloorTest, who_is_ready_longest_is_offered_who_waits_longest) {
  const Call first = waiting(1, now - seconds{2}), second = waiting(2, now - seconds{1});
  follow(nullptr, &second);
  follow(nullptr, &first);
  look();
  EXPECT_TRUE(orders.empty()) << "nobody is ready";
  be(5002, Ready);
  now += seconds{1};
  be(5001, Ready);
  look();
  ASSERT_EQ(orders.size(), 2u);
  EXPECT_EQ(offered(), (std::vector{device(5002), device(5001)}));
  EXPECT_EQ(told<AgentFound>(), (std::vector{BridgeId{1}, BridgeId{2}}));
}

TEST_F(FloorTest, who_is_not_to_be_disturbed_is_offered_nothing_and_keeps_their_place) {
  be(5001, Ready);
  now += seconds{1};
  be(5002, Ready);
  tell(DeviceAsked{user(5001), device(5001), {DoNotDisturbOn}});
  EXPECT_TRUE(std::get<DeviceEvent>(events.at(0)).voice_state_changed);
  const Call first = waiting(1, now), second = waiting(2, now);
  follow(nullptr, &first);
  look();
  EXPECT_EQ(offered(), std::vector{device(5002)});
  now += seconds{1};
  tell(DeviceAsked{user(5001), device(5001), {DoNotDisturbOff}});
  follow(nullptr, &second);
  look();
  EXPECT_EQ(offered(), (std::vector{device(5001), device(5002)})) << "Ready the longest";
}

TEST_F(FloorTest, of_two_ready_since_the_same_moment_the_one_configured_first) {
  for (const int number : {5003, 5002}) be(number, Ready);
  const Call call = waiting(1, now);
  follow(nullptr, &call);
  look();
  EXPECT_EQ(offered(), std::vector{device(5002)});
}

TEST_F(FloorTest, nobody_is_offered_a_call_who_cannot_take_it) {
  const Call call = waiting(1, now);
  follow(nullptr, &call);
  be(5001, Ready);
  tell(PhoneRegistered{device(5001), false});
  be(5002, AuxWork);
  be(5003, Ready);
  const Call other = call_of(7, {leg_of(5003, 71), leg_of(5000, 72)});
  follow(nullptr, &other);
  look();
  EXPECT_TRUE(orders.empty());
  follow(&other, nullptr);
  look();
  EXPECT_EQ(offered(), std::vector{device(5003)}) << "they have hung up";
}

TEST_F(FloorTest, an_agent_who_was_on_the_phone_is_idle_since_then) {
  be(5001, Ready);
  be(5002, Ready);
  const Call before = call_of(7, {leg_of(5001, 71), leg_of(5000, 72)});
  follow(nullptr, &before);
  now += seconds{5};
  follow(&before, nullptr);
  const Call call = waiting(1, now);
  follow(nullptr, &call);
  look();
  EXPECT_EQ(offered(), std::vector{device(5002)});
}

TEST_F(FloorTest, what_has_nobody_to_be_offered_is_looked_at_when_time_changes_that) {
  Call call = waiting(1, now);
  call.conversations[0].queueing->declined = {{device(5001), now + seconds{10}}};
  follow(nullptr, &call);
  be(5001, Ready);
  look();
  EXPECT_TRUE(orders.empty());
  EXPECT_EQ(next_look(floor), now + seconds{10});
  now += seconds{10};
  look();
  EXPECT_EQ(offered(), std::vector{device(5001)});
}

TEST_F(FloorTest, patience_ends_once_and_before_anybody_is_offered_a_call) {
  const Call call = waiting(1, now);
  follow(nullptr, &call);
  look();
  EXPECT_EQ(next_look(floor), now + seconds{60});
  now += seconds{59};
  const Call later = waiting(2, now);
  follow(nullptr, &later);
  look();
  EXPECT_TRUE(orders.empty());
  now += seconds{1};
  be(5001, Ready);
  look();
  EXPECT_EQ(told<PatienceEnded>(), std::vector{BridgeId{1}});
  EXPECT_TRUE(offered().empty()) << "the agent may be who the call overflows to";
  follow(&call, nullptr);
  EXPECT_FALSE(floor.to_look_at.empty());
  look();
  EXPECT_EQ(offered(), std::vector{device(5001)});
  EXPECT_TRUE(told<PatienceEnded>().empty());
}

TEST_F(FloorTest, a_queue_is_full_while_as_many_wait_as_may) {
  const Call first = waiting(1, now), second = waiting(2, now);
  follow(nullptr, &first);
  EXPECT_TRUE(floor.full.empty());
  follow(nullptr, &second);
  EXPECT_EQ(floor.full, std::vector{QueueId{"service"}});
  follow(&first, &first);
  EXPECT_EQ(floor.full, std::vector{QueueId{"service"}});
  follow(&first, nullptr);
  EXPECT_TRUE(floor.full.empty());
}

TEST_F(FloorTest, a_call_without_room_for_the_agent_is_not_offered) {
  policy.calls.max_legs = 1;
  be(5001, Ready);
  const Call call = waiting(1, now);
  follow(nullptr, &call);
  look();
  EXPECT_TRUE(orders.empty());
}

// ---- states ----

TEST_F(FloorTest, a_wrap_up_ends_by_itself_unless_the_agent_speaks_first) {
  for (const int number : {5001, 5002, 5003}) be(number, Ready);
  for (const int number : {5001, 5002}) tell(WrapUp{device(number), seconds{30}});
  EXPECT_EQ(state(5001), AgentState::AfterCallWork);
  EXPECT_EQ(next_look(floor), now + seconds{30});
  be(5002, AfterCallWork);  // for as long as they like
  now += seconds{29};
  look();
  EXPECT_EQ(state(5001), AgentState::AfterCallWork);
  now += seconds{1};
  look();
  EXPECT_EQ(state(5001), AgentState::Ready);
  EXPECT_EQ(state(5002), AgentState::AfterCallWork);
  EXPECT_FALSE(next_look(floor));
  be(5003, NotReady);
  tell(WrapUp{device(5003), seconds{30}});
  EXPECT_EQ(state(5003), AgentState::NotReady) << "they have said what comes next";
}

TEST_F(FloorTest, who_does_not_take_a_queues_call_is_not_ready) {
  be(5001, Ready);
  tell(NotServed{device(5001)});
  EXPECT_EQ(state(5001), AgentState::NotReady);
  be(5001, AuxWork);
  tell(NotServed{device(5001)});
  EXPECT_EQ(state(5001), AgentState::AuxWork);
  tell(NotServed{DeviceId{"gone"}});
  EXPECT_TRUE(events.empty());
}

TEST_F(FloorTest, each_change_is_told_to_the_user_and_nothing_else_is) {
  be(5001, Ready);
  ASSERT_EQ(events.size(), 1u);
  const auto& told = std::get<DeviceEvent>(events[0]);
  EXPECT_EQ(told.user, user(5001));
  EXPECT_EQ(told.device.agent_state, AgentState::Ready);
  EXPECT_TRUE(told.voice_state_changed);
  be(5001, Ready);
  EXPECT_TRUE(events.empty());
  tell(PhoneRegistered{device(5001), false});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_FALSE(std::get<DeviceEvent>(events[0]).voice_state_changed);
  tell(PhoneRegistered{device(5000), false});
  EXPECT_TRUE(events.empty()) << "nobody sits there";
  tell(PhoneRegistered{DeviceId{"gone"}, true});
  EXPECT_TRUE(events.empty());
}

TEST_F(FloorTest, a_user_acts_at_their_own_desk_alone) {
  DeviceAsked other = subscription(5005, 5001, MonitoringMode::AllCalls);
  other.device = device(5006);
  EXPECT_EQ(refusal(other), RefusalCode::NotFound);
  EXPECT_EQ(refusal(StateAsked{UserId{"nobody"}, Ready}), RefusalCode::NotFound);
  SessionRequest request;
  request.device = device(5002);
  EXPECT_EQ(refusal(SessionAsked{user(5001), request}), RefusalCode::ParameterInvalid);
  request.device = device(5001);
  EXPECT_EQ(refusal(SessionAsked{user(5001), request}), std::nullopt);
}

// ---- subscriptions ----

TEST_F(FloorTest, a_subscription_is_found_by_the_device_it_is_to) {
  watch(5005, 5001);
  watch(5006, 5002);
  const Call call = call_of(1, {leg_of(5001, 1), leg_of(5000, 2)});
  ASSERT_EQ(watches_on(floor, call).size(), 1u);
  EXPECT_EQ(watches_on(floor, call)[0].supervisor, device(5005));
  const Call both = call_of(1, {leg_of(5002, 1), leg_of(5001, 2)});
  ASSERT_EQ(watches_on(floor, both).size(), 2u);
  EXPECT_EQ(watches_on(floor, both)[0].supervisor, device(5005)) << "in order of their ids";
  EXPECT_EQ(refusal(subscription(5006, 5001, MonitoringMode::AllCalls)), RefusalCode::InUse);
  watch(5005, 5003);
  EXPECT_TRUE(watches_on(floor, call).empty());
  EXPECT_EQ(refusal(subscription(5006, 5001, MonitoringMode::AllCalls)), std::nullopt);
}

TEST_F(FloorTest, a_subscription_to_the_next_call_is_none_while_it_has_one_and_used_up_after) {
  watch(5005, 5001, MonitoringMode::NextCall);
  Leg supervisor = leg_of(5005, 3);
  supervisor.monitoring = Monitoring{};
  supervisor.monitoring->agent = device(5001);
  supervisor.monitoring->subscription = MonitoringMode::NextCall;
  const Call call = call_of(1, {leg_of(5001, 1), leg_of(5000, 2), supervisor});
  EXPECT_EQ(watches_on(floor, call).size(), 1u);
  follow(nullptr, &call);
  EXPECT_TRUE(watches_on(floor, call).empty());
  follow(&call, nullptr);
  EXPECT_EQ(watches_on(floor, call).size(), 1u) << "that one was not used up";
  tell(UseUp{device(5005), device(5002)});
  EXPECT_EQ(watches_on(floor, call).size(), 1u) << "another agent's";
  tell(UseUp{device(5005), device(5001)});
  EXPECT_TRUE(watches_on(floor, call).empty());
  watch(5005, 5001);
  tell(UseUp{device(5005), device(5001)});
  EXPECT_EQ(watches_on(floor, call).size(), 1u) << "to all calls by now";
}

TEST_F(FloorTest, with_intrusion_the_call_the_agent_takes_part_in_comes_first) {
  const Call held = call_of(1, {leg_of(5001, 1, Established{.held = true}), leg_of(5000, 2)});
  const Call active = call_of(2, {leg_of(5001, 3), leg_of(5002, 4)});
  const Call ringing = call_of(3, {leg_of(5001, 5, Ringing{}), leg_of(5003, 6)});
  const Call others = call_of(4, {leg_of(5002, 7), leg_of(5003, 8)});
  for (const Call* call : {&held, &active, &ringing, &others}) follow(nullptr, call);
  policy.supervision.intrusion_enabled = false;
  watch(5005, 5001);
  EXPECT_TRUE(told<WatchBegan>().empty());
  policy.supervision.intrusion_enabled = true;
  watch(5005, 5001, MonitoringMode::NextCall);
  EXPECT_EQ(told<WatchBegan>(), (std::vector{BridgeId{2}, BridgeId{1}}));
}

TEST_F(FloorTest, who_cancels_is_taken_from_what_rings_and_stays_in_what_was_answered) {
  watch(5005, 5001);
  Leg rings = leg_of(5005, 3, Ringing{}), talks = leg_of(5005, 6);
  rings.monitoring = talks.monitoring = Monitoring{};
  const Call first = call_of(1, {leg_of(5001, 1), leg_of(5000, 2), rings});
  const Call second = call_of(2, {leg_of(5001, 4), leg_of(5000, 5), talks});
  follow(nullptr, &first);
  follow(nullptr, &second);
  DeviceRequest cancel;
  cancel.operation = CancelSupervisorMonitoring;
  tell(DeviceAsked{user(5005), device(5005), cancel});
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(told<WatchReplaced>(), std::vector{BridgeId{1}});
  EXPECT_FALSE(std::get<WatchReplaced>(orders[0].command).by);
}

TEST_F(FloorTest, logging_out_ends_what_one_monitors_and_by_whom_one_is_monitored) {
  watch(5005, 5001);
  Leg supervisor = leg_of(5005, 3);
  supervisor.monitoring = Monitoring{};
  const Call call = call_of(1, {leg_of(5001, 1), leg_of(5000, 2), supervisor});
  follow(nullptr, &call);
  be(5001, Offline);
  EXPECT_FALSE(floor.desk(device(5005))->station.monitoring);
  EXPECT_EQ(events.size(), 2u) << "the agent is told, and the supervisor";
  EXPECT_TRUE(told<WatcherLeft>().empty());
  be(5005, Offline);
  EXPECT_EQ(told<WatcherLeft>(), std::vector{BridgeId{1}});
}

TEST_F(FloorTest, muting_at_the_device_means_the_call_that_is_barged_in_to) {
  Leg supervisor = leg_of(5005, 3);
  supervisor.monitoring = Monitoring{};
  supervisor.monitoring->target = LegId{1};
  supervisor.monitoring->mode = SupervisorMode::BargeIn;
  const Call call = call_of(4, {leg_of(5001, 1), leg_of(5000, 2), supervisor});
  follow(nullptr, &call);
  EXPECT_EQ(floor.desk(device(5005))->station.barging, Barging::AgentAudible);
  DeviceAsked mute{user(5005), device(5005), {}};
  mute.request.operation = MuteMonitoredUser;
  const auto order = muting(floor, mute);
  ASSERT_TRUE(order);
  EXPECT_EQ(order->bridge, BridgeId{4});
  EXPECT_EQ(std::get<Operate>(order->command).leg, LegId{3});
  EXPECT_EQ(std::get<Operate>(order->command).request.operation, MuteMonitoredUser);
  follow(&call, nullptr);
  EXPECT_EQ(floor.desk(device(5005))->station.barging, Barging::No);
  EXPECT_FALSE(muting(floor, mute));
}

// ---- another directory ----

struct FloorDirectoryTest : FloorTest {
  void change() {
    const auto to = std::make_shared<const Directory>(entries);
    tell(DirectoryChanged{to});
    told_events = events;
    told_orders = orders;
    tell(DirectoryInForce{to});
  }
  std::vector<Event> told_events;  ///< by the directory that was
  std::vector<Order> told_orders;
};

TEST_F(FloorDirectoryTest, the_same_again_changes_nothing) {
  be(5001, Ready);
  watch(5005, 5001);
  const Call call = waiting(1, now);
  follow(nullptr, &call);
  look();
  const Floor before = floor;
  change();
  EXPECT_TRUE(told_events.empty() && told_orders.empty() && events.empty());
  look();
  EXPECT_EQ(offered(), std::vector{device(5001)});
  EXPECT_EQ(floor.desks, before.desks);
  EXPECT_EQ(floor.looks, before.looks);
}

TEST_F(FloorDirectoryTest, a_device_that_is_gone_leaves_its_calls_and_its_user_is_logged_out) {
  be(5001, Ready);
  watch(5005, 5001);
  const Call call = call_of(1, {leg_of(5001, 1), leg_of(5000, 2)});
  follow(nullptr, &call);
  std::erase_if(entries.devices, [](const Device& each) { return each.id == device(5001); });
  std::erase_if(entries.users, [](const User& each) { return each.id == user(5001); });
  change();
  ASSERT_EQ(told_orders.size(), 1u);
  EXPECT_EQ(told_orders[0].bridge, BridgeId{1});
  EXPECT_EQ(std::get<DeviceRemoved>(told_orders[0].command).device, device(5001));
  ASSERT_EQ(told_events.size(), 2u) << "the agent, and who monitored them";
  EXPECT_FALSE(floor.desk(device(5001)));
  EXPECT_FALSE(floor.desk(device(5005))->station.monitoring);
  const Call next = waiting(2, now);
  follow(nullptr, &next);
  look();
  EXPECT_TRUE(orders.empty()) << "nobody is ready any more";
}

TEST_F(FloorDirectoryTest, another_user_of_the_device_begins_without_do_not_disturb) {
  tell(DeviceAsked{user(5001), device(5001), {DoNotDisturbOn}});
  entries.users[0].first_name = "Ada";
  change();
  EXPECT_TRUE(floor.desk(device(5001))->station.do_not_disturb) << "the same user still";
  entries.users[0].id = user(5009);
  change();
  EXPECT_FALSE(floor.desk(device(5001))->station.do_not_disturb);
}

TEST_F(FloorDirectoryTest, a_new_device_works_like_one_that_was_always_there) {
  Device fresh;
  fresh.id = device(5004);
  fresh.phone_number = "5004";
  entries.devices.insert(entries.devices.begin(), fresh);  // the places of all others change
  User owner;
  owner.id = user(5004);
  owner.default_device = fresh.id;
  entries.users.push_back(owner);
  entries.queues[0].agents.push_back(fresh.id);
  be(5001, Ready);
  change();
  EXPECT_TRUE(told_events.empty() && events.empty());
  tell(PhoneRegistered{fresh.id, true});
  tell(SessionAsked{owner.id, {}});
  now -= seconds{1};
  be(5004, Ready);
  now += seconds{1};
  const Call first = waiting(1, now), second = waiting(2, now);
  follow(nullptr, &first);
  follow(nullptr, &second);
  look();
  EXPECT_EQ(offered(), (std::vector{device(5004), device(5001)}));
  be(5001, NotReady);
  follow(&first, &first);
  look();
  EXPECT_EQ(offered(), std::vector{device(5004)}) << "nobody is left behind in the line";
}

TEST_F(FloorDirectoryTest, a_phone_given_to_somebody_else_is_logged_out) {
  be(5001, Ready);
  entries.users[0].id = UserId{"successor"};
  change();
  EXPECT_EQ(state(5001), AgentState::LoggedOut);
  EXPECT_TRUE(told_orders.empty()) << "calls go on";
  ASSERT_EQ(told_events.size(), 1u);
  EXPECT_EQ(user_of(told_events[0]), user(5001));
}

TEST_F(FloorDirectoryTest, who_supervises_no_longer_leaves_what_they_monitor) {
  watch(5005, 5001);
  Leg supervisor = leg_of(5005, 3);
  supervisor.monitoring = Monitoring{};
  const Call call = call_of(1, {leg_of(5001, 1), leg_of(5000, 2), supervisor});
  follow(nullptr, &call);
  for (User& each : entries.users)
    if (each.id == user(5005)) each.roles = {Role::Agent};
  change();
  EXPECT_FALSE(floor.desk(device(5005))->station.monitoring);
  EXPECT_EQ(state(5005), AgentState::NotReady) << "but stays logged in";
  ASSERT_EQ(told_orders.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<WatcherLeft>(told_orders[0].command));
}

/// 5001 and 5002 are of the group of 5005.
struct FloorGroupsTest : FloorDirectoryTest {
  FloorGroupsTest() {
    entries.groups = {{GroupId{"2-g"}, "front", {user(5005)}, {user(5001), user(5002)}},
                      {GroupId{"2-h"}, "back", {user(5006)}, {user(5003)}}};
    change();
  }
  void expel(int number) { std::erase(entries.groups[0].users, user(number)); }
  static Leg watcher(std::uint64_t id, int agent) {
    Leg leg = leg_of(5005, id);
    leg.monitoring = Monitoring{};
    leg.monitoring->agent = device(agent);
    return leg;
  }
};

TEST_F(FloorGroupsTest, a_supervisor_subscribes_to_agents_of_their_groups_alone) {
  EXPECT_EQ(refusal(subscription(5005, 5001, MonitoringMode::AllCalls)), std::nullopt);
  EXPECT_EQ(refusal(subscription(5005, 5003, MonitoringMode::AllCalls)), RefusalCode::RoleMissing);
  EXPECT_EQ(refusal(subscription(5006, 5001, MonitoringMode::AllCalls)), RefusalCode::RoleMissing);
}

TEST_F(FloorGroupsTest,
       whose_agent_leaves_the_group_monitors_them_no_longer_and_leaves_their_call) {
  const Call theirs = call_of(1, {leg_of(5001, 1), leg_of(5000, 2), watcher(3, 5001)});
  const Call others = call_of(2, {leg_of(5002, 4), leg_of(5000, 5), watcher(6, 5002)});
  follow(nullptr, &theirs);
  follow(nullptr, &others);
  watch(5005, 5001);
  expel(5001);
  change();
  EXPECT_FALSE(floor.desk(device(5005))->station.monitoring);
  EXPECT_FALSE(floor.desk(device(5001))->monitored_by);
  ASSERT_EQ(told_orders.size(), 1u) << "and stays with the agent who is theirs still";
  EXPECT_EQ(told_orders[0].bridge, BridgeId{1});
  EXPECT_TRUE(std::holds_alternative<WatcherLeft>(told_orders[0].command));
  ASSERT_EQ(told_events.size(), 1u);
  EXPECT_EQ(user_of(told_events[0]), user(5005));
}

TEST_F(FloorGroupsTest, another_agents_leaving_changes_nothing) {
  const Call call = call_of(1, {leg_of(5001, 1), leg_of(5000, 2), watcher(3, 5001)});
  follow(nullptr, &call);
  watch(5005, 5001);
  expel(5002);
  change();
  EXPECT_TRUE(floor.desk(device(5005))->station.monitoring);
  EXPECT_TRUE(told_orders.empty() && told_events.empty());
}

TEST_F(FloorGroupsTest, the_groups_themselves_may_come_and_go) {
  watch(5005, 5001);
  const auto groups = std::exchange(entries.groups, {});
  change();
  EXPECT_TRUE(floor.desk(device(5005))->station.monitoring) << "everybody is theirs now";
  watch(5005, 5003);
  entries.groups = groups;
  change();
  EXPECT_FALSE(floor.desk(device(5005))->station.monitoring);
}

/// A supervisor whom another brought into a call beyond their groups.
TEST_F(FloorGroupsTest, who_was_brought_along_stays_while_nothing_of_theirs_changes) {
  const Call call = call_of(1, {leg_of(5003, 1), leg_of(5000, 2), watcher(3, 5003)});
  follow(nullptr, &call);
  expel(5002);
  change();
  EXPECT_TRUE(told_orders.empty());
}

// supervision-and-devices.md §C.5
TEST_F(FloorGroupsTest, a_supervisor_sets_the_state_of_their_agents) {
  for (const auto& [operation, is] : {std::pair{Ready, AgentState::Ready},
                                      {NotReady, AgentState::NotReady},
                                      {Offline, AgentState::LoggedOut}}) {
    tell(AgentStateAsked{user(5005), user(5001), operation});
    EXPECT_EQ(state(5001), is);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(user_of(events[0]), user(5001));
    EXPECT_TRUE(std::get<DeviceEvent>(events[0]).voice_state_changed);
  }
  const auto refused = [&](int supervisor, int agent) {
    return refusal(AgentStateAsked{user(supervisor), user(agent), Ready});
  };
  EXPECT_EQ(refused(5005, 5001), RefusalCode::NotAllowedNow) << "logged out";
  EXPECT_EQ(refused(5005, 5002), std::nullopt);
  EXPECT_EQ(refused(5005, 5003), RefusalCode::RoleMissing) << "another's agent";
  EXPECT_EQ(refused(5002, 5001), RefusalCode::RoleMissing) << "no supervisor";
  EXPECT_EQ(refused(5005, 5000), RefusalCode::NotFound) << "no such user";
}

TEST_F(FloorDirectoryTest, what_waits_in_a_queue_that_is_gone_overflows) {
  const Call call = waiting(1, now);
  follow(nullptr, &call);
  entries.queues.clear();
  be(5001, Ready);
  change();
  ASSERT_EQ(told_orders.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<PatienceEnded>(told_orders[0].command));
}

TEST_F(FloorDirectoryTest, a_queues_new_settings_hold_for_who_waits_already) {
  const Call call = waiting(1, now);
  follow(nullptr, &call);
  entries.queues[0].patience = seconds{5};
  entries.queues[0].max_waiting = 1;
  entries.queues[0].agents = {device(5003)};
  be(5001, Ready);
  change();
  EXPECT_EQ(floor.full, std::vector{QueueId{"service"}});
  EXPECT_EQ(next_look(floor), now + seconds{5});
  look();
  EXPECT_TRUE(offered().empty()) << "5001 serves it no longer";
  be(5003, Ready);
  look();
  EXPECT_EQ(offered(), std::vector{device(5003)});
}

TEST_F(FloorDirectoryTest, a_changed_number_is_told_to_its_user) {
  entries.devices[1].phone_number = "6001";
  change();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(std::get<DeviceEvent>(events[0]).device.phone_number, "6001");
}

}  // namespace
}  // namespace earshot::core
