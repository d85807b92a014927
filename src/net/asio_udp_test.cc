#include "net/asio_udp.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/log.h"

namespace earshot::net {
namespace {

constexpr auto kDeadline = std::chrono::seconds{10};

/// What a socket received, for a test on another thread to wait for.
class Inbox {
 public:
  struct Datagram {
    std::string text;
    Endpoint from;
  };

  OnDatagram receiver() {
    return [this](ByteView datagram, const Endpoint& from) { add(datagram, from); };
  }
  void add(ByteView datagram, const Endpoint& from) {
    const std::lock_guard lock{mutex_};
    datagrams_.push_back({std::string{as_text(datagram)}, from});
    changed_.notify_all();
  }
  /// The first `count` datagrams; fewer when the deadline passes.
  std::vector<Datagram> wait(std::size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, kDeadline, [&] { return datagrams_.size() >= count; });
    return datagrams_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Datagram> datagrams_;
};

Endpoint loopback(std::uint16_t port = 0) { return *Endpoint::parse("127.0.0.1", port); }

class AsioUdpTest : public testing::Test {
 protected:
  ~AsioUdpTest() override {
    loop_.stop();
    thread_.join();
    set_log_sink({});
  }

  std::unique_ptr<UdpSocket> open(const Endpoint& local, OnDatagram receive) {
    auto socket = network_.open(local, std::move(receive));
    EXPECT_TRUE(socket) << socket.error();
    return std::move(*socket);
  }
  void send(UdpSocket& socket, std::string text, const Endpoint& to) {
    loop_.post([&socket, text = std::move(text), to] { socket.send(as_bytes(text), to); });
  }
  /// Destroys it where it lives, and waits.
  void destroy(std::unique_ptr<UdpSocket>& socket) {
    std::promise<void> done;
    loop_.post([&] {
      socket.reset();
      done.set_value();
    });
    ASSERT_EQ(done.get_future().wait_for(kDeadline), std::future_status::ready);
  }

  AsioLoop loop_;
  AsioUdpNetwork network_{loop_};
  Inbox inbox_;
  std::thread thread_{[this] { loop_.run(); }};
};

struct Family {
  const char* name;
  const char* local;
};

class AsioUdpFamilies : public AsioUdpTest, public testing::WithParamInterface<Family> {};

TEST_P(AsioUdpFamilies, a_datagram_opened_from_any_thread_goes_there_and_back) {
  const Endpoint local = *Endpoint::parse(GetParam().local, 0);
  Inbox replies;
  std::unique_ptr<UdpSocket> echo;
  echo = open(local, [&](ByteView datagram, const Endpoint& from) {
    EXPECT_TRUE(loop_.is_here());
    inbox_.add(datagram, from);
    echo->send(datagram, from);
  });
  auto client = open(local, replies.receiver());
  EXPECT_NE(client->local().port(), 0);
  EXPECT_EQ(client->local().address(), GetParam().local);

  const std::string large(GetParam().local[0] == ':' ? 65000 : 65507, 'x');
  send(*client, "hello", echo->local());
  send(*client, "", echo->local());
  send(*client, large, echo->local());
  const auto back = replies.wait(3);
  ASSERT_EQ(back.size(), 3u);
  EXPECT_EQ(back[0].text, "hello");
  EXPECT_EQ(back[1].text, "");
  EXPECT_EQ(back[2].text, large);
  EXPECT_EQ(back[0].from, echo->local());
  EXPECT_EQ(inbox_.wait(3)[0].from, client->local());
  destroy(client);
  destroy(echo);
}

INSTANTIATE_TEST_SUITE_P(Loopback, AsioUdpFamilies,
                         testing::Values(Family{"ipv4", "127.0.0.1"}, Family{"ipv6", "::1"}),
                         [](const auto& family) { return family.param.name; });

TEST_F(AsioUdpTest, a_socket_on_all_ipv6_addresses_speaks_ipv4_too) {
  auto both = open(*Endpoint::parse("::", 0), inbox_.receiver());
  Inbox replies;
  auto v4 = open(loopback(), replies.receiver());
  send(*v4, "over", loopback(both->local().port()));
  const auto seen = inbox_.wait(1);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].from, v4->local());
  send(*both, "back", v4->local());
  EXPECT_EQ(replies.wait(1).size(), 1u);
  destroy(v4);
  destroy(both);
}

TEST_F(AsioUdpTest, a_refused_bind_is_told_in_the_systems_words) {
  auto first = open(loopback(), inbox_.receiver());
  const auto second = network_.open(first->local(), inbox_.receiver());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), first->local().to_string() + ": Address already in use");
  const auto foreign = network_.open(*Endpoint::parse("192.0.2.1", 0), inbox_.receiver());
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error(), "192.0.2.1:0: Cannot assign requested address");
  destroy(first);
}

TEST_F(AsioUdpTest, more_than_a_batch_arrives_whole_and_in_order) {
  auto socket = open(loopback(), inbox_.receiver());
  auto sender = open(loopback(), {});
  constexpr int kCount = AsioUdpNetwork::kBatch * 3 / 2;
  loop_.post([&] {
    for (int i = 0; i < kCount; ++i) sender->send(as_bytes(std::to_string(i)), socket->local());
  });
  const auto seen = inbox_.wait(kCount);
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(kCount));
  for (int i = 0; i < kCount; ++i) EXPECT_EQ(seen[i].text, std::to_string(i));
  destroy(sender);
  destroy(socket);
}

TEST_F(AsioUdpTest, a_peer_that_is_gone_harms_nobody) {
  auto socket = open(loopback(), inbox_.receiver());
  auto gone = open(loopback(), {});
  const Endpoint nobody = gone->local();
  destroy(gone);
  for (int i = 0; i < 5; ++i) send(*socket, "anybody?", nobody);
  send(*socket, "wrong family", *Endpoint::parse("::1", nobody.port()));
  send(*socket, "port 0", loopback(0));
  send(*socket, std::string(70000, 'x'), nobody);
  send(*socket, "to myself", socket->local());
  const auto seen = inbox_.wait(1);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].text, "to myself");
  destroy(socket);
}

TEST_F(AsioUdpTest, nothing_is_received_after_destruction_and_the_port_is_free_again) {
  std::unique_ptr<UdpSocket> once;
  once = open(loopback(), [&](ByteView datagram, const Endpoint& from) {
    once.reset();  // from inside its own receiver, with more waiting
    inbox_.add(datagram, from);
  });
  const Endpoint local = once->local();
  auto sender = open(loopback(), {});
  loop_.post([&] {
    for (int i = 0; i < 10; ++i) sender->send(as_bytes("x"), local);
  });
  ASSERT_EQ(inbox_.wait(1).size(), 1u);
  Inbox second;
  auto again = open(local, second.receiver());
  send(*sender, "fresh", local);
  const auto seen = second.wait(1);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].text, "fresh");
  EXPECT_EQ(inbox_.wait(1).size(), 1u);
  destroy(again);
  destroy(sender);
}

TEST_F(AsioUdpTest, a_receiver_that_throws_still_gets_the_next_datagram) {
  set_log_sink([](std::string_view) {});
  auto socket = open(loopback(), [&](ByteView datagram, const Endpoint& from) {
    inbox_.add(datagram, from);
    throw std::runtime_error{"broken receiver"};
  });
  send(*socket, "one", socket->local());
  ASSERT_EQ(inbox_.wait(1).size(), 1u);
  send(*socket, "two", socket->local());
  EXPECT_EQ(inbox_.wait(2).size(), 2u);
  destroy(socket);
}

TEST(AsioUdp, a_socket_opened_and_closed_before_the_loop_runs_leaves_nothing) {
  AsioLoop loop;
  AsioUdpNetwork network{loop};
  Endpoint local;
  {
    auto socket = network.open(loopback(), {}, 1 << 20);
    ASSERT_TRUE(socket);
    local = (*socket)->local();
  }
  auto again = network.open(local, {});
  EXPECT_TRUE(again) << again.error();
}

}  // namespace
}  // namespace earshot::net
