// Recordings of calls: what the files hold is heard by tone, what the desks are told by the API.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "sim/scratch_directory.h"
#include "sim/tone_meter.h"
#include "sim/world.h"

namespace earshot::scenario {
namespace {

namespace fs = std::filesystem;

app::Config recording_into(const fs::path& directory) {
  app::Config config = sim::World::config();
  config.media.recordings = directory.string();
  return config;
}

struct Recordings : testing::Test {
  sim::ScratchDirectory directory;
  sim::World world{1, recording_into(directory.path())};
  void SetUp() override { ASSERT_TRUE(world.open()); }

  /// The samples of each stem, by file name.
  std::map<std::string, std::vector<std::int16_t>> stems() const {
    std::map<std::string, std::vector<std::int16_t>> out;
    for (const auto& entry : fs::recursive_directory_iterator(directory.path())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file{entry.path(), std::ios::binary};
      file.seekg(44);
      std::vector<char> bytes{std::istreambuf_iterator<char>{file}, {}};
      std::vector<std::int16_t> samples(bytes.size() / 2);
      for (std::size_t i = 0; i < samples.size(); ++i)
        samples[i] = static_cast<std::int16_t>(static_cast<unsigned char>(bytes[2 * i]) |
                                               (bytes[2 * i + 1] << 8));
      out[entry.path().filename().string()] = std::move(samples);
    }
    return out;
  }
  /// The tones of anybody in `samples` from second to second, "" for silence.
  std::string heard(const std::vector<std::int16_t>& samples) const {
    const sim::ToneMeter meter{{550, 700, 850, 2000, 2300}};
    std::string out;
    for (std::size_t at = 1600; at + 4800 < samples.size(); at += 8000) {
      out += '[';
      for (const auto tone : meter.present(std::span{samples}.subspan(at, 4800)))
        out += std::to_string(int(tone)) + " ";
      out += ']';
    }
    return out;
  }
  int operate(sim::Desk& desk, const std::string& operation) {
    return desk.on_call(operation).status;
  }
};

TEST_F(Recordings, a_stem_for_each_party_and_silence_for_a_pause) {
  ASSERT_TRUE(world.connect());
  world.run(seconds{1});
  world.agent().forget();
  ASSERT_EQ(operate(world.agent(), "StartCallRecording"), 200);
  world.run(seconds{2});
  EXPECT_EQ(world.agent().told(), "CallRecordingStateChange");
  const json::value told = *world.agent().last_call();
  EXPECT_EQ(told.at("recordingState"), "Recording");
  EXPECT_EQ(told.at("userData").at("GSIP_RECORD"), "ON");
  EXPECT_FALSE(world.agent().events.back().at("data").as_object().contains("extensions"));
  EXPECT_EQ(operate(world.agent(), "StartCallRecording"), 403);
  ASSERT_EQ(operate(world.agent(), "PauseCallRecording"), 200);
  world.run(seconds{1});
  EXPECT_EQ(world.agent().last_call()->at("recordingState"), "Paused");
  ASSERT_EQ(operate(world.agent(), "ResumeCallRecording"), 200);
  world.run(seconds{1});
  ASSERT_EQ(operate(world.agent(), "StopCallRecording"), 200);
  world.run(seconds{1});
  EXPECT_EQ(world.agent().last_call()->at("recordingState"), "Stopped");
  const auto files = stems();
  ASSERT_EQ(files.size(), 2u);
  std::set<std::string> all;
  for (const auto& [name, samples] : files) {
    EXPECT_NEAR(double(samples.size()), 4 * 8000, 320) << name;
    all.insert(heard(samples));
  }
  EXPECT_EQ(all, (std::set<std::string>{"[550 ][550 ][][550 ]", "[700 ][700 ][][700 ]"}));
  ASSERT_EQ(operate(world.agent(), "StartCallRecording"), 200) << "a second recording";
  world.run(seconds{1});
  EXPECT_EQ(stems().size(), 4u) << "writes over nothing";
}

TEST_F(Recordings, a_held_agent_and_a_coach_are_never_recorded) {
  ASSERT_TRUE(world.supervise("Coach"));
  world.run(seconds{1});
  ASSERT_EQ(operate(world.agent(), "StartCallRecording"), 200);
  world.run(seconds{1});
  ASSERT_EQ(operate(world.agent(), "Hold"), 200);
  world.run(seconds{1});
  ASSERT_EQ(operate(world.agent(), "Retrieve"), 200);
  ASSERT_EQ(operate(world.supervisor(), "SwitchToBargeIn"), 200);
  world.run(seconds{1});
  world.phone(5000).hang_up();
  world.run(seconds{1});
  std::set<std::string> all;
  for (const auto& [name, samples] : stems()) all.insert(heard(samples));
  EXPECT_EQ(all, (std::set<std::string>{"[550 ][550 ][550 ]", "[700 ][][700 ]", "[][][2000 ]"}));
}

// What an agent says to the colleague they consult is no part of the customer's recording.
TEST_F(Recordings, a_consultation_is_not_recorded_with_the_call_it_is_about) {
  ASSERT_TRUE(world.connect());
  ASSERT_EQ(operate(world.agent(), "StartCallRecording"), 200);
  world.run(seconds{1});
  const std::string call{world.agent().calls().at(0).at("id").as_string()};
  ASSERT_EQ(
      world.agent()
          .post("/api/v2/me/calls/" + call,
                R"({"operationName":"InitiateConference","destination":{"phoneNumber":"5002"}})")
          .status,
      200);
  ASSERT_TRUE(world.until([&] { return world.phone(5002).is_up(); }));
  world.run(seconds{2});
  ASSERT_TRUE(world.hears(5002, 5001) && world.hears(5001, 5002) && !world.hears(5000, 5001));
  EXPECT_EQ(stems().size(), 2u) << "the colleague is in no recording";
  ASSERT_EQ(world.agent()
                .post("/api/v2/me/calls/" + call, R"({"operationName":"CompleteConference"})")
                .status,
            200);
  world.run(seconds{3});
  ASSERT_EQ(operate(world.agent(), "StopCallRecording"), 200);
  world.run(seconds{1});
  const auto files = stems();
  ASSERT_EQ(files.size(), 3u);
  const auto agent = std::find_if(files.begin(), files.end(), [&](const auto& file) {
    return heard(file.second).find("700") != std::string::npos;
  });
  ASSERT_NE(agent, files.end());
  const std::string told = heard(agent->second);
  EXPECT_EQ(told.substr(0, 6), "[700 ]") << told;
  EXPECT_EQ(told.find("[][]"), 6u) << told << ": nothing said in the consultation";
  EXPECT_EQ(told.substr(told.size() - 6), "[700 ]") << told;
  EXPECT_TRUE(std::any_of(files.begin(), files.end(), [&](const auto& file) {
    return heard(file.second).ends_with("[850 ]");
  })) << "the colleague is recorded once they talk with the customer";
}

TEST_F(Recordings, where_nothing_can_be_written_the_call_goes_on_and_its_parties_are_told) {
  ASSERT_TRUE(world.connect());
  world.run(milliseconds{100});
  const auto id = std::string{world.agent().calls().at(0).at("id").as_string()};
  std::ofstream{directory.path() / id} << "in the way of the directory";
  world.agent().forget();
  ASSERT_EQ(operate(world.agent(), "StartCallRecording"), 200);
  ASSERT_TRUE(world.until(
      [&] {
        return world.agent().told() == "CallRecordingStateChange, Error, CallRecordingStateChange";
      },
      seconds{3}))
      << world.agent().told();
  EXPECT_EQ(world.agent().last_call()->at("recordingState"), "Stopped");
  EXPECT_EQ(world.agent().last_call()->at("state"), "Established");
}

TEST(RecordingsOff, nothing_is_listed_where_no_directory_is_configured) {
  sim::World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.connect());
  EXPECT_EQ(world.agent().on_call("StartCallRecording").status, 403);
  EXPECT_FALSE(world.agent().last_call()->as_object().contains("recordingState"));
}

}  // namespace
}  // namespace earshot::scenario
