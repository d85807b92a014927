#include "core/recording.h"

#include <gtest/gtest.h>

#include "core/decide.h"
#include "core/supervision.h"

namespace earshot::core {
namespace {

/// A customer behind a trunk (1), an agent (2) and a colleague (3) in one conversation, recorded.
Call recorded() {
  Call call;
  call.conversations.emplace_back();
  call.conversations[0].id = ConversationId{1};
  call.conversations[0].call = CallId{"CALL"};
  call.conversations[0].recording = CallRecording{};
  call.conversations[0].recordings = 1;
  for (const std::uint64_t id : {1, 2, 3}) {
    Leg leg;
    leg.id = LegId{id};
    leg.line = own_line_of(leg.id);
    leg.in = ConversationId{1};
    leg.number = std::to_string(id);
    if (id != 1) leg.device = DeviceId{std::to_string(id)};
    leg.state = Established{};
    call.legs.push_back(leg);
  }
  return call;
}

TEST(RecordingChanges, a_stem_is_silent_while_its_party_is_not_heard) {
  const Call call = recorded();
  EXPECT_TRUE(recording_changes(&call, call).empty());
  const auto expect_silences = [&](const Call& silent, const char* what) {
    for (const bool ends : {true, false}) {
      const auto changes =
          ends ? recording_changes(&silent, call) : recording_changes(&call, silent);
      ASSERT_EQ(changes.size(), 1u) << what;
      EXPECT_EQ(std::get<PauseRecording>(changes[0]).line, LineId{2}) << what;
      EXPECT_EQ(std::get<PauseRecording>(changes[0]).paused, !ends) << what;
    }
  };
  Call silent = call;
  silent.legs[1].muted = true;
  expect_silences(silent, "muted");
  silent = call;
  std::get<Established>(silent.legs[1].state).held = true;
  expect_silences(silent, "held");
}

TEST(RecordingChanges, every_party_that_has_answered_has_a_stem_of_its_own) {
  Call call = recorded();
  call.legs[2].state = Ringing{};
  const auto changes = recording_changes(nullptr, call);
  ASSERT_EQ(changes.size(), 2u);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& record = std::get<Record>(changes[i]);
    EXPECT_EQ(record.line, LineId{i + 1});
    EXPECT_EQ(record.file, "CALL/1-" + std::to_string(i + 1) + ".wav");
  }
  Call gone = call;
  gone.conversations[0].recording.reset();
  const auto stops = recording_changes(&call, gone);
  ASSERT_EQ(stops.size(), 2u);
  EXPECT_EQ(std::get<StopRecording>(stops[0]).line, LineId{1});
  gone.legs.erase(gone.legs.begin());
  EXPECT_EQ(recording_changes(&call, gone).size(), 1u) << "its line has ended, and the stem too";
}

// decisions A2: no recording tells more than everybody could hear.
TEST(RecordingChanges, a_supervisor_is_recorded_while_barged_in_alone) {
  for (const auto mode :
       {SupervisorMode::ListenIn, SupervisorMode::Coach, SupervisorMode::BargeIn}) {
    const Call call = recorded();
    Call joined = call;
    Leg supervisor;
    supervisor.id = LegId{4};
    supervisor.line = own_line_of(supervisor.id);
    supervisor.in = ConversationId{1};
    supervisor.device = DeviceId{"4"};
    supervisor.state = Established{};
    supervisor.monitoring = Monitoring{.mode = mode, .target = LegId{2}};
    joined.legs.push_back(supervisor);
    const auto changes = recording_changes(&call, joined);
    ASSERT_FALSE(changes.empty());
    EXPECT_EQ(std::get<Record>(changes[0]).line, LineId{4});
    const bool silent = changes.size() == 2 && std::get<PauseRecording>(changes[1]).paused;
    EXPECT_EQ(silent, mode != SupervisorMode::BargeIn);
  }
}

TEST(RecordingFails, its_parties_are_told_and_no_other_call_is_touched) {
  Call call = recorded();
  call.legs[2].state = Ringing{};
  DirectoryEntries entries;
  for (const char* id : {"2", "3", "9"}) {
    Device device;
    device.id = DeviceId{id};
    device.phone_number = id;
    entries.devices.push_back(device);
    User user;
    user.id = UserId{"user-" + std::string{id}};
    user.default_device = device.id;
    entries.users.push_back(user);
  }
  const Policy policy;
  const Directory directory{entries};
  const Surroundings around{directory, policy, {}, {}, {}, std::nullopt, TimePoint{}};
  const auto failed = decide(call, RecordingFailed{LineId{1}, "no space left"}, around);
  ASSERT_TRUE(failed);
  EXPECT_FALSE(failed->call->conversations[0].recording);
  EXPECT_EQ(failed->call->conversations[0].user_data,
            (UserData{{"GSIP_RECORD", {std::string{"OFF"}}}}));
  std::vector<UserId> told;
  for (const Event& event : failed->events)
    if (const auto& each = std::get<CallEvent>(event); each.type == CallNotification::Error) {
      told.push_back(each.user);
      ASSERT_TRUE(each.failure);
      EXPECT_EQ(each.failure->operation, Operation::StartCallRecording);
      EXPECT_EQ(each.failure->error_code, 4);
      EXPECT_EQ(each.failure->error_message, "the recording cannot be written: no space left");
    }
  EXPECT_EQ(told, std::vector<UserId>{UserId{"user-2"}}) << "who talks in it, and has a user";
  const auto other = decide(call, RecordingFailed{LineId{9}, "no space left"}, around);
  ASSERT_TRUE(other);
  EXPECT_EQ(*other->call, call);
}

TEST(Recording, a_phone_is_recorded_for_one_conversation_at_a_time) {
  Call call = recorded();
  Conversation consultation;
  consultation.id = ConversationId{2};
  call.conversations.push_back(consultation);
  EXPECT_FALSE(is_recorded_elsewhere(call, call.conversations[1]));
  Leg consulting = call.legs[1];
  consulting.id = LegId{5};  // on the agent's line
  consulting.in = ConversationId{2};
  call.legs.push_back(consulting);
  EXPECT_TRUE(is_recorded_elsewhere(call, call.conversations[1]));
  EXPECT_FALSE(is_recorded_elsewhere(call, call.conversations[0])) << "it is this one";
  call.conversations[0].recording.reset();
  EXPECT_FALSE(is_recorded_elsewhere(call, call.conversations[1]));
}

}  // namespace
}  // namespace earshot::core
