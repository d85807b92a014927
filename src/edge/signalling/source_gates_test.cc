#include "edge/signalling/source_gates.h"

#include <gtest/gtest.h>

namespace earshot::signalling {
namespace {

Endpoint host(std::uint32_t number) {
  return Endpoint::v4({10, 0, std::uint8_t(number >> 8), std::uint8_t(number)}, 5060);
}

TEST(SourceGates, a_host_s_gate_is_its_own_whatever_the_port) {
  SourceGates gates{1};
  EXPECT_TRUE(gates.of(host(1)).pass(TimePoint{}));
  EXPECT_FALSE(gates.of(host(1).with_port(9)).pass(TimePoint{}));
  EXPECT_TRUE(gates.of(host(2)).pass(TimePoint{}));
}

TEST(SourceGates, a_known_host_forgets_no_other_and_a_thousandth_but_one_begins_again) {
  SourceGates gates{1};
  for (std::uint32_t number = 0; number < 1000; ++number)
    EXPECT_TRUE(gates.of(host(number)).pass(TimePoint{}));
  for (std::uint32_t number = 0; number < 1000; ++number)
    EXPECT_FALSE(gates.of(host(number)).pass(TimePoint{})) << number;
  EXPECT_TRUE(gates.of(host(1000)).pass(TimePoint{}));
  EXPECT_TRUE(gates.of(host(0)).pass(TimePoint{})) << "all are forgotten then";
}

}  // namespace
}  // namespace earshot::signalling
