// Who hears whom, measured as tones in the RTP the phones receive.

#include <gtest/gtest.h>

#include <random>

#include "sim/world.h"

namespace earshot::scenario {
namespace {

constexpr const char* kAll = "5000< 5001 5005; 5001< 5000 5005; 5005< 5000 5001";
constexpr const char* kListen = "5000< 5001; 5001< 5000; 5005< 5000 5001";
constexpr const char* kCoach = "5000< 5001; 5001< 5000 5005; 5005< 5000 5001";

struct Heard {
  const char* operation;
  const char* hearing;
  const char* mute;
};

TEST(HearingInRtp, each_mode_is_heard_as_it_says) {
  for (const Heard& mode : {Heard{"ListenIn", kListen, "On"}, Heard{"Coach", kCoach, "Off"},
                            Heard{"BargeIn", kAll, "Off"}}) {
    sim::World world;
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.supervise(mode.operation)) << world.story();
    world.run(milliseconds{400});
    EXPECT_EQ(world.hearing(), mode.hearing) << mode.operation;
    EXPECT_EQ(world.supervisor().last_call()->at("mute"), mode.mute);
  }
}

TEST(HearingInRtp, a_hundred_switches_leave_no_doubt) {
  sim::World world{7};
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("Coach")) << world.story();
  world.run(milliseconds{400});
  ASSERT_EQ(world.hearing(), kCoach);
  EXPECT_FALSE(world.phone(5000).ever_heard(world.phone(5005).settings().tone));
  for (int i = 0; i < 100; ++i) {
    const bool barge = i % 2 == 0;
    ASSERT_EQ(world.supervisor().on_call(barge ? "SwitchToBargeIn" : "SwitchToListenIn").status,
              200);
    world.run(milliseconds{300});
    ASSERT_EQ(world.hearing(), barge ? kAll : kListen) << "switch " << i;
  }
  for (const int number : {5000, 5001, 5005}) {
    const auto report = world.phone(number).received();
    EXPECT_EQ(report.lost, 0u) << number;
    EXPECT_EQ(report.ssrc_changes, 0u) << number;
  }
}

TEST(HearingInRtp, a_call_without_a_supervisor_is_heard_both_ways_and_by_nobody_else) {
  sim::World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.connect()) << world.story();
  world.run(milliseconds{400});
  EXPECT_EQ(world.hearing(), "5000< 5001; 5001< 5000; 5005<");
}

TEST(HearingInRtp, codecs_may_differ_within_a_call) {
  sim::World world;
  ASSERT_TRUE(world.open());
  sim::PhoneSettings settings = world.phone(5002).settings();
  settings.local = *Endpoint::parse("198.51.100.77", 5060);
  settings.codecs = {Codec::Pcma};
  sim::Phone alaw{world.loop, world.network, world.entropy, settings};
  ASSERT_TRUE(alaw.start());
  alaw.dial("5001");
  ASSERT_TRUE(world.until([&] { return alaw.is_up() && world.phone(5001).is_up(); }))
      << world.story();
  world.run(milliseconds{400});
  EXPECT_EQ(alaw.status().codec, Codec::Pcma);
  EXPECT_EQ(world.phone(5001).status().codec, Codec::Pcmu);
  EXPECT_TRUE(alaw.hears(milliseconds{200}).contains(world.phone(5001).settings().tone));
  EXPECT_TRUE(world.phone(5001).hears(milliseconds{200}).contains(settings.tone));
}

TEST(HearingInRtp, hold_and_retrieve_by_the_desk) {
  sim::World world;
  ASSERT_TRUE(world.open());
  ASSERT_TRUE(world.supervise("ListenIn")) << world.story();
  ASSERT_EQ(world.agent().on_call("Hold").status, 200);
  world.run(milliseconds{500});
  EXPECT_EQ(world.hearing(), "5000<; 5001<; 5005< 5000");
  ASSERT_EQ(world.agent().on_call("Retrieve").status, 200);
  world.run(milliseconds{500});
  EXPECT_EQ(world.hearing(), kListen);
}

TEST(HearingInRtp, hold_and_retrieve_by_the_phone) {
  for (const auto style :
       {sim::HoldStyle::SendOnly, sim::HoldStyle::Inactive, sim::HoldStyle::ZeroAddress}) {
    sim::World world;
    ASSERT_TRUE(world.open());
    ASSERT_TRUE(world.connect()) << world.story();
    world.phone(5001).hold(style);
    ASSERT_TRUE(world.until([&] { return world.agent().told().ends_with("Held"); }));
    world.run(milliseconds{400});
    EXPECT_FALSE(world.hears(5000, 5001));
    EXPECT_FALSE(world.hears(5001, 5000));
    world.phone(5001).retrieve();
    ASSERT_TRUE(world.until([&] { return world.agent().told().ends_with("Held, Established"); }));
    world.run(milliseconds{400});
    EXPECT_TRUE(world.hears(5000, 5001));
    EXPECT_TRUE(world.hears(5001, 5000));
  }
}

/// Whatever the supervisor, the agent and the phones do, and whatever the network loses: the
/// customer hears no frame of a supervisor who has not been in BargeIn.
TEST(HearingInRtp, the_customer_never_hears_a_coach_or_listener) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    std::mt19937 random{static_cast<std::uint32_t>(seed)};
    sim::World world{seed};
    ASSERT_TRUE(world.open());
    const bool coach = seed % 2 == 0;
    ASSERT_TRUE(world.supervise(coach ? "Coach" : "ListenIn")) << world.story();
    sim::Dials dials;
    dials.loss = 0.05;
    dials.jitter = milliseconds{30};
    dials.duplication = 0.05;
    world.network.set_dials(dials);
    world.phone(5000).mark();
    for (int step = 0; step < 30; ++step) {
      switch (random() % 6) {
        case 0:
          (void)world.supervisor().on_call("SwitchToListenIn");
          break;
        case 1:
          (void)world.supervisor().on_call("Hold");
          break;
        case 2:
          (void)world.supervisor().on_call("Retrieve");
          break;
        case 3:
          (void)world.agent().on_call("Hold");
          break;
        case 4:
          (void)world.agent().on_call("Retrieve");
          break;
        default:
          world.phone(5001).hold();
          world.run(milliseconds{200});
          world.phone(5001).retrieve();
      }
      world.run(milliseconds{20 + random() % 200});
      ASSERT_FALSE(world.phone(5000).ever_heard(world.phone(5005).settings().tone))
          << "seed " << seed << " step " << step << "\n"
          << world.story();
    }
  }
}

}  // namespace
}  // namespace earshot::scenario
