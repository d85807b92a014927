#pragma once

#include <string_view>
#include <variant>

#include "core/command.h"
#include "model/call.h"

namespace earshot::core {

/// Where a dialled number leads: a device of ours, a trunk, a queue, or nowhere.
using Route = std::variant<ReleaseCause, DeviceId, TrunkId, QueueId>;

/// Devices and queues first, then the trunk with the longest prefix. A device that dials itself is
/// Busy, as is one that is not to be disturbed (DD-32). A trunk does not reach a trunk: an outsider
/// must not place calls at our cost.
Route route(const Surroundings& around, std::string_view number, const Leg& caller);

}  // namespace earshot::core
