#include "edge/media/media_bridges.h"

#include <algorithm>

#include "base/log.h"

namespace earshot::media {
namespace {

/// Ports others on this machine hold are tried past, but not for ever: open() is synchronous.
constexpr std::size_t kMaxTries = 16;
/// Room for some 80 packets, as the system counts them: a media loop that stood still for longer
/// finds the rest gone, not late.
constexpr std::size_t kReceiveBuffer = 64 * 1024;

LegSeed draw_seed(Entropy& entropy) {
  const std::uint64_t first = entropy.number();
  const std::uint64_t second = entropy.number();
  LegSeed seed;
  seed.ssrc = static_cast<std::uint32_t>(first);
  seed.timestamp = static_cast<std::uint32_t>(first >> 32);
  seed.sequence = static_cast<std::uint16_t>(second & 0x7FFF);  // RFC 3711 §3.3.1: room to the wrap
  seed.cname = entropy.hex(12);                                 // RFC 7022 §4.2: tells nothing
  return seed;
}

}  // namespace

/// A leg on its way to the media loop, where it and its sockets are to live and to die.
struct MediaBridges::Sockets {
  std::unique_ptr<Leg> leg;
  std::unique_ptr<net::UdpSocket> rtp;
  std::unique_ptr<net::UdpSocket> rtcp;
};

MediaBridges::MediaBridges(MediaSettings settings, Loop& control, Loop& media, Loop& disk,
                           net::UdpNetwork& media_network, Entropy& entropy, MediaEvents& events)
    : settings_(std::move(settings)),
      control_(control),
      media_(media),
      disk_(disk),
      network_(media_network),
      entropy_(entropy),
      events_(events),
      ports_(settings_.port_min, settings_.port_max),
      writer_(disk, settings_.recordings,
              [this](LineId leg, const std::string& reason) {
                control_.post([this, leg, reason] {
                  if (!stopping_) events_.recording_failed(leg, reason);
                });
              }),
      engine_(media, {[this](LineId leg, bool silent) {
                        control_.post([this, leg, silent] {
                          if (open_.contains(leg)) events_.line_silent(leg, silent);
                        });
                      },
                      [this](LineId leg, const LineReading& reading) {
                        control_.post([this, leg, reading] {
                          if (open_.contains(leg)) events_.line_read(leg, reading);
                        });
                      }}) {}

MediaBridges::~MediaBridges() = default;

Result<LocalMedia, std::string> MediaBridges::open(BridgeId bridge, LineId leg) {
  if (stopping_) return Error{std::string{"the media port is stopping"}};
  if (open_.contains(leg)) return Error{std::string{"the leg is open already"}};
  const auto sockets = std::make_shared<Sockets>();
  sockets->leg = std::make_unique<Leg>(leg, settings_, draw_seed(entropy_));
  const auto port = bind(*sockets);
  if (!port) {
    // After the sockets bound in vain, whose callbacks name it.
    media_.post([leg_in_vain = std::shared_ptr<Leg>{std::move(sockets->leg)}]() mutable {
      leg_in_vain.reset();
    });
    return Error{port.error()};
  }
  open_.emplace(leg, *port);
  media_.post([this, bridge, sockets] {
    engine_.add(bridge, std::move(sockets->leg), std::move(sockets->rtp), std::move(sockets->rtcp));
  });
  LocalMedia local{settings_.address.with_port(*port)};
  if (settings_.advertised) local.advertised = settings_.advertised->with_port(*port);
  return local;
}

/// Binds a pair of ports. The callbacks reach the leg by its address, which stays from here to its
/// end; sockets that are bound in vain are left in `sockets` to be closed where they must be.
Result<std::uint16_t, std::string> MediaBridges::bind(Sockets& sockets) {
  const std::string range =
      std::to_string(settings_.port_min) + "-" + std::to_string(settings_.port_max);
  Leg* leg = sockets.leg.get();
  std::string refusal = "all in use by calls";
  for (std::size_t tries = std::min(ports_.free(), kMaxTries); tries > 0; --tries) {
    const std::uint16_t port = *ports_.take(entropy_.number());
    auto rtp = network_.open(
        settings_.address.with_port(port),
        [this, leg](ByteView datagram, const Endpoint& from) {
          engine_.on_rtp(*leg, datagram, from);
        },
        kReceiveBuffer);
    if (rtp) {
      auto rtcp = network_.open(settings_.address.with_port(static_cast<std::uint16_t>(port + 1)),
                                [this, leg](ByteView datagram, const Endpoint& from) {
                                  engine_.on_rtcp(*leg, datagram, from);
                                });
      if (rtcp) {
        sockets.rtp = std::move(*rtp);
        sockets.rtcp = std::move(*rtcp);
        return port;
      }
      refusal = rtcp.error();
      media_.post(
          [alone = std::shared_ptr<net::UdpSocket>{std::move(*rtp)}]() mutable { alone.reset(); });
    } else {
      refusal = rtp.error();
    }
    ports_.give_back(port);
  }
  return Error{"no free RTP port in " + range + " (" + refusal + ")"};
}

void MediaBridges::send_digits(LineId from, std::string digits) {
  if (!open_.contains(from)) return;
  media_.post([this, from, digits = std::move(digits)] { engine_.send_digits(from, digits); });
}

void MediaBridges::connect(LineId leg, RemoteMedia remote) {
  if (!open_.contains(leg)) return;
  media_.post([this, leg, remote = std::move(remote)] { engine_.connect(leg, remote); });
}

void MediaBridges::apply(MediaPlan plan) {
  if (stopping_) return;
  media_.post([this, plan = std::move(plan)]() mutable {
    const BridgeId bridge = plan.bridge;
    const std::uint64_t revision = engine_.follow(std::move(plan));
    control_.post([this, bridge, revision, tick = engine_.ticks()] {
      if (!stopping_) events_.plan_applied(bridge, revision, tick);
    });
  });
}

void MediaBridges::watch(LineId leg) {
  if (open_.contains(leg)) media_.post([this, leg] { engine_.watch(leg); });
}

void MediaBridges::record(LineId leg, StemOrder order) {
  if (!open_.contains(leg)) return;
  const auto stem = std::make_shared<Stem>(leg, std::move(order));
  disk_.post([this, stem] { writer_.add(stem); });
  media_.post([this, leg, stem] { engine_.record(leg, stem); });
}

void MediaBridges::pause_recording(LineId leg, bool paused) {
  if (!open_.contains(leg)) return;
  media_.post([this, leg, paused] { engine_.pause_recording(leg, paused); });
}

void MediaBridges::stop_recording(LineId leg) {
  if (!open_.contains(leg)) return;
  media_.post([this, leg] { engine_.stop_recording(leg); });
}

void MediaBridges::close(LineId leg) {
  const auto found = open_.find(leg);
  if (found == open_.end()) return;
  const std::uint16_t port = found->second;
  open_.erase(found);
  media_.post([this, leg, port] {
    const LineQuality quality = engine_.remove(leg);
    control_.post([this, leg, port, quality] { on_closed(leg, port, quality); });
  });
}

void MediaBridges::on_closed(LineId leg, std::uint16_t port, const LineQuality& quality) {
  ports_.give_back(port);
  events_.line_closed(leg, quality);  // also while stopping: it was closed before
}

void MediaBridges::stop(std::function<void()> stopped) {
  control_.post([this, stopped = std::move(stopped)] {
    stopping_ = true;
    open_.clear();
    media_.post([this, stopped] {
      engine_.remove_all();
      disk_.post([this, stopped] {
        writer_.write();
        control_.post(stopped);
      });
    });
  });
}

}  // namespace earshot::media
