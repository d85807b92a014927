#include "base/timer_wheel.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace earshot {
namespace {

const TimePoint kStart{seconds{1000}};

TEST(TimerWheel, runs_each_timer_once_at_its_time_in_order) {
  TimerWheel wheel{kStart};
  std::mt19937 random{7};
  std::multimap<TimePoint, int> expected;
  std::vector<int> ran;
  TimePoint now = kStart;
  for (int i = 0; i < 5000; ++i) {
    const auto after = milliseconds{1 + random() % (i % 3 == 0 ? 400'000 : 700)};
    expected.emplace(kStart + after, i);
    wheel.add(kStart + after, [&, i, due = kStart + after] {
      EXPECT_GE(now, due);
      EXPECT_LT(now - due, milliseconds{1});
      ran.push_back(i);
    });
  }
  while (wheel.size() > 0) {
    ASSERT_TRUE(wheel.next().has_value());
    ASSERT_GT(*wheel.next(), now);
    now = *wheel.next();
    wheel.advance(now);
  }
  std::vector<int> in_order;
  for (const auto& [due, i] : expected) in_order.push_back(i);
  EXPECT_EQ(ran, in_order);
  EXPECT_FALSE(wheel.next().has_value());
}

TEST(TimerWheel, a_cancelled_timer_never_runs_and_its_id_names_no_other) {
  TimerWheel wheel{kStart};
  int ran = 0;
  const TimerId first = wheel.add(kStart + milliseconds{5}, [&] { ran += 1; });
  wheel.cancel(first);
  wheel.cancel(first);
  const TimerId second = wheel.add(kStart + milliseconds{5}, [&] { ran += 10; });
  EXPECT_NE(first, second);
  wheel.cancel(first);
  wheel.cancel(0);
  wheel.advance(kStart + seconds{1});
  EXPECT_EQ(ran, 10);
  EXPECT_EQ(wheel.size(), 0u);
}

TEST(TimerWheel, work_may_add_and_cancel) {
  TimerWheel wheel{kStart};
  int ran = 0;
  const TimerId later = wheel.add(kStart + milliseconds{9}, [&] { ran += 100; });
  wheel.add(kStart + milliseconds{3}, [&] {
    wheel.cancel(later);
    wheel.add(kStart, [&] { ran += 1; });
  });
  wheel.advance(kStart + milliseconds{300});
  EXPECT_EQ(ran, 1);
}

TEST(TimerWheel, a_timer_far_away_is_not_early) {
  TimerWheel wheel{kStart};
  bool ran = false;
  wheel.add(kStart + std::chrono::hours{50}, [&] { ran = true; });
  TimePoint now = kStart;
  while (now < kStart + std::chrono::hours{45}) wheel.advance(now += std::chrono::hours{5});
  EXPECT_FALSE(ran);
  wheel.advance(kStart + std::chrono::hours{50});
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace earshot
