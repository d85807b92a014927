#include "edge/media/stem_tap.h"

#include <algorithm>

namespace earshot::media {
namespace {

constexpr Duration kFrame = milliseconds{20};
constexpr std::int64_t kMostFrames = Stem::kOpen - 1;

}  // namespace

StemTap::~StemTap() { stem_->length.store(length_, std::memory_order_release); }

void StemTap::read(TimePoint due) {
  rtp::Frame frame;
  const bool speaks = incoming_.read(frame);  // while paused too: what is said then is gone
  if (due < stem_->order.since) return;       // a tick made good that belongs before
  const auto place = static_cast<std::uint32_t>(
      std::min<std::int64_t>((due - stem_->order.since) / kFrame, kMostFrames - 1));
  length_ = place + 1;
  if (speaks && !paused_) stem_->frames.push(place, frame);
}

}  // namespace earshot::media
