#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/command.h"
#include "model/call.h"

namespace earshot::core {

/// How often a call may be diverted, elsewhere and here together (DD-32).
constexpr std::size_t kMostDiversions = 5;

/// Where a dialled number leads.
struct Route {
  /// A device of ours, a trunk, a queue, or nowhere.
  std::variant<ReleaseCause, DeviceId, TrunkId, QueueId> to;
  std::string number;     ///< called there: as dialled, or where that is forwarded to
  Diversions diverted{};  ///< by devices on the way
};

/// Devices and queues first, then the trunk with the longest prefix; a device that forwards its
/// calls leads on. A device that dials itself is Busy, as is one that is not to be disturbed
/// (DD-32). A trunk does not reach a trunk, because an outsider must not place calls at our cost,
/// unless a device of ours forwards them there. Forwarding in a circle is a ForwardingLoop.
/// @param diverted  how often the call has been diverted up to now
Route route(const Surroundings& around, std::string_view number, const Leg& caller,
            std::size_t diverted);

}  // namespace earshot::core
