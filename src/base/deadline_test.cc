#include "base/deadline.h"

#include <gtest/gtest.h>

#include <memory>

#include "sim/virtual_loop.h"

namespace earshot {
namespace {

class DeadlineTest : public testing::Test {
 protected:
  sim::VirtualLoop loop_;
  int came_ = 0;
  std::unique_ptr<Deadline> deadline_ = std::make_unique<Deadline>(loop_, [this] { ++came_; });
};

TEST_F(DeadlineTest, comes_once_at_its_time) {
  deadline_->set_in(seconds{5});
  loop_.run_for(milliseconds{4'999});
  EXPECT_EQ(came_, 0);
  loop_.run_for(milliseconds{1});
  EXPECT_EQ(came_, 1);
  loop_.run_for(seconds{60});
  EXPECT_EQ(came_, 1);
}

TEST_F(DeadlineTest, later_and_sooner) {
  deadline_->set_in(seconds{2});
  deadline_->set_in(seconds{4});
  EXPECT_EQ(loop_.timers(), 1u);
  loop_.run_for(milliseconds{3'999});
  EXPECT_EQ(came_, 0);
  deadline_->set_in(seconds{9});
  deadline_->set_in(seconds{1});
  EXPECT_EQ(loop_.timers(), 1u);
  loop_.run_for(milliseconds{999});
  EXPECT_EQ(came_, 0);
  loop_.run_for(milliseconds{1});
  EXPECT_EQ(came_, 1);
}

TEST_F(DeadlineTest, put_off_it_does_not_come_until_set_again) {
  deadline_->set_in(seconds{2});
  deadline_->put_off();
  loop_.run_for(seconds{3});
  EXPECT_EQ(came_, 0);
  deadline_->set_in(seconds{2});
  deadline_->put_off();
  deadline_->set_in(seconds{3});
  loop_.run_for(milliseconds{2'999});
  EXPECT_EQ(came_, 0);
  loop_.run_for(milliseconds{1});
  EXPECT_EQ(came_, 1);
}

/// Whenever it is looked at in between.
TEST_F(DeadlineTest, a_far_off_one_comes_on_a_whole_tenth_of_a_second) {
  loop_.run_for(milliseconds{33});
  deadline_->set_in(seconds{15});
  loop_.run_for(milliseconds{8});
  deadline_->set_in(seconds{20});
  const TimePoint rounded = roughly(loop_.now() + seconds{20}, loop_.now());
  loop_.run_for(rounded - loop_.now() - milliseconds{1});
  EXPECT_EQ(came_, 0);
  loop_.run_for(milliseconds{1});
  EXPECT_EQ(came_, 1);
}

TEST_F(DeadlineTest, cleared_or_destroyed_it_leaves_no_timer) {
  deadline_->set_in(seconds{2});
  deadline_->clear();
  EXPECT_EQ(loop_.timers(), 0u);
  deadline_->set_in(seconds{2});
  deadline_.reset();
  EXPECT_EQ(loop_.timers(), 0u);
}

TEST_F(DeadlineTest, may_set_itself_anew_or_destroy_itself_when_it_comes) {
  deadline_ = std::make_unique<Deadline>(loop_, [this] {
    if (++came_ < 3)
      deadline_->set_in(seconds{1});
    else
      deadline_.reset();
  });
  deadline_->set_in(seconds{1});
  loop_.run_for(seconds{10});
  EXPECT_EQ(came_, 3);
  EXPECT_EQ(loop_.timers(), 0u);
}

}  // namespace
}  // namespace earshot
