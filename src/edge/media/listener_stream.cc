#include "edge/media/listener_stream.h"

#include <cstdlib>

namespace earshot::media {
namespace {

constexpr std::int64_t kSamplesPerSecond = 8000;
constexpr std::int32_t kFrame = 160;
constexpr std::int32_t kMaxLead = kFrame;  ///< ahead of the clock, at a change
/// Behind it: beyond, it was a pause. Ahead of it: more than changes can do, so the source's
/// timestamps moved, and the listener has moved with them.
constexpr std::int32_t kMaxLag = 3 * kFrame;
constexpr std::uint16_t kMaxDropout = 3000;  // RFC 3550 A.1
constexpr std::uint16_t kMaxMisorder = 100;
constexpr std::uint16_t kRemembered = 1000;           ///< how far back `oldest_` may stay
constexpr std::int64_t kMaxJump = kSamplesPerSecond;  ///< of a source's clock against ours

std::int64_t samples_of(Duration span) {
  return span.count() / (1'000'000'000 / kSamplesPerSecond);
}

std::int32_t distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}
std::int16_t distance(std::uint16_t from, std::uint16_t to) {
  return static_cast<std::int16_t>(to - from);
}

}  // namespace

std::uint32_t ListenerStream::timestamp_at(TimePoint now) const {
  return anchor_ + static_cast<std::uint32_t>(samples_of(now - anchored_at_));
}

/// Before the first packet of a new kind. @return false where the stream is too far ahead for one
bool ListenerStream::begin(TimePoint now) {
  if (!begun_) {
    begun_ = true;
    anchor_ = next_timestamp_;
    anchored_at_ = now;
  }
  const std::int32_t lead = distance(timestamp_at(now), next_timestamp_);
  if (lead > kMaxLag) {
    anchor_ += static_cast<std::uint32_t>(lead);
  } else if (lead > kMaxLead) {
    source_ = {};
    return false;
  }
  if (lead < -kMaxLag) next_timestamp_ += static_cast<std::uint32_t>(-lead / kFrame * kFrame);
  return true;
}

std::optional<rtp::PacketView> ListenerStream::frame(TimePoint now) {
  const bool resumes = changed_ || !source_.empty();
  const std::uint32_t before = next_timestamp_;
  if (!begin(now)) return std::nullopt;
  source_ = {};
  changed_ = false;
  rtp::PacketView header;
  header.marker = resumes || next_timestamp_ != before;
  header.sequence = next_sequence_++;
  header.timestamp = next_timestamp_;
  header.ssrc = ssrc_;
  next_timestamp_ += kFrame;
  return header;
}

bool ListenerStream::is_passing(LineId source, const rtp::PacketView& packet) const {
  return !source.empty() && source_ == source && source_ssrc_ == packet.ssrc;
}

/// Whether a packet of the source passed through follows on the others, by number and by clock.
bool ListenerStream::continues(const rtp::PacketView& packet, TimePoint now) const {
  const auto step = static_cast<std::uint16_t>(packet.sequence - newest_);
  if (step >= kMaxDropout && step <= 0xFFFF - kMaxMisorder) return false;
  const std::int64_t drift =
      distance(newest_timestamp_, packet.timestamp) - samples_of(now - newest_at_);
  return std::llabs(drift) < kMaxJump;
}

std::optional<rtp::PacketView> ListenerStream::pass(LineId source, const rtp::PacketView& packet,
                                                    std::uint32_t samples, TimePoint now) {
  rtp::PacketView header;
  header.marker = packet.marker;
  if (!is_passing(source, packet) || !continues(packet, now)) {
    if (!begin(now)) return std::nullopt;
    changed_ = false;
    source_ = source;
    source_ssrc_ = packet.ssrc;
    sequence_offset_ = static_cast<std::uint16_t>(next_sequence_ - packet.sequence);
    timestamp_offset_ = next_timestamp_ - packet.timestamp;
    oldest_ = newest_ = packet.sequence;
    newest_timestamp_ = packet.timestamp;
    newest_at_ = now;
    header.marker = true;
  } else if (distance(oldest_, packet.sequence) < 0) {
    return std::nullopt;
  }
  header.sequence = static_cast<std::uint16_t>(packet.sequence + sequence_offset_);
  header.timestamp = packet.timestamp + timestamp_offset_;
  header.ssrc = ssrc_;
  move_on(packet, now);
  if (distance(next_timestamp_, header.timestamp + samples) > 0)
    next_timestamp_ = header.timestamp + samples;
  // The source's crystal is not ours: the anchor follows it, by some 200 ppm at the most.
  if (++passed_ % 32 == 0) {
    const std::int32_t lead = distance(timestamp_at(now), header.timestamp);
    anchor_ += static_cast<std::uint32_t>((lead > 0) - (lead < 0));
  }
  return header;
}

void ListenerStream::move_on(const rtp::PacketView& packet, TimePoint now) {
  if (distance(newest_, packet.sequence) < 0) return;
  newest_ = packet.sequence;
  newest_timestamp_ = packet.timestamp;
  newest_at_ = now;
  next_sequence_ = static_cast<std::uint16_t>(packet.sequence + sequence_offset_ + 1);
  if (static_cast<std::uint16_t>(newest_ - oldest_) > kRemembered)
    oldest_ = static_cast<std::uint16_t>(newest_ - kRemembered);
}

rtp::PacketView ListenerStream::event(LineId source, const rtp::PacketView& packet, TimePoint now) {
  const bool known = event_source_ == source && event_ssrc_ == packet.ssrc &&
                     event_heard_ == packet.timestamp && !source.empty();
  const auto step = static_cast<std::uint16_t>(packet.sequence - newest_);
  const bool passing = is_passing(source, packet) && step < kMaxDropout;
  if (!begun_) begin(now);
  if (!known) {
    event_source_ = source;
    event_ssrc_ = packet.ssrc;
    event_heard_ = packet.timestamp;
    event_told_ = passing ? packet.timestamp + timestamp_offset_ : next_timestamp_;
  }
  rtp::PacketView header;
  header.marker = packet.marker || !known;
  header.timestamp = event_told_;
  header.ssrc = ssrc_;
  if (passing) {  // keeps its place among the source's packets
    header.sequence = static_cast<std::uint16_t>(packet.sequence + sequence_offset_);
    newest_ = packet.sequence;
    next_sequence_ = static_cast<std::uint16_t>(header.sequence + 1);
  } else {
    header.sequence = next_sequence_++;
    if (!source_.empty()) ++sequence_offset_;  // those passed through make room
  }
  return header;
}

void ListenerStream::leave_out(LineId source, const rtp::PacketView& packet) {
  if (!is_passing(source, packet) || distance(newest_, packet.sequence) != 1) return;
  newest_ = packet.sequence;
  --sequence_offset_;
}

}  // namespace earshot::media
