#pragma once

#include <string>

#include "wire/sip/message.h"

namespace earshot::signalling {

/// Who calls, as the called party and the API are told.
struct CallerIdentity {
  std::string number;  ///< as dialled_number reads it; a name where the caller has no number
  std::string name;    ///< the display name, UTF-8; "" where there is none
};

/// What an INVITE's From says; of a phone that is known, only `name` is of use.
CallerIdentity identity_in_from(const sip::Headers& invite);

/// Who calls through a trunk: P-Asserted-Identity before From (RFC 3325 §9.1), of several the first
/// with a number. A caller who asks for privacy (RFC 3323 §4.2, RFC 3325 §9.3: id, user or header)
/// is "anonymous" to everybody, whatever else the INVITE says.
CallerIdentity identity_by_trunk(const sip::Headers& invite);

}  // namespace earshot::signalling
