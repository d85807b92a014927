#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/rtp/packet.h"

namespace earshot::sim {

/// What a receiver saw of one RTP stream. A listener's stream is to run on whatever happens to its
/// sources: one SSRC, sequence numbers one by one, 160 samples a frame (RFC 3550 §5.1, 20 ms at
/// 8000 Hz).
struct RtpReport {
  std::uint64_t packets = 0;        ///< accepted as RTP, duplicates included
  std::uint64_t audio_packets = 0;  ///< PCMU and PCMA, duplicates left out
  std::uint64_t not_rtp = 0;
  std::uint64_t lost = 0;  ///< sequence numbers passed over and not seen since
  std::uint64_t duplicates = 0;
  std::uint64_t late = 0;  ///< came after a higher sequence number
  std::uint64_t ssrc_changes = 0;
  std::uint64_t sequence_jumps = 0;   ///< by more than kMostLostInARow: no loss, another count
  std::uint64_t timestamp_jumps = 0;  ///< the timestamp does not go with the sequence number
  std::uint64_t odd_sizes = 0;        ///< an audio payload of other than 160 octets

  /// One SSRC and one count throughout. Loss, lateness and duplicates are the network's.
  bool is_continuous() const {
    return ssrc_changes == 0 && sequence_jumps == 0 && timestamp_jumps == 0 && odd_sizes == 0;
  }
};
std::string to_string(const RtpReport& report);

/// Follows one stream packet by packet.
class RtpStreamCheck {
 public:
  static constexpr int kMostLostInARow = 250;  ///< 5 s

  enum class Order { New, Late, Duplicate };
  /// @param is_audio  160 octets of G.711 are expected; false for telephone-events, whose timestamp
  ///                  stands still (RFC 4733 §2.2.1)
  Order take(const rtp::PacketView& packet, bool is_audio);
  void take_garbage() { ++report_.not_rtp; }
  const RtpReport& report() const { return report_; }
  void reset() { *this = {}; }

 private:
  struct Last {
    std::uint32_t ssrc;
    std::uint16_t sequence;
    std::uint32_t timestamp;
    bool event_since = false;  // an event between two audio packets frees their timestamps
  };
  void restart(const rtp::PacketView& packet);

  RtpReport report_;
  std::optional<Last> last_;
  std::uint64_t seen_ = 0;  // bit n: sequence number last - n has come
};

}  // namespace earshot::sim
