#include "wire/rtp/packet.h"

#include "wire/rtp/octets.h"

namespace earshot::rtp {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kVersionShift = 6;
constexpr std::uint8_t kPadding = 0x20;
constexpr std::uint8_t kExtension = 0x10;
constexpr std::uint8_t kMarker = 0x80;

/// RFC 5761 §4: the second octet of RTCP is 192 to 223.
bool is_rtcp_type(std::uint8_t octet) { return octet >= 192 && octet <= 223; }

}  // namespace

std::optional<PacketView> parse_packet(ByteView datagram) {
  if (datagram.size() < kHeaderSize) return std::nullopt;
  const std::uint8_t first = datagram[0];
  if (first >> kVersionShift != kVersion || is_rtcp_type(datagram[1])) return std::nullopt;

  PacketView packet;
  packet.marker = (datagram[1] & kMarker) != 0;
  packet.payload_type = datagram[1] & 0x7F;
  packet.sequence = read_u16(datagram.subspan(2));
  packet.timestamp = read_u32(datagram.subspan(4));
  packet.ssrc = read_u32(datagram.subspan(8));

  std::size_t start = kHeaderSize + 4u * (first & 0x0F);  // CSRCs
  if (start > datagram.size()) return std::nullopt;
  if (first & kExtension) {  // RFC 3550 §5.3.1: two octets of profile, two of length in words
    if (datagram.size() - start < 4) return std::nullopt;
    start += 4 + 4u * read_u16(datagram.subspan(start + 2));
    if (start > datagram.size()) return std::nullopt;
  }
  std::size_t end = datagram.size();
  if (first & kPadding) {
    const std::size_t padding = datagram.back();
    if (padding == 0 || padding > end - start) return std::nullopt;
    end -= padding;
  }
  packet.payload = datagram.subspan(start, end - start);
  return packet;
}

void write_header(const PacketView& header, std::span<std::uint8_t> out) {
  out[0] = kVersion << kVersionShift;
  out[1] = static_cast<std::uint8_t>((header.marker ? kMarker : 0) | (header.payload_type & 0x7F));
  write_u16(header.sequence, out.subspan(2));
  write_u32(header.timestamp, out.subspan(4));
  write_u32(header.ssrc, out.subspan(8));
}

}  // namespace earshot::rtp
