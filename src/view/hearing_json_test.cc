#include "view/hearing_json.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace earshot::view {
namespace {

HearingView coached() {
  HearingView view;
  view.call = CallId{"CAFE"};
  view.viewer = LegId{3};
  view.revision = 7;
  view.tick = 250;
  HearingParty customer;
  customer.leg = LegId{1};
  customer.number = "+4930999";
  HearingParty coach;
  coach.leg = LegId{3};
  coach.number = "5005";
  coach.name = "Sue Supervisor";
  coach.role = HearingRole::Supervisor;
  coach.mode = SupervisorMode::Coach;
  customer.tone = Tone::HoldMusic;
  customer.state = CallViewState::Held;
  view.parties = {customer, coach};
  view.ways = {{LegId{3}, LegId{1}, false, HearingRule::CoachesAgentOnly, TimePoint{seconds{5}}},
               {LegId{1}, LegId{3}, true, HearingRule::SupervisorListens, TimePoint{seconds{6}}}};
  return view;
}

TEST(HearingJson, has_parties_ways_and_the_plan_they_are_from) {
  ViewSettings settings;
  settings.base = "http://gw/api/v2";
  EXPECT_EQ(hearing_json(coached(), {}, settings), *json::parse(R"({
    "callUuid": "CAFE", "callUri": "http://gw/api/v2/me/calls/CAFE", "revision": 7, "tick": 250,
    "parties": [
      {"id": "1", "phoneNumber": "+4930999", "displayName": "", "role": "Customer",
       "state": "Held", "hearsTone": "HoldMusic"},
      {"id": "3", "phoneNumber": "5005", "displayName": "Sue Supervisor", "role": "Supervisor",
       "state": "Established", "mode": "Coach", "isMe": true}],
    "ways": [
      {"speaker": "3", "listener": "1", "open": false, "since": "1970-01-01T00:00:05.000Z",
       "ruleCode": "CoachesAgentOnly", "rule": "Coach reaches the agent only"},
      {"speaker": "1", "listener": "3", "open": true, "since": "1970-01-01T00:00:06.000Z",
       "ruleCode": "SupervisorListens", "rule": "A supervisor hears every party"}]})"));
}

TEST(HearingJson, has_what_was_measured_of_whom) {
  LineReading reading;
  reading.peak = 32767;
  reading.quality.packets_received = 970;
  reading.quality.packets_lost = 30;
  reading.quality.jitter = microseconds{1260};
  reading.round_trip = microseconds{41'000};
  const auto out = hearing_json(coached(), {reading, std::nullopt}, {});
  const json::value customer = out.at("parties").at(0);
  EXPECT_EQ(customer.at("level"), 100);
  EXPECT_EQ(customer.at("quality"),
            *json::parse(R"({"lossPercent": 3.0, "jitterMs": 1.3, "roundTripMs": 41.0})"));
  EXPECT_FALSE(out.at("parties").at(1).as_object().contains("level"));
  EXPECT_FALSE(out.at("parties").at(1).as_object().contains("quality"));
}

TEST(HearingJson, shows_levels_in_equal_steps_of_decibels) {
  EXPECT_EQ(level_of(0), 0);
  EXPECT_EQ(level_of(32), 0) << "-60 dB";
  EXPECT_EQ(level_of(1036), 50) << "-30 dB";
  EXPECT_EQ(level_of(16422), 90) << "-6 dB";
  EXPECT_EQ(level_of(32768), 100);
}

TEST(HearingJson, gives_every_rule_a_name_and_a_sentence_of_its_own) {
  std::set<std::string> codes, sentences;
  int rules = 0;
  for (int rule = 0; rule <= static_cast<int>(HearingRule::SupervisorListens); ++rule, ++rules) {
    HearingView view = coached();
    view.ways.resize(1);
    view.ways[0].rule = static_cast<HearingRule>(rule);
    const json::value way = hearing_json(view, {}, {}).at("ways").at(0);
    codes.emplace(way.at("ruleCode").as_string());
    sentences.emplace(way.at("rule").as_string());
  }
  EXPECT_EQ(static_cast<int>(codes.size()), rules);
  EXPECT_EQ(static_cast<int>(sentences.size()), rules);
  EXPECT_FALSE(codes.contains(""));
}

}  // namespace
}  // namespace earshot::view
