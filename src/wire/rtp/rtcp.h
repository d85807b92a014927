#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace earshot::rtp {

/// What a sender says of itself (RFC 3550 §6.4.1).
struct SenderInfo {
  std::uint64_t ntp = 0;  ///< seconds since an epoch of the sender's, 32.32 fixed point
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;  ///< payload only
};

/// What a receiver says of one source (RFC 3550 §6.4.1).
struct ReportBlock {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;         ///< since the previous report, in 1/256
  std::int32_t cumulative_lost = 0;       ///< 24 bits, signed: duplicates count against losses
  std::uint32_t highest_sequence = 0;     ///< with the count of cycles in the upper half
  std::uint32_t jitter = 0;               ///< timestamp units
  std::uint32_t last_sr = 0;              ///< middle 32 bits of the last SR's ntp; 0: none yet
  std::uint32_t delay_since_last_sr = 0;  ///< in 1/65536 s
};

/// A compound packet to be written: SR where `sender` is there, else RR; then SDES with the CNAME;
/// then BYE where the stream ends.
struct Report {
  std::uint32_t ssrc = 0;
  std::optional<SenderInfo> sender;
  std::optional<ReportBlock> block;
  std::string_view cname;  ///< at most 255 octets; the rest is cut off (RFC 3550 §6.5.1)
  bool bye = false;
};

/// Room enough for any Report.
inline constexpr std::size_t kMaxReportSize = 28 + 24 + 4 + 4 + 2 + 255 + 4 + 8;

/// Writes `report` into `out`, which has room for kMaxReportSize. @return octets written
std::size_t write_report(const Report& report, std::span<std::uint8_t> out);

/// A compound packet that was read.
struct Compound {
  static constexpr std::size_t kMaxBlocks = 8;
  std::uint32_t ssrc = 0;  ///< of the SR or RR that leads
  std::optional<SenderInfo> sender;
  std::array<ReportBlock, kMaxBlocks> blocks{};  ///< the first ones of the leading report
  std::size_t block_count = 0;                   ///< how many of `blocks` are there
  std::string_view cname;  ///< of the first SDES chunk, into the datagram; empty where none came
  std::optional<std::uint32_t> bye;  ///< the first SSRC that left
};

/// Nothing for what RFC 3550 A.2 calls invalid: not version 2, not led by SR or RR, padding before
/// the last packet, lengths that do not add up, items beyond their packet. Unknown packet types are
/// passed over.
std::optional<Compound> parse_rtcp(ByteView datagram);

/// A loop's time as SenderInfo::ntp. Its epoch is the server's start, as §6.4.1 allows where no
/// wall clock is at hand: receivers only take differences.
std::uint64_t ntp_of(TimePoint time);
/// The middle 32 bits, for last_sr.
inline std::uint32_t middle_of(std::uint64_t ntp) { return static_cast<std::uint32_t>(ntp >> 16); }
/// A span in 1/65536 s, for delay_since_last_sr.
std::uint32_t short_ntp_of(Duration span);
/// The time to the peer and back, by its block about a stream of ours that came at `now` (RFC 3550
/// §6.4.1). Nothing: it has had no SR of ours yet, or names times that cannot be, or 10 s and more.
std::optional<Duration> round_trip(const ReportBlock& block, TimePoint now);

}  // namespace earshot::rtp
