#include "sim/phone.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/fake_network.h"
#include "sim/seeded_entropy.h"
#include "sim/virtual_loop.h"

namespace earshot::sim {
namespace {

const std::vector<Hertz> kTones{400, 700};

/// Two phones that know each other's address and call one another without a server.
class PhoneTest : public testing::Test {
 protected:
  static PhoneSettings settings(int number, Hertz tone) {
    PhoneSettings out;
    out.number = std::to_string(5000 + number);
    out.local = Endpoint::v4({10, 0, 0, static_cast<std::uint8_t>(1 + number)}, 5060);
    out.server = Endpoint::v4({10, 0, 0, static_cast<std::uint8_t>(2 - number)}, 5060);
    out.tone = tone;
    out.listen_for = kTones;
    return out;
  }
  std::unique_ptr<Phone> make(PhoneSettings of) {
    auto phone = std::make_unique<Phone>(loop, network, entropy, std::move(of));
    EXPECT_TRUE(phone->start());
    phone->on_event([this, name = phone->settings().number](const PhoneEvent& event) {
      events.push_back(name + " " + std::string(name_of(event.kind)) +
                       (event.status == 0 ? "" : " " + std::to_string(event.status)));
    });
    return phone;
  }
  void make_both(PhoneSettings alice_settings, PhoneSettings bob_settings) {
    alice = make(std::move(alice_settings));
    bob = make(std::move(bob_settings));
  }
  void make_both() { make_both(settings(0, 400), settings(1, 700)); }
  bool until(const std::function<bool()>& condition, Duration limit = seconds{40}) {
    return loop.run_until(condition, limit);
  }
  bool both_up() const { return alice->is_up() && bob->is_up(); }
  void call() {
    alice->dial("5001");
    ASSERT_TRUE(until([&] { return bob->is_ringing(); })) << network.story();
    bob->answer();
    ASSERT_TRUE(until([&] { return both_up(); })) << network.story();
    loop.run_for(milliseconds{500});
  }
  bool told(const std::string& event) const {
    return std::find(events.begin(), events.end(), event) != events.end();
  }
  /// What each hears after half a second: "alice hears bob", as bits.
  std::pair<bool, bool> hearing() {
    loop.run_for(milliseconds{600});
    return {alice->hears(milliseconds{400}).contains(700),
            bob->hears(milliseconds{400}).contains(400)};
  }
  using Hearing = std::pair<bool, bool>;

  VirtualLoop loop;
  FakeNetwork network{loop, 1};
  SeededEntropy entropy{2};
  std::vector<std::string> events;
  std::unique_ptr<Phone> alice;
  std::unique_ptr<Phone> bob;
};

TEST_F(PhoneTest, two_phones_call_and_hear_each_other_and_nobody_else) {
  make_both();
  call();
  EXPECT_EQ(alice->hears(milliseconds{400}), std::set<Hertz>{700});
  EXPECT_EQ(bob->hears(milliseconds{400}), std::set<Hertz>{400});
  EXPECT_NEAR(bob->levels(milliseconds{400})[400], -13, 0.5);
  EXPECT_GT(alice->frames_heard(700), 20u);
  EXPECT_EQ(alice->frames_heard(400), 0u);
  EXPECT_TRUE(alice->received().is_continuous()) << to_string(alice->received());
  EXPECT_TRUE(told("5000 remote_ringing 180"));
  EXPECT_TRUE(told("5001 ringing"));
  EXPECT_TRUE(told("5000 answered 200"));
}

TEST_F(PhoneTest, nothing_is_left_after_a_call) {
  make_both();
  call();
  bob->hang_up();
  loop.run_for(seconds{40});
  EXPECT_EQ(alice->status().state, PhoneCallState::Ended);
  EXPECT_TRUE(told("5000 ended 200"));
  EXPECT_TRUE(told("5001 ended 200"));
  EXPECT_EQ(alice->transactions() + bob->transactions(), 0u);
  EXPECT_EQ(network.open_sockets(), 2u) << "the two SIP sockets";
  EXPECT_EQ(loop.timers(), 0u);
}

TEST_F(PhoneTest, calls_come_up_and_end_with_a_fifth_of_all_datagrams_lost) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    FakeNetwork lossy(loop, seed);
    lossy.set_dials(
        {.loss = 0.2, .duplication = 0.05, .reordering = 0.05, .jitter = milliseconds{15}});
    Phone one(loop, lossy, entropy, settings(0, 400));
    Phone two(loop, lossy, entropy, settings(1, 700));
    ASSERT_TRUE(one.start());
    ASSERT_TRUE(two.start());
    one.dial("5001");
    ASSERT_TRUE(until([&] { return two.is_ringing(); })) << seed << lossy.story();
    two.answer();
    ASSERT_TRUE(until([&] { return one.is_up() && two.is_up(); })) << seed << lossy.story();
    loop.run_for(seconds{1});
    EXPECT_EQ(one.hears(milliseconds{800}), std::set<Hertz>{700}) << seed;
    EXPECT_EQ(two.hears(milliseconds{800}), std::set<Hertz>{400}) << seed;
    EXPECT_FALSE(one.ever_heard(400));
    EXPECT_TRUE(one.received().is_continuous()) << to_string(one.received());
    EXPECT_GT(one.received().lost, 0u);
    one.hang_up();
    ASSERT_TRUE(until([&] { return two.live_calls().empty(); })) << seed << lossy.story();
    ASSERT_TRUE(until([&] { return one.transactions() + two.transactions() == 0; }, seconds{120}));
  }
}

TEST_F(PhoneTest, picks_up_by_itself_after_its_delay) {
  auto bob_settings = settings(1, 700);
  bob_settings.answer_after = milliseconds{800};
  make_both(settings(0, 400), bob_settings);
  alice->dial("5001");
  loop.run_for(milliseconds{700});
  EXPECT_TRUE(bob->is_ringing());
  loop.run_for(milliseconds{200});
  EXPECT_TRUE(both_up()) << network.story();
}

TEST_F(PhoneTest, a_rejected_call_tells_the_status) {
  make_both();
  alice->dial("5001");
  ASSERT_TRUE(until([&] { return bob->is_ringing(); }));
  bob->reject(486);
  ASSERT_TRUE(until([&] { return alice->live_calls().empty(); })) << network.story();
  EXPECT_TRUE(told("5000 ended 486"));
}

TEST_F(PhoneTest, a_cancelled_call_stops_ringing) {
  make_both();
  alice->dial("5001");
  ASSERT_TRUE(until([&] { return bob->is_ringing(); }));
  alice->hang_up();
  ASSERT_TRUE(until([&] { return bob->live_calls().empty() && alice->live_calls().empty(); }))
      << network.story();
  EXPECT_TRUE(told("5000 ended 487"));
  EXPECT_TRUE(told("5001 ended 487"));
}

TEST_F(PhoneTest, a_call_to_nobody_ends_with_408) {
  make_both();
  bob->vanish();
  alice->dial("5001");
  ASSERT_TRUE(until([&] { return alice->live_calls().empty(); }));
  EXPECT_TRUE(told("5000 ended 408"));
}

TEST_F(PhoneTest, hold_silences_both_ways_and_retrieve_brings_them_back) {
  for (const auto style : {HoldStyle::SendOnly, HoldStyle::Inactive, HoldStyle::ZeroAddress}) {
    make_both();
    call();
    bob->hold(style);
    EXPECT_EQ(hearing(), Hearing(false, false)) << network.story();
    EXPECT_TRUE(bob->status().we_hold);
    EXPECT_TRUE(alice->status().held_by_remote);
    bob->retrieve();
    EXPECT_EQ(hearing(), Hearing(true, true)) << network.story();
    EXPECT_FALSE(alice->status().held_by_remote);
    alice->hang_up();
    loop.run_for(seconds{1});
    alice.reset();
    bob.reset();
  }
}

TEST_F(PhoneTest, hold_from_both_sides_at_once_is_settled_by_491) {
  make_both();
  call();
  alice->hold();
  bob->hold();
  loop.run_for(seconds{10});
  EXPECT_TRUE(alice->status().we_hold);
  EXPECT_TRUE(bob->status().we_hold);
  EXPECT_NE(network.story().find("491"), std::string::npos);
  alice->retrieve();
  bob->retrieve();
  loop.run_for(seconds{10});
  EXPECT_EQ(hearing(), Hearing(true, true)) << network.story();
}

TEST_F(PhoneTest, a_changed_mind_during_a_re_invite_is_followed) {
  make_both();
  call();
  bob->hold();
  bob->retrieve();
  loop.run_for(seconds{1});
  EXPECT_FALSE(bob->status().we_hold);
  EXPECT_EQ(hearing(), Hearing(true, true)) << network.story();
}

TEST_F(PhoneTest, an_invite_without_offer_is_offered_in_the_200_and_answered_in_the_ack) {
  make_both();
  alice->dial("5001", {.offerless = true});
  ASSERT_TRUE(until([&] { return bob->is_ringing(); }));
  bob->answer();
  ASSERT_TRUE(until([&] { return both_up(); }));
  EXPECT_EQ(hearing(), Hearing(true, true)) << network.story();
  bob->reinvite_without_offer();
  EXPECT_EQ(hearing(), Hearing(true, true)) << network.story();
  EXPECT_TRUE(told("5001 media_changed"));
}

TEST_F(PhoneTest, agrees_on_the_callers_first_codec_that_both_know) {
  auto alice_settings = settings(0, 400);
  alice_settings.codecs = {Codec::Pcma, Codec::Pcmu};
  make_both(alice_settings, settings(1, 700));
  call();
  EXPECT_EQ(alice->status().codec, Codec::Pcma);
  EXPECT_EQ(bob->status().codec, Codec::Pcma);
  EXPECT_EQ(hearing(), Hearing(true, true));
}

TEST_F(PhoneTest, no_common_codec_is_refused_with_488) {
  auto alice_settings = settings(0, 400);
  alice_settings.codecs = {Codec::Pcma};
  auto bob_settings = settings(1, 700);
  bob_settings.codecs = {Codec::Pcmu};
  make_both(alice_settings, bob_settings);
  alice->dial("5001");
  ASSERT_TRUE(until([&] { return alice->live_calls().empty(); }));
  EXPECT_TRUE(told("5000 ended 488")) << network.story();
}

TEST_F(PhoneTest, digits_arrive_once_each_and_the_stream_stays_continuous) {
  make_both();
  call();
  alice->send_digits("12*#D1");
  loop.run_for(seconds{2});
  ASSERT_NE(bob->audio(), nullptr);
  EXPECT_EQ(bob->audio()->digits_received(), "12*#D1");
  EXPECT_TRUE(bob->received().is_continuous()) << to_string(bob->received());
  EXPECT_EQ(bob->received().lost, 0u);
  EXPECT_EQ(std::count(events.begin(), events.end(), "5001 digit"), 6);
}

TEST_F(PhoneTest, a_vanished_phone_neither_answers_nor_sends) {
  make_both();
  call();
  bob->vanish();
  loop.run_for(seconds{1});
  alice->mark();
  loop.run_for(seconds{1});
  EXPECT_EQ(alice->received().packets, 0u);
  bob->come_back();
  EXPECT_EQ(hearing(), Hearing(true, true));
}

TEST_F(PhoneTest, a_muted_phone_sends_silence) {
  make_both();
  call();
  bob->mute(true);
  EXPECT_EQ(hearing(), Hearing(false, true));
  EXPECT_TRUE(alice->received().is_continuous());
}

TEST_F(PhoneTest, a_second_call_has_its_own_audio) {
  make_both();
  call();
  bob->hold();
  loop.run_for(milliseconds{100});
  const auto first = bob->current_call();
  alice->dial("5001");
  ASSERT_TRUE(until([&] { return bob->live_calls().size() == 2; }));
  bob->answer();
  ASSERT_TRUE(until([&] { return bob->is_up(); }));
  EXPECT_EQ(hearing(), Hearing(true, true));
  EXPECT_TRUE(bob->audio(first)->hears(milliseconds{400}).empty());
}

}  // namespace
}  // namespace earshot::sim
