#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edge/media/digit_player.h"
#include "edge/media/listener_stream.h"
#include "edge/media/media_settings.h"
#include "edge/media/source_latch.h"
#include "edge/media/stem_tap.h"
#include "edge/media/tones.h"
#include "model/hearing.h"
#include "model/media.h"
#include "net/udp.h"
#include "wire/rtp/jitter_buffer.h"
#include "wire/rtp/packet.h"
#include "wire/rtp/reception.h"

namespace earshot::media {

/// Drawn at random for each leg (RFC 3550 §5.1: none of it can be guessed).
struct LegSeed {
  std::uint32_t ssrc = 0;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::string cname;
};

/// The RTP of one line, in and out: what the media loop calls a leg. Who hears whom is the bridge's
/// affair. Media loop only, once attached.
class Leg {
 public:
  Leg(LineId id, const MediaSettings& settings, LegSeed seed);

  /// Once, when the sockets are open. The first report is due within 1.5 report intervals, at a
  /// time that differs from leg to leg.
  void attach(BridgeId bridge, std::unique_ptr<net::UdpSocket> rtp,
              std::unique_ptr<net::UdpSocket> rtcp, TimePoint now);
  /// A new offer or answer. Silence is counted from the first one on.
  void connect(const RemoteMedia& remote, TimePoint now);
  /// Says BYE to the peer.
  void say_goodbye(TimePoint now);

  /// What a datagram is worth.
  struct Heard {
    rtp::PacketView packet;
    bool is_event = false;  ///< telephone-event; else G.711 of this leg's codec
  };
  /// Takes a datagram in. Nothing, and counted as refused, for what is no RTP of this leg's peer;
  /// nothing as well where the peer said it would not send.
  std::optional<Heard> receive(ByteView datagram, const Endpoint& from, TimePoint now);
  /// Takes an RTCP datagram in. Reports are read from the peer's host alone, and from where its
  /// `a=rtcp` says.
  void receive_report(ByteView datagram, const Endpoint& from, TimePoint now);

  /// Passes on what `source` just sent. Nothing is sent where the peer wants nothing.
  void pass_audio(const Leg& source, const rtp::PacketView& packet, TimePoint now);
  /// Likewise a telephone event (RFC 4733). Left out, without a gap, where the peer agreed to none.
  void pass_event(const Leg& source, const rtp::PacketView& packet, TimePoint now);
  /// Sends 20 ms of the bridge's making, in the peer's law. Nothing where the peer wants nothing.
  void send_frame(const rtp::Frame& frame, TimePoint now);
  /// Sends 20 ms of silence. Nothing where the peer wants nothing.
  void send_silence(TimePoint now);

  /// Other sources from here on, or a tone.
  void begin_route(TimePoint now);

  /// What there is to tell of the peer's life.
  enum class Life {
    AsBefore,
    Silent,  ///< nothing came for the silence time; again after each such time
    Back,    ///< something came from a peer told of as silent
  };
  /// At each tick: reports when they are due.
  Life look_after(TimePoint now);

  /// The line whose RTP this is.
  LineId id() const { return id_; }
  /// 0 until it is attached.
  BridgeId bridge() const { return bridge_; }
  /// What was counted so far.
  LineQuality quality() const;

  /// Measures until `until` what the peer says.
  void watch(TimePoint until) { watched_until_ = until; }
  /// Whether somebody still wants to know.
  bool is_watched(TimePoint now) const { return now < watched_until_; }
  /// A packet of audio that came, in this leg's law; nothing is done unless it is watched.
  void measure(const rtp::PacketView& packet, TimePoint now);
  /// What was measured since this was called last.
  LineReading take_reading();

  // What the plan makes of this leg; the bridge's to write.
  struct Route {
    std::vector<Leg*> sources;    ///< this leg hears them
    std::vector<Leg*> listeners;  ///< they hear this leg
    std::optional<Tone> tone;     ///< played to this leg
    bool read_at_tick = false;    ///< somebody's sum needs this leg

    /// This leg is handed the packets of its one source.
    bool is_passed_through() const { return sources.size() == 1 && !tone; }
  };
  Route route;
  rtp::JitterBuffer incoming;  ///< fed while route.read_at_tick
  TonePlayer tone;
  std::unique_ptr<StemTap> tap;  ///< while this leg's peer is recorded
  DigitPlayer digits;            ///< told to route.listeners
  rtp::Frame frame{};            ///< this leg's 20 ms at this tick
  bool speaks = false;           ///< whether `frame` is more than silence
  TimePoint passed_at{};         ///< when a packet was last passed to this leg, or its route began

  /// Of the codec agreed on; µ-law before connect().
  rtp::Law law() const { return remote_.codec == Codec::Pcmu ? rtp::Law::Ulaw : rtp::Law::Alaw; }
  /// Whether the peer wants to hear, and where is known.
  bool can_send() const;

 private:
  bool is_expected() const;
  void note_life(const Endpoint& from, TimePoint now);
  Life life(TimePoint now);
  std::uint8_t codec_payload_type() const;
  Endpoint rtcp_peer() const;
  void send(const rtp::PacketView& header, std::uint8_t payload_type, std::size_t payload_size);
  void send_report(TimePoint now, bool bye);

  static constexpr std::size_t kMaxPayload = rtp::JitterBuffer::kMaxPayload;

  const LineId id_;
  const MediaSettings settings_;
  const std::string cname_;
  BridgeId bridge_;  ///< empty until attached
  std::unique_ptr<net::UdpSocket> rtp_;
  std::unique_ptr<net::UdpSocket> rtcp_;
  bool connected_ = false;
  RemoteMedia remote_;
  SourceLatch latch_;
  rtp::Reception reception_{8000};
  ListenerStream stream_;
  std::uint64_t refused_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t octets_sent_ = 0;
  TimePoint heard_at_{};  ///< anything from the peer's host; at first, when its address was known
  std::optional<TimePoint> silence_told_{};  ///< since the peer was heard
  TimePoint report_at_{};
  TimePoint watched_until_{};
  std::uint16_t peak_ = 0;
  std::optional<Duration> round_trip_{};
  std::array<std::uint8_t, rtp::kHeaderSize + kMaxPayload> out_{};
};

}  // namespace earshot::media
