#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/entropy.h"
#include "base/loop.h"
#include "model/media.h"
#include "net/udp.h"
#include "sim/melody.h"
#include "sim/rtp_stream_check.h"
#include "sim/tone.h"
#include "sim/tone_meter.h"

namespace earshot::sim {

struct PhoneAudioSettings {
  Hertz tone = 440;
  double level_dbm0 = -13;
  bool sings = false;             ///< a melody around `tone`, in place of the hum
  std::vector<Hertz> listen_for;  ///< the tones to tell apart; tone_meter.h
  Duration memory = seconds{5};   ///< how far back a window may reach
};

/// Where and how to send: what a peer's SDP means for us.
struct AudioPath {
  Endpoint remote;  ///< unspecified: send nothing (RFC 2543 hold)
  Codec codec = Codec::Pcmu;
  std::optional<std::uint8_t> telephone_event;
  bool sends = true;  ///< we may send; what comes in is always taken
};

/// The audio of one phone call: an even RTP port and the RTCP port above it, a hum going out as a
/// frame each 20 ms, and everything that comes in measured. On one loop, as its network.
class PhoneAudio {
 public:
  /// Opens a free even port on `host` and the port above it.
  /// @return nothing where the host has none
  static std::unique_ptr<PhoneAudio> open(Loop& loop, net::UdpNetwork& network, Entropy& entropy,
                                          const Endpoint& host, PhoneAudioSettings settings);
  ~PhoneAudio();
  PhoneAudio(const PhoneAudio&) = delete;

  Endpoint local() const { return local_; }
  /// Starts humming along `path`, or goes on along it. Sequence, timestamp and SSRC run on.
  void follow(const AudioPath& path);
  const std::optional<AudioPath>& path() const { return path_; }
  /// Stops sending; with `deaf` also takes nothing in any more (a phone whose cable was pulled).
  void stop(bool deaf);
  void resume();
  /// Stops for good and frees the ports; what was measured stays to be read.
  void close();

  /// Silences the hum; frames of silence go on.
  void mute(bool muted) { muted_ = muted; }
  /// In place of the hum one octet of that payload type each second, as comfort noise or as what
  /// keeps a NAT open.
  void keep_alive_only(std::uint8_t payload_type) { keep_alive_ = payload_type; }
  /// Sends `digits` (0-9 * # A-D) one after the other as telephone-events of 100 ms (RFC 4733), in
  /// place of the hum. Ignored where the peer did not offer them.
  void send_digits(const std::string& digits);
  /// Told of each digit that comes in, once an event, at its first packet.
  void on_digit(std::function<void(char)> digit) { on_digit_ = std::move(digit); }

  void listen_for(std::vector<Hertz> tones);
  /// Levels of the tones listened for over the last `window`, in dBm0; what was not received counts
  /// as silence.
  std::map<Hertz, double> levels(Duration window) const;
  /// The tones over the threshold in that window.
  std::set<Hertz> hears(Duration window) const;
  /// Forgets what was heard, counted and checked so far.
  void mark();
  /// In how many received frames each tone was, since the last mark.
  const std::map<Hertz, std::uint64_t>& frames_heard() const { return frames_heard_; }

  const RtpReport& received() const { return check_.report(); }
  std::uint64_t packets_sent() const { return packets_sent_; }
  std::uint64_t rtcp_received() const { return rtcp_received_; }
  const std::string& digits_received() const { return digits_received_; }
  /// When the last RTP packet came.
  std::optional<TimePoint> last_received() const { return last_received_; }

 private:
  struct Frame {
    TimePoint at;
    std::uint32_t timestamp;
    std::vector<std::int16_t> samples;
  };
  struct SendingEvent {
    std::string digits;  // the first is the one being sent
    int packet = 0;      // within the digit, its pause included
    std::uint32_t timestamp = 0;
  };

  PhoneAudio(Loop& loop, Entropy& entropy, PhoneAudioSettings settings);
  void arm();
  void tick();
  void send_frame();
  void send_audio();
  void send_keep_alive();
  void send_event_packet();
  void send_packet(std::uint8_t payload_type, bool marker, std::uint32_t timestamp,
                   std::span<const std::uint8_t> payload);
  void on_rtp(ByteView datagram);
  void on_event(const rtp::PacketView& packet);
  void on_audio(const rtp::PacketView& packet);
  std::vector<std::int16_t> window(Duration span) const;

  Loop& loop_;  // outlives us, as the phone's
  PhoneAudioSettings settings_;
  ToneMeter meter_;
  ToneGenerator hum_;
  std::optional<Melody> melody_;
  std::unique_ptr<net::UdpSocket> rtp_;
  std::unique_ptr<net::UdpSocket> rtcp_;
  Endpoint local_;
  std::optional<AudioPath> path_;
  TimerId timer_ = 0;
  TimePoint next_tick_{};
  bool running_ = false;
  bool deaf_ = false;
  bool muted_ = false;
  std::optional<std::uint8_t> keep_alive_;
  int frames_kept_back_ = 0;  // since the last keep-alive
  bool marker_due_ = true;    // the first packet after a silence (RFC 3551 §4.1)
  std::uint32_t ssrc_;
  std::uint16_t sequence_;
  std::uint32_t timestamp_;
  SendingEvent event_;
  std::uint64_t packets_sent_ = 0;

  RtpStreamCheck check_;
  std::deque<Frame> frames_;
  std::map<Hertz, std::uint64_t> frames_heard_;
  std::optional<TimePoint> last_received_;
  std::optional<std::uint32_t> last_event_timestamp_;
  std::string digits_received_;
  std::uint64_t rtcp_received_ = 0;
  std::function<void(char)> on_digit_;
};

}  // namespace earshot::sim
