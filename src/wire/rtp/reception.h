#pragma once

#include <cstdint>

#include "base/time.h"
#include "wire/rtp/rtcp.h"

namespace earshot::rtp {

/// What RFC 3550 counts of one stream received: sequence numbers after A.1, losses after A.3,
/// jitter after A.8. A source is taken at its first packet: who may send is decided before (A.1's
/// probation is not used). A change of SSRC starts the counting of sequence numbers again and keeps
/// the sums.
class Reception {
 public:
  explicit Reception(std::uint32_t clock_rate_hz) : clock_rate_hz_(clock_rate_hz) {}

  /// Each packet accepted, as it arrives. `timed` is false for packets whose timestamp does not
  /// tell when they were made (all but the first of a telephone event): they do not count for
  /// jitter.
  void on_packet(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp, TimePoint now,
                 bool timed = true);
  /// Remembers an SR of the peer, for last_sr and delay_since_last_sr.
  void on_sender_report(std::uint64_t ntp, TimePoint now);

  /// Whether there is anything to report on.
  bool any() const { return packets_ > 0; }
  /// Of all SSRCs so far, duplicates included.
  std::uint64_t packets() const { return packets_; }
  /// Of all SSRCs so far; duplicates never make it negative.
  std::uint64_t lost() const;
  /// The estimate of RFC 3550 §6.4.1 as a time; a ReportBlock has it in timestamp units.
  Duration jitter() const;
  /// For the next report; begins a new interval for fraction_lost.
  ReportBlock take_block(TimePoint now);

 private:
  void begin(std::uint32_t ssrc, std::uint16_t sequence);
  void follow(std::uint16_t sequence);
  void measure_jitter(std::uint32_t timestamp, TimePoint now);
  std::int64_t expected() const;

  std::uint32_t clock_rate_hz_;
  std::uint64_t packets_ = 0;
  std::int64_t lost_before_ = 0;  ///< on earlier SSRCs, and before jumps

  std::uint32_t ssrc_ = 0;
  std::uint16_t highest_ = 0;
  std::uint32_t cycles_ = 0;  ///< shifted left by 16
  std::uint16_t base_ = 0;
  std::uint32_t suspect_ = kNoSuspect;  ///< the number after a jump, should it be one
  std::int64_t received_ = 0;           ///< since base_
  std::int64_t expected_prior_ = 0;
  std::int64_t received_prior_ = 0;

  bool has_transit_ = false;
  std::uint32_t transit_ = 0;
  std::uint32_t jitter_ = 0;  ///< sixteen times the estimate, as A.8 keeps it

  std::uint32_t last_sr_ = 0;
  TimePoint last_sr_at_{};

  static constexpr std::uint32_t kNoSuspect = 0x10000;
};

}  // namespace earshot::rtp
