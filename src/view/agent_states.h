#pragma once

#include "base/json.h"
#include "model/device_view.h"
#include "model/directory.h"

namespace earshot::view {

/// `userState` (supervision-and-devices.md §C.3): {id, displayName, state[, workMode][, reason]}.
json::object user_state_json(const DeviceView& device, const json::storage_ptr& memory = {});

/// The states there are, as /settings/agent-states lists them (rest-and-sessions.md §E.2): the
/// system's own, then those an administrator has defined in the order of the file, each
/// {id, operationName, displayName, state[, workMode][, reasonCode]}.
json::array agent_states_json(const Directory& directory);

}  // namespace earshot::view
