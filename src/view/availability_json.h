#pragma once

#include <span>

#include "base/json.h"
#include "model/availability.h"

namespace earshot::view {

/// [{"operationName":"Hold","available":true}, {"operationName":"Retrieve","available":false,
/// "reasonCode":"NotHeld","reason":"…","remedy":"…"}, …]
json::array availabilities_json(std::span<const Availability> availabilities);

}  // namespace earshot::view
