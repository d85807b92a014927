#include "edge/media/port_pool.h"

#include <gtest/gtest.h>

#include <set>

namespace earshot::media {
namespace {

TEST(PortPool, gives_even_ports_whose_neighbour_is_in_the_range) {
  PortPool pool{10001, 10006};
  EXPECT_EQ(pool.take(), 10002);
  EXPECT_EQ(pool.take(), 10004);
  EXPECT_EQ(pool.take(), std::nullopt);
  EXPECT_EQ((PortPool{65530, 65535}.free()), 3u);
  EXPECT_EQ((PortPool{5000, 5000}.free()), 0u);
  EXPECT_EQ((PortPool{5000, 4000}.free()), 0u);
}

TEST(PortPool, what_comes_back_goes_out_last) {
  PortPool pool{10000, 10005};
  const auto first = pool.take();
  pool.give_back(*first);
  EXPECT_EQ(pool.take(), 10002);
  EXPECT_EQ(pool.take(), 10004);
  EXPECT_EQ(pool.take(), first);
}

}  // namespace
}  // namespace earshot::media
