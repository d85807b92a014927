#include "edge/media/bridge.h"

#include <algorithm>
#include <array>

namespace earshot::media {
namespace {

/// Longer than any ptime in use: a source that sends is not interrupted.
constexpr Duration kQuiet = milliseconds{200};

/// The sum of what `listener` is played and of what their sources say at this tick, each sample
/// clamped to 16 bits.
/// @return false where there is nothing; `out` is silence then
bool mix(Leg& listener, rtp::Frame& out) {
  std::array<std::int32_t, rtp::kFrameSamples> sum{};
  bool any = listener.route.tone.has_value();
  if (any) {
    rtp::Frame played;
    listener.tone.read(played);
    std::copy(played.begin(), played.end(), sum.begin());
  }
  for (const Leg* source : listener.route.sources) {
    if (!source->speaks) continue;
    any = true;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += source->frame[i];
  }
  for (std::size_t i = 0; i < sum.size(); ++i)
    out[i] = static_cast<std::int16_t>(std::clamp(sum[i], -32768, 32767));
  return any;
}

template <class Value>
bool contains(const std::vector<Value>& all, const Value& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

void Bridge::add(Leg& leg, TimePoint now) {
  legs_.push_back(&leg);
  lay_routes(now);
}

void Bridge::remove(Leg& leg, TimePoint now) {
  std::erase(legs_, &leg);
  leg.route = {};
  lay_routes(now);
}

std::uint64_t Bridge::follow(MediaPlan plan, TimePoint now) {
  if (!has_plan_ || plan.revision > plan_.revision) {
    has_plan_ = true;
    plan_ = std::move(plan);
    lay_routes(now);
  }
  return plan_.revision;
}

Leg* Bridge::find(LineId id) const {
  const auto found =
      std::find_if(legs_.begin(), legs_.end(), [&](const Leg* leg) { return leg->id() == id; });
  return found == legs_.end() ? nullptr : *found;
}

/// From the plan to the legs that are here. All at once: no packet comes in between.
void Bridge::lay_routes(TimePoint now) {
  std::vector<Leg::Route> before;
  for (Leg* leg : legs_) before.push_back(std::exchange(leg->route, {}));
  for (const ToneEdge& edge : plan_.tones)
    if (Leg* listener = find(edge.listener)) listener->route.tone = edge.tone;
  for (const HearingEdge& edge : plan_.hears) {
    Leg* listener = find(edge.listener);
    Leg* source = find(edge.source);
    if (!listener || !source || listener == source) continue;
    if (contains(listener->route.sources, source)) continue;
    listener->route.sources.push_back(source);
    source->route.listeners.push_back(listener);
  }
  for (Leg* leg : legs_)
    if (!leg->route.is_passed_through())
      for (Leg* source : leg->route.sources) source->route.read_at_tick = true;
  for (std::size_t i = 0; i < legs_.size(); ++i) {
    Leg& leg = *legs_[i];
    if (leg.route.read_at_tick != before[i].read_at_tick) {
      leg.incoming.reset();  // what was passed through already is not said again
      leg.speaks = false;
    }
    if (leg.route.tone && leg.route.tone != before[i].tone) leg.tone.start(*leg.route.tone);
    if (leg.route.sources != before[i].sources ||
        leg.route.is_passed_through() != before[i].is_passed_through())
      leg.begin_route(now);
  }
}

void Bridge::on_rtp(Leg& leg, ByteView datagram, const Endpoint& from, TimePoint now) {
  const auto heard = leg.receive(datagram, from, now);
  if (!heard) return;
  if (leg.tap && !heard->is_event) leg.tap->hear(heard->packet, leg.law());
  if (!heard->is_event) leg.measure(heard->packet, now);
  for (Leg* listener : leg.route.listeners) {
    if (heard->is_event)
      listener->pass_event(leg, heard->packet, now);
    else if (listener->route.is_passed_through())
      listener->pass_audio(leg, heard->packet, now);
  }
  if (leg.route.read_at_tick && !heard->is_event)
    leg.incoming.insert(heard->packet.ssrc, heard->packet.timestamp, heard->packet.payload,
                        leg.law());
}

void Bridge::read_sources() {
  for (Leg* leg : legs_)
    if (leg->route.read_at_tick) leg->speaks = leg->incoming.read(leg->frame);
}

void Bridge::play_digits(Leg& leg, TimePoint now) {
  const auto packet = leg.digits.next();
  if (!packet) return;
  for (Leg* listener : leg.route.listeners) listener->pass_event(leg, *packet, now);
}

void Bridge::serve(Leg& listener, TimePoint now) {
  if (listener.route.is_passed_through()) {
    if (now - listener.passed_at > kQuiet) listener.send_silence(now);
    return;
  }
  rtp::Frame out;
  if (mix(listener, out))
    listener.send_frame(out, now);
  else
    listener.send_silence(now);
}

}  // namespace earshot::media
