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

TEST(ReleasedCalls, of_users_who_are_gone_are_forgotten) {
  ReleasedCalls released;
  DirectoryEntries entries;
  entries.users.emplace_back().id = kUser;
  released.note(kUser, call(1), TimePoint{});
  released.note(UserId{"gone"}, call(2), TimePoint{});
  released.forget_others(Directory{entries});
  EXPECT_TRUE(released.knows(kUser, call(1), TimePoint{}));
  EXPECT_FALSE(released.knows(UserId{"gone"}, call(2), TimePoint{}));
}

}  // namespace
}  // namespace earshot::engine
