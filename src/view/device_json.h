#pragma once

#include "base/json.h"
#include "model/device_view.h"
#include "view/settings.h"

namespace earshot::view {

/// The device resource (supervision-and-devices.md §B.1), the same in replies and notifications.
/// @param memory  of the object, and all below it
json::object device_json(const DeviceView& device, const ViewSettings& settings,
                         const json::storage_ptr& memory = {});

/// The voice channel of /me/channels (§C.4).
json::object channel_json(const DeviceView& device, const json::storage_ptr& memory = {});

}  // namespace earshot::view
