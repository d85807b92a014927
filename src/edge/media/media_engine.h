#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/loop.h"
#include "edge/media/bridge.h"
#include "edge/media/leg.h"

namespace earshot::media {

/// Everything that lives on one media loop: legs, bridges, and the tick they share. Called there
/// only; another shard is another engine on a loop of its own.
class MediaEngine {
 public:
  /// Whom the engine tells of its legs; called on its loop, from within a tick.
  struct Events {
    std::function<void(LineId, bool)> line_silent;  ///< false: it is back
    std::function<void(LineId, const LineReading&)> line_read;
  };

  MediaEngine(Loop& home, Events events);
  ~MediaEngine();

  /// Opens a leg in `bridge`, made with its first one. Until then its sockets' datagrams are
  /// dropped.
  void add(BridgeId bridge, std::unique_ptr<Leg> leg, std::unique_ptr<net::UdpSocket> rtp,
           std::unique_ptr<net::UdpSocket> rtcp);
  /// Nothing happens for a leg that is not here.
  void connect(LineId leg, const RemoteMedia& remote);
  /// Nothing happens for a leg that is not here.
  void send_digits(LineId from, std::string_view digits);
  /// Nothing happens for a leg that is not here; then the stem is ended at once.
  void record(LineId leg, std::shared_ptr<Stem> stem);
  /// Nothing happens where nothing is recorded.
  void pause_recording(LineId leg, bool paused);
  /// Ends the stem; nothing happens where nothing is recorded.
  void stop_recording(LineId leg);
  /// Measures the leg for the next 15 s, and tells of it once a second. Nothing happens for a leg
  /// that is not here.
  void watch(LineId leg);
  /// @return the revision in force; the plan's own where the bridge is gone and nobody hears
  /// anything
  std::uint64_t follow(MediaPlan plan);
  /// How many times 20 ms were mixed so far.
  std::uint64_t ticks() const { return ticks_; }
  /// Says goodbye, closes the sockets. @return what was counted; zeroes for a leg that is not here
  LineQuality remove(LineId leg);
  /// As remove(), for every leg; the tick stops.
  void remove_all();

  /// For the sockets' callbacks. Nothing happens for a leg not yet added.
  void on_rtp(Leg& leg, ByteView datagram, const Endpoint& from);
  /// As on_rtp, of the port above.
  void on_rtcp(Leg& leg, ByteView datagram, const Endpoint& from);

 private:
  Leg* find(LineId leg) const;
  void keep_ticking();
  void on_tick();
  void read_watched(TimePoint now);

  Loop& home_;  // outlives us: the app stops us first
  Events events_;
  std::unordered_map<BridgeId, Bridge> bridges_;
  std::unordered_map<LineId, std::unique_ptr<Leg>> legs_;  // each in the bridge it names
  std::vector<LineId> watched_;                            // by somebody, until lately
  TimePoint readings_due_{};
  std::uint64_t ticks_ = 0;
  TimePoint next_tick_{};
  TimerId timer_ = 0;
};

}  // namespace earshot::media
