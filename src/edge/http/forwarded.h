#pragma once

#include <span>

#include "base/network.h"
#include "edge/http/exchange.h"

namespace earshot::http {

/// Sets `peer` and `by_https` of a request that came from one of `trusted` by what its headers say:
/// X-Forwarded-For and X-Forwarded-Proto, or Forwarded (RFC 7239). Of a chain of addresses, read
/// from its end, the first that is not trusted itself is the sender's. Nobody else is believed, nor
/// a request whose two headers name different senders: a proxy that writes one may pass the other
/// on as its client wrote it.
/// @param request  with the connection's other end as `peer`
void believe_proxies(Request& request, std::span<const Network> trusted);

}  // namespace earshot::http
