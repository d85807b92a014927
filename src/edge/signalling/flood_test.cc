#include "edge/signalling/flood.h"

#include <gtest/gtest.h>

namespace earshot::signalling {
namespace {

const Endpoint kAnn = *Endpoint::parse("192.0.2.1", 5060);
const Endpoint kBesideAnn = *Endpoint::parse("192.0.2.1", 5061);
const TimePoint kStart{seconds{10}};

// docs/security.md
TEST(Flood, two_thousand_datagrams_of_one_sender_are_read_in_a_tenth_of_a_second) {
  Flood flood;
  for (int i = 0; i < 2000; ++i) EXPECT_TRUE(flood.admits(kAnn, kStart)) << i;
  EXPECT_FALSE(flood.admits(kAnn, kStart));
  EXPECT_FALSE(flood.admits(kAnn, kStart + milliseconds{99}));
  EXPECT_TRUE(flood.admits(kBesideAnn, kStart)) << "behind the same NAT";
  EXPECT_TRUE(flood.admits(kAnn, kStart + milliseconds{100}));
}

TEST(Flood, nothing_is_read_after_four_hundred_refusals) {
  Flood flood;
  for (int i = 0; i < 399; ++i) flood.add_refused(kAnn, kStart);
  EXPECT_TRUE(flood.admits(kAnn, kStart));
  flood.add_refused(kAnn, kStart);
  EXPECT_FALSE(flood.admits(kAnn, kStart));
  EXPECT_TRUE(flood.admits(kAnn, kStart + milliseconds{100}));
}

TEST(Flood, ten_thousand_senders_are_remembered) {
  const auto sender = [](int i) { return kAnn.with_port(static_cast<std::uint16_t>(10'000 + i)); };
  for (const int others : {9'998, 10'000}) {
    Flood flood;
    for (int i = 0; i <= 2000; ++i) (void)flood.admits(kAnn, kStart);
    for (int i = 0; i < others; ++i) (void)flood.admits(sender(i), kStart);
    EXPECT_EQ(flood.admits(kAnn, kStart), others == 10'000) << "begun again, ann with it";
    (void)flood.admits(kBesideAnn, kStart);
  }
}

}  // namespace
}  // namespace earshot::signalling
