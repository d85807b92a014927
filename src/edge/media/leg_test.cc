#include "edge/media/leg.h"

#include <gtest/gtest.h>

#include "sim/fake_network.h"
#include "sim/virtual_loop.h"

namespace earshot::media {
namespace {

const TimePoint kStart{seconds{100}};
const Endpoint kPhone = *Endpoint::parse("192.0.2.1", 4000);

/// A leg whose phone is at kPhone and sends events as type 101.
struct LegTest : testing::Test {
  MediaSettings settings;
  sim::VirtualLoop loop;
  sim::FakeNetwork network{loop, 1};
  Leg leg{LineId{1}, settings, LegSeed{}};

  LegTest() {
    leg.attach(BridgeId{1}, *network.open(*Endpoint::parse("192.0.2.5", 10000), [](auto&&...) {}),
               *network.open(*Endpoint::parse("192.0.2.5", 10001), [](auto&&...) {}), kStart);
    RemoteMedia remote;
    remote.rtp = kPhone;
    remote.telephone_event = 101;
    leg.connect(remote, kStart);
  }
  bool takes(std::uint8_t type, std::size_t payload) {
    std::vector<std::uint8_t> bytes(rtp::kHeaderSize + payload, 0xFF);
    rtp::PacketView header;
    header.payload_type = type;
    header.sequence = ++sequence;
    header.ssrc = 7;
    rtp::write_header(header, bytes);
    return leg.receive(bytes, kPhone, kStart).has_value();
  }
  std::uint16_t sequence = 0;
};

TEST_F(LegTest, a_payload_longer_than_a_listener_s_buffer_is_refused) {
  EXPECT_TRUE(takes(0, 160));
  EXPECT_TRUE(takes(0, 960));
  EXPECT_FALSE(takes(0, 961));
  EXPECT_FALSE(takes(0, 1400));
}

TEST_F(LegTest, an_event_has_four_octets_at_least) {
  EXPECT_FALSE(takes(101, 3));
  EXPECT_TRUE(takes(101, 4));
}

TEST_F(LegTest, a_stranger_s_report_is_no_sign_of_life) {
  const std::vector<std::uint8_t> report{0x80, 201, 0, 1, 0, 0, 0, 7};
  for (const bool stranger : {false, true}) {
    const TimePoint later = kStart + (stranger ? 2 : 1) * settings.silence_timeout;
    leg.receive_report(report, *Endpoint::parse(stranger ? "203.0.113.9" : "192.0.2.1", 4001),
                       later - seconds{1});
    const Leg::Life life = leg.look_after(later + milliseconds{1});
    EXPECT_EQ(life == Leg::Life::Silent, stranger);
  }
}

}  // namespace
}  // namespace earshot::media
