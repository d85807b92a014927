#include "edge/notify/pace.h"

#include <gtest/gtest.h>

namespace earshot::notify {
namespace {

constexpr TimePoint kStart{std::chrono::hours{1}};

int allowed(Pace& pace, const std::string& name, TimePoint now, int times) {
  int count = 0;
  for (int i = 0; i < times; ++i) count += pace.allows(name, now) ? 1 : 0;
  return count;
}

TEST(Pace, so_many_a_second_at_once_or_spread) {
  Pace pace{4};
  EXPECT_EQ(allowed(pace, "ann", kStart, 10), 4);
  EXPECT_EQ(allowed(pace, "bob", kStart, 10), 4) << "each has the own count";
  EXPECT_EQ(allowed(pace, "ann", kStart + milliseconds{249}, 10), 0);
  EXPECT_EQ(allowed(pace, "ann", kStart + milliseconds{250}, 10), 1);
  EXPECT_EQ(allowed(pace, "ann", kStart + milliseconds{1000}, 10), 3);
  EXPECT_EQ(allowed(pace, "ann", kStart + seconds{100}, 10), 4) << "rest is not saved up";
}

TEST(Pace, refused_attempts_cost_nothing) {
  Pace pace{1};
  EXPECT_TRUE(pace.allows("ann", kStart));
  for (int ms = 1; ms < 1000; ++ms) EXPECT_FALSE(pace.allows("ann", kStart + milliseconds{ms}));
  EXPECT_TRUE(pace.allows("ann", kStart + seconds{1}));
}

TEST(Pace, holds_no_more_names_than_were_busy_lately) {
  Pace pace{10};
  for (int i = 0; i < 100'000; ++i) {
    pace.allows(std::to_string(i), kStart + milliseconds{i});
    ASSERT_LE(pace.names(), 402u) << "each needs 100 ms to be rested";
  }
}

}  // namespace
}  // namespace earshot::notify
