#include "sim/fake_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace earshot::sim {
namespace {

const Endpoint kAlice = Endpoint::v4({10, 0, 0, 1}, 5060);
const Endpoint kBob = Endpoint::v4({10, 0, 0, 2}, 5060);

class FakeNetworkTest : public testing::Test {
 protected:
  struct Arrival {
    std::string text;
    Endpoint from;
    TimePoint at;
  };

  std::unique_ptr<net::UdpSocket> open(const Endpoint& local) {
    auto opened = network.open(local, [this](ByteView datagram, const Endpoint& from) {
      arrivals.push_back({std::string(as_text(datagram)), from, loop.now()});
    });
    EXPECT_TRUE(opened);
    return opened ? std::move(*opened) : nullptr;
  }
  /// Sends "0" to "count - 1", one each millisecond, and waits for the last.
  void send_numbered(net::UdpSocket& socket, int count, const Endpoint& to) {
    for (int index = 0; index < count; ++index) {
      socket.send(as_bytes(std::to_string(index)), to);
      loop.run_for(milliseconds{1});
    }
    loop.run_for(seconds{1});
  }
  bool in_order() const {
    return std::is_sorted(arrivals.begin(), arrivals.end(), [](const auto& a, const auto& b) {
      return std::stoi(a.text) < std::stoi(b.text);
    });
  }

  VirtualLoop loop;
  FakeNetwork network{loop, 7};
  std::vector<Arrival> arrivals;
};

TEST_F(FakeNetworkTest, carries_a_datagram_with_its_sender_after_the_delay) {
  network.set_dials({.delay = milliseconds{40}});
  const auto alice = open(kAlice);
  const auto bob = open(kBob);
  const TimePoint start = loop.now();
  alice->send(as_bytes("hello"), kBob);
  loop.run_for(seconds{1});
  ASSERT_EQ(arrivals.size(), 1u);
  EXPECT_EQ(arrivals[0].text, "hello");
  EXPECT_EQ(arrivals[0].from, kAlice);
  EXPECT_EQ(arrivals[0].at, start + milliseconds{40});
}

TEST_F(FakeNetworkTest, without_delay_it_arrives_in_the_same_instant_but_not_inside_send) {
  network.set_dials({.delay = Duration{}});
  const auto alice = open(kAlice);
  const auto bob = open(kBob);
  alice->send(as_bytes("hello"), kBob);
  EXPECT_TRUE(arrivals.empty());
  const TimePoint start = loop.now();
  loop.run_posted();
  ASSERT_EQ(arrivals.size(), 1u);
  EXPECT_EQ(arrivals[0].at, start);
}

TEST_F(FakeNetworkTest, refuses_a_port_that_is_taken_and_frees_it_when_closed) {
  auto first = open(kAlice);
  const auto second = network.open(kAlice, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), "10.0.0.1:5060: Address already in use");
  first.reset();
  EXPECT_TRUE(network.open(kAlice, {}));
}

TEST_F(FakeNetworkTest, port_0_takes_a_free_port_of_that_host) {
  const auto one = open(kAlice.with_port(0));
  const auto two = open(kAlice.with_port(0));
  EXPECT_NE(one->local().port(), 0);
  EXPECT_NE(one->local(), two->local());
  EXPECT_EQ(one->local().with_port(0), kAlice.with_port(0));
}

TEST_F(FakeNetworkTest, drops_what_nobody_listens_for) {
  const auto alice = open(kAlice);
  alice->send(as_bytes("hello"), kBob);
  loop.run_for(seconds{1});
  EXPECT_TRUE(arrivals.empty());
  EXPECT_EQ(network.traffic().unbound, 1u);
}

TEST_F(FakeNetworkTest, a_wildcard_socket_receives_for_every_host) {
  const auto alice = open(kAlice);
  const auto any = open(Endpoint::v4({0, 0, 0, 0}, 5060));
  alice->send(as_bytes("hello"), Endpoint::v4({192, 0, 2, 9}, 5060));
  loop.run_for(seconds{1});
  ASSERT_EQ(arrivals.size(), 1u);
  any->send(as_bytes("back"), kAlice);
  loop.run_for(seconds{1});
  ASSERT_EQ(arrivals.size(), 2u);
  EXPECT_EQ(arrivals[1].from, Endpoint::v4({127, 0, 0, 1}, 5060));
}

TEST_F(FakeNetworkTest, loses_about_as_much_as_the_dial_says) {
  network.set_dials({.loss = 0.2});
  const auto alice = open(kAlice);
  const auto bob = open(kBob);
  send_numbered(*alice, 1000, kBob);
  EXPECT_GT(arrivals.size(), 750u);
  EXPECT_LT(arrivals.size(), 850u);
  EXPECT_TRUE(in_order());
}

TEST_F(FakeNetworkTest, duplicates) {
  network.set_dials({.duplication = 1});
  const auto alice = open(kAlice);
  const auto bob = open(kBob);
  send_numbered(*alice, 10, kBob);
  EXPECT_EQ(arrivals.size(), 20u);
}

TEST_F(FakeNetworkTest, jitter_alone_keeps_the_order_and_reordering_breaks_it) {
  const auto alice = open(kAlice);
  const auto bob = open(kBob);
  network.set_dials({.jitter = milliseconds{30}});
  send_numbered(*alice, 200, kBob);
  EXPECT_EQ(arrivals.size(), 200u);
  EXPECT_TRUE(in_order());
  arrivals.clear();
  network.set_dials({.reordering = 0.1});
  send_numbered(*alice, 200, kBob);
  EXPECT_EQ(arrivals.size(), 200u);
  EXPECT_FALSE(in_order());
}

TEST_F(FakeNetworkTest, the_most_particular_dials_count) {
  const auto alice = open(kAlice);
  const auto bob = open(kBob);
  const auto bob_rtp = open(kBob.with_port(4000));
  network.set_dials_from(kAlice.with_port(0), {.loss = 1});
  send_numbered(*alice, 10, kBob);
  EXPECT_EQ(arrivals.size(), 0u) << "everything Alice sends is lost";
  send_numbered(*bob, 10, kAlice);
  EXPECT_EQ(arrivals.size(), 10u) << "the other way is untouched";
  arrivals.clear();
  network.set_dials_between(kAlice, kBob.with_port(0), {});
  network.set_dials_to(kBob.with_port(4000), {.loss = 1});
  send_numbered(*alice, 10, kBob);
  EXPECT_EQ(arrivals.size(), 10u) << "a path beats its ends";
  arrivals.clear();
  send_numbered(*bob, 10, kBob.with_port(4000));
  EXPECT_EQ(arrivals.size(), 0u);
  network.reset_dials();
  send_numbered(*bob, 10, kBob.with_port(4000));
  EXPECT_EQ(arrivals.size(), 10u);
}

TEST_F(FakeNetworkTest, repeats_exactly_from_its_seed) {
  const auto run = [](std::uint64_t seed) {
    VirtualLoop own_loop;
    FakeNetwork own_network(own_loop, seed);
    own_network.set_dials(
        {.loss = 0.3, .duplication = 0.2, .reordering = 0.2, .jitter = milliseconds{20}});
    std::string heard;
    const auto bob = own_network.open(kBob, [&](ByteView datagram, const Endpoint&) {
      heard += std::string(as_text(datagram)) + " ";
    });
    const auto alice = own_network.open(kAlice, {});
    for (int index = 0; index < 100; ++index) {
      (*alice)->send(as_bytes(std::to_string(index)), kBob);
      own_loop.run_for(milliseconds{5});
    }
    own_loop.run_for(seconds{1});
    return heard;
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST_F(FakeNetworkTest, a_socket_may_close_itself_while_it_receives) {
  std::unique_ptr<net::UdpSocket> bob;
  int received = 0;
  auto opened = network.open(kBob, [&](ByteView, const Endpoint&) {
    ++received;
    bob.reset();
  });
  ASSERT_TRUE(opened);
  bob = std::move(*opened);
  const auto alice = open(kAlice);
  alice->send(as_bytes("one"), kBob);
  alice->send(as_bytes("two"), kBob);
  loop.run_for(seconds{1});
  EXPECT_EQ(received, 1);
  EXPECT_EQ(network.open_sockets(), 1u);
}

TEST_F(FakeNetworkTest, the_story_shows_text_in_full_and_counts_the_rest) {
  const auto alice = open(kAlice);
  network.set_dials_to(kBob, {.loss = 1});
  alice->send(as_bytes("INVITE sip:5001@10.0.0.2 SIP/2.0\r\n\r\n"), kBob);
  const Bytes rtp(172, 0x80);
  for (int index = 0; index < 50; ++index) alice->send(rtp, kBob.with_port(4000));
  const std::string story = network.story();
  EXPECT_NE(story.find("10.0.0.1:5060 > 10.0.0.2:5060  [lost]\nINVITE sip:5001"), std::string::npos)
      << story;
  EXPECT_NE(story.find("10.0.0.1:5060 > 10.0.0.2:4000  50 binary datagrams"), std::string::npos)
      << story;
}

}  // namespace
}  // namespace earshot::sim
