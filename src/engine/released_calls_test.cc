#include "engine/released_calls.h"

#include <gtest/gtest.h>

#include <string>

namespace earshot::engine {
namespace {

const UserId kUser{"u"};
CallId call(int number) { return CallId{"C" + std::to_string(number)}; }

TEST(ReleasedCalls, are_known_to_who_left_them_for_ten_minutes) {
  ReleasedCalls released;
  const TimePoint start{};
  released.note(kUser, call(1), start);
  EXPECT_TRUE(released.knows(kUser, call(1), start + seconds{599}));
  EXPECT_FALSE(released.knows(kUser, call(1), start + seconds{600}));
  EXPECT_FALSE(released.knows(UserId{"other"}, call(1), start));
  EXPECT_FALSE(released.knows(kUser, call(2), start));
}

TEST(ReleasedCalls, are_the_last_few_of_each_user) {
  ReleasedCalls released;
  const TimePoint start{};
  released.note(UserId{"other"}, call(0), start);
  for (int number = 0; number < 33; ++number) released.note(kUser, call(number), start);
  EXPECT_FALSE(released.knows(kUser, call(0), start));
  EXPECT_TRUE(released.knows(kUser, call(1), start));
  EXPECT_TRUE(released.knows(kUser, call(32), start));
  EXPECT_TRUE(released.knows(UserId{"other"}, call(0), start));
}

}  // namespace
}  // namespace earshot::engine
