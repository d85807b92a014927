#include "engine/call_loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"

namespace earshot::engine {
namespace {

/// Notes what it is told to do, and does nothing of it.
struct NotingSignalling final : Signalling {
  std::vector<OutgoingLine> dialled;
  std::vector<LineId> released;
  void dial(OutgoingLine leg) override { dialled.push_back(std::move(leg)); }
  void ring(LineId) override {}
  void answer(LineId, LocalMedia) override {}
  void make_answer(LineId) override {}
  void probe(LineId) override {}
  void call_off_probe(LineId) override {}
  void release(LineId line, ReleaseCause) override { released.push_back(line); }
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
struct Records final : CallRecords {
  std::vector<LateDisposition> late;
  void keep(const Segment&) override {}
  void keep(const LateDisposition& each) override { late.push_back(each); }
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
  Records records;
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

// The API is asked after what the phones told before, though nothing of that was taken yet.
TEST_F(CallLoopTest, what_was_told_before_is_taken_before_what_is_asked) {
  calls.device_registered(DeviceId{"5001"}, false);
  EXPECT_FALSE(calls.dial(UserId{"agent"}, DeviceId{"5001"}, {"5000", {}}, Run::Dry));
  calls.device_registered(DeviceId{"5001"}, true);
  EXPECT_TRUE(calls.dial(UserId{"agent"}, DeviceId{"5001"}, {"5000", {}}, Run::Dry));
}

TEST_F(CallLoopTest, who_calls_while_the_server_stops_is_called_by_nobody_and_released) {
  const NamedLine before = calls.line_offered({DeviceId{"5000"}, "5000", "5001", true});
  calls.stop();
  EXPECT_EQ(signalling.dialled.size(), 1u) << "it had called before";
  EXPECT_EQ(calls.calls(), 0u);
  const NamedLine after = calls.line_offered({DeviceId{"5000"}, "5000", "5001", true});
  settle();
  EXPECT_EQ(signalling.dialled.size(), 1u);
  EXPECT_NE(std::find(signalling.released.begin(), signalling.released.end(), before.line),
            signalling.released.end());
  EXPECT_EQ(signalling.released.back(), after.line);
  const auto refused = calls.dial(UserId{"agent"}, DeviceId{"5001"}, {"5000", {}}, Run::Real);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, RefusalCode::Unavailable);
}

// The plan of a revision may be told twice, and late: what was applied stays applied.
TEST_F(CallLoopTest, an_older_plan_told_late_takes_nothing_back) {
  connect_phones();
  apply_all_but_the_last(0);
  const std::size_t answered = told.events.size();
  calls.plan_applied(media.plans.front().bridge, media.plans.front().revision, 1);
  settle();
  EXPECT_EQ(told.events.size(), answered);
  calls.plan_applied(BridgeId{99}, 1, 1);  // of a call that is over
  settle();
  EXPECT_EQ(told.events.size(), answered);
}

// calls.md §1: 32 letters and digits; a connId is 16 of base 16.
TEST_F(CallLoopTest, a_call_has_the_ids_of_the_pages) {
  connect_phones();
  const CallView& call = std::get<CallEvent>(told.events.back()).call;
  EXPECT_EQ(call.id.value.size(), 32u);
  EXPECT_EQ(call.id.value.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            std::string::npos);
  EXPECT_EQ(call.conn_id.size(), 16u);
  EXPECT_EQ(call.conn_id.find_first_not_of("0123456789abcdef"), std::string::npos);
}

// calls.md §4.3: ten minutes, from the end of the call, however long that was.
TEST_F(CallLoopTest, a_disposition_may_come_ten_minutes_after_a_long_call) {
  connect_phones();
  apply_all_but_the_last(0);
  const CallId call = std::get<CallEvent>(told.events.back()).call.id;
  loop.run_for(seconds{1200});
  calls.line_ended(signalling.dialled[0].line, ReleaseCause::Normal, "");
  settle();
  ASSERT_EQ(calls.calls(), 0u);
  CallRequest request;
  request.operation = Operation::SetCallDisposition;
  request.disposition = "sold";
  loop.run_for(seconds{590});
  EXPECT_TRUE(calls.operate(UserId{"agent"}, call, request, Run::Dry));
  EXPECT_TRUE(records.late.empty());
  EXPECT_TRUE(calls.operate(UserId{"agent"}, call, request, Run::Real));
  ASSERT_EQ(records.late.size(), 1u);
  EXPECT_EQ(records.late[0].disposition, "sold");
  loop.run_for(seconds{20});
  EXPECT_FALSE(calls.operate(UserId{"agent"}, call, request, Run::Real));
}

TEST_F(CallLoopTest, whoever_has_no_desk_has_no_calls_and_no_devices) {
  connect_phones();
  const CallId call = std::get<CallEvent>(told.events.back()).call.id;
  const UserId agent{"agent"};
  const UserId nobody{"nobody"};
  EXPECT_EQ(calls.calls_of(agent).size(), 1u);
  EXPECT_TRUE(calls.call_of(agent, call));
  EXPECT_TRUE(calls.availabilities_of(agent, call));
  EXPECT_EQ(calls.devices_of(agent).size(), 1u);
  EXPECT_FALSE(calls.call_of(agent, CallId{"OTHER"}));
  EXPECT_FALSE(calls.availabilities_of(agent, CallId{"OTHER"}));
  EXPECT_TRUE(calls.calls_of(nobody).empty());
  EXPECT_FALSE(calls.call_of(nobody, call));
  EXPECT_FALSE(calls.availabilities_of(nobody, call));
  EXPECT_TRUE(calls.devices_of(nobody).empty());
  CallRequest hold;
  hold.operation = Operation::Hold;
  const auto refused = calls.operate(nobody, call, hold, Run::Real);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, RefusalCode::NotFound);
}

}  // namespace
}  // namespace earshot::engine
