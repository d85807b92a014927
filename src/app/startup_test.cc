#include "app/startup.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "net/asio_loop.h"
#include "net/asio_udp.h"
#include "sim/scratch_directory.h"

namespace earshot::app {
namespace {

Endpoint loopback(std::uint16_t port) { return Endpoint::v4({127, 0, 0, 1}, port); }

struct Startup : testing::Test {
  sim::ScratchDirectory scratch;
  net::AsioLoop loop;
  net::AsioUdpNetwork network{loop};
  Config config;

  Startup() {
    config.http.listen = loopback(0);
    config.sip.listen = loopback(0);
  }
  std::unique_ptr<net::UdpSocket> take(const Endpoint& at) {
    auto opened = network.open(at, [](ByteView, const Endpoint&) {});
    EXPECT_TRUE(opened) << opened.error();
    return opened ? *std::move(opened) : nullptr;
  }
  /// The one problem there is.
  std::string problem() {
    const Trial trial = try_out(config);
    EXPECT_EQ(trial.problems.size(), 1u);
    return trial.problems.empty() ? "" : trial.problems.front();
  }
};

TEST_F(Startup, what_can_serve_has_no_problems_and_leaves_nothing_behind) {
  config.media.recordings = scratch.path() / "recordings";
  config.records.file = scratch.path() / "calls.jsonl";
  config.server.state_directory = scratch.path() / "state";
  const Trial trial = try_out(config);
  EXPECT_TRUE(trial.problems.empty()) << trial.problems.front();
  EXPECT_TRUE(trial.doubts.empty());
  EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
}

TEST_F(Startup, a_port_that_is_taken_is_named_with_its_key) {
  const auto taken = take(loopback(0));
  config.sip.listen = taken->local();
  EXPECT_EQ(problem(), "sip.listen " + taken->local().to_string() +
                           ": Address already in use. Another program, perhaps another Earshot, "
                           "has this port: stop it, or choose another port with sip.listen or "
                           "--sip.");
}

TEST_F(Startup, an_address_of_another_machine_is_told_with_our_own) {
  config.media.address = *Endpoint::parse("192.0.2.77", 0);
  const std::string told = problem();
  EXPECT_TRUE(told.starts_with("media.address 192.0.2.77")) << told;
  EXPECT_NE(told.find("Cannot assign requested address. This machine has 127.0.0.1"),
            std::string::npos)
      << told;
}

TEST_F(Startup, media_of_another_family_than_sip_cannot_be_offered) {
  config.media.address = *Endpoint::parse("::1", 0);
  const std::string told = problem();
  EXPECT_TRUE(told.starts_with("media.address ::1 is IPv6, but SIP listens at 127.0.0.1:0"))
      << told;
}

TEST_F(Startup, a_range_of_ports_without_a_free_pair_is_told) {
  std::uint16_t even = 0;
  std::unique_ptr<net::UdpSocket> one, other;
  for (std::uint16_t port = 31000; even == 0; port += 4) {  // four that are ours
    auto rtp = network.open(loopback(port), [](ByteView, const Endpoint&) {});
    auto next = network.open(loopback(port + 2), [](ByteView, const Endpoint&) {});
    if (!rtp || !next) continue;
    one = *std::move(rtp);
    other = *std::move(next);
    even = port;
  }
  config.media.port_min = even;
  config.media.port_max = static_cast<std::uint16_t>(even + 3);
  const std::string told = problem();
  EXPECT_TRUE(told.starts_with("media.port_min " + std::to_string(even))) << told;
  other.reset();
  EXPECT_TRUE(try_out(config).problems.empty()) << "the second pair is free";
}

TEST_F(Startup, directories_that_cannot_be_written_are_told_all_at_once) {
  std::ofstream{scratch.path() / "file"} << "x";
  config.media.recordings = scratch.path() / "file";
  config.records.file = scratch.path() / "nowhere" / "calls.jsonl";
  config.server.state_directory = scratch.path() / "file" / "state";
  const Trial trial = try_out(config);
  ASSERT_EQ(trial.problems.size(), 3u);
  EXPECT_TRUE(trial.problems[0].starts_with("server.state_directory " +
                                            config.server.state_directory + ": "));
  EXPECT_TRUE(
      trial.problems[1].starts_with("media.recordings " + config.media.recordings.string() + ": "));
  EXPECT_TRUE(trial.problems[2].starts_with("records.file " + config.records.file + ": "));
}

}  // namespace
}  // namespace earshot::app
