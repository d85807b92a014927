#include "edge/api/kept_answers.h"

#include <gtest/gtest.h>

#include <utility>

namespace earshot::api {
namespace {

const UserId kAnn{"ann"};
const UserId kBob{"bob"};
const TimePoint kStart{};

KeptAnswer answer(std::string body) { return {"request", 200, std::move(body)}; }

TEST(KeptAnswers, belong_to_one_user_and_last_as_long_as_they_should) {
  KeptAnswers kept;
  kept.keep(kAnn, "k", answer("first"), kStart);
  ASSERT_TRUE(kept.find(kAnn, "k", kStart + seconds{599}));
  EXPECT_EQ(kept.find(kAnn, "k", kStart)->body, "first");
  EXPECT_FALSE(kept.find(kBob, "k", kStart));
  EXPECT_FALSE(kept.find(kAnn, "K", kStart));
  EXPECT_FALSE(kept.find(kAnn, "k", kStart + seconds{600}));
  EXPECT_EQ(kept.keys(), 0u);
  EXPECT_EQ(kept.bytes(), 0u);
  kept.keep(kAnn, "k", answer("second"), kStart + seconds{600});
  EXPECT_EQ(kept.find(kAnn, "k", kStart + seconds{601})->body, "second");
}

TEST(KeptAnswers, one_user_fills_only_the_own_share) {
  KeptAnswersLimits limits;
  limits.keys_per_user = 2;
  KeptAnswers kept{limits};
  kept.keep(kAnn, "1", answer(""), kStart);
  EXPECT_TRUE(kept.has_room(kAnn, kStart));
  kept.keep(kAnn, "2", answer(""), kStart + seconds{1});
  EXPECT_FALSE(kept.has_room(kAnn, kStart + seconds{1}));
  EXPECT_TRUE(kept.has_room(kBob, kStart + seconds{1}));
  EXPECT_TRUE(kept.find(kAnn, "1", kStart + seconds{2})) << "nothing is forgotten for room";
  EXPECT_TRUE(kept.has_room(kAnn, kStart + seconds{600})) << "the oldest is over";
}

TEST(KeptAnswers, octets_are_bounded_for_a_user_and_for_all) {
  KeptAnswersLimits limits;
  limits.bytes_per_user = 1000;
  limits.bytes = 3000;
  KeptAnswers kept{limits};
  kept.keep(kAnn, "1", answer(std::string(1000, 'x')), kStart);
  EXPECT_FALSE(kept.has_room(kAnn, kStart));
  EXPECT_TRUE(kept.has_room(kBob, kStart));
  kept.keep(kBob, "1", answer(std::string(2000, 'x')), kStart);
  EXPECT_FALSE(kept.has_room(UserId{"eve"}, kStart));
  EXPECT_GT(kept.bytes(), 3000u);
  EXPECT_TRUE(kept.has_room(UserId{"eve"}, kStart + seconds{600}));
  EXPECT_EQ(kept.bytes(), 0u);
}

TEST(KeptAnswers, keys_are_bounded_for_all) {
  KeptAnswersLimits limits;
  limits.keys = 1;
  KeptAnswers kept{limits};
  kept.keep(kAnn, "1", answer(""), kStart);
  EXPECT_FALSE(kept.has_room(kBob, kStart));
}

}  // namespace
}  // namespace earshot::api
