#include <algorithm>
#include <array>
#include <cstdlib>

#include "wire/rtp/jitter_buffer.h"
#include "wire/rtp/packet.h"
#include "wire/rtp/reception.h"
#include "wire/rtp/rtcp.h"

using namespace earshot;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read_packet(ByteView datagram) {
  const auto packet = rtp::parse_packet(datagram);
  if (!packet) return;
  require(packet->payload.size() + rtp::kHeaderSize <= datagram.size());
  std::array<std::uint8_t, rtp::kHeaderSize> header;
  rtp::write_header(*packet, header);
  const auto again = rtp::parse_packet(header);
  require(again && again->sequence == packet->sequence && again->timestamp == packet->timestamp &&
          again->ssrc == packet->ssrc && again->marker == packet->marker &&
          again->payload_type == packet->payload_type);
}

void read_compound(ByteView datagram) {
  const auto compound = rtp::parse_rtcp(datagram);
  if (!compound) return;
  require(compound->block_count <= rtp::Compound::kMaxBlocks);
  rtp::Report report;
  report.ssrc = compound->ssrc;
  report.sender = compound->sender;
  if (compound->block_count > 0) report.block = compound->blocks[0];
  report.cname = compound->cname;
  report.bye = compound->bye.has_value();
  std::array<std::uint8_t, rtp::kMaxReportSize> bytes;
  const auto again = rtp::parse_rtcp(ByteView{bytes}.first(rtp::write_report(report, bytes)));
  require(again && again->ssrc == report.ssrc && again->cname == report.cname);
}

/// The input as a script: eight octets a step, each a packet that comes or a tick.
void run_stream(ByteView script) {
  rtp::JitterBuffer buffer;
  rtp::Reception reception{8000};
  rtp::Frame frame;
  TimePoint now{seconds{1}};
  std::array<std::uint8_t, 1000> payload;
  payload.fill(0x2A);
  std::uint32_t timestamp = 0;
  for (; script.size() >= 8; script = script.subspan(8)) {
    now += milliseconds{script[0] % 64};
    if (script[0] & 0x80) {
      buffer.read(frame);
      continue;
    }
    // Mostly small steps, at times any timestamp at all.
    const auto step = static_cast<std::uint32_t>(script[1] << 8 | script[2]);
    timestamp = script[0] & 0x40 ? timestamp + (step << 16) : timestamp + step - 2048;
    const std::uint32_t ssrc = script[3] / 64;
    const auto sequence = static_cast<std::uint16_t>(script[4] << 8 | script[5]);
    const std::size_t size = static_cast<std::size_t>(script[6] << 8 | script[7]) % 1000;
    buffer.insert(ssrc, timestamp, ByteView{payload}.first(size),
                  script[3] & 1 ? rtp::Law::Ulaw : rtp::Law::Alaw);
    reception.on_packet(ssrc, sequence, timestamp, now);
    if (script[3] & 2) reception.take_block(now);
    require(buffer.waiting() <= 4096);
    require(reception.jitter() >= Duration{});
  }
  // However it was left, a steady stream is heard again within a second.
  bool heard = false;
  for (std::uint32_t i = 0; i < 50; ++i) {
    buffer.insert(9, i * 160, ByteView{payload}.first(160), rtp::Law::Ulaw);
    heard = buffer.read(frame);
  }
  require(heard && buffer.waiting() <= 160);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const ByteView input{octets, size};
  read_packet(input);
  read_compound(input);
  run_stream(input);
  return 0;
}
