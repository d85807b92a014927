// The same commands with the same surroundings give the same decisions: what a log has recorded can
// be played again.

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "core/decide.h"
#include "sim/histories.h"

namespace earshot::core {
namespace {

using enum Operation;

DeviceId device(int number) { return DeviceId{"device-" + std::to_string(number)}; }

struct House {
  DirectoryEntries entries;
  DirectorySnapshot directory;
  Policy policy;

  House() {
    for (const int number : {5000, 5001, 5002, 5005}) {
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
    directory = std::make_shared<const Directory>(entries);
  }
};

/// All that a decision was made from, but for the house.
struct Recorded {
  Command command;
  std::vector<Watch> watches;
  std::array<LegId, 4> fresh;
  TimePoint now;
};
struct Recording {
  NewCall fresh;
  std::vector<Watch> watches;
  std::vector<Recorded> commands;
};

/// Plays from the beginning. @return every decision; nothing where a command was refused
std::vector<std::optional<Decision>> play(const Recording& recording) {
  const House house;  // a new one each time: nothing may depend on where a value lies in memory
  const auto around = [&](const std::vector<Watch>& watches, const std::array<LegId, 4>& fresh,
                          TimePoint now) {
    return Surroundings{*house.directory,
                        house.policy,
                        {},
                        watches,
                        fresh,
                        FreshConversation{CallId{"CONSULT"}, "00c0"},
                        now};
  };
  std::vector<std::optional<Decision>> decisions;
  decisions.push_back(
      begin(recording.fresh, around(recording.watches, {LegId{2}, LegId{3}, LegId{4}, LegId{5}},
                                    TimePoint{seconds{1000}})));
  std::optional<Call> call = decisions.back()->call;
  for (const Recorded& each : recording.commands) {
    if (!call) break;
    auto decision = decide(*call, each.command, around(each.watches, each.fresh, each.now));
    if (!decision) {
      decisions.emplace_back();
      continue;
    }
    call = decision->call;
    decisions.emplace_back(*std::move(decision));
  }
  return decisions;
}

CallRequest random_request(std::mt19937& random) {
  constexpr std::array operations{Hold,
                                  Retrieve,
                                  SwitchToListenIn,
                                  SwitchToBargeIn,
                                  Answer,
                                  AttachUserData,
                                  DeleteUserData,
                                  SendDtmf,
                                  SingleStepConference,
                                  SingleStepTransfer,
                                  RemoveParticipantFromConference,
                                  InitiateConference};
  CallRequest request;
  request.operation = operations[random() % operations.size()];
  request.destination = std::array{"5002", "5005", "+4930123", "7777"}[random() % 4];
  request.participant = std::array{"5000", "5002"}[random() % 2];
  request.digits = "1";
  request.user_data = UserData{};
  return request;
}

Command random_command(std::mt19937& random, std::uint64_t legs) {
  const LegId leg{1 + random() % legs};
  RemoteMedia remote;
  remote.rtp = Endpoint::v4({127, 0, 0, 1}, 4000);
  remote.direction = static_cast<MediaDirection>(random() % 4);
  switch (random() % 12) {
    case 0:
    case 1:
      return LineRang{own_line_of(leg), random() % 2 == 0};
    case 2:
    case 3:
    case 4:
      return LineAnswered{own_line_of(leg), remote};
    case 5:
      return LineMediaChanged{own_line_of(leg), remote};
    case 6:
      if (random() % 4 == 0)
        return LineEnded{own_line_of(leg), static_cast<ReleaseCause>(random() % 11)};
      return RingTimedOut{LineId{1 + random() % (4 * legs)}};
    case 7:
      return WatchBegan{
          {device(5005), {static_cast<SupervisorMode>(random() % 3), {}, {}, device(5001)}}};
    default:
      return Operate{leg, random_request(random)};
  }
}

/// A random history. The legs a call has are known by playing what there is so far.
Recording recorded(std::uint32_t seed) {
  std::mt19937 random{seed};
  Recording recording;
  recording.watches = {
      {device(5005),
       {static_cast<SupervisorMode>(random() % 3), static_cast<MonitoringMode>(random() % 2),
        static_cast<MonitoringScope>(random() % 2), device(5001)}}};
  recording.fresh.id = CallId{"CALL"};
  recording.fresh.conn_id = "0011223344556677";
  recording.fresh.bridge = BridgeId{1};
  recording.fresh.caller = LegId{1};
  recording.fresh.from = device(5000);
  recording.fresh.caller_number = "5000";
  recording.fresh.dialled = "5001";
  recording.fresh.by_api = random() % 2 == 0;
  std::uint64_t last_leg = 5;
  for (int step = 0; step < 40; ++step) {
    Recorded each{
        random_command(random, last_leg), recording.watches, {}, TimePoint{seconds{1000 + step}}};
    for (LegId& leg : each.fresh) leg = LegId{++last_leg};
    if (last_leg > 60) last_leg = 5;  // ids of long ago, as a hostile record may have
    recording.commands.push_back(std::move(each));
  }
  return recording;
}

TEST(Replay, the_same_commands_give_the_same_decisions) {
  std::size_t decided = 0;
  for (std::uint32_t seed = 1; seed <= sim::histories(200u); ++seed) {
    const Recording recording = recorded(seed);
    const auto once = play(recording);
    const auto again = play(recording);
    ASSERT_EQ(once.size(), again.size()) << "seed " << seed;
    for (std::size_t i = 0; i < once.size(); ++i) {
      ASSERT_EQ(once[i], again[i]) << "seed " << seed << ", decision " << i;
      decided += once[i].has_value();
    }
  }
  EXPECT_GT(decided, sim::often(std::size_t{2000})) << "the histories get somewhere";
}

/// The guest of a supervisor takes part in their mode, but the subscription is not theirs: when
/// they go it is not used up, and they may be a number behind a trunk, without any device.
TEST(Replay, the_guest_of_a_supervisor_uses_up_no_subscription) {
  Recording recording;
  recording.watches = {
      {device(5005),
       {SupervisorMode::ListenIn, MonitoringMode::NextCall, MonitoringScope::Call, device(5001)}}};
  recording.fresh.id = CallId{"CALL"};
  recording.fresh.caller = LegId{1};
  recording.fresh.from = device(5000);
  recording.fresh.caller_number = "5000";
  recording.fresh.dialled = "5001";
  RemoteMedia remote;
  remote.rtp = Endpoint::v4({127, 0, 0, 1}, 4000);
  const auto add = [&](Command command, std::array<LegId, 4> fresh = {}) {
    recording.commands.push_back(
        {std::move(command), recording.watches, fresh, TimePoint{seconds{1000}}});
  };
  add(LineAnswered{LineId{2}, remote});
  add(LineAnswered{LineId{1}, remote}, {LegId{10}});
  add(LineAnswered{LineId{10}, remote});
  CallRequest invite;
  invite.operation = SingleStepConference;
  invite.destination = "+4930123";
  add(Operate{LegId{10}, invite}, {LegId{20}});
  add(LineAnswered{LineId{20}, remote});
  add(LineEnded{LineId{20}, ReleaseCause::Normal});
  const auto decisions = play(recording);
  ASSERT_EQ(decisions.size(), 7u);
  ASSERT_TRUE(decisions[4] && decisions[5] && decisions[6]);
  ASSERT_TRUE(decisions[5]->call->leg(LegId{20})->monitoring) << "a listener's guest listens";
  for (const Effect& effect : decisions[6]->effects)
    EXPECT_FALSE(std::holds_alternative<UseUp>(effect));
}

}  // namespace
}  // namespace earshot::core
