#include "sim/phone_audio.h"

#include <algorithm>
#include <array>

#include "wire/rtp/g711.h"

namespace earshot::sim {
namespace {

constexpr Duration kFrame = milliseconds{20};
constexpr int kFramesPerSecond = 50;
/// A loop that was busy for longer skips the frames it missed instead of sending them in one burst.
constexpr Duration kMostCaughtUp = milliseconds{200};
constexpr std::string_view kEventDigits = "0123456789*#ABCD";  // RFC 4733 §3.2
constexpr int kEventPackets = 5;                               // 100 ms of tone
constexpr int kEndPackets = 3;                                 // RFC 4733 §2.5.1.4
constexpr int kPausePackets = 3;                               // 60 ms until the next digit

std::uint8_t encode(Codec codec, std::int16_t sample) {
  switch (codec) {
    case Codec::Pcmu:
      return rtp::ulaw_encode(sample);
    case Codec::Pcma:
      return rtp::alaw_encode(sample);
  }
  return 0;
}

std::uint8_t payload_type(Codec codec) {
  return codec == Codec::Pcmu ? rtp::kPayloadTypePcmu : rtp::kPayloadTypePcma;
}

bool is_g711(std::uint8_t type) {
  return type == rtp::kPayloadTypePcmu || type == rtp::kPayloadTypePcma;
}

}  // namespace

PhoneAudio::PhoneAudio(Loop& loop, Entropy& entropy, PhoneAudioSettings settings)
    : loop_(loop),
      settings_(std::move(settings)),
      meter_(settings_.listen_for),
      hum_(settings_.tone, settings_.level_dbm0),
      ssrc_(static_cast<std::uint32_t>(entropy.number())),
      sequence_(static_cast<std::uint16_t>(entropy.number())),
      timestamp_(static_cast<std::uint32_t>(entropy.number())) {
  if (settings_.sings) melody_.emplace(settings_.tone, settings_.level_dbm0, ssrc_);
}

PhoneAudio::~PhoneAudio() { loop_.cancel(timer_); }

std::unique_ptr<PhoneAudio> PhoneAudio::open(Loop& loop, net::UdpNetwork& network, Entropy& entropy,
                                             const Endpoint& host, PhoneAudioSettings settings) {
  std::unique_ptr<PhoneAudio> audio(new PhoneAudio(loop, entropy, std::move(settings)));
  std::vector<std::unique_ptr<net::UdpSocket>> odd;  // held, or the system offers them again
  for (int tries = 0; tries < 64; ++tries) {
    auto rtp = network.open(
        host.with_port(0),
        [self = audio.get()](ByteView datagram, const Endpoint&) { self->on_rtp(datagram); });
    if (!rtp) return nullptr;
    const std::uint16_t port = (*rtp)->local().port();
    if (port % 2 == 0) {
      auto rtcp = network.open(host.with_port(static_cast<std::uint16_t>(port + 1)),
                               [self = audio.get()](ByteView, const Endpoint&) {
                                 if (!self->deaf_) ++self->rtcp_received_;
                               });
      if (rtcp) {
        audio->rtp_ = std::move(*rtp);
        audio->rtcp_ = std::move(*rtcp);
        audio->local_ = audio->rtp_->local();
        return audio;
      }
    }
    odd.push_back(std::move(*rtp));
  }
  return nullptr;
}

void PhoneAudio::follow(const AudioPath& path) {
  if (!rtp_) return;  // closed: an answer that was still on its way
  path_ = path;
  if (!deaf_) resume();
}

void PhoneAudio::stop(bool deaf) {
  deaf_ = deaf;
  running_ = false;
  marker_due_ = true;
  loop_.cancel(timer_);
}

void PhoneAudio::resume() {
  deaf_ = false;
  if (running_ || !path_) return;
  running_ = true;
  next_tick_ = loop_.now() + kFrame;
  arm();
}

void PhoneAudio::close() {
  stop(true);
  path_.reset();
  rtp_.reset();
  rtcp_.reset();
}

void PhoneAudio::arm() {
  timer_ = loop_.wake_at(next_tick_, [this] { tick(); });
}

void PhoneAudio::tick() {
  while (loop_.now() - next_tick_ > kMostCaughtUp) {
    next_tick_ += kFrame;
    timestamp_ += kSamplesPerFrame;
  }
  while (next_tick_ <= loop_.now()) {
    send_frame();
    next_tick_ += kFrame;
  }
  arm();
}

void PhoneAudio::send_frame() {
  if (!path_->sends || path_->remote.is_unspecified()) {
    marker_due_ = true;
  } else if (!event_.digits.empty() && path_->telephone_event) {
    send_event_packet();
  } else {
    event_ = {};
    send_audio();
  }
  timestamp_ += kSamplesPerFrame;
}

void PhoneAudio::send_keep_alive() {
  if (frames_kept_back_++ % kFramesPerSecond > 0) return;
  constexpr std::array<std::uint8_t, 1> kOctet{0x40};
  send_packet(*keep_alive_, false, timestamp_, kOctet);
}

void PhoneAudio::send_audio() {
  if (keep_alive_) return send_keep_alive();
  std::array<std::int16_t, kSamplesPerFrame> samples{};
  if (melody_)
    melody_->fill(samples);
  else
    hum_.fill(samples);
  if (muted_) samples.fill(0);
  std::array<std::uint8_t, kSamplesPerFrame> payload;
  std::transform(samples.begin(), samples.end(), payload.begin(),
                 [this](std::int16_t sample) { return encode(path_->codec, sample); });
  send_packet(payload_type(path_->codec), std::exchange(marker_due_, false), timestamp_, payload);
}

void PhoneAudio::send_digits(const std::string& digits) {
  for (const char digit : digits)
    if (kEventDigits.find(digit) != std::string_view::npos) event_.digits += digit;
}

/// RFC 4733 §2.5.1: one timestamp for the whole event, a growing duration, the end three times.
void PhoneAudio::send_event_packet() {
  const int packet = event_.packet++;
  if (packet >= kEventPackets + kEndPackets) {
    send_audio();
    if (event_.packet < kEventPackets + kEndPackets + kPausePackets) return;
    event_.digits.erase(0, 1);
    event_.packet = 0;
    return;
  }
  if (packet == 0) event_.timestamp = timestamp_;
  const bool end = packet >= kEventPackets;
  const auto duration =
      static_cast<std::uint16_t>(std::min(packet + 1, kEventPackets) * int{kSamplesPerFrame});
  const std::array<std::uint8_t, 4> payload{
      static_cast<std::uint8_t>(kEventDigits.find(event_.digits.front())),
      static_cast<std::uint8_t>((end ? 0x80 : 0) | 10),  // volume: -10 dBm0
      static_cast<std::uint8_t>(duration >> 8), static_cast<std::uint8_t>(duration)};
  send_packet(*path_->telephone_event, packet == 0, event_.timestamp, payload);
}

void PhoneAudio::send_packet(std::uint8_t type, bool marker, std::uint32_t timestamp,
                             std::span<const std::uint8_t> payload) {
  std::array<std::uint8_t, rtp::kHeaderSize + kSamplesPerFrame> datagram;
  rtp::PacketView header;
  header.marker = marker;
  header.payload_type = type;
  header.sequence = sequence_++;
  header.timestamp = timestamp;
  header.ssrc = ssrc_;
  rtp::write_header(header, datagram);
  std::copy(payload.begin(), payload.end(), datagram.begin() + rtp::kHeaderSize);
  rtp_->send(ByteView(datagram).first(rtp::kHeaderSize + payload.size()), path_->remote);
  ++packets_sent_;
}

void PhoneAudio::on_rtp(ByteView datagram) {
  if (deaf_) return;
  const auto packet = rtp::parse_packet(datagram);
  if (!packet) return check_.take_garbage();
  const bool is_audio = is_g711(packet->payload_type);
  last_received_ = loop_.now();
  if (check_.take(*packet, is_audio) == RtpStreamCheck::Order::Duplicate) return;
  is_audio ? on_audio(*packet) : on_event(*packet);
}

void PhoneAudio::on_event(const rtp::PacketView& packet) {
  if (!path_ || packet.payload_type != path_->telephone_event || packet.payload.size() < 4) return;
  if (packet.payload[0] >= kEventDigits.size() || last_event_timestamp_ == packet.timestamp) return;
  last_event_timestamp_ = packet.timestamp;
  const char digit = kEventDigits[packet.payload[0]];
  digits_received_ += digit;
  if (on_digit_) on_digit_(digit);
}

void PhoneAudio::on_audio(const rtp::PacketView& packet) {
  Frame frame{loop_.now(), packet.timestamp, {}};
  frame.samples.reserve(packet.payload.size());
  const bool ulaw = packet.payload_type == rtp::kPayloadTypePcmu;
  for (const auto octet : packet.payload)
    frame.samples.push_back(ulaw ? rtp::ulaw_decode(octet) : rtp::alaw_decode(octet));
  for (const Hertz tone : meter_.present(frame.samples)) ++frames_heard_[tone];
  frames_.push_back(std::move(frame));
  while (frames_.front().at + settings_.memory < loop_.now()) frames_.pop_front();
}

void PhoneAudio::listen_for(std::vector<Hertz> tones) { meter_ = ToneMeter(std::move(tones)); }

void PhoneAudio::mark() {
  frames_heard_.clear();
  frames_.clear();
  check_.reset();
  digits_received_.clear();
}

/// The frames of the last `span` in order of their timestamps, gaps filled with silence.
std::vector<std::int16_t> PhoneAudio::window(Duration span) const {
  std::vector<const Frame*> heard;
  for (const auto& frame : frames_)
    if (frame.at + span > loop_.now()) heard.push_back(&frame);
  std::vector<std::int16_t> out(
      static_cast<std::size_t>(span / kFrame * static_cast<Duration::rep>(kSamplesPerFrame)));
  if (heard.empty()) return out;
  const std::uint32_t end = heard.back()->timestamp + kSamplesPerFrame;
  for (const Frame* frame : heard) {
    const auto back = static_cast<std::int32_t>(end - frame->timestamp);  // from the window's end
    if (back < static_cast<std::int32_t>(frame->samples.size())) continue;
    if (static_cast<std::size_t>(back) > out.size()) continue;
    std::copy(frame->samples.begin(), frame->samples.end(), out.end() - back);
  }
  return out;
}

std::map<Hertz, double> PhoneAudio::levels(Duration span) const {
  const auto measured = meter_.levels(window(span));
  std::map<Hertz, double> out;
  for (std::size_t index = 0; index < measured.size(); ++index)
    out[meter_.tones()[index]] = measured[index];
  return out;
}

std::set<Hertz> PhoneAudio::hears(Duration span) const { return meter_.present(window(span)); }

}  // namespace earshot::sim
