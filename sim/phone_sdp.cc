#include "sim/phone_sdp.h"

#include <algorithm>

#include "wire/rtp/g711.h"

namespace earshot::sim {
namespace {

constexpr std::uint8_t kOfferedEventType = 101;

std::uint8_t payload_type(Codec codec) {
  return codec == Codec::Pcmu ? rtp::kPayloadTypePcmu : rtp::kPayloadTypePcma;
}

void add_codec(sdp::Media& media, Codec codec) {
  const std::uint8_t type = payload_type(codec);
  media.formats.push_back(std::to_string(type));
  media.rtpmaps.push_back({type, codec == Codec::Pcmu ? "PCMU" : "PCMA", 8000});
}

void add_event(sdp::Media& media, std::uint8_t type) {
  media.formats.push_back(std::to_string(type));
  media.rtpmaps.push_back({type, "telephone-event", 8000});
}

sdp::Media section(const PhoneMedia& own) {
  sdp::Media media;
  media.type = "audio";
  media.protocol = "RTP/AVP";
  media.port = own.rtp.port();
  media.connection = own.zero_address ? Endpoint::v4({}, own.rtp.port()) : own.rtp;
  media.ptime_ms = 20;
  media.direction = own.direction;
  return media;
}

sdp::SessionDescription description(const PhoneMedia& own) {
  sdp::SessionDescription out;
  out.session_id = own.session_id;
  out.session_version = own.version;
  out.origin_address = own.rtp.address();
  return out;
}

std::optional<Codec> known(const std::string& format, const std::vector<Codec>& codecs) {
  for (const Codec codec : codecs)
    if (format == std::to_string(payload_type(codec))) return codec;
  return std::nullopt;
}

}  // namespace

bool RemoteSdp::listens() const {
  return !rtp.is_unspecified() &&
         (direction == sdp::Direction::SendRecv || direction == sdp::Direction::RecvOnly);
}

std::optional<RemoteSdp> read_sdp(std::string_view text, const std::vector<Codec>& codecs) {
  auto parsed = sdp::parse(text);
  if (!parsed) return std::nullopt;
  for (std::size_t index = 0; index < parsed->media.size(); ++index) {
    const sdp::Media& media = parsed->media[index];
    if (!media.is_audio_rtp() || !media.connection) continue;
    for (const auto& format : media.formats) {
      const auto codec = known(format, codecs);
      if (!codec) continue;
      RemoteSdp out;
      out.section = index;
      out.rtp = media.connection->with_port(media.port);
      out.codec = *codec;
      out.direction = media.direction;
      if (const auto* event = media.rtpmap("telephone-event", 8000))
        out.telephone_event = event->payload_type;
      out.description = std::move(*parsed);
      return out;
    }
  }
  return std::nullopt;
}

std::string write_offer(const PhoneMedia& own) {
  auto out = description(own);
  sdp::Media media = section(own);
  for (const Codec codec : own.codecs) add_codec(media, codec);
  if (own.telephone_event) add_event(media, kOfferedEventType);
  out.media.push_back(std::move(media));
  return sdp::to_string(out);
}

std::string write_answer(const PhoneMedia& own, const RemoteSdp& offer) {
  auto out = description(own);
  for (std::size_t index = 0; index < offer.description.media.size(); ++index) {
    const sdp::Media& offered = offer.description.media[index];
    if (index != offer.section) {
      sdp::Media refused;
      refused.type = offered.type;
      refused.protocol = offered.protocol;
      refused.formats = offered.formats;
      out.media.push_back(std::move(refused));
      continue;
    }
    sdp::Media media = section(own);
    media.direction = sdp::answer_direction(offered.direction, own.direction);
    add_codec(media, offer.codec);
    if (own.telephone_event && offer.telephone_event) add_event(media, *offer.telephone_event);
    out.media.push_back(std::move(media));
  }
  return sdp::to_string(out);
}

}  // namespace earshot::sim
