#include "core/recording.h"

#include <gtest/gtest.h>

namespace earshot::core {
namespace {

TEST(RecordingChanges, a_stem_is_silent_while_its_party_is_not_heard) {
  Call call;
  call.conversations.emplace_back();
  call.conversations[0].recording = CallRecording{};
  Leg leg;
  leg.id = leg.line = LegId{1};
  leg.state = Established{};
  call.legs = {leg};
  EXPECT_TRUE(recording_changes(&call, call).empty());
  Call muted = call;
  muted.legs[0].muted = true;
  for (const bool mutes : {true, false}) {
    const auto changes = mutes ? recording_changes(&call, muted) : recording_changes(&muted, call);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(std::get<PauseRecording>(changes[0]).paused, mutes);
  }
}

}  // namespace
}  // namespace earshot::core
