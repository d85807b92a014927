#include "sim/rtp_stream_check.h"

namespace earshot::sim {
namespace {

constexpr std::uint32_t kSamplesPerPacket = 160;

}  // namespace

RtpStreamCheck::Order RtpStreamCheck::take(const rtp::PacketView& packet, bool is_audio) {
  ++report_.packets;
  if (is_audio && packet.payload.size() != kSamplesPerPacket) ++report_.odd_sizes;
  if (last_ && last_->ssrc != packet.ssrc) {
    ++report_.ssrc_changes;
    last_.reset();
  }
  if (!last_) {
    restart(packet);
    report_.audio_packets += is_audio;
    return Order::New;
  }
  const int ahead = static_cast<std::int16_t>(packet.sequence - last_->sequence);
  if (ahead > kMostLostInARow || ahead < -kMostLostInARow) {
    ++report_.sequence_jumps;
    restart(packet);
    report_.audio_packets += is_audio;
    return Order::New;
  }
  if (ahead <= 0) {
    const bool old = ahead <= -64 || (seen_ >> -ahead & 1) != 0;
    if (old) {
      ++report_.duplicates;
      return Order::Duplicate;
    }
    seen_ |= std::uint64_t{1} << -ahead;
    ++report_.late;
    if (report_.lost > 0) --report_.lost;
    report_.audio_packets += is_audio;
    return Order::Late;
  }
  report_.lost += static_cast<std::uint64_t>(ahead - 1);
  seen_ = (ahead < 64 ? seen_ << ahead : 0) | 1;
  last_->sequence = packet.sequence;
  if (!is_audio) {
    last_->event_since = true;
    return Order::New;
  }
  ++report_.audio_packets;
  const auto due = last_->timestamp + static_cast<std::uint32_t>(ahead) * kSamplesPerPacket;
  if (!last_->event_since && packet.timestamp != due) ++report_.timestamp_jumps;
  last_->event_since = false;
  last_->timestamp = packet.timestamp;
  return Order::New;
}

void RtpStreamCheck::restart(const rtp::PacketView& packet) {
  last_ = Last{packet.ssrc, packet.sequence, packet.timestamp};
  seen_ = 1;
}

std::string to_string(const RtpReport& report) {
  const auto field = [](const char* name, std::uint64_t count) {
    return " " + std::string(name) + "=" + std::to_string(count);
  };
  return "packets=" + std::to_string(report.packets) + field("audio", report.audio_packets) +
         field("not_rtp", report.not_rtp) + field("lost", report.lost) +
         field("duplicates", report.duplicates) + field("late", report.late) +
         field("ssrc_changes", report.ssrc_changes) +
         field("sequence_jumps", report.sequence_jumps) +
         field("timestamp_jumps", report.timestamp_jumps) + field("odd_sizes", report.odd_sizes);
}

}  // namespace earshot::sim
