#include "wire/rtp/rtcp.h"

#include <algorithm>

#include "wire/rtp/octets.h"

namespace earshot::rtp {
namespace {

constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kSourceDescription = 202;
constexpr std::uint8_t kGoodbye = 203;
constexpr std::uint8_t kCname = 1;
constexpr std::size_t kBlockSize = 24;
constexpr std::size_t kSenderInfoSize = 20;

/// Puts octets one after another.
class Pen {
 public:
  explicit Pen(std::span<std::uint8_t> out) : out_(out) {}
  void u8(std::uint8_t value) { out_[at_++] = value; }
  void u16(std::uint16_t value) {
    write_u16(value, out_.subspan(at_));
    at_ += 2;
  }
  void u32(std::uint32_t value) {
    write_u32(value, out_.subspan(at_));
    at_ += 4;
  }
  void text(std::string_view value) {
    for (const char c : value) u8(static_cast<std::uint8_t>(c));
  }
  /// Begins a packet; end() fills in its length.
  void begin(std::size_t count, std::uint8_t type) {
    start_ = at_;
    u8(static_cast<std::uint8_t>(0x80 | count));
    u8(type);
    u16(0);
  }
  /// RFC 3550 §6.4.1: length in words, less one.
  void end() {
    while ((at_ - start_) % 4 != 0) u8(0);
    write_u16(static_cast<std::uint16_t>((at_ - start_) / 4 - 1), out_.subspan(start_ + 2));
  }
  std::size_t written() const { return at_; }

 private:
  std::span<std::uint8_t> out_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
};

void write_block(const ReportBlock& block, Pen& pen) {
  const std::int32_t lost = std::clamp(block.cumulative_lost, -0x800000, 0x7FFFFF);
  pen.u32(block.ssrc);
  pen.u32(std::uint32_t{block.fraction_lost} << 24 |
          (static_cast<std::uint32_t>(lost) & 0x00FFFFFF));
  pen.u32(block.highest_sequence);
  pen.u32(block.jitter);
  pen.u32(block.last_sr);
  pen.u32(block.delay_since_last_sr);
}

ReportBlock read_block(ByteView at) {
  ReportBlock block;
  block.ssrc = read_u32(at);
  block.fraction_lost = at[4];
  const std::uint32_t lost = read_u32(at.subspan(4)) & 0x00FFFFFF;
  block.cumulative_lost = static_cast<std::int32_t>(lost) - (lost & 0x800000 ? 0x1000000 : 0);
  block.highest_sequence = read_u32(at.subspan(8));
  block.jitter = read_u32(at.subspan(12));
  block.last_sr = read_u32(at.subspan(16));
  block.delay_since_last_sr = read_u32(at.subspan(20));
  return block;
}

SenderInfo read_sender(ByteView at) {
  SenderInfo sender;
  sender.ntp = std::uint64_t{read_u32(at)} << 32 | read_u32(at.subspan(4));
  sender.rtp_timestamp = read_u32(at.subspan(8));
  sender.packets = read_u32(at.subspan(12));
  sender.octets = read_u32(at.subspan(16));
  return sender;
}

/// SR or RR that leads the compound. @return false where its parts are longer than itself
bool read_report(std::uint8_t type, std::size_t count, ByteView body, Compound& compound) {
  if (body.size() < 4) return false;
  compound.ssrc = read_u32(body);
  body = body.subspan(4);
  if (type == kSenderReport) {
    if (body.size() < kSenderInfoSize) return false;
    compound.sender = read_sender(body);
    body = body.subspan(kSenderInfoSize);
  }
  if (body.size() < count * kBlockSize) return false;
  compound.block_count = std::min(count, Compound::kMaxBlocks);
  for (std::size_t i = 0; i < compound.block_count; ++i)
    compound.blocks[i] = read_block(body.subspan(i * kBlockSize));
  return true;
}

/// Items of the first chunk (RFC 3550 §6.5). @return false where an item is longer than the packet
bool read_description(std::size_t count, ByteView body, Compound& compound) {
  if (count == 0) return true;
  if (body.size() < 4) return false;
  body = body.subspan(4);
  while (!body.empty() && body[0] != 0) {
    if (body.size() < 2 || body.size() - 2 < body[1]) return false;
    if (body[0] == kCname && compound.cname.empty())
      compound.cname = as_text(body.subspan(2, body[1]));
    body = body.subspan(2u + body[1]);
  }
  return true;
}

}  // namespace

std::size_t write_report(const Report& report, std::span<std::uint8_t> out) {
  Pen pen{out};
  pen.begin(report.block ? 1 : 0, report.sender ? kSenderReport : kReceiverReport);
  pen.u32(report.ssrc);
  if (report.sender) {
    pen.u32(static_cast<std::uint32_t>(report.sender->ntp >> 32));
    pen.u32(static_cast<std::uint32_t>(report.sender->ntp));
    pen.u32(report.sender->rtp_timestamp);
    pen.u32(report.sender->packets);
    pen.u32(report.sender->octets);
  }
  if (report.block) write_block(*report.block, pen);
  pen.end();

  const std::string_view cname = report.cname.substr(0, 255);
  pen.begin(1, kSourceDescription);
  pen.u32(report.ssrc);
  pen.u8(kCname);
  pen.u8(static_cast<std::uint8_t>(cname.size()));
  pen.text(cname);
  pen.u8(0);  // ends the chunk, before any padding
  pen.end();

  if (report.bye) {
    pen.begin(1, kGoodbye);
    pen.u32(report.ssrc);
    pen.end();
  }
  return pen.written();
}

std::optional<Compound> parse_rtcp(ByteView datagram) {
  Compound compound;
  for (bool first = true; first || !datagram.empty(); first = false) {
    if (datagram.size() < 4 || datagram[0] >> 6 != 2) return std::nullopt;
    const std::size_t count = datagram[0] & 0x1F;
    const std::uint8_t type = datagram[1];
    const std::size_t size = 4u * (read_u16(datagram.subspan(2)) + 1u);
    if (size > datagram.size()) return std::nullopt;
    ByteView body = datagram.subspan(4, size - 4);
    if (datagram[0] & 0x20) {
      if (first || size != datagram.size() || body.empty()) return std::nullopt;
      if (body.back() == 0 || body.back() > body.size()) return std::nullopt;
      body = body.first(body.size() - body.back());
    }
    datagram = datagram.subspan(size);
    const bool report = type == kSenderReport || type == kReceiverReport;
    if (first && !report) return std::nullopt;
    if (first && !read_report(type, count, body, compound)) return std::nullopt;
    if (type == kSourceDescription && !read_description(count, body, compound)) return std::nullopt;
    if (type == kGoodbye && count > 0) {
      if (body.size() < 4 * count) return std::nullopt;
      if (!compound.bye) compound.bye = read_u32(body);
    }
  }
  return compound;
}

std::uint64_t ntp_of(TimePoint time) {
  const auto since = time.time_since_epoch();
  const auto whole = std::chrono::duration_cast<seconds>(since);
  const auto rest =
      static_cast<std::uint64_t>((since - whole).count());  // < 10^9: no overflow below
  return static_cast<std::uint64_t>(whole.count()) << 32 | (rest << 32) / 1'000'000'000u;
}

std::uint32_t short_ntp_of(Duration span) {
  return middle_of(ntp_of(TimePoint{std::max(span, Duration{})}));
}

std::optional<Duration> round_trip(const ReportBlock& block, TimePoint now) {
  constexpr std::uint32_t kTooLong = 10u << 16;  // 1/65536 s
  if (block.last_sr == 0) return std::nullopt;
  const std::uint32_t span = middle_of(ntp_of(now)) - block.last_sr - block.delay_since_last_sr;
  if (span >= kTooLong) return std::nullopt;
  return Duration{std::int64_t{span} * 1'000'000'000 / 65536};
}

}  // namespace earshot::rtp
