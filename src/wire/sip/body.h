#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/sip/message.h"

namespace earshot::sip {

/// A body, or one part of a body of several (RFC 2046 §5.1).
struct BodyPart {
  std::string content_type;     ///< "application/sdp", lower case, without parameters
  std::string disposition;      ///< "session", lower case; "" where none is written
  bool may_be_ignored = false;  ///< handling=optional (RFC 3261 §20.11); of one part of several
                                ///< also where no handling is written
  bool is_encoded = false;      ///< a Content-Encoding or Content-Transfer-Encoding hides it
  std::string_view content;     ///< within the message's body
};

/// The parts of `body`, those of nested multiparts in place of these; the body itself where it is
/// no multipart; none of an empty one. A multipart without a boundary is one part of its type. What
/// stands before the first delimiter and after the last is nobody's; a last delimiter may be
/// missing. Of a multipart/alternative with an SDP its last SDP alone. At most 32 parts and 4
/// levels; what is beyond is left out.
/// Source: RFC 2046 §5.1.1, RFC 5621 §3.
std::vector<BodyPart> parts_of(const Headers& headers, std::string_view body);

/// The session description in a message.
struct SessionPart {
  bool is_refused = false;  ///< something in the body must be understood and is not: 415
  std::string_view sdp;     ///< "" where there is none
};
/// The first part that is an SDP for the session (RFC 5621 §8); whatever need not be understood
/// beside it (ISUP, a location) is passed over.
SessionPart session_of(const Headers& headers, std::string_view body);

}  // namespace earshot::sip
