#include "edge/media/source_latch.h"

namespace earshot::media {

void SourceLatch::expect(const Endpoint& signalled, TimePoint now, Duration window) {
  const bool nowhere = signalled.is_unspecified() || signalled.port() == 0;
  const Endpoint usable = nowhere ? Endpoint{} : signalled;
  if (usable != signalled_ || nowhere) peer_ = usable;
  signalled_ = usable;
  open_until_ = now + window;
  settled_ = nowhere;  // who said "nowhere" is not sought elsewhere
  candidate_packets_ = 0;
}

bool SourceLatch::accept(const Endpoint& from, std::uint32_t ssrc, std::uint16_t sequence,
                         TimePoint now) {
  if (peer_.is_unspecified()) return false;
  if (from == signalled_) peer_ = signalled_;
  if (from == peer_) {
    settled_ = true;
    return true;
  }
  if (settled_ || now >= open_until_) return false;
  return follow_candidate(from, ssrc, sequence);
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
  settled_ = true;
  return true;
}

}  // namespace earshot::media
