#pragma once

#include "base/json.h"
#include "model/device_view.h"
#include "view/settings.h"

namespace earshot::view {

/// The device resource (supervision-and-devices.md §B.1), the same in replies and notifications.
json::object device_json(const DeviceView& device, const ViewSettings& settings);

/// `userState` (§C.3): {id, displayName, state[, workMode]}.
json::object user_state_json(AgentState state);

/// The voice channel of /me/channels (§C.4).
json::object channel_json(const DeviceView& device);

}  // namespace earshot::view
