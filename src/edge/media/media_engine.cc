#include "edge/media/media_engine.h"

#include <algorithm>

namespace earshot::media {
namespace {

constexpr Duration kTick = milliseconds{20};
/// How many ticks a late wake-up makes good; what is older is given up.
constexpr int kMaxCatchUp = 3;
constexpr Duration kWatch = seconds{15};
constexpr Duration kReading = seconds{1};

}  // namespace

MediaEngine::MediaEngine(Loop& home, Events events) : home_(home), events_(std::move(events)) {
  prepare_tones();
}

/// A loop of its own runs no more by then.
MediaEngine::~MediaEngine() {
  if (timer_ != 0 && home_.is_here()) home_.cancel(timer_);
}

void MediaEngine::add(BridgeId bridge, std::unique_ptr<Leg> leg,
                      std::unique_ptr<net::UdpSocket> rtp, std::unique_ptr<net::UdpSocket> rtcp) {
  const TimePoint now = home_.now();
  leg->attach(bridge, std::move(rtp), std::move(rtcp), now);
  bridges_[bridge].add(*leg, now);
  legs_[leg->id()] = std::move(leg);
  keep_ticking();
}

void MediaEngine::connect(LineId leg, const RemoteMedia& remote) {
  if (Leg* found = find(leg)) found->connect(remote, home_.now());
}

void MediaEngine::send_digits(LineId from, std::string_view digits) {
  if (Leg* found = find(from)) found->digits.add(digits);
}

void MediaEngine::record(LineId leg, std::shared_ptr<Stem> stem) {
  auto tap = std::make_unique<StemTap>(std::move(stem));
  if (Leg* found = find(leg)) found->tap = std::move(tap);
}

void MediaEngine::pause_recording(LineId leg, bool paused) {
  if (Leg* found = find(leg); found && found->tap) found->tap->pause(paused);
}

void MediaEngine::stop_recording(LineId leg) {
  if (Leg* found = find(leg)) found->tap.reset();
}

Leg* MediaEngine::find(LineId leg) const {
  const auto found = legs_.find(leg);
  return found == legs_.end() ? nullptr : found->second.get();
}

std::uint64_t MediaEngine::follow(MediaPlan plan) {
  const auto found = bridges_.find(plan.bridge);
  if (found == bridges_.end()) return plan.revision;
  return found->second.follow(std::move(plan), home_.now());
}

LineQuality MediaEngine::remove(LineId leg) {
  const auto found = legs_.find(leg);
  if (found == legs_.end()) return {};
  const std::unique_ptr<Leg> gone = std::move(found->second);
  legs_.erase(found);
  const auto bridge = bridges_.find(gone->bridge());
  bridge->second.remove(*gone, home_.now());
  if (bridge->second.empty()) bridges_.erase(bridge);
  if (bridges_.empty()) home_.cancel(std::exchange(timer_, 0));
  gone->say_goodbye(home_.now());
  return gone->quality();
}

void MediaEngine::remove_all() {
  while (!legs_.empty()) remove(legs_.begin()->first);
}

void MediaEngine::on_rtp(Leg& leg, ByteView datagram, const Endpoint& from) {
  if (leg.bridge().empty()) return;
  bridges_.find(leg.bridge())->second.on_rtp(leg, datagram, from, home_.now());
}

void MediaEngine::on_rtcp(Leg& leg, ByteView datagram, const Endpoint& from) {
  if (!leg.bridge().empty()) leg.receive_report(datagram, from, home_.now());
}

void MediaEngine::watch(LineId leg) {
  Leg* found = find(leg);
  if (!found) return;
  const TimePoint now = home_.now();
  if (watched_.empty()) readings_due_ = now + kReading;
  if (!found->is_watched(now)) {
    (void)found->take_reading();
    if (std::find(watched_.begin(), watched_.end(), leg) == watched_.end()) watched_.push_back(leg);
  }
  found->watch(now + kWatch);
}

void MediaEngine::read_watched(TimePoint now) {
  readings_due_ = now + kReading;
  std::erase_if(watched_, [&](LineId id) {
    Leg* leg = find(id);
    if (!leg || !leg->is_watched(now)) return true;
    events_.line_read(id, leg->take_reading());
    return false;
  });
}

void MediaEngine::keep_ticking() {
  if (timer_ != 0) return;
  next_tick_ = home_.now() + kTick;
  timer_ = home_.wake_at(next_tick_, [this] { on_tick(); });
}

void MediaEngine::on_tick() {
  const TimePoint now = home_.now();
  for (int ran = 0; next_tick_ <= now && ran < kMaxCatchUp; ++ran, next_tick_ += kTick) {
    ++ticks_;
    for (auto& [id, bridge] : bridges_) bridge.tick(next_tick_, now, events_.line_silent);
  }
  if (next_tick_ <= now) next_tick_ = now + kTick;
  if (!watched_.empty() && now >= readings_due_) read_watched(now);
  timer_ = home_.wake_at(next_tick_, [this] { on_tick(); });
}

}  // namespace earshot::media
