// Random days on a floor. After each fact, what the floor finds by its indexes must be what a look
// at everybody and every call finds, and the same facts must give the same floor.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

#include "core/floor.h"
#include "sim/histories.h"

namespace earshot::core {
namespace {

using enum Operation;

constexpr int kDevices = 8;

DeviceId device(std::uint32_t number) { return DeviceId{"device-" + std::to_string(number)}; }
UserId user(std::uint32_t number) { return UserId{"user-" + std::to_string(number)}; }

class Day {
 public:
  explicit Day(std::uint32_t seed) : random_(seed) {
    directory_ = std::make_shared<const Directory>(some_directory());
    floor_ = open_floor(directory_);
  }

  std::map<std::string, int> seen;  ///< what the day had of what matters

  void go_on() {
    now_ += milliseconds{draw(4000)};
    switch (draw(10)) {
      case 0:
        return take(PhoneRegistered{device(draw(kDevices)), draw(8) > 0});
      case 1:
        return take(SessionAsked{user(draw(kDevices)), {}});
      case 2:
        return take(StateAsked{user(draw(kDevices)), std::array{Ready, Ready, Ready, NotReady,
                                                                AuxWork, Offline}[draw(6)]});
      case 3:
        return subscribe();
      case 4:
        return take(draw(2) ? FloorFact{WrapUp{device(draw(kDevices)), seconds{draw(5)}}}
                            : FloorFact{NotServed{device(draw(kDevices))}});
      case 5:
        if (draw(8) == 0) return change_directory();
        return take(UseUp{device(draw(kDevices)), device(draw(kDevices))});
      case 6:
        return look();
      case 7:
        end_call();
        return end_call();
      default:
        return begin_or_change_call();
    }
  }

  // What a look at everything finds.
  void check() const {
    std::map<DeviceId, std::vector<Part>> parts;
    std::map<QueueId, std::set<Waiter>> waiting;
    for (const auto& [bridge, call] : calls_) {
      for (const Leg& leg : call.legs)
        if (leg.device) parts[*leg.device].push_back({call.bridge, leg.id});
      const Conversation& conversation = call.conversations[0];
      if (conversation.is_waiting())
        waiting[conversation.queueing->queue].insert(
            {conversation.queueing->since, call.bridge, conversation.id});
    }
    std::set<std::pair<TimePoint, DeviceId>> wrap_ups;
    ASSERT_EQ(floor_.desks.size(), directory_->devices().size());
    for (const Device& each : directory_->devices()) {
      const Desk& desk = *floor_.desk(each.id);
      EXPECT_EQ(desk.parts.size(), parts[each.id].size());
      for (const Part& part : desk.parts)
        EXPECT_TRUE(std::any_of(parts[each.id].begin(), parts[each.id].end(), [&](const Part& one) {
          return one.bridge == part.bridge && one.leg == part.leg;
        }));
      std::optional<DeviceId> monitored_by;
      for (const auto& [id, other] : floor_.desks)
        if (other.station.monitoring && other.station.monitoring->target == each.id) {
          EXPECT_FALSE(monitored_by) << "by one supervisor at most";
          monitored_by = id;
        }
      EXPECT_EQ(desk.monitored_by, monitored_by);
      if (desk.wrap_up_until) {
        EXPECT_EQ(desk.station.agent_state, AgentState::AfterCallWork);
        wrap_ups.insert({*desk.wrap_up_until, each.id});
      }
    }
    EXPECT_EQ(floor_.wrap_ups, wrap_ups);
    for (const Queue& queue : directory_->queues()) check(queue, waiting[queue.id]);
  }

 private:
  std::uint32_t draw(std::uint32_t below) { return std::uint32_t(random_() % below); }

  DirectoryEntries some_directory() {
    DirectoryEntries entries;
    for (std::uint32_t number = 0; number < kDevices; ++number) {
      if (draw(8) == 0) continue;
      Device each;
      each.id = device(number);
      each.phone_number = std::to_string(number);
      entries.devices.insert(
          entries.devices.begin() + draw(std::uint32_t(entries.devices.size()) + 1), each);
      User owner;
      owner.id = user(draw(8) ? number : number + 100);
      owner.default_device = each.id;
      owner.roles = {Role::Agent};
      if (draw(3) > 0) owner.roles.push_back(Role::Supervisor);
      entries.users.push_back(owner);
    }
    for (const char* name : {"2-a", "2-b"}) {
      if (draw(3) == 0) continue;
      Group group{GroupId{name}, name, {}, {}};
      for (const User& each : entries.users) {
        if (draw(2)) group.users.push_back(each.id);
        if (each.has(Role::Supervisor) && draw(2)) group.supervisors.push_back(each.id);
      }
      entries.groups.push_back(group);
    }
    for (const char* name : {"a", "b", "c"}) {
      if (draw(6) == 0) continue;
      Queue queue;
      queue.id = QueueId{name};
      queue.max_waiting = 1 + draw(3);
      queue.patience = seconds{1 + draw(30)};
      for (const Device& each : entries.devices)
        if (draw(2)) queue.agents.push_back(each.id);
      entries.queues.push_back(queue);
    }
    return entries;
  }

  void check(const Queue& queue, const std::set<Waiter>& expected) const {
    const auto found = floor_.queues.find(queue.id);
    const QueueLine line = found == floor_.queues.end() ? QueueLine{} : found->second;
    std::set<Waiter> waiters;
    for (const auto& [waiter, waiting] : line.waiting) waiters.insert(waiter);
    EXPECT_EQ(waiters, expected);
    EXPECT_EQ(std::count(floor_.full.begin(), floor_.full.end(), queue.id),
              expected.size() >= queue.max_waiting ? 1 : 0);
    std::set<std::pair<TimePoint, DeviceId>> ready, in_line;
    for (const DeviceId& agent : queue.agents) {
      const Desk& desk = *floor_.desk(agent);
      if (desk.station.registered && desk.station.agent_state == AgentState::Ready &&
          !desk.station.do_not_disturb && desk.station.forward_to.empty() && desk.parts.empty())
        ready.insert({desk.idle_since, agent});
    }
    for (const ReadyAgent& agent : line.ready) in_line.insert({agent.since, agent.device});
    EXPECT_EQ(in_line, ready);
    const auto look = next_look(floor_);
    for (const auto& [waiter, waiting] : line.waiting)
      if (waiter.since + queue.patience > now_) {
        ASSERT_TRUE(look);
        EXPECT_LE(*look, waiter.since + queue.patience);
      }
  }

  /// Until there is nothing to do; then nobody waits whom somebody who is ready could serve.
  void look() {
    int looks = 0;
    do {
      take(LookAtQueues{});
      ASSERT_LT(++looks, 20);
    } while (!floor_.to_look_at.empty());
    for (const auto& [queue, line] : floor_.queues)
      for (const auto& [waiter, waiting] : line.waiting) {
        const Queue* known = directory_->queue(queue);
        ASSERT_TRUE(known) << "it waits in a queue that is gone";
        EXPECT_GT(waiter.since + known->patience, now_);
        for (const ReadyAgent& agent : line.ready)
          EXPECT_TRUE(!waiting.offerable || std::any_of(waiting.queueing.declined.begin(),
                                                        waiting.queueing.declined.end(),
                                                        [&](const Queueing::Declined& each) {
                                                          return each.agent == agent.device &&
                                                                 each.until > now_;
                                                        }));
      }
    for (const auto& [at, agent] : floor_.wrap_ups) EXPECT_GT(at, now_);
  }

  void take(const FloorFact& fact) {
    if (refusal_of(floor_, fact, policy_)) return;
    const Floor before = floor_;
    FloorDecision decision = decide(std::move(floor_), fact, policy_, now_);
    const FloorDecision again = decide(before, fact, policy_, now_);
    EXPECT_EQ(decision.floor, again.floor);
    EXPECT_EQ(decision.events, again.events);
    EXPECT_EQ(decision.orders.size(), again.orders.size());
    floor_ = std::move(decision.floor);
    std::set<DeviceId> offered;
    for (const Order& order : decision.orders) carry_out(order, offered);
  }

  /// As the engine and core do, in short.
  void carry_out(const Order& order, std::set<DeviceId>& offered) {
    const auto call = calls_.find(order.bridge);
    if (call == calls_.end()) return;
    Call next = call->second;
    if (const auto* found = std::get_if<AgentFound>(&order.command)) {
      EXPECT_TRUE(offered.insert(found->agent).second) << "two calls for one agent";
      EXPECT_TRUE(floor_.desk(found->agent)->parts.empty());
      next.legs.push_back(leg_of(found->agent, Offered{}));
      next.legs.back().from_queue = next.conversations[0].queueing->queue;
      ++seen["offered"];
    } else if (std::holds_alternative<PatienceEnded>(order.command)) {
      next.conversations[0].queueing->waiting = false;
      ++seen["lost patience"];
    } else if (const auto* removed = std::get_if<DeviceRemoved>(&order.command)) {
      std::erase_if(next.legs, [&](const Leg& leg) { return leg.device == removed->device; });
      ++seen["removed"];
    } else if (std::holds_alternative<WatcherLeft>(order.command)) {
      ++seen["a watcher left"];
      return;
    } else {
      return;
    }
    replace(next);
  }

  void replace(const Call& next) {
    const auto was = calls_.find(next.bridge);
    const bool over = next.legs.empty();
    floor_ = follow_call(std::move(floor_), was == calls_.end() ? nullptr : &was->second,
                         over ? nullptr : &next, policy_, now_);
    if (over)
      calls_.erase(next.bridge);
    else
      calls_.insert_or_assign(next.bridge, next);
  }

  Leg leg_of(const DeviceId& of, LegState state) {
    Leg leg;
    leg.id = LegId{++last_leg_};
    leg.line = own_line_of(leg.id);
    leg.in = ConversationId{1};
    leg.device = of;
    leg.state = state;
    return leg;
  }

  void begin_or_change_call() {
    Call call;
    if (calls_.size() < 6) {
      call.bridge = BridgeId{++last_bridge_};
      call.conversations.push_back({});
      call.conversations[0].id = ConversationId{1};
      if (const auto& queues = directory_->queues(); draw(4) && !queues.empty()) {
        Leg caller = leg_of(DeviceId{}, Dialing{.phone_up = true});
        caller.device.reset();
        call.legs.push_back(caller);
        const Queue& queue = queues[draw(std::uint32_t(queues.size()))];
        call.conversations[0].queueing = Queueing{queue.id, "", now_, {}, true, {}};
      }
    } else {
      call = std::next(calls_.begin(), draw(std::uint32_t(calls_.size())))->second;
    }
    auto& queueing = call.conversations[0].queueing;
    if (queueing && queueing->waiting && draw(3) == 0)
      queueing->declined.push_back({device(draw(kDevices)), now_ + seconds{draw(10)}});
    if (!queueing || draw(4) == 0) {
      Leg leg = leg_of(device(draw(kDevices)), draw(3) ? LegState{Established{}} : Ringing{});
      if (draw(4) == 0) {
        leg.monitoring = Monitoring{};
        leg.monitoring->agent = device(draw(kDevices));
        leg.monitoring->subscription =
            draw(2) ? MonitoringMode::NextCall : MonitoringMode::AllCalls;
      }
      if (directory_->device(*leg.device)) call.legs.push_back(leg);
    }
    replace(call);
  }

  void end_call() {
    if (calls_.empty()) return;
    Call call = std::next(calls_.begin(), draw(std::uint32_t(calls_.size())))->second;
    call.legs.clear();
    replace(call);
  }

  void subscribe() {
    const std::uint32_t supervisor = draw(kDevices);
    DeviceRequest request;
    if (draw(3) == 0) {
      request.operation =
          std::array{DoNotDisturbOn, DoNotDisturbOff, ForwardCallsOn, ForwardCallsOff}[draw(4)];
      request.destination = std::to_string(draw(kDevices));
      return take(DeviceAsked{user(supervisor), device(supervisor), request});
    }
    request.operation = std::array{Coach, ListenIn, BargeIn, CancelSupervisorMonitoring}[draw(4)];
    request.target = device(draw(kDevices));
    request.mode = draw(2) ? MonitoringMode::NextCall : MonitoringMode::AllCalls;
    take(DeviceAsked{user(supervisor), device(supervisor), request});
  }

  void change_directory() {
    const auto next = std::make_shared<const Directory>(some_directory());
    take(DirectoryChanged{next});
    directory_ = next;
    take(DirectoryInForce{next});
  }

  std::mt19937 random_;
  Policy policy_;
  DirectorySnapshot directory_;
  Floor floor_;
  std::map<BridgeId, Call> calls_;
  TimePoint now_{seconds{1000}};
  std::uint64_t last_leg_ = 0;
  std::uint64_t last_bridge_ = 0;
};

TEST(RandomFloors, are_what_a_look_at_everything_says) {
  std::map<std::string, int> seen;
  for (std::uint32_t seed = 0; seed < sim::histories(300u) && !testing::Test::HasFailure();
       ++seed) {
    SCOPED_TRACE(seed);
    Day day{seed};
    for (int step = 0; step < 200 && !testing::Test::HasFailure(); ++step) {
      day.go_on();
      day.check();
    }
    for (const auto& [what, times] : day.seen) seen[what] += times;
  }
  for (const auto& [what, times] : seen) EXPECT_GT(times, sim::often(10)) << what;
  EXPECT_EQ(seen.size(), 4u) << "the days are too quiet to prove anything";
}

}  // namespace
}  // namespace earshot::core
