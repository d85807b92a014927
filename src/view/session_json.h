#pragma once

#include "base/json.h"

namespace earshot::view {

/// The reply to StartContactCenterSession when voice has begun and other channels could not:
/// partial success (rest-and-sessions.md §A.6). All that is not voice is named "multimedia".
json::object partial_session();

}  // namespace earshot::view
