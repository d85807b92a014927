#include "base/time.h"

#include <gtest/gtest.h>

namespace earshot {
namespace {

TEST(Time, roughly_is_exact_nearby_and_on_a_whole_tenth_far_off) {
  const TimePoint now{milliseconds{1'234'567}};
  const struct {
    Duration after, expected;
  } cases[] = {
      {milliseconds{0}, milliseconds{0}},           {milliseconds{-20'000}, milliseconds{-20'000}},
      {milliseconds{9'999}, milliseconds{9'999}},   {milliseconds{10'000}, milliseconds{10'033}},
      {milliseconds{25'000}, milliseconds{25'033}}, {milliseconds{25'033}, milliseconds{25'033}},
      {milliseconds{25'034}, milliseconds{25'133}},
  };
  for (const auto& [after, expected] : cases)
    EXPECT_EQ(roughly(now + after, now) - now, expected) << after.count();
}

}  // namespace
}  // namespace earshot
