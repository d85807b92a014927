#include "wire/rtp/jitter_buffer.h"

#include <algorithm>

#include "wire/rtp/g711.h"

namespace earshot::rtp {
namespace {

constexpr std::uint32_t kFrame = kFrameSamples;
/// After concealment the real voice comes in over 5 ms.
constexpr std::uint32_t kBlend = 40;
/// So many late packets in a row are a stream that begins again further back.
constexpr std::uint32_t kLateIsRestart = 6;

/// Timestamps wrap; two are compared by their signed distance (RFC 1982).
std::int32_t distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}

std::int16_t scale(std::int16_t sample, std::uint32_t part, std::uint32_t whole) {
  return static_cast<std::int16_t>(std::int32_t{sample} * static_cast<std::int32_t>(part) /
                                   static_cast<std::int32_t>(whole));
}

}  // namespace

void JitterBuffer::reset() {
  begun_ = playing_ = false;
  present_.fill(0);
  next_ = end_ = held_ = late_in_row_ = 0;
  spare_ = ticks_ = excess_ = 0;
  gone_ = kFade;
}

std::size_t JitterBuffer::waiting() const {
  return static_cast<std::size_t>(std::max(0, distance(next_, end_)));
}

void JitterBuffer::begin(std::uint32_t ssrc, std::uint32_t timestamp) {
  const std::uint32_t gone = playing_ ? gone_ : kFade;  // a voice that breaks off still fades
  reset();
  gone_ = gone;
  begun_ = true;
  ssrc_ = ssrc;
  next_ = end_ = timestamp;
}

void JitterBuffer::insert(std::uint32_t ssrc, std::uint32_t timestamp, ByteView payload, Law law) {
  if (payload.empty() || payload.size() > kMaxPayload) return;
  const auto size = static_cast<std::uint32_t>(payload.size());
  if (!begun_ || ssrc != ssrc_) begin(ssrc, timestamp);
  if (!make_room(timestamp, size)) return;
  store(timestamp, payload, law);
  if (!playing_) settle(size);
}

/// Decides where a packet belongs. @return false for one whose turn has passed
bool JitterBuffer::make_room(std::uint32_t timestamp, std::uint32_t size) {
  if (distance(next_, timestamp + size) <= 0) {
    if (!playing_ && distance(timestamp, next_) < static_cast<std::int32_t>(kMaxWaiting)) {
      next_ = timestamp;  // reordered before anybody listened
      return true;
    }
    ++late_;
    if (++late_in_row_ < kLateIsRestart) return false;
    begin(ssrc_, timestamp);
    return true;
  }
  late_in_row_ = 0;
  if (distance(next_, timestamp) > static_cast<std::int32_t>(kMaxWaiting)) {
    begin(ssrc_, timestamp);  // a jump
  } else if (distance(next_, timestamp + size) > static_cast<std::int32_t>(kMaxWaiting)) {
    skip(
        static_cast<std::uint32_t>(distance(next_, timestamp)));  // a burst: its newest part counts
  }
  return true;
}

void JitterBuffer::store(std::uint32_t timestamp, ByteView payload, Law law) {
  const auto decode = law == Law::Ulaw ? ulaw_decode : alaw_decode;
  const std::uint32_t passed = static_cast<std::uint32_t>(std::max(0, distance(timestamp, next_)));
  for (std::uint32_t i = passed; i < payload.size(); ++i)
    samples_[(timestamp + i) % kCapacity] = decode(payload[i]);
  const auto size = static_cast<std::uint32_t>(payload.size());
  mark(timestamp + passed, size - passed, true);
  if (distance(end_, timestamp + size) > 0) end_ = timestamp + size;
}

/// Before the first read: with packets shorter than a frame, start with the newest whole frame.
void JitterBuffer::settle(std::uint32_t size) {
  const std::uint32_t wanted = std::max(kFrame, size);
  if (waiting() > wanted) skip(static_cast<std::uint32_t>(waiting()) - wanted);
}

bool JitterBuffer::read(Frame& out) {
  if (held_ > 0 && waiting() >= kFrame) pass_over_concealed();
  if (!begun_ || waiting() < kFrame) return wait(out);
  playing_ = true;
  held_ = 0;
  bool heard = true;
  if (all_present(next_, kFrame)) {
    Frame real;
    take(real);
    if (excess_ > 0) shrink(real);
    blend(real, out);
  } else {
    heard = patch(out);
  }
  watch_spare();
  return heard;
}

/// The place was kept while nothing came, and now something newer is there. What is still missing
/// before it (lost, or never made: DTX) has been concealed already, so far as it was waited for.
void JitterBuffer::pass_over_concealed() {
  const std::uint32_t limit = std::min(held_, static_cast<std::uint32_t>(waiting()));
  std::uint32_t missing = 0;
  while (missing < limit && !has(next_ + missing)) ++missing;
  skip(missing);
}

/// Late, or a pause: the place is kept.
bool JitterBuffer::wait(Frame& out) {
  if (begun_ && playing_) {
    held_ = std::min(held_ + kFrame, kCapacity);
    if (held_ > kFrame) skip(static_cast<std::uint32_t>(waiting()));  // a rest nobody continued
    ticks_ = 0;                                                       // nothing to spare just now
    excess_ = 0;
  }
  return conceal(out);
}

/// A frame some of which is lost.
bool JitterBuffer::patch(Frame& out) {
  bool heard = conceal(out);
  for (std::uint32_t i = 0; i < kFrame; ++i)
    if (has(next_ + i)) {
      out[i] = samples_[(next_ + i) % kCapacity];
      heard = true;
    }
  skip(kFrame);
  return heard;
}

/// `real` as it is, or after concealment blended with what that would have gone on with.
void JitterBuffer::blend(const Frame& real, Frame& out) {
  out = real;
  if (gone_ > 0) {
    Frame masked{};
    if (gone_ < kFade) {
      conceal(masked);
      --concealed_;  // this tick is a real one
    }
    for (std::uint32_t i = 0; i < kBlend; ++i)
      out[i] = static_cast<std::int16_t>(scale(masked[i], kBlend - i, kBlend) +
                                         scale(real[i], i, kBlend));
  }
  last_ = real;
  gone_ = 0;
}

/// The frame at next_, all of which is there.
void JitterBuffer::take(Frame& out) {
  for (std::uint32_t i = 0; i < kFrame; ++i) out[i] = samples_[(next_ + i) % kCapacity];
  skip(kFrame);
}

/// Fades `out` into the frame after it, so that 20 ms of delay go.
void JitterBuffer::shrink(Frame& out) {
  if (waiting() < kFrame || !all_present(next_, kFrame)) return;
  Frame following;
  take(following);
  for (std::uint32_t i = 0; i < kFrame; ++i)
    out[i] = static_cast<std::int16_t>(scale(out[i], kFrame - i, kFrame) +
                                       scale(following[i], i, kFrame));
  --excess_;
}

void JitterBuffer::watch_spare() {
  const auto left = static_cast<std::uint32_t>(waiting());
  spare_ = ticks_ == 0 ? left : std::min(spare_, left);
  if (++ticks_ < kWindow) return;
  excess_ = spare_ / kFrame;
  ticks_ = 0;
}

/// The last real frame again, backwards and forwards in turn so that it joins up, fading to
/// silence.
bool JitterBuffer::conceal(Frame& out) {
  if (gone_ >= kFade) {
    out.fill(0);
    return false;
  }
  const bool backwards = gone_ / kFrame % 2 == 0;
  for (std::uint32_t i = 0; i < kFrame; ++i)
    out[i] = scale(last_[backwards ? kFrame - 1 - i : i], kFade - gone_ - i, kFade);
  gone_ += kFrame;
  ++concealed_;
  return true;
}

bool JitterBuffer::has(std::uint32_t timestamp) const {
  const std::uint32_t at = timestamp % kCapacity;
  return (present_[at / 64] >> (at % 64) & 1) != 0;
}

/// Word by word: a frame is three or four of them.
void JitterBuffer::mark(std::uint32_t from, std::uint32_t count, bool present) {
  for (std::uint32_t at = from % kCapacity; count > 0; at = (at + 1) % kCapacity) {
    const std::uint32_t bits = std::min(count, 64 - at % 64);
    const std::uint64_t mask = (bits == 64 ? ~0ull : (1ull << bits) - 1) << (at % 64);
    if (present)
      present_[at / 64] |= mask;
    else
      present_[at / 64] &= ~mask;
    count -= bits;
    at += bits - 1;
  }
}

bool JitterBuffer::all_present(std::uint32_t from, std::uint32_t count) const {
  for (std::uint32_t at = from % kCapacity; count > 0; at = (at + 1) % kCapacity) {
    const std::uint32_t bits = std::min(count, 64 - at % 64);
    const std::uint64_t mask = (bits == 64 ? ~0ull : (1ull << bits) - 1) << (at % 64);
    if ((present_[at / 64] & mask) != mask) return false;
    count -= bits;
    at += bits - 1;
  }
  return true;
}

/// Moves the place of the next read on; what lies before it is forgotten.
void JitterBuffer::skip(std::uint32_t count) {
  mark(next_, std::min(count, kCapacity), false);
  next_ += count;
  if (distance(next_, end_) < 0) end_ = next_;
}

}  // namespace earshot::rtp
