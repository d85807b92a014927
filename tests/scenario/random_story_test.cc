// Random histories of a whole contact centre: whatever desks, phones, trunk and network do, the
// rules of the house hold at every step, and nothing is left at the end.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <sstream>
#include <utility>

#include "sim/histories.h"
#include "tests/scenario/story.h"

namespace earshot::scenario {
namespace {

constexpr int kSteps = 40;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::vector<int> all_steps() {
  std::vector<int> steps(kSteps);
  std::iota(steps.begin(), steps.end(), 0);
  return steps;
}

/// EARSHOT_STEPS, as "3,17,39"; all where it is not set.
std::vector<int> steps_to_play() {
  const char* text = std::getenv("EARSHOT_STEPS");
  if (!text) return all_steps();
  std::vector<int> steps;
  std::istringstream list{text};
  for (std::string each; std::getline(list, each, ',');) steps.push_back(std::stoi(each));
  return steps;
}

/// The fewest of `steps` found that still go wrong: ever smaller runs are left out by trial.
template <class GoesWrong>
std::vector<int> shrunk(std::vector<int> steps, GoesWrong goes_wrong) {
  for (std::size_t run = (steps.size() + 1) / 2; run > 0; run /= 2)
    for (std::size_t at = 0; at < steps.size();) {
      std::vector<int> fewer = steps;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                  fewer.begin() + static_cast<std::ptrdiff_t>(std::min(at + run, steps.size())));
      if (goes_wrong(fewer))
        steps = std::move(fewer);
      else
        at += run;
    }
  return steps;
}

std::string written(const std::vector<int>& steps) {
  std::string out;
  for (const int step : steps) out += (out.empty() ? "" : ",") + std::to_string(step);
  return out;
}

/// EARSHOT_SEED=n plays that seed, EARSHOT_STORIES=m so many from there on (from 1 without it);
/// EARSHOT_STEPS=3,17 those steps alone.
TEST(RandomStory, the_rules_hold_at_every_step_and_nothing_is_left) {
  const std::uint64_t first = setting("EARSHOT_SEED", 1);
  const std::uint64_t count =
      setting("EARSHOT_STORIES", std::getenv("EARSHOT_SEED") ? 1 : sim::histories(60u));
  const std::vector<int> steps = steps_to_play();
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    if (play_story(seed, steps).empty()) continue;
    const std::vector<int> fewest = shrunk(
        steps, [&](const std::vector<int>& fewer) { return !play_story(seed, fewer).empty(); });
    FAIL() << "EARSHOT_SEED=" << seed << " EARSHOT_STEPS=" << written(fewest)
           << " plays this again:\n"
           << play_story(seed, fewest);
  }
}

TEST(RandomStory, a_failing_history_is_shrunk_to_the_steps_that_matter) {
  const auto needs_both = [](const std::vector<int>& steps) {
    return std::count(steps.begin(), steps.end(), 3) && std::count(steps.begin(), steps.end(), 17);
  };
  EXPECT_EQ(written(shrunk(all_steps(), needs_both)), "3,17");
}

}  // namespace
}  // namespace earshot::scenario
