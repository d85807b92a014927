#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "view/settings.h"

namespace earshot::view {

// What the server as a whole offers: features, services, the voice environment, settings
// (rest-and-sessions.md §C.2, §E.3, §E.5). Small and the same for everybody.

/// Each feature there is; all are always on.
json::array features_json(const ViewSettings& settings);
/// Voice, and the directory, which is read-only.
json::array services_json(const ViewSettings& settings);
/// The one there is: its id is that of the voice service.
json::object voice_environment_json(const ViewSettings& settings);
/// Its `uri`, as devices refer to it.
std::string voice_environment_uri(const ViewSettings& settings);
/// `contactCenterId`: there is one contact centre.
const std::string& contact_center_id();

/// The groups of settings there are: /settings.
json::array settings_groups_json(const ViewSettings& settings);

}  // namespace earshot::view
