#pragma once

#include <cstdint>

#include "base/endpoint.h"
#include "base/time.h"

namespace earshot::media {

/// From where a leg takes RTP, and where it sends.
///
/// The signalled address is always right. Where nothing has come from there, and the window after
/// an offer or answer is open, one other source may take its place, once: a phone behind NAT. It
/// has to send three packets in a row, of one SSRC and with consecutive sequence numbers. A first
/// packet from the signalled address ends that. All others are refused: whoever guesses a port
/// cannot put himself into a call (the fault of CVE-2025-53399). One thread.
class SourceLatch {
 public:
  /// A new offer or answer. A source latched before is kept where `signalled` is the same as
  /// before.
  void expect(const Endpoint& signalled, TimePoint now, Duration window);
  /// Whether an RTP packet whose payload type was negotiated may be heard.
  bool accept(const Endpoint& from, std::uint32_t ssrc, std::uint16_t sequence, TimePoint now);
  /// Where to send; unspecified where nothing may be sent (RFC 2543 hold, port 0, before expect()).
  const Endpoint& peer() const { return peer_; }
  bool is_latched() const { return peer_ != signalled_; }

 private:
  bool follow_candidate(const Endpoint& from, std::uint32_t ssrc, std::uint16_t sequence);

  static constexpr int kPacketsToLatch = 3;

  Endpoint signalled_;
  Endpoint peer_;
  TimePoint open_until_{};
  bool settled_ = true;  ///< the peer was heard in this window, or the one change was made
  Endpoint candidate_;
  std::uint32_t candidate_ssrc_ = 0;
  std::uint16_t candidate_next_ = 0;
  int candidate_packets_ = 0;
};

}  // namespace earshot::media
