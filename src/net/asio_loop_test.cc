#include "net/asio_loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/log.h"

namespace earshot::net {
namespace {

constexpr auto kDeadline = std::chrono::seconds{10};

/// A loop on a thread of its own, ended with the test.
class AsioLoopTest : public testing::Test {
 protected:
  ~AsioLoopTest() override {
    loop_.stop();
    thread_.join();
    set_log_sink({});
  }

  /// Runs `work` on the loop and waits for its value.
  template <class Work>
  auto on_loop(Work work) {
    std::promise<decltype(work())> done;
    auto value = done.get_future();
    loop_.post([&] {
      if constexpr (std::is_void_v<decltype(work())>) {
        work();
        done.set_value();
      } else {
        done.set_value(work());
      }
    });
    EXPECT_EQ(value.wait_for(kDeadline), std::future_status::ready);
    return value.get();
  }

  AsioLoop loop_;
  std::thread thread_{[this] { loop_.run(); }};
};

TEST_F(AsioLoopTest, posted_work_runs_in_order_on_the_loops_thread) {
  std::vector<int> ran;
  for (int i = 0; i < 100; ++i)
    loop_.post([&ran, i, this] {
      EXPECT_TRUE(loop_.is_here());
      ran.push_back(i);
    });
  const auto seen = on_loop([&] { return ran; });
  ASSERT_EQ(seen.size(), 100u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_FALSE(loop_.is_here());
}

TEST_F(AsioLoopTest, post_never_runs_inside_the_call) {
  bool ran = false;
  EXPECT_FALSE(on_loop([&] {
    loop_.post([&ran] { ran = true; });
    return ran;
  }));
  EXPECT_TRUE(on_loop([&] { return ran; }));
}

TEST_F(AsioLoopTest, work_posted_by_the_loop_itself_is_not_passed_by_later_work_of_others) {
  std::vector<int> ran;
  std::promise<void> posted;
  std::promise<void> other_posted;
  loop_.post([&] {
    loop_.post([&] { ran.push_back(1); });
    posted.set_value();
    other_posted.get_future().wait();  // still inside: the other's post comes while this runs
  });
  posted.get_future().wait();
  loop_.post([&] { ran.push_back(2); });
  other_posted.set_value();
  EXPECT_EQ(on_loop([&] { return ran; }), (std::vector<int>{1, 2}));
}

TEST_F(AsioLoopTest, timers_run_in_order_of_time_and_never_early) {
  std::promise<std::vector<int>> done;
  std::vector<int> ran;
  loop_.post([&] {
    const TimePoint start = loop_.now();
    for (const int after : {30, 5, 20, 0, -50, 12})
      loop_.wake_at(start + milliseconds{after}, [&, start, after] {
        EXPECT_GE(loop_.now(), start + milliseconds{after});
        EXPECT_TRUE(loop_.is_here());
        ran.push_back(after);
        if (ran.size() == 6) done.set_value(ran);
      });
  });
  auto order = done.get_future();
  ASSERT_EQ(order.wait_for(kDeadline), std::future_status::ready);
  const auto seen = order.get();
  EXPECT_EQ(std::vector<int>(seen.begin() + 2, seen.end()), (std::vector<int>{5, 12, 20, 30}));
}

TEST_F(AsioLoopTest, a_cancelled_timer_does_not_run_and_an_earlier_one_is_not_delayed) {
  std::promise<void> later;
  bool cancelled_ran = false;
  loop_.post([&] {
    loop_.wake_in(seconds{3600}, [] {});
    const TimerId cancelled = loop_.wake_in(milliseconds{5}, [&] { cancelled_ran = true; });
    loop_.wake_in(milliseconds{10}, [&] { later.set_value(); });
    loop_.cancel(cancelled);
    loop_.cancel(0);
  });
  ASSERT_EQ(later.get_future().wait_for(kDeadline), std::future_status::ready);
  EXPECT_FALSE(on_loop([&] { return cancelled_ran; }));
}

TEST_F(AsioLoopTest, a_timer_set_by_a_timer_runs) {
  std::promise<void> done;
  loop_.post([&] {
    loop_.wake_in(milliseconds{1}, [&] {
      loop_.wake_in(milliseconds{1}, [&] { loop_.wake_in(Duration{}, [&] { done.set_value(); }); });
    });
  });
  EXPECT_EQ(done.get_future().wait_for(kDeadline), std::future_status::ready);
}

TEST_F(AsioLoopTest, what_work_throws_is_logged_and_the_loop_goes_on) {
  std::vector<std::string> lines;  // written on the loop's thread, read after on_loop()
  set_log_sink([&lines](std::string_view line) { lines.emplace_back(line); });
  std::promise<void> timer_ran;
  loop_.post([] { throw std::runtime_error{"posted fault"}; });
  loop_.post([] { throw 7; });
  loop_.post([&] {
    const TimePoint at = loop_.now() + milliseconds{2};
    loop_.wake_at(at, [] { throw std::runtime_error{"timer fault"}; });
    loop_.wake_at(at, [&] { timer_ran.set_value(); });  // the same tick is not given up
  });
  ASSERT_EQ(timer_ran.get_future().wait_for(kDeadline), std::future_status::ready);
  const auto seen = on_loop([&] { return lines; });
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_NE(seen[0].find("posted fault"), std::string::npos);
  EXPECT_NE(seen[2].find("timer fault"), std::string::npos);
}

TEST(AsioLoop, shows_one_clock_on_every_loop_and_belongs_to_all_until_it_runs) {
  AsioLoop one;
  AsioLoop other;
  const TimePoint first = one.now();
  const TimePoint second = other.now();
  EXPECT_LE(first, second);
  EXPECT_LT(second - first, seconds{5});
  EXPECT_TRUE(one.is_here());
}

TEST(AsioLoop, stop_before_run_is_not_lost_and_work_left_is_destroyed) {
  const auto held = std::make_shared<int>(1);
  {
    AsioLoop loop;
    loop.stop();
    loop.run();
    loop.post([held] {});
    loop.wake_in(seconds{1}, [held] {});
    EXPECT_EQ(held.use_count(), 3);
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(AsioLoop, takes_posts_from_many_threads) {
  AsioLoop loop;
  int count = 0;
  constexpr int kEach = 1000;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < kEach; ++n)
        loop.post([&] {
          if (++count == 4 * kEach) loop.stop();
        });
    });
  loop.run();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count, 4 * kEach);
}

}  // namespace
}  // namespace earshot::net
