// What was decided of a line, as the ports are told it: a line of text each.

#include "engine/lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/virtual_loop.h"

namespace earshot::engine {
namespace {

using Said = std::vector<std::string>;

std::string text(LineId line) { return std::to_string(line.value); }
std::string text(ReleaseCause cause) {
  return cause == ReleaseCause::Overload ? "Overload" : "other";
}

/// Notes what it is told, and has a port for audio as long as it is told so.
struct Ports final : Signalling, Media, CallRecords {
  Said said;
  bool has_port = true;
  std::vector<Segment> kept;

  void dial(OutgoingLine line) override {
    const auto* trunk = std::get_if<TrunkNumber>(&line.to);
    said.push_back(
        "dial " + text(line.line) + " " +
        (trunk ? trunk->trunk.value + ":" + trunk->number : std::get<DeviceId>(line.to).value));
  }
  void ring(LineId line) override { said.push_back("ring " + text(line)); }
  void answer(LineId line, LocalMedia) override { said.push_back("answer " + text(line)); }
  void make_answer(LineId line) override { said.push_back("make answer " + text(line)); }
  void probe(LineId line) override { said.push_back("probe " + text(line)); }
  void call_off_probe(LineId line) override { said.push_back("call off probe " + text(line)); }
  void release(LineId line, ReleaseCause cause) override {
    said.push_back("release " + text(line) + " " + text(cause));
  }

  Result<LocalMedia, std::string> open(BridgeId bridge, LineId line) override {
    if (!has_port) return Error{std::string{"no free port"}};
    said.push_back("open " + text(line) + " in " + std::to_string(bridge.value));
    return LocalMedia{};
  }
  void connect(LineId line, RemoteMedia) override { said.push_back("connect " + text(line)); }
  void apply(MediaPlan plan) override { said.push_back("apply " + std::to_string(plan.revision)); }
  void send_digits(LineId from, std::string digits) override {
    said.push_back("digits " + text(from) + " " + digits);
  }
  void record(LineId line, StemOrder stem) override {
    said.push_back("record " + text(line) + " " + stem.file);
  }
  void watch(LineId line) override { said.push_back("watch " + text(line)); }
  void pause_recording(LineId line, bool paused) override {
    said.push_back((paused ? "pause " : "resume ") + text(line));
  }
  void stop_recording(LineId line) override { said.push_back("stop recording " + text(line)); }
  void close(LineId line) override { said.push_back("close " + text(line)); }

  void keep(const Segment& segment) override { kept.push_back(segment); }
  void keep(const LateDisposition&) override {}
};

struct LinesTest : testing::Test {
  const CallId call{"C"};
  const BridgeId bridge{7};
  const LineId line{3};
  sim::VirtualLoop loop;
  Ports ports;
  std::vector<Fact> taken;
  std::optional<Lines> lines{std::in_place, loop, ports,
                             [this](Fact fact) { taken.push_back(std::move(fact)); }};

  LinesTest() { lines->connect(ports, ports); }

  /// What the ports are told of it.
  Said perform(const core::Effect& effect) {
    ports.said.clear();
    lines->perform(call, bridge, effect);
    return ports.said;
  }
  core::DialOut dial_out() const {
    return {line, DeviceId{"phone"}, "5001", "5000", seconds{30}, ""};
  }
  Segment segment(const char* number) const {
    Segment segment;
    segment.line = line;
    segment.number = number;
    return segment;
  }
  /// The commands taken for the line, as their place in the variant tells them.
  template <class Command>
  const Command* taken_as(std::size_t at) const {
    const auto* told = at < taken.size() ? std::get_if<LineTold>(&taken[at]) : nullptr;
    return told && told->line == line ? std::get_if<Command>(&told->command) : nullptr;
  }
};

TEST_F(LinesTest, a_phone_that_is_called_rings_until_its_time_is_over) {
  EXPECT_EQ(perform(dial_out()), (Said{"open 3 in 7", "dial 3 phone"}));
  EXPECT_EQ(lines->bridge_of(line), bridge);
  loop.run_for(seconds{29});
  EXPECT_TRUE(taken.empty());
  loop.run_for(seconds{1});
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_TRUE(taken_as<core::RingTimedOut>(0));
}

TEST_F(LinesTest, whose_phone_is_connected_or_dropped_rings_no_longer) {
  perform(dial_out());
  EXPECT_EQ(perform(core::Connect{line, {}}), (Said{"connect 3"}));
  EXPECT_EQ(loop.timers(), 0u);
  const LineId other{4};
  perform(core::DialOut{other, DeviceId{"phone"}, "5001", "5000", seconds{30}, ""});
  EXPECT_EQ(perform(core::Drop{other}), (Said{"release 4 other", "close 4"}));
  EXPECT_EQ(loop.timers(), 0u);
}

TEST_F(LinesTest, a_trunk_is_told_which_number_to_call) {
  core::DialOut dial = dial_out();
  dial.to = TrunkId{"carrier"};
  EXPECT_EQ(perform(dial), (Said{"open 3 in 7", "dial 3 carrier:5001"}));
}

TEST_F(LinesTest, a_leg_without_a_port_for_its_audio_ends_for_overload) {
  ports.has_port = false;
  EXPECT_EQ(perform(dial_out()), Said{});
  ASSERT_TRUE(taken_as<core::LineEnded>(0));
  EXPECT_EQ(taken_as<core::LineEnded>(0)->cause, ReleaseCause::Overload);
  EXPECT_EQ(loop.timers(), 0u);
  // It has no media whose end is to be waited for.
  perform(core::Drop{line, ReleaseCause::Overload, true});
  EXPECT_EQ(lines->size(), 0u);
}

TEST_F(LinesTest, a_caller_without_a_port_for_their_audio_is_turned_away) {
  lines->add(line, call, bridge, "5000");
  ports.has_port = false;
  EXPECT_EQ(perform(core::AnswerIncoming{line}), (Said{"release 3 Overload"}));
  ASSERT_TRUE(taken_as<core::LineEnded>(0));
  EXPECT_EQ(taken_as<core::LineEnded>(0)->cause, ReleaseCause::Overload);
}

TEST_F(LinesTest, a_caller_is_answered_once) {
  lines->add(line, call, bridge, "5000");
  EXPECT_EQ(perform(core::RingIncoming{line}), (Said{"ring 3"}));
  EXPECT_EQ(perform(core::AnswerIncoming{line}), (Said{"open 3 in 7", "answer 3"}));
  EXPECT_EQ(perform(core::AnswerIncoming{line}), Said{});
}

TEST_F(LinesTest, of_a_line_that_is_gone_nothing_is_told) {
  EXPECT_EQ(perform(core::AnswerIncoming{line}), Said{});
  EXPECT_EQ(perform(core::Connect{line, {}}), Said{});
  EXPECT_EQ(perform(core::Drop{line}), Said{});
  lines->on_silent(line, true);
  lines->on_closed(line, {});
  EXPECT_EQ(ports.said, Said{});
  EXPECT_EQ(lines->bridge_of(line), std::nullopt);
  EXPECT_EQ(lines->size(), 0u);
}

TEST_F(LinesTest, what_is_decided_of_its_audio_is_passed_on) {
  MediaPlan plan;
  plan.revision = 12;
  EXPECT_EQ(perform(core::Apply{plan}), (Said{"apply 12"}));
  EXPECT_EQ(perform(core::MakeAnswer{line}), (Said{"make answer 3"}));
  EXPECT_EQ(perform(core::SendDigits{line, "42#"}), (Said{"digits 3 42#"}));
  EXPECT_EQ(perform(core::Record{line, "C/1-3.wav", {}}), (Said{"record 3 C/1-3.wav"}));
  EXPECT_EQ(perform(core::PauseRecording{line, true}), (Said{"pause 3"}));
  EXPECT_EQ(perform(core::PauseRecording{line, false}), (Said{"resume 3"}));
  EXPECT_EQ(perform(core::StopRecording{line}), (Said{"stop recording 3"}));
}

TEST_F(LinesTest, whose_phone_ended_the_call_itself_is_not_released) {
  lines->add(line, call, bridge, "5000");
  perform(core::AnswerIncoming{line});
  EXPECT_EQ(perform(core::Drop{line, ReleaseCause::Normal, true}), (Said{"close 3"}));
  EXPECT_EQ(lines->size(), 1u) << "its media is not closed yet";
  lines->on_closed(line, {});
  EXPECT_EQ(lines->size(), 0u);
}

TEST_F(LinesTest, who_never_had_audio_is_forgotten_when_they_are_dropped) {
  lines->add(line, call, bridge, "5000");
  EXPECT_EQ(perform(core::Drop{line, ReleaseCause::Overload}), (Said{"release 3 Overload"}));
  EXPECT_EQ(lines->size(), 0u);
}

TEST_F(LinesTest, a_record_waits_for_what_the_media_loop_counted) {
  perform(dial_out());
  lines->keep(segment("5001"));
  EXPECT_TRUE(ports.kept.empty());
  LineQuality quality;
  quality.packets_received = 50;
  lines->on_closed(line, quality);
  ASSERT_EQ(ports.kept.size(), 1u);
  EXPECT_EQ(ports.kept[0].number, "5001");
  ASSERT_TRUE(ports.kept[0].quality);
  EXPECT_EQ(ports.kept[0].quality->packets_received, 50u);
}

TEST_F(LinesTest, a_record_without_audio_waits_for_nothing) {
  lines->keep(segment("nobody"));
  lines->add(line, call, bridge, "5000");
  lines->keep(segment("5000"));
  ASSERT_EQ(ports.kept.size(), 2u);
}

TEST_F(LinesTest, records_that_still_wait_are_handed_over_at_the_end) {
  perform(dial_out());
  lines->keep(segment("5001"));
  lines.reset();
  EXPECT_EQ(ports.kept.size(), 1u);
  EXPECT_EQ(loop.timers(), 0u);
}

TEST_F(LinesTest, who_is_silent_is_asked_until_they_are_heard_again) {
  lines->add(line, call, bridge, "5000");
  lines->on_silent(line, true);
  lines->on_silent(line, false);
  EXPECT_EQ(ports.said, (Said{"probe 3", "call off probe 3"}));
}

TEST_F(LinesTest, what_concerns_the_floor_comes_back_as_a_fact) {
  perform(core::UseUp{DeviceId{"supervisor"}, DeviceId{"agent"}});
  perform(core::NotServed{DeviceId{"agent"}});
  perform(core::WrapUp{DeviceId{"agent"}, seconds{30}});
  ASSERT_EQ(taken.size(), 3u);
  const auto as_floor = [&](std::size_t at) { return std::get<core::FloorFact>(taken[at]); };
  EXPECT_TRUE(std::holds_alternative<core::UseUp>(as_floor(0)));
  EXPECT_TRUE(std::holds_alternative<core::NotServed>(as_floor(1)));
  EXPECT_TRUE(std::holds_alternative<core::WrapUp>(as_floor(2)));
}

TEST_F(LinesTest, a_reading_is_good_for_three_seconds_and_asking_has_the_next_one_made) {
  EXPECT_FALSE(lines->watch(line)) << "there is no such line";
  EXPECT_EQ(ports.said, Said{});
  perform(dial_out());
  ports.said.clear();
  EXPECT_FALSE(lines->watch(line));
  EXPECT_EQ(ports.said, Said{"watch 3"});
  LineReading reading;
  reading.peak = 1234;
  lines->on_read(line, reading);
  lines->on_read(LineId{99}, reading);
  loop.run_for(milliseconds{2999});
  ASSERT_TRUE(lines->watch(line));
  EXPECT_EQ(lines->watch(line)->peak, 1234);
  loop.run_for(milliseconds{1});
  EXPECT_FALSE(lines->watch(line));
}

}  // namespace
}  // namespace earshot::engine
