#pragma once

#include <string_view>

#include "model/call.h"

namespace earshot::signalling {

/// The final answer to an unanswered INVITE that means `cause`.
int status_of(ReleaseCause cause);

/// What a final response of 300 to 699 to our INVITE means.
/// @param by_trunk  404 and its like speak of the number there, of a stale binding at a phone
/// @param heard     a provisional response came before: whoever says 408 was there
ReleaseCause cause_of(int status, bool by_trunk, bool heard);

/// For the log.
std::string_view name_of(ReleaseCause cause);

/// Of two reasons why branches of a fork failed, the one that tells the caller more.
ReleaseCause more_telling(ReleaseCause a, ReleaseCause b);

}  // namespace earshot::signalling
