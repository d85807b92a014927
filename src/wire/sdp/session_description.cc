#include "wire/sdp/session_description.h"

#include <algorithm>

#include "base/text.h"

namespace earshot::sdp {
namespace {

std::string_view direction_name(Direction direction) {
  switch (direction) {
    case Direction::SendRecv:
      return "sendrecv";
    case Direction::SendOnly:
      return "sendonly";
    case Direction::RecvOnly:
      return "recvonly";
    case Direction::Inactive:
      return "inactive";
  }
  return {};
}

/// "IN IP4 192.0.2.1", as c= and a=rtcp end.
std::string network_address(std::string_view address) {
  const bool six = address.find(':') != std::string_view::npos;
  return std::string{six ? "IN IP6 " : "IN IP4 "}.append(address);
}

void add_attributes(const Media& media, std::string& text) {
  for (const RtpMap& map : media.rtpmaps) {
    text.append("a=rtpmap:").append(std::to_string(map.payload_type)).append(" ");
    text.append(map.encoding).append("/").append(std::to_string(map.clock_rate_hz)).append("\r\n");
  }
  if (media.ptime_ms)
    text.append("a=ptime:").append(std::to_string(*media.ptime_ms)).append("\r\n");
  if (media.rtcp) {
    text.append("a=rtcp:").append(std::to_string(media.rtcp->port())).append(" ");
    text.append(network_address(media.rtcp->address())).append("\r\n");
  }
  text.append("a=").append(direction_name(media.direction)).append("\r\n");
}

void add_section(const Media& media, std::string& text) {
  text.append("m=").append(media.type).append(" ").append(std::to_string(media.port));
  text.append(" ").append(media.protocol);
  for (const std::string& format : media.formats) text.append(" ").append(format);
  if (media.formats.empty()) text.append(" 0");  // the grammar wants one even where refused
  text.append("\r\n");
  if (media.port == 0) return;
  if (media.connection)
    text.append("c=").append(network_address(media.connection->address())).append("\r\n");
  add_attributes(media, text);
}

bool sends(Direction direction) {
  return direction == Direction::SendRecv || direction == Direction::SendOnly;
}
bool receives(Direction direction) {
  return direction == Direction::SendRecv || direction == Direction::RecvOnly;
}

}  // namespace

Direction answer_direction(Direction offered, Direction own) {
  const bool send = receives(offered) && sends(own);
  const bool receive = sends(offered) && receives(own);
  if (send) return receive ? Direction::SendRecv : Direction::SendOnly;
  return receive ? Direction::RecvOnly : Direction::Inactive;
}

const RtpMap* Media::rtpmap(std::string_view encoding, std::uint32_t clock_rate_hz) const {
  const auto found = std::find_if(rtpmaps.begin(), rtpmaps.end(), [&](const RtpMap& map) {
    return map.clock_rate_hz == clock_rate_hz && equal_without_case(map.encoding, encoding);
  });
  return found == rtpmaps.end() ? nullptr : &*found;
}

std::string to_string(const SessionDescription& description) {
  std::string text = "v=0\r\no=earshot ";
  text.append(std::to_string(description.session_id)).append(" ");
  text.append(std::to_string(description.session_version)).append(" ");
  text.append(network_address(description.origin_address)).append("\r\ns=-\r\nt=0 0\r\n");
  for (const Media& media : description.media) add_section(media, text);
  return text;
}

}  // namespace earshot::sdp
