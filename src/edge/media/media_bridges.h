#pragma once

#include <functional>
#include <unordered_map>

#include "base/entropy.h"
#include "base/loop.h"
#include "edge/media/media_engine.h"
#include "edge/media/media_settings.h"
#include "edge/media/port_pool.h"
#include "edge/media/stem_writer.h"
#include "net/udp.h"
#include "ports/media.h"

namespace earshot::media {

/// The media port over RTP. Ports are counted on the control loop; everything else happens on the
/// media loop, in the order asked for. Recordings are written on the disk loop, which may stand
/// still while a disk does. All three may be one loop.
///
/// A plan takes effect between two packets, for all listeners at once. One older than the plan in
/// force changes nothing; plan_applied then names the revision in force, so that every apply() is
/// answered with the truth. A bridge none of whose legs is open answers with the plan's own.
///
/// A ToneEdge outweighs hearing edges of the same listener. A plan may name legs that are not open
/// (yet): they count from their opening on.
class MediaBridges final : public Media {
 public:
  /// @param media_network  opens sockets whose callbacks run on `media`; open() is called on
  /// `control`
  /// @param entropy        used on `control` alone
  MediaBridges(MediaSettings settings, Loop& control, Loop& media, Loop& disk,
               net::UdpNetwork& media_network, Entropy& entropy, MediaEvents& events);
  /// After stop() has told so, or when no loop runs any more.
  ~MediaBridges() override;

  Result<LocalMedia, std::string> open(BridgeId bridge, LineId leg) override;
  void connect(LineId leg, RemoteMedia remote) override;
  void apply(MediaPlan plan) override;
  void send_digits(LineId from, std::string digits) override;
  void record(LineId leg, StemOrder stem) override;
  void pause_recording(LineId leg, bool paused) override;
  void stop_recording(LineId leg) override;
  void watch(LineId leg) override;
  void close(LineId leg) override;

  /// Any thread, once. Refuses new legs, says goodbye on all open ones and closes them without
  /// line_closed, finishes their stems; then runs `stopped` on the control loop. Nothing is
  /// reported afterwards, and nothing of this is left on any loop.
  void stop(std::function<void()> stopped);

 private:
  struct Sockets;
  Result<std::uint16_t, std::string> bind(Sockets& sockets);
  void on_closed(LineId leg, std::uint16_t port, const LineQuality& quality);

  const MediaSettings settings_;
  Loop& control_;  // these outlive us: the app stops us first
  Loop& media_;
  Loop& disk_;
  net::UdpNetwork& network_;
  Entropy& entropy_;
  MediaEvents& events_;
  // Control loop.
  PortPool ports_;
  std::unordered_map<LineId, std::uint16_t> open_;  // and the RTP port of each
  bool stopping_ = false;
  // Disk loop; ends after the media loop's, whose end is the stems'.
  StemWriter writer_;
  // Media loop.
  MediaEngine engine_;
};

}  // namespace earshot::media
