#pragma once

#include <string>

namespace earshot::view {

/// The reply to StartContactCenterSession when voice has begun and other channels could not:
/// partial success (rest-and-sessions.md §A.6). All that is not voice is named "multimedia".
std::string partial_session_json();

}  // namespace earshot::view
