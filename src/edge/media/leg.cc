#include "edge/media/leg.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "wire/rtp/g711.h"
#include "wire/rtp/rtcp.h"

namespace earshot::media {
namespace {

constexpr std::size_t kMinEvent = 4;   ///< RFC 4733 §2.3
constexpr std::size_t kMaxEvent = 64;  ///< room for the redundant events of §2.5.1.4

bool same_host(const Endpoint& a, const Endpoint& b) { return a.octets() == b.octets(); }

}  // namespace

Leg::Leg(LineId id, const MediaSettings& settings, LegSeed seed)
    : id_(id),
      settings_(settings),
      cname_(std::move(seed.cname)),
      stream_(seed.ssrc, seed.sequence, seed.timestamp) {}

void Leg::attach(BridgeId bridge, std::unique_ptr<net::UdpSocket> rtp,
                 std::unique_ptr<net::UdpSocket> rtcp, TimePoint now) {
  bridge_ = bridge;
  rtp_ = std::move(rtp);
  rtcp_ = std::move(rtcp);
  // Legs of one call start together; their reports need not (RFC 3550 §6.2).
  report_at_ = now + settings_.report_interval / 2 +
               settings_.report_interval * static_cast<int>(stream_.ssrc() % 64) / 64;
  passed_at = now;
}

void Leg::connect(const RemoteMedia& remote, TimePoint now) {
  if (!connected_) heard_at_ = now;
  if (remote.codec != remote_.codec) incoming.reset();
  remote_ = remote;
  connected_ = true;
  latch_.expect(remote.rtp, remote.sip_host, now, settings_.latch_window);
}

bool Leg::is_expected() const {
  if (!connected_ || latch_.peer().is_unspecified()) return false;
  return remote_.direction == MediaDirection::SendRecv ||
         remote_.direction == MediaDirection::SendOnly;
}

bool Leg::can_send() const {
  if (!connected_ || latch_.peer().is_unspecified()) return false;
  return remote_.direction == MediaDirection::SendRecv ||
         remote_.direction == MediaDirection::RecvOnly;
}

std::uint8_t Leg::codec_payload_type() const {
  return remote_.codec == Codec::Pcmu ? rtp::kPayloadTypePcmu : rtp::kPayloadTypePcma;
}

/// Comfort noise, keep-alives and reports come from a phone that is there, whatever they hold.
void Leg::note_life(const Endpoint& from, TimePoint now) {
  const bool at_peer = same_host(from, latch_.peer());
  if (at_peer || latch_.is_at_home(from) || from == remote_.rtcp) heard_at_ = now;
}

std::optional<Leg::Heard> Leg::receive(ByteView datagram, const Endpoint& from, TimePoint now) {
  note_life(from, now);
  const auto packet = rtp::parse_packet(datagram);
  const bool is_audio = packet && connected_ && packet->payload_type == codec_payload_type() &&
                        packet->payload.size() <= kMaxPayload;
  const bool is_event = packet && connected_ && !is_audio &&
                        packet->payload_type == remote_.telephone_event &&
                        packet->payload.size() >= kMinEvent && packet->payload.size() <= kMaxEvent;
  if ((!is_audio && !is_event) || !latch_.accept(from, packet->ssrc, packet->sequence, now)) {
    ++refused_;
    return std::nullopt;
  }
  note_life(from, now);  // a source just taken for the peer
  reception_.on_packet(packet->ssrc, packet->sequence, packet->timestamp, now, is_audio);
  if (!is_expected() || packet->payload.empty()) return std::nullopt;
  return Heard{*packet, is_event};
}

void Leg::receive_report(ByteView datagram, const Endpoint& from, TimePoint now) {
  note_life(from, now);
  if (!same_host(from, latch_.peer()) && from != remote_.rtcp) return;
  const auto compound = rtp::parse_rtcp(datagram);
  if (!compound) return;
  if (compound->sender) reception_.on_sender_report(compound->sender->ntp, now);
  for (std::size_t at = 0; at < compound->block_count; ++at)
    if (compound->blocks[at].ssrc == stream_.ssrc())
      if (const auto measured = rtp::round_trip(compound->blocks[at], now)) round_trip_ = measured;
}

void Leg::pass_audio(const Leg& source, const rtp::PacketView& packet, TimePoint now) {
  if (!can_send()) return;
  const auto samples = static_cast<std::uint32_t>(packet.payload.size());
  const auto header = stream_.pass(source.id_, packet, samples, now);
  if (!header) return;
  passed_at = now;
  const auto payload = out_.begin() + rtp::kHeaderSize;
  if (source.law() == law())
    std::copy(packet.payload.begin(), packet.payload.end(), payload);
  else
    std::transform(packet.payload.begin(), packet.payload.end(), payload,
                   law() == rtp::Law::Alaw ? rtp::ulaw_to_alaw : rtp::alaw_to_ulaw);
  send(*header, codec_payload_type(), packet.payload.size());
}

void Leg::pass_event(const Leg& source, const rtp::PacketView& packet, TimePoint now) {
  if (!can_send()) return;
  if (!remote_.telephone_event) return stream_.leave_out(source.id_, packet);
  passed_at = now;
  std::copy(packet.payload.begin(), packet.payload.end(), out_.begin() + rtp::kHeaderSize);
  send(stream_.event(source.id_, packet, now), *remote_.telephone_event, packet.payload.size());
}

void Leg::send_frame(const rtp::Frame& samples, TimePoint now) {
  if (!can_send()) return;
  const auto header = stream_.frame(now);
  if (!header) return;
  std::transform(samples.begin(), samples.end(), out_.begin() + rtp::kHeaderSize,
                 law() == rtp::Law::Alaw ? rtp::alaw_encode : rtp::ulaw_encode);
  send(*header, codec_payload_type(), samples.size());
}

void Leg::send_silence(TimePoint now) {
  if (!can_send()) return;
  const auto header = stream_.frame(now);
  if (!header) return;
  std::fill_n(out_.begin() + rtp::kHeaderSize, rtp::kFrameSamples,
              law() == rtp::Law::Alaw ? rtp::kAlawSilence : rtp::kUlawSilence);
  send(*header, codec_payload_type(), rtp::kFrameSamples);
}

void Leg::send(const rtp::PacketView& header, std::uint8_t payload_type, std::size_t payload_size) {
  rtp::PacketView typed = header;
  typed.payload_type = payload_type;
  rtp::write_header(typed, out_);
  ++sent_;
  octets_sent_ += payload_size;
  rtp_->send(ByteView{out_}.first(rtp::kHeaderSize + payload_size), latch_.peer());
}

void Leg::begin_route(TimePoint now) {
  passed_at = now;
  stream_.change();
}

Leg::Life Leg::look_after(TimePoint now) {
  if (!connected_) return Life::AsBefore;
  if (now >= report_at_) {
    report_at_ = std::max(report_at_ + settings_.report_interval, now);
    send_report(now, false);
  }
  return life(now);
}

Leg::Life Leg::life(TimePoint now) {
  if (now - heard_at_ < settings_.silence_timeout)
    return std::exchange(silence_told_, std::nullopt) ? Life::Back : Life::AsBefore;
  if (silence_told_ && now - *silence_told_ < settings_.silence_timeout) return Life::AsBefore;
  silence_told_ = now;
  return Life::Silent;
}

void Leg::say_goodbye(TimePoint now) {
  if (connected_) send_report(now, true);
}

Endpoint Leg::rtcp_peer() const {
  const Endpoint& peer = latch_.peer();
  if (peer.is_unspecified()) return {};
  if (remote_.rtcp && !latch_.is_latched()) return *remote_.rtcp;
  return peer.port() == 65535 ? Endpoint{}
                              : peer.with_port(static_cast<std::uint16_t>(peer.port() + 1));
}

void Leg::send_report(TimePoint now, bool bye) {
  const Endpoint to = rtcp_peer();
  if (to.is_unspecified() || to.port() == 0) return;
  rtp::Report report;
  report.ssrc = stream_.ssrc();
  report.cname = cname_;
  report.bye = bye;
  if (sent_ > 0)
    report.sender = rtp::SenderInfo{rtp::ntp_of(now), stream_.timestamp_at(now),
                                    static_cast<std::uint32_t>(sent_),
                                    static_cast<std::uint32_t>(octets_sent_)};
  if (reception_.any()) report.block = reception_.take_block(now);
  std::array<std::uint8_t, rtp::kMaxReportSize> bytes;
  const std::size_t size = rtp::write_report(report, bytes);
  rtcp_->send(ByteView{bytes}.first(size), to);
}

LineQuality Leg::quality() const {
  LineQuality quality;
  quality.packets_received = reception_.packets();
  quality.packets_sent = sent_;
  quality.packets_lost = reception_.lost();
  quality.packets_refused = refused_;
  quality.jitter = reception_.jitter();
  return quality;
}

void Leg::measure(const rtp::PacketView& packet, TimePoint now) {
  if (!is_watched(now)) return;
  const auto decode = law() == rtp::Law::Ulaw ? rtp::ulaw_decode : rtp::alaw_decode;
  for (const std::uint8_t octet : packet.payload)
    peak_ = std::max(peak_, static_cast<std::uint16_t>(std::abs(int{decode(octet)})));
}

LineReading Leg::take_reading() { return {std::exchange(peak_, 0), quality(), round_trip_}; }

}  // namespace earshot::media
