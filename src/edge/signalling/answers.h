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
/// In Accept: parts beside the SDP are passed over.
inline constexpr std::string_view kAccept = "application/sdp, multipart/mixed";

/// sip::respond with further headers.
sip::Response answer_to(const sip::Request& request, int status, std::string_view to_tag,
                        std::initializer_list<sip::Header> headers = {});

/// Leaves the session description alone in `body` where other parts stand beside it, or nothing
/// where only such stand there as need not be understood (RFC 5621 §8).
void keep_session(sip::Headers& headers, std::string& body);

/// Whether the body, if there is one, is SDP we can read.
bool is_sdp_or_empty(const sip::Request& request);

/// What RFC 3261 §8.2.1 to §8.2.3 let nobody past: 405 for a foreign method, 483, 420 for a
/// Require or Proxy-Require (we know no extension, and stand where proxies stand), 400 for a
/// REGISTER whose To is no SIP address (§10.3), 415 for a body of an offer that must be understood
/// and is not, 406 for an INVITE that takes no SDP. Nothing: go on.
std::optional<sip::Response> screen(const sip::Request& request, std::string_view to_tag);

/// What a call cannot be made of: 400 for a Contact or an SDP that cannot be read, 404 for a target
/// without a number, 488 for an offer without PCMU and PCMA. Nothing: go on. Multipart bodies are
/// those of keep_session.
std::optional<sip::Response> refuse_call(const sip::Request& invite, std::string_view to_tag);

/// Why `refusal` was made, in words for the log.
std::string reason_of(const sip::Response& refusal);

/// 200 to OPTIONS (RFC 3261 §11.2).
sip::Response capabilities(const sip::Request& request, std::string_view to_tag);

/// The answer to a request that changes nothing: OPTIONS, INFO, NOTIFY; 481 for any other.
sip::Response idle_answer(const sip::Request& request, std::string_view to_tag, bool in_dialog);

}  // namespace earshot::signalling
