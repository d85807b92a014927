#pragma once

#include <optional>

#include "core/draft.h"
#include "model/refusal.h"

namespace earshot::core {

/// Does what the API asks on `leg`, which the table of capabilities has let through.
/// @param first  the legs told first, where the pages fix an order; holds `leg` beforehand
/// @return why not, where a parameter is missing or wrong: the draft must then be thrown away
std::optional<Refusal> carry_out(Draft& draft, Leg& leg, const CallRequest& request,
                                 std::vector<LegId>& first);

/// Of a request that names no `parameter`.
inline Refusal missing(std::string_view parameter) {
  return {RefusalCode::ParameterMissing, std::string{parameter} + " is required"};
}

}  // namespace earshot::core
