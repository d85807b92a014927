#include "wire/rtp/rtcp.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "wire/rtp/packet.h"

namespace earshot::rtp {
namespace {

Bytes written(const Report& report) {
  Bytes bytes(kMaxReportSize);
  bytes.resize(write_report(report, bytes));
  return bytes;
}

Report full_report() {
  Report report;
  report.ssrc = 0x11223344;
  report.sender = SenderInfo{0x0102030405060708, 9000, 50, 8000};
  report.block = ReportBlock{0xAABBCCDD, 64, -5, 0x00010002, 17, 0x55667788, 65536};
  report.cname = "earshot@192.0.2.1";
  report.bye = true;
  return report;
}

TEST(Rtcp, a_report_written_reads_the_same) {
  const Bytes bytes = written(full_report());
  EXPECT_EQ(bytes.size() % 4, 0u);
  EXPECT_FALSE(parse_packet(bytes)) << "never taken for RTP";
  const auto read = parse_rtcp(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->ssrc, 0x11223344u);
  ASSERT_TRUE(read->sender);
  EXPECT_EQ(read->sender->ntp, 0x0102030405060708u);
  EXPECT_EQ(read->sender->rtp_timestamp, 9000u);
  EXPECT_EQ(read->sender->packets, 50u);
  EXPECT_EQ(read->sender->octets, 8000u);
  ASSERT_EQ(read->block_count, 1u);
  EXPECT_EQ(read->blocks[0].ssrc, 0xAABBCCDDu);
  EXPECT_EQ(read->blocks[0].fraction_lost, 64);
  EXPECT_EQ(read->blocks[0].cumulative_lost, -5);
  EXPECT_EQ(read->blocks[0].highest_sequence, 0x00010002u);
  EXPECT_EQ(read->blocks[0].jitter, 17u);
  EXPECT_EQ(read->blocks[0].last_sr, 0x55667788u);
  EXPECT_EQ(read->blocks[0].delay_since_last_sr, 65536u);
  EXPECT_EQ(read->cname, "earshot@192.0.2.1");
  EXPECT_EQ(read->bye, 0x11223344u);
}

TEST(Rtcp, a_receiver_report_needs_neither_sender_nor_block) {
  for (std::size_t length = 0; length < 300; ++length) {
    const std::string cname(length, 'x');
    Report report;
    report.ssrc = 1;
    report.cname = cname;
    const Bytes bytes = written(report);
    const auto read = parse_rtcp(bytes);
    ASSERT_TRUE(read) << length;
    EXPECT_FALSE(read->sender);
    EXPECT_EQ(read->block_count, 0u);
    EXPECT_EQ(read->cname.size(), std::min<std::size_t>(length, 255));
    EXPECT_FALSE(read->bye);
  }
}

TEST(Rtcp, unknown_packets_in_a_compound_are_passed_over) {
  Bytes bytes = written(full_report());
  const Bytes application{0x80, 204, 0, 2, 0, 0, 0, 1, 'n', 'a', 'm', 'e'};
  bytes.insert(bytes.end(), application.begin(), application.end());
  EXPECT_TRUE(parse_rtcp(bytes));
}

TEST(Rtcp, what_is_no_compound_is_refused) {
  const std::vector<Bytes> refused{
      {},
      {0x80, 201, 0},
      {0x40, 201, 0, 1, 0, 0, 0, 1},                               // version 1
      {0x80, 201, 0, 0},                                           // no SSRC
      {0x80, 201, 0, 2, 0, 0, 0, 1},                               // longer than the datagram
      {0x81, 201, 0, 1, 0, 0, 0, 1},                               // a block that is not there
      {0x80, 200, 0, 1, 0, 0, 0, 1},                               // no sender info
      {0x80, 202, 0, 0},                                           // led by SDES
      {0x80, 203, 0, 0},                                           // led by BYE
      {0xA0, 201, 0, 1, 0, 0, 0, 4},                               // padding in the first packet
      {0x80, 201, 0, 1, 0, 0, 0, 1, 0x80, 203, 0},                 // a rest
      {0x80, 201, 0, 1, 0, 0, 0, 1, 0x82, 203, 0, 1, 0, 0, 0, 1},  // BYE for two, with one
      {0x80, 201, 0, 1, 0, 0, 0, 1, 0x81, 202, 0, 2, 0, 0, 0, 1, 1, 9, 'x', 0},  // long item
      {0x80, 201, 0, 1, 0, 0, 0, 1, 0xA0, 204, 0, 1, 0, 0, 0, 9},  // padding beyond the packet
  };
  for (std::size_t i = 0; i < refused.size(); ++i) EXPECT_FALSE(parse_rtcp(refused[i])) << i;
}

TEST(Rtcp, mutated_compounds_never_lead_outside_the_datagram) {
  std::mt19937 random{9};
  const Bytes good = written(full_report());
  for (int i = 0; i < 50'000; ++i) {
    Bytes bytes = good;
    for (unsigned change = 0; change < 1 + random() % 4; ++change)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    bytes.resize(random() % (bytes.size() + 1));
    bytes.shrink_to_fit();
    const auto read = parse_rtcp(bytes);
    if (!read || read->cname.empty()) continue;
    const auto* end = as_text(bytes).data() + bytes.size();
    EXPECT_LE(read->cname.data() + read->cname.size(), end);
  }
}

TEST(Rtcp, times_as_fixed_point) {
  EXPECT_EQ(ntp_of(TimePoint{seconds{3}}), 3ull << 32);
  EXPECT_EQ(ntp_of(TimePoint{milliseconds{1500}}), (1ull << 32) + (1ull << 31));
  EXPECT_EQ(short_ntp_of(milliseconds{2500}), (2u << 16) + (1u << 15));
  EXPECT_EQ(middle_of(0x1122334455667788), 0x33445566u);
}

// RFC 3550 §6.4.1, figure 2: A = 46864.500 s, LSR = 46853.125 s, DLSR = 5.250 s, delay = 6.125 s.
TEST(Rtcp, the_round_trip_is_what_the_figure_of_the_page_says) {
  ReportBlock block;
  block.last_sr = 0xb705'2000;
  block.delay_since_last_sr = 0x0005'4000;
  const TimePoint arrival{seconds{0xb710} + milliseconds{500}};
  EXPECT_EQ(round_trip(block, arrival), Duration{milliseconds{6125}});
}

TEST(Rtcp, there_is_no_round_trip_without_a_report_of_ours_or_with_times_that_cannot_be) {
  const TimePoint now{seconds{100}};
  ReportBlock block;
  EXPECT_FALSE(round_trip(block, now)) << "it has had none";
  block.last_sr = 99u << 16;
  EXPECT_EQ(round_trip(block, now), Duration{seconds{1}});
  block.delay_since_last_sr = (1u << 16) + 1;
  EXPECT_FALSE(round_trip(block, now)) << "it kept the report longer than there was time";
  block.last_sr = 90u << 16;
  block.delay_since_last_sr = 0;
  EXPECT_FALSE(round_trip(block, now)) << "10 s and more are no delay";
}

}  // namespace
}  // namespace earshot::rtp
