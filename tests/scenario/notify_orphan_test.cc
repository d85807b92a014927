// DD-21: an agent whose desktop died is logged out after a while, but never in the middle of a
// call.
#include <gtest/gtest.h>

#include "sim/world.h"

namespace earshot {
namespace {

class NotifyOrphan : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(world.open()); }
  /// Asking counts as a sign of life.
  std::string state() {
    return std::string{world.agent().device().at("userState").at("state").as_string()};
  }
  static app::Config config() {
    app::Config config = sim::World::config();
    config.orphan_grace = seconds{20};
    return config;
  }
  sim::World world{1, config()};
};

TEST_F(NotifyOrphan, whoever_listens_or_asks_stays_logged_in) {
  const std::string before = state();
  world.run(seconds{60});
  EXPECT_EQ(state(), before) << "its session polls";
  world.agent().leave();
  for (int times = 0; times < 6; ++times) {
    world.run(seconds{15});
    EXPECT_EQ(state(), before) << "it asked a moment ago";
  }
}

TEST_F(NotifyOrphan, whoever_does_neither_is_logged_out) {
  ASSERT_NE(state(), "LoggedOut");
  world.agent().leave();
  world.run(seconds{15 + 19});
  (void)world.supervisor().get("/api/v2/me");  // another's request changes nothing
  world.run(seconds{5});
  EXPECT_EQ(state(), "LoggedOut");
}

TEST_F(NotifyOrphan, a_call_is_not_ended_by_it) {
  ASSERT_TRUE(world.connect());
  world.agent().leave();
  world.run(seconds{100});
  EXPECT_TRUE(world.phone(5000).is_up() && world.phone(5001).is_up());
  world.phone(5000).hang_up();
  world.run(seconds{60});
  EXPECT_EQ(state(), "LoggedOut");
}

}  // namespace
}  // namespace earshot
