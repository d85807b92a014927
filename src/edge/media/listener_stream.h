#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "model/ids.h"
#include "wire/rtp/packet.h"

namespace earshot::media {

/// The RTP stream one listener gets from us: one SSRC for life, and sequence numbers and timestamps
/// that run on whatever it is made of: frames of our own at each tick, or the packets of one source
/// as they come. A change from one to the other continues both and sets the marker (RFC 3551 §4.1).
///
/// In pass-through the source's gaps and its order stay visible, so that the listener's own loss
/// concealment works. A change may put the stream ahead of the clock by up to a frame; what would
/// lead further is left out, so that changes do not add up to delay. One thread, allocates nothing.
class ListenerStream {
 public:
  ListenerStream(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp)
      : ssrc_(ssrc), next_sequence_(sequence), next_timestamp_(timestamp) {}

  /// What the stream is made of changes: the next packet, whoever's, follows on the last one sent.
  void change() {
    source_ = {};
    changed_ = true;
  }
  /// The header of a frame of 160 samples made by us; payload type and payload are the caller's.
  std::optional<rtp::PacketView> frame(TimePoint now);
  /// The header under which `packet` of `source`, with so many samples, goes on. Nothing for what
  /// is older than the last change.
  std::optional<rtp::PacketView> pass(LineId source, const rtp::PacketView& packet,
                                      std::uint32_t samples, TimePoint now);
  /// The header for a telephone event (RFC 4733): all packets of one event get one timestamp.
  rtp::PacketView event(LineId source, const rtp::PacketView& packet, TimePoint now);
  /// A packet of the source passed through that the listener cannot take: leaves no gap behind.
  void leave_out(LineId source, const rtp::PacketView& packet);

  /// One for life: no change of what the stream is made of shows in it.
  std::uint32_t ssrc() const { return ssrc_; }
  /// What the timestamp is at `now`, for sender reports.
  std::uint32_t timestamp_at(TimePoint now) const;

 private:
  bool begin(TimePoint now);
  bool is_passing(LineId source, const rtp::PacketView& packet) const;
  bool continues(const rtp::PacketView& packet, TimePoint now) const;
  void move_on(const rtp::PacketView& packet, TimePoint now);

  std::uint32_t ssrc_;
  std::uint16_t next_sequence_;
  std::uint32_t next_timestamp_;
  bool begun_ = false;
  bool changed_ = true;       ///< the next packet is the first of its kind
  std::uint32_t anchor_ = 0;  ///< the timestamp that belongs to anchored_at_
  TimePoint anchored_at_{};

  LineId source_;  ///< passed through; empty while frames are ours
  std::uint32_t source_ssrc_ = 0;
  std::uint16_t sequence_offset_ = 0;
  std::uint32_t timestamp_offset_ = 0;
  std::uint16_t oldest_ = 0;  ///< the source's sequence numbers before it belong to earlier days
  std::uint16_t newest_ = 0;
  std::uint32_t newest_timestamp_ = 0;
  TimePoint newest_at_{};
  std::uint32_t passed_ = 0;

  LineId event_source_;
  std::uint32_t event_ssrc_ = 0;
  std::uint32_t event_heard_ = 0;  ///< the source's timestamp of the event
  std::uint32_t event_told_ = 0;   ///< ours
};

}  // namespace earshot::media
