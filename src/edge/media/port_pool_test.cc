#include "edge/media/port_pool.h"

#include <gtest/gtest.h>

#include <set>

namespace earshot::media {
namespace {

TEST(PortPool, gives_even_ports_whose_neighbour_is_in_the_range) {
  PortPool pool{10001, 10006};
  EXPECT_EQ(pool.take(0), 10002);
  EXPECT_EQ(pool.take(7), 10004);
  EXPECT_EQ(pool.take(0), std::nullopt);
  EXPECT_EQ((PortPool{65530, 65535}.free()), 3u);
  EXPECT_EQ((PortPool{5000, 5000}.free()), 0u);
  EXPECT_EQ((PortPool{5000, 4000}.free()), 0u);
}

TEST(PortPool, what_comes_back_goes_out_last) {
  PortPool pool{10000, 10005};
  const auto first = pool.take(0);
  pool.give_back(*first);
  EXPECT_NE(pool.take(1), first);
  EXPECT_NE(pool.take(1), first);
  EXPECT_EQ(pool.take(1), first);
}

TEST(PortPool, any_port_of_the_older_half_may_come_next) {
  std::set<std::uint16_t> drawn;
  for (std::uint64_t draw = 0; draw < 1000; ++draw)
    drawn.insert(*PortPool{10000, 10199}.take(draw * 0x9E3779B97F4A7C15));
  EXPECT_EQ(drawn.size(), 50u);
}

TEST(PortPool, each_port_is_given_out_once) {
  PortPool pool{10000, 10199};
  std::set<std::uint16_t> given;
  for (std::uint64_t draw = 1; const auto port = pool.take(draw); draw *= 31) given.insert(*port);
  EXPECT_EQ(given.size(), 100u);
}

}  // namespace
}  // namespace earshot::media
