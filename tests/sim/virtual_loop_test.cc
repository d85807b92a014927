#include "sim/virtual_loop.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace earshot::sim {
namespace {

TEST(VirtualLoop, time_moves_only_when_turned) {
  VirtualLoop loop;
  const TimePoint start = loop.now();
  bool ran = false;
  loop.wake_in(seconds{32}, [&] { ran = true; });
  loop.run_for(milliseconds{31'999});
  EXPECT_FALSE(ran);
  loop.run_for(milliseconds{1});
  EXPECT_TRUE(ran);
  EXPECT_EQ(loop.now(), start + seconds{32});
}

TEST(VirtualLoop, posted_work_runs_in_order_before_time_moves) {
  VirtualLoop loop;
  std::string order;
  const TimePoint start = loop.now();
  loop.wake_in(milliseconds{1}, [&] { order += "t"; });
  loop.post([&] {
    order += "a";
    loop.post([&] {
      order += "c";
      EXPECT_EQ(loop.now(), start);
    });
  });
  loop.post([&] { order += "b"; });
  EXPECT_EQ(order, "") << "never inside post()";
  loop.run_for(milliseconds{1});
  EXPECT_EQ(order, "abct");
}

TEST(VirtualLoop, a_timer_sees_the_time_it_was_due) {
  VirtualLoop loop;
  const TimePoint start = loop.now();
  TimePoint seen;
  loop.wake_in(milliseconds{1234}, [&] { seen = loop.now(); });
  loop.run_for(seconds{60});
  EXPECT_EQ(seen, start + milliseconds{1234});
}

TEST(VirtualLoop, a_cancelled_timer_never_runs) {
  VirtualLoop loop;
  const TimerId timer = loop.wake_in(milliseconds{5}, [] { FAIL(); });
  loop.cancel(timer);
  loop.cancel(timer);
  loop.cancel(0);
  EXPECT_EQ(loop.timers(), 0u);
  EXPECT_TRUE(loop.run_until_idle(seconds{1}));
}

TEST(VirtualLoop, stops_at_the_condition_or_at_the_limit) {
  VirtualLoop loop;
  const TimePoint start = loop.now();
  int ticks = 0;
  std::function<void()> tick = [&] {
    ++ticks;
    loop.wake_in(milliseconds{20}, tick);
  };
  loop.wake_in(milliseconds{20}, tick);
  EXPECT_TRUE(loop.run_until([&] { return ticks == 3; }, seconds{1}));
  EXPECT_EQ(loop.now(), start + milliseconds{60});
  EXPECT_FALSE(loop.run_until([] { return false; }, milliseconds{100}));
  EXPECT_EQ(loop.now(), start + milliseconds{160});
  EXPECT_FALSE(loop.run_until_idle(seconds{1}));
}

TEST(VirtualLoop, work_that_posts_itself_for_ever_is_named_instead_of_hanging) {
  VirtualLoop loop;
  std::function<void()> again = [&] { loop.post(again); };
  loop.post(again);
  EXPECT_THROW(loop.run_posted(), std::logic_error);
}

}  // namespace
}  // namespace earshot::sim
