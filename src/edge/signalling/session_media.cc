#include "edge/signalling/session_media.h"

#include <algorithm>
#include <utility>

namespace earshot::signalling {
namespace {

constexpr std::uint8_t kTelephoneEvent = 101;  ///< our choice where we offer; dynamic (RFC 3551 §6)
constexpr std::uint32_t kClockRateHz = 8000;
constexpr std::uint32_t kPtimeMs = 20;

MediaDirection to_model(sdp::Direction direction) {
  switch (direction) {
    case sdp::Direction::SendRecv:
      return MediaDirection::SendRecv;
    case sdp::Direction::SendOnly:
      return MediaDirection::SendOnly;
    case sdp::Direction::RecvOnly:
      return MediaDirection::RecvOnly;
    case sdp::Direction::Inactive:
      return MediaDirection::Inactive;
  }
  return MediaDirection::Inactive;
}

struct StaticCodec {
  Codec codec;
  std::uint8_t payload_type;  ///< RFC 3551 §6
  const char* encoding;
};
constexpr StaticCodec kPcmu{Codec::Pcmu, 0, "PCMU"};
constexpr StaticCodec kPcma{Codec::Pcma, 8, "PCMA"};
const StaticCodec& entry_of(Codec codec) { return codec == Codec::Pcmu ? kPcmu : kPcma; }

/// The first format of ours in the order written. Static payload types only: RemoteMedia has no
/// word for G.711 under another number, and nobody sends it so.
std::optional<Codec> first_common(const sdp::Media& media) {
  for (const std::string& format : media.formats)
    for (const StaticCodec& known : {kPcmu, kPcma}) {
      const sdp::RtpMap* map = media.rtpmap(known.encoding, kClockRateHz);
      if (format == std::to_string(known.payload_type) && map &&
          map->payload_type == known.payload_type)
        return known.codec;
    }
  return std::nullopt;
}

std::optional<RemoteMedia> read_section(const sdp::Media& media) {
  if (!media.is_audio_rtp() || !media.connection) return std::nullopt;
  const auto codec = first_common(media);
  if (!codec) return std::nullopt;
  RemoteMedia remote;
  remote.rtp = *media.connection;
  remote.rtcp = media.rtcp;
  remote.codec = *codec;
  if (const sdp::RtpMap* event = media.rtpmap("telephone-event", kClockRateHz))
    remote.telephone_event = event->payload_type;
  remote.direction = to_model(media.direction);
  return remote;
}

/// A fault's reason may quote the peer, and goes into a quoted-string and into the log.
SdpFault fault(int status, int warning, std::string_view reason) {
  constexpr std::size_t kMaxReason = 160;
  std::string text;
  for (const char c : reason.substr(0, kMaxReason))
    text.push_back(c >= ' ' && c <= '~' && c != '"' && c != '\\' ? c : '?');
  return {status, warning, std::move(text)};
}
SdpFault malformed(const std::string& reason) { return fault(400, 399, reason); }

/// What read_section misses in the first audio section, or in the one `at`.
SdpFault fault_of(const sdp::SessionDescription& description, std::optional<std::size_t> at = {}) {
  const auto& sections = description.media;
  const auto first = std::find_if(sections.begin(), sections.end(), [](const sdp::Media& media) {
    return media.type == "audio" && media.port != 0;
  });
  const auto section = at && *at < sections.size() ? sections.begin() + *at : first;
  if (section == sections.end() || section->type != "audio")
    return fault(488, 304, "there is no audio in it");
  const sdp::Media& media = *section;
  if (media.port == 0) return fault(488, 304, "its audio has port 0, which refuses it");
  if (media.protocol != "RTP/AVP")
    return fault(488, 302, "its audio is over " + media.protocol + "; RTP/AVP is expected");
  if (!media.connection && media.connection_name.empty())
    return fault(488, 301, "there is no c= line for its audio");
  if (!media.connection)
    return fault(488, 301,
                 "c= names the host '" + media.connection_name + "'; an IP address is expected");
  std::string formats;
  for (const std::string& format : media.formats) formats += " " + format;
  return fault(488, 305, "neither PCMU (0) nor PCMA (8) is among its formats:" + formats);
}

struct Found {
  std::size_t section;
  RemoteMedia remote;
};
std::optional<Found> find_audio(const sdp::SessionDescription& description) {
  for (std::size_t at = 0; at < description.media.size(); ++at)
    if (auto remote = read_section(description.media[at])) return Found{at, std::move(*remote)};
  return std::nullopt;
}

void add_format(sdp::Media& media, std::uint8_t payload_type, const char* encoding) {
  media.formats.push_back(std::to_string(payload_type));
  media.rtpmaps.push_back({payload_type, encoding, kClockRateHz});
}

sdp::Media refused(const sdp::Media& offered) {
  sdp::Media media;
  media.type = offered.type;
  media.protocol = offered.protocol;
  media.formats = offered.formats;
  return media;
}

}  // namespace

Status<SdpFault> check_offer(std::string_view offer) {
  const auto description = sdp::parse(offer);
  if (!description) return Error{malformed(description.error())};
  if (!find_audio(*description)) return Error{fault_of(*description)};
  return Nothing{};
}

sip::Header warning_of(const SdpFault& fault) {
  return {"Warning", std::to_string(fault.warning) + " earshot \"SDP: " + fault.reason + "\""};
}

sdp::Media SessionMedia::own_section() const {
  sdp::Media media;
  media.type = "audio";
  media.protocol = "RTP/AVP";
  media.port = local_.rtp.port();
  media.connection = local_.rtp;
  media.ptime_ms = kPtimeMs;
  return media;
}

std::string SessionMedia::print(std::vector<sdp::Media> layout, std::size_t audio,
                                sdp::Media ours) {
  for (sdp::Media& section : layout) section = refused(section);
  layout[audio] = std::move(ours);
  sdp::SessionDescription description{session_id_, version_, local_.rtp.address(), layout};
  std::string text = sdp::to_string(description);
  if (!printed_.empty() && text != printed_) {
    description.session_version = ++version_;  // RFC 3264 §8: grows by one with each change
    text = sdp::to_string(description);
  }
  layout_ = std::move(description.media);
  audio_ = audio;
  printed_ = text;
  return text;
}

std::string SessionMedia::make_offer() {
  sdp::Media ours = own_section();
  add_format(ours, kPcmu.payload_type, kPcmu.encoding);
  add_format(ours, kPcma.payload_type, kPcma.encoding);
  add_format(ours, remote_ ? remote_->telephone_event.value_or(kTelephoneEvent) : kTelephoneEvent,
             "telephone-event");
  std::vector<sdp::Media> layout = layout_;
  if (layout.empty()) layout.resize(1);
  return print(std::move(layout), audio_, std::move(ours));
}

Status<SdpFault> SessionMedia::take_answer(std::string_view answer) {
  const auto description = sdp::parse(answer);
  if (!description) return Error{malformed(description.error())};
  if (audio_ >= description->media.size()) return Error{fault_of(*description, audio_)};
  auto remote = read_section(description->media[audio_]);
  if (!remote) return Error{fault_of(*description, audio_)};
  remote_ = std::move(remote);
  return Nothing{};
}

Result<std::string, SdpFault> SessionMedia::answer(std::string_view offer) {
  auto description = sdp::parse(offer);
  if (!description) return Error{malformed(description.error())};
  auto found = find_audio(*description);
  if (!found) return Error{fault_of(*description)};
  sdp::Media ours = own_section();
  const StaticCodec& codec = entry_of(found->remote.codec);
  add_format(ours, codec.payload_type, codec.encoding);
  if (found->remote.telephone_event)
    add_format(ours, *found->remote.telephone_event, "telephone-event");
  ours.direction =
      sdp::answer_direction(description->media[found->section].direction, sdp::Direction::SendRecv);
  remote_ = std::move(found->remote);
  return print(std::move(description->media), found->section, std::move(ours));
}

}  // namespace earshot::signalling
