#include "engine/call_loop.h"

#include <gtest/gtest.h>

#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"

namespace earshot::engine {
namespace {

/// Notes what it is told to do, and does nothing of it.
struct NotingSignalling final : Signalling {
  std::vector<OutgoingLine> dialled;
  void dial(OutgoingLine leg) override { dialled.push_back(std::move(leg)); }
  void ring(LineId) override {}
  void answer(LineId, LocalMedia) override {}
  void make_answer(LineId) override {}
  void probe(LineId) override {}
  void call_off_probe(LineId) override {}
  void release(LineId, ReleaseCause) override {}
};
/// Applies no plan before it is told to.
struct SlowMedia final : Media {
  std::vector<MediaPlan> plans;
  Result<LocalMedia, std::string> open(BridgeId, LineId) override { return LocalMedia{}; }
  void connect(LineId, RemoteMedia) override {}
  void apply(MediaPlan plan) override { plans.push_back(std::move(plan)); }
  void send_digits(LineId, std::string) override {}
  void record(LineId, StemOrder) override {}
  void pause_recording(LineId, bool) override {}
  void stop_recording(LineId) override {}
  void watch(LineId) override {}
  void close(LineId) override {}
};
struct Told final : EventSink {
  std::vector<Event> events;
  void publish(const std::vector<Event>& all) override {
    events.insert(events.end(), all.begin(), all.end());
  }
};
struct NoRecords final : CallRecords {
  void keep(const Segment&) override {}
  void keep(const LateDisposition&) override {}
};

/// 5000, a phone without a user, and 5001, which has one; both are registered.
struct CallLoopTest : testing::Test {
  const DirectorySnapshot directory = std::make_shared<const Directory>(two_phones());
  core::Policy policy;
  sim::VirtualLoop loop;
  sim::SeededEntropy entropy{1};
  NotingSignalling signalling;
  SlowMedia media;
  Told told;
  NoRecords records;
  CallLoop calls{directory, policy, loop, entropy, told, records};

  CallLoopTest() {
    calls.connect(signalling, media);
    for (const Device& each : directory->devices()) calls.device_registered(each.id, true);
    settle();
  }
  static DirectoryEntries two_phones() {
    DirectoryEntries directory;
    for (const char* number : {"5000", "5001"}) {
      Device device;
      device.id = DeviceId{number};
      device.phone_number = number;
      directory.devices.push_back(device);
    }
    User agent;
    agent.id = UserId{"agent"};
    agent.default_device = DeviceId{"5001"};
    directory.users.push_back(agent);
    return directory;
  }
  void settle() { loop.run_for(milliseconds{100}); }
  void apply_all_but_the_last(std::size_t last) {
    for (const MediaPlan& plan : media.plans)
      if (plan.revision + last <= media.plans.back().revision)
        calls.plan_applied(plan.bridge, plan.revision, 1);
    settle();
  }
  /// 5000 calls 5001, who answers; every plan but the last is applied.
  void connect_phones() {
    const NamedLine caller = calls.line_offered({DeviceId{"5000"}, "5000", "5001", true});
    settle();
    ASSERT_EQ(signalling.dialled.size(), 1u);
    const LineId agent = signalling.dialled[0].line;
    calls.line_ringing(agent, false);
    settle();
    RemoteMedia remote;
    remote.rtp = Endpoint::v4({127, 0, 0, 1}, 4000);
    calls.line_answered(agent, remote);
    calls.line_answered(caller.line, remote);
    settle();
    ASSERT_FALSE(media.plans.empty());
    apply_all_but_the_last(1);
  }
};

// decisions A7
TEST_F(CallLoopTest, nobody_is_told_of_a_change_before_it_can_be_heard) {
  connect_phones();
  const std::size_t before = told.events.size();
  ASSERT_GT(before, 0u);
  CallRequest hold;
  hold.operation = Operation::Hold;
  ASSERT_TRUE(calls.operate(UserId{"agent"}, std::get<CallEvent>(told.events.back()).call.id, hold,
                            Run::Real));
  apply_all_but_the_last(1);
  EXPECT_EQ(std::get<CallEvent>(told.events.back()).call.state, CallViewState::Established);
  const std::size_t answered = told.events.size();
  settle();
  EXPECT_EQ(told.events.size(), answered) << "the media loop has not applied it";
  apply_all_but_the_last(0);
  EXPECT_EQ(std::get<CallEvent>(told.events.back()).call.state, CallViewState::Held);
}

}  // namespace
}  // namespace earshot::engine
