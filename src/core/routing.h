#pragma once

#include <string_view>
#include <variant>

#include "model/call.h"
#include "model/directory.h"

namespace earshot::core {

/// Where a dialled number leads: a device of ours, a trunk, a queue, or nowhere.
using Route = std::variant<ReleaseCause, DeviceId, TrunkId, QueueId>;

/// Devices and queues first, then the trunk with the longest prefix. A device that dials itself is
/// Busy. A trunk does not reach a trunk: an outsider must not place calls at our cost.
Route route(const Directory& directory, std::string_view number, const Leg& caller);

}  // namespace earshot::core
