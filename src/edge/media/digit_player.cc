#include "edge/media/digit_player.h"

#include <algorithm>

namespace earshot::media {
namespace {

constexpr std::string_view kEvents = "0123456789*#ABCD";  // RFC 4733 §3.2: codes 0 to 15
constexpr std::size_t kMostWaiting = 64;
constexpr int kToneTicks = 5;
constexpr int kEndPackets = 3;
constexpr int kGapTicks = 3;
constexpr std::uint16_t kSamplesPerTick = 160;
constexpr std::uint8_t kEnd = 0x80;
constexpr std::uint8_t kVolume = 10;  ///< -10 dBm0

}  // namespace

void DigitPlayer::add(std::string_view digits) {
  for (const char digit : digits) {
    const std::size_t code = kEvents.find(digit);
    if (code != kEvents.npos && waiting_.size() < kMostWaiting)
      waiting_.push_back(static_cast<std::uint8_t>(code));
  }
}

std::optional<rtp::PacketView> DigitPlayer::next() {
  if (waiting_.empty()) return std::nullopt;
  const int tick = tick_++;
  if (tick == 0) timestamp_ += kSamplesPerTick * (kToneTicks + kEndPackets + kGapTicks);
  if (tick >= kToneTicks + kEndPackets) {
    if (tick_ == kToneTicks + kEndPackets + kGapTicks) {
      waiting_.pop_front();
      tick_ = 0;
    }
    return std::nullopt;
  }
  const bool ends = tick >= kToneTicks;
  const auto duration =
      static_cast<std::uint16_t>(kSamplesPerTick * std::min(tick + 1, kToneTicks));
  payload_ = {waiting_.front(), static_cast<std::uint8_t>((ends ? kEnd : 0) | kVolume),
              static_cast<std::uint8_t>(duration >> 8), static_cast<std::uint8_t>(duration)};
  rtp::PacketView packet;
  packet.marker = tick == 0;
  packet.sequence = sequence_++;
  packet.timestamp = timestamp_;
  packet.payload = payload_;
  return packet;
}

}  // namespace earshot::media
