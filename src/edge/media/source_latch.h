#pragma once

#include <cstdint>

#include "base/endpoint.h"
#include "base/time.h"

namespace earshot::media {

/// From where a leg takes RTP, and where it sends (docs/decisions/0007-whose-audio.md).
///
/// The signalled address is always right, and wins its place back at any time. Its host, and the
/// host the peer's SIP comes from, are at home: while nothing has come from the signalled address
/// and the window after an offer or answer is open, another port of theirs may take the place with
/// three packets in a row, of one SSRC and with consecutive sequence numbers. Any other source
/// proves itself: it continues the very stream that was accepted (SSRC and sequence), three packets
/// in a row, after that one has stopped. Who cannot see the traffic can neither take the place (the
/// fault of CVE-2025-53399) nor hinder who may. One thread.
class SourceLatch {
 public:
  /// A new offer or answer. A source latched before is kept where `signalled` is the same as
  /// before.
  /// @param sip_host  where the peer's SIP comes from, whatever its port; unspecified: not known
  void expect(const Endpoint& signalled, const Endpoint& sip_host, TimePoint now, Duration window);
  /// Whether an RTP packet may be heard.
  bool accept(const Endpoint& from, std::uint32_t ssrc, std::uint16_t sequence, TimePoint now);
  /// Whether `from` is on the signalled host, or on the one the peer's SIP comes from.
  bool is_at_home(const Endpoint& from) const;
  /// Where to send; unspecified where nothing may be sent (RFC 2543 hold, port 0, before expect()).
  const Endpoint& peer() const { return peer_; }
  /// Whether another source than the signalled one has the place.
  bool is_latched() const { return peer_ != signalled_; }

 private:
  bool may_move(const Endpoint& from, std::uint32_t ssrc, std::uint16_t sequence,
                TimePoint now) const;
  bool follow_candidate(const Endpoint& from, std::uint32_t ssrc, std::uint16_t sequence);
  void note(std::uint32_t ssrc, std::uint16_t sequence, TimePoint now);

  static constexpr int kPacketsToLatch = 3;

  Endpoint signalled_;
  Endpoint sip_host_;
  Endpoint peer_;
  TimePoint open_until_{};
  bool settled_ = true;  ///< the signalled address was heard in this window, or says "nowhere"
  // The stream accepted last.
  bool heard_ = false;
  std::uint32_t ssrc_ = 0;
  std::uint16_t sequence_ = 0;
  TimePoint heard_at_{};
  // Who is about to take the place.
  Endpoint candidate_;
  std::uint32_t candidate_ssrc_ = 0;
  std::uint16_t candidate_next_ = 0;
  int candidate_packets_ = 0;
};

}  // namespace earshot::media
