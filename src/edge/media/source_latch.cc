#include "edge/media/source_latch.h"

namespace earshot::media {
namespace {

/// Longer than any ptime in use: a source that sends is not replaced.
constexpr Duration kStopped = milliseconds{200};

bool same_host(const Endpoint& a, const Endpoint& b) {
  return !a.is_unspecified() && a.octets() == b.octets();
}

}  // namespace

void SourceLatch::expect(const Endpoint& signalled, const Endpoint& sip_host, TimePoint now,
                         Duration window) {
  const bool nowhere = signalled.is_unspecified() || signalled.port() == 0;
  const Endpoint usable = nowhere ? Endpoint{} : signalled;
  if (usable != signalled_ || nowhere) peer_ = usable;
  signalled_ = usable;
  sip_host_ = sip_host;
  open_until_ = now + window;
  settled_ = nowhere;  // who said "nowhere" is not sought elsewhere
  candidate_packets_ = 0;
}

bool SourceLatch::is_at_home(const Endpoint& from) const {
  return same_host(signalled_, from) || same_host(sip_host_, from);
}

bool SourceLatch::accept(const Endpoint& from, std::uint32_t ssrc, std::uint16_t sequence,
                         TimePoint now) {
  if (peer_.is_unspecified()) return false;
  if (from == signalled_) {
    peer_ = signalled_;
    settled_ = true;
  }
  if (from != peer_ &&
      (!may_move(from, ssrc, sequence, now) || !follow_candidate(from, ssrc, sequence)))
    return false;
  note(ssrc, sequence, now);
  return true;
}

bool SourceLatch::may_move(const Endpoint& from, std::uint32_t ssrc, std::uint16_t sequence,
                           TimePoint now) const {
  const bool peer_sends = heard_ && now - heard_at_ < kStopped;
  if (is_at_home(from)) {
    if (!is_at_home(peer_)) return true;
    if (!settled_ && now < open_until_ && (!is_latched() || !peer_sends)) return true;
  }
  const auto ahead = static_cast<std::uint16_t>(sequence - sequence_);
  return heard_ && !peer_sends && ssrc == ssrc_ && ahead != 0 && ahead < 0x8000;
}

bool SourceLatch::follow_candidate(const Endpoint& from, std::uint32_t ssrc,
                                   std::uint16_t sequence) {
  const bool continues = candidate_packets_ > 0 && from == candidate_ && ssrc == candidate_ssrc_ &&
                         sequence == candidate_next_;
  candidate_packets_ = continues ? candidate_packets_ + 1 : 1;
  candidate_ = from;
  candidate_ssrc_ = ssrc;
  candidate_next_ = static_cast<std::uint16_t>(sequence + 1);
  if (candidate_packets_ < kPacketsToLatch) return false;
  peer_ = from;
  candidate_packets_ = 0;
  return true;
}

void SourceLatch::note(std::uint32_t ssrc, std::uint16_t sequence, TimePoint now) {
  heard_ = true;
  ssrc_ = ssrc;
  sequence_ = sequence;
  heard_at_ = now;
}

}  // namespace earshot::media
