#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "wire/sip/message.h"

namespace earshot::signalling {

/// Every method we take somewhere. INFO: within a dialog, without a body; NOTIFY: keep-alives.
inline constexpr std::string_view kAllow =
    "INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER, UPDATE, INFO, NOTIFY";
inline constexpr std::string_view kSdp = "application/sdp";

/// sip::respond with further headers.
sip::Response answer_to(const sip::Request& request, int status, std::string_view to_tag,
                        std::initializer_list<sip::Header> headers = {});

/// Whether the body, if there is one, is SDP we can read.
bool is_sdp_or_empty(const sip::Request& request);

/// What RFC 3261 §8.2.1 to §8.2.2 let nobody past: 405 for a foreign method, 483, and 420 for a
/// Require (we know no extension). Nothing: go on.
std::optional<sip::Response> screen(const sip::Request& request, std::string_view to_tag);

/// 200 to OPTIONS (RFC 3261 §11.2).
sip::Response capabilities(const sip::Request& request, std::string_view to_tag);

/// The answer to a request that changes nothing: OPTIONS, INFO, NOTIFY; 481 for any other.
sip::Response idle_answer(const sip::Request& request, std::string_view to_tag, bool in_dialog);

}  // namespace earshot::signalling
