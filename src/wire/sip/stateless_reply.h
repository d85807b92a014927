#pragma once

#include <string>

#include "base/endpoint.h"
#include "wire/sip/message.h"

namespace earshot::sip {

/// A To tag that is the same for each repeat of `request`.
std::string repeatable_tag(const Request& request);

/// An answer that leaves nothing behind: its To tag is the same for each repeat of `request`
/// (RFC 3261 §8.2.7).
Response stateless_reply(const Request& request, int status);

/// A To tag that is the same for each repeat of the request with this Call-ID and From.
std::string repeatable_tag(std::string_view call_id, std::string_view from);

/// Notes in the topmost Via where the request came from (RFC 3261 §18.2.1, RFC 3581 §4): `received`
/// where it differs from the sender's own word or `rport` was asked for, and the port for `rport`.
/// A `received` that came with the request is not believed.
void stamp_source(Via& via, const Endpoint& from);

/// Where answers go by the stamped Via (RFC 3261 §18.2.2, RFC 3581 §4): always the address the
/// request came from; its port where `rport` was asked for or no host can be read, else the port
/// written or 5060. `maddr` is not followed: it would let anybody aim our answers.
Endpoint reply_address(const Via& via, const Endpoint& from);

}  // namespace earshot::sip
