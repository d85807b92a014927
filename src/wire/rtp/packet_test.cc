#include "wire/rtp/packet.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

namespace earshot::rtp {
namespace {

Bytes packet(std::uint8_t first = 0x80, std::uint8_t second = 0x00, Bytes rest = {1, 2, 3, 4}) {
  Bytes bytes{first, second, 0x12, 0x34, 0x01, 0x02, 0x03, 0x04, 0xA1, 0xA2, 0xA3, 0xA4};
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

Bytes payload_of(const PacketView& view) { return {view.payload.begin(), view.payload.end()}; }

TEST(RtpPacket, reads_the_fixed_header) {
  const Bytes bytes = packet(0x80, 0x80 | 101);
  const auto view = parse_packet(bytes);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->marker);
  EXPECT_EQ(view->payload_type, 101);
  EXPECT_EQ(view->sequence, 0x1234);
  EXPECT_EQ(view->timestamp, 0x01020304u);
  EXPECT_EQ(view->ssrc, 0xA1A2A3A4u);
  EXPECT_EQ(payload_of(*view), (Bytes{1, 2, 3, 4}));
}

TEST(RtpPacket, leaves_csrcs_extension_and_padding_out_of_the_payload) {
  struct Row {
    std::uint8_t first;
    Bytes rest;
  };
  for (const auto& [first, rest] : {
           Row{0x82, {0, 0, 0, 1, 0, 0, 0, 2, 9, 8}},
           Row{0x90, {0xBE, 0xDE, 0, 1, 7, 7, 7, 7, 9, 8}},
           Row{0x90, {0xBE, 0xDE, 0, 0, 9, 8}},
           Row{0xA0, {9, 8, 0, 0, 3}},
           Row{0xB1, {0, 0, 0, 1, 0, 0, 0, 1, 7, 7, 7, 7, 9, 8, 1}},
       }) {
    const Bytes bytes = packet(first, 0, rest);
    const auto view = parse_packet(bytes);
    ASSERT_TRUE(view) << int{first};
    EXPECT_EQ(payload_of(*view), (Bytes{9, 8})) << int{first};
  }
}

TEST(RtpPacket, what_is_no_rtp_is_refused) {
  const std::vector<Bytes> refused{
      {},
      Bytes(11, 0x80),
      packet(0x00),                               // version 0: STUN
      packet(0x40),                               // version 1
      packet(0xC0),                               // version 3
      packet(0x80, 200),                          // RTCP sender report
      packet(0x81, 201),                          // RTCP receiver report
      packet(0x80, 192),                          // first and last of RTCP's types
      packet(0x80, 223),                          //
      packet(0x82, 0, {0, 0, 0, 1, 0, 0, 0}),     // CSRCs beyond the end
      packet(0x90, 0, {0xBE, 0xDE, 0}),           // extension header cut
      packet(0x90, 0, {0xBE, 0xDE, 0, 2, 1, 1}),  // extension beyond the end
      packet(0xA0, 0, {1, 2, 0}),                 // padding of nothing
      packet(0xA0, 0, {1, 2, 4}),                 // padding beyond the payload
      packet(0xA0, 0, {}),  // padding announced, SSRC's last octet read for it
  };
  for (std::size_t i = 0; i < refused.size(); ++i) EXPECT_FALSE(parse_packet(refused[i])) << i;
}

TEST(RtpPacket, an_empty_payload_is_a_packet) {
  const Bytes bytes = packet(0x80, 0, {});
  ASSERT_TRUE(parse_packet(bytes));
  EXPECT_TRUE(parse_packet(bytes)->payload.empty());
}

TEST(RtpPacket, a_header_written_reads_the_same) {
  std::mt19937 random{3};
  for (int i = 0; i < 1000; ++i) {
    PacketView header;
    header.marker = random() % 2;
    header.payload_type = random() % 64;
    header.sequence = static_cast<std::uint16_t>(random());
    header.timestamp = static_cast<std::uint32_t>(random());
    header.ssrc = static_cast<std::uint32_t>(random());
    std::array<std::uint8_t, kHeaderSize> out;
    write_header(header, out);
    const auto view = parse_packet(out);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->marker, header.marker);
    EXPECT_EQ(view->payload_type, header.payload_type);
    EXPECT_EQ(view->sequence, header.sequence);
    EXPECT_EQ(view->timestamp, header.timestamp);
    EXPECT_EQ(view->ssrc, header.ssrc);
  }
}

TEST(RtpPacket, random_octets_never_lead_outside_the_datagram) {
  std::mt19937 random{5};
  for (int i = 0; i < 100'000; ++i) {
    Bytes bytes(random() % 40);
    for (auto& octet : bytes) octet = static_cast<std::uint8_t>(random());
    if (!bytes.empty()) bytes[0] = static_cast<std::uint8_t>(0x80 | (bytes[0] & 0x3F));
    const auto view = parse_packet(bytes);
    if (!view || view->payload.empty()) continue;
    EXPECT_GE(view->payload.data(), bytes.data() + kHeaderSize);
    EXPECT_LE(view->payload.data() + view->payload.size(), bytes.data() + bytes.size());
  }
}

}  // namespace
}  // namespace earshot::rtp
