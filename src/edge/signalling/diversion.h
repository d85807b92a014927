#pragma once

#include "base/endpoint.h"
#include "model/call.h"
#include "wire/sip/message.h"

namespace earshot::signalling {

/// How often the call of `invite` has been diverted, as its Diversion (RFC 5806) or History-Info
/// (RFC 7044) says; what cannot be read counts as none. At most 99.
unsigned diversions_in(const sip::Headers& invite);

/// Says in Diversion who forwarded the call, the last one first (RFC 5806 §9).
/// @param by_name  false: only how often, for whom our numbers are none of their business
/// @param host     of the numbers' URIs
void add_diversions(sip::Headers& invite, const Diversions& diverted, bool by_name,
                    const Endpoint& host);

}  // namespace earshot::signalling
