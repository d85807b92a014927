#include "wire/rtp/reception.h"

#include <algorithm>

namespace earshot::rtp {
namespace {
constexpr std::uint16_t kMaxDropout = 3000;  // RFC 3550 A.1
constexpr std::uint16_t kMaxMisorder = 100;
}  // namespace

void Reception::on_packet(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp,
                          TimePoint now, bool timed) {
  if (packets_ == 0 || ssrc != ssrc_)
    begin(ssrc, sequence);
  else
    follow(sequence);
  ++packets_;
  ++received_;
  if (timed) measure_jitter(timestamp, now);
}

void Reception::begin(std::uint32_t ssrc, std::uint16_t sequence) {
  lost_before_ += std::max<std::int64_t>(0, expected() - received_);
  if (ssrc != ssrc_) last_sr_ = 0;
  ssrc_ = ssrc;
  highest_ = base_ = sequence;
  cycles_ = 0;
  suspect_ = kNoSuspect;
  received_ = expected_prior_ = received_prior_ = 0;
  has_transit_ = false;
}

void Reception::follow(std::uint16_t sequence) {
  const auto step = static_cast<std::uint16_t>(sequence - highest_);
  if (step < kMaxDropout) {
    if (sequence < highest_) cycles_ += 0x10000;
    highest_ = sequence;
    suspect_ = kNoSuspect;
  } else if (step <= 0xFFFF - kMaxMisorder) {
    // A jump: believed once a second packet follows on it.
    if (sequence == suspect_)
      begin(ssrc_, sequence);
    else
      suspect_ = static_cast<std::uint16_t>(sequence + 1);
  }
}

void Reception::measure_jitter(std::uint32_t timestamp, TimePoint now) {
  const auto nanoseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
  const std::uint64_t whole = nanoseconds / 1'000'000'000u;
  const std::uint64_t rest = nanoseconds % 1'000'000'000u;
  const auto arrival =
      static_cast<std::uint32_t>(whole * clock_rate_hz_ + rest * clock_rate_hz_ / 1'000'000'000u);
  const std::uint32_t transit = arrival - timestamp;
  if (has_transit_) {
    const auto signed_step = static_cast<std::int32_t>(transit - transit_);
    const std::uint32_t step = signed_step < 0 ? 0u - static_cast<std::uint32_t>(signed_step)
                                               : static_cast<std::uint32_t>(signed_step);
    // A jump of the timestamp is no jitter: a second and more is left out.
    if (step < clock_rate_hz_) jitter_ += step - ((jitter_ + 8) >> 4);
  }
  has_transit_ = true;
  transit_ = transit;
}

void Reception::on_sender_report(std::uint64_t ntp, TimePoint now) {
  last_sr_ = middle_of(ntp);
  last_sr_at_ = now;
}

std::int64_t Reception::expected() const {
  return received_ == 0 ? 0 : std::int64_t{cycles_} + highest_ - base_ + 1;
}

std::uint64_t Reception::lost() const {
  return static_cast<std::uint64_t>(lost_before_ +
                                    std::max<std::int64_t>(0, expected() - received_));
}

Duration Reception::jitter() const {
  return Duration{std::int64_t{jitter_ >> 4} * 1'000'000'000 / clock_rate_hz_};
}

ReportBlock Reception::take_block(TimePoint now) {
  ReportBlock block;
  block.ssrc = ssrc_;
  block.highest_sequence = cycles_ + highest_;
  block.jitter = jitter_ >> 4;
  block.cumulative_lost = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(expected() - received_, -0x800000, 0x7FFFFF));
  const std::int64_t expected_now = expected() - expected_prior_;
  const std::int64_t lost_now = expected_now - (received_ - received_prior_);
  expected_prior_ = expected();
  received_prior_ = received_;
  if (expected_now > 0 && lost_now > 0)
    block.fraction_lost =
        static_cast<std::uint8_t>(std::min<std::int64_t>(255, (lost_now << 8) / expected_now));
  if (last_sr_ != 0) {
    block.last_sr = last_sr_;
    block.delay_since_last_sr = short_ntp_of(now - last_sr_at_);
  }
  return block;
}

}  // namespace earshot::rtp
