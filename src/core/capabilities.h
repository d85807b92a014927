#pragma once

#include <string_view>
#include <vector>

#include "core/policy.h"
#include "model/availability.h"
#include "model/call.h"
#include "model/directory.h"
#include "model/operation.h"
#include "model/station.h"

namespace earshot::core {

/// The operations valid now on `leg` of `call`, as the API lists them (calls.md §3, decisions A2):
/// the rows of the one table whose conditions hold. Empty for a leg nobody is shown.
std::vector<Operation> capabilities(const Call& call, const Leg& leg, const Policy& policy);

/// The same for a device (supervision-and-devices.md §A.6, §B.3). `owner` may be null.
std::vector<Operation> capabilities(const Station& station, const User* owner);

/// Whether the device operation needs the supervisor role.
bool is_for_supervisors(Operation operation);

/// What stands in the way of `operation` on a device whose user has the role for it; null: it is
/// accepted.
const Obstacle* obstacle_to(const Station& station, Operation operation);

/// What stands in the way of `operation` on the leg; null: it is accepted. That is so for what is
/// listed and, by the same table, for what real clients send although it is never listed: Hangup of
/// a ringing call and SetCallDisposition (decisions A3), and what the device lists instead (A4).
const Obstacle* obstacle_to(const Call& call, const Leg& leg, Operation operation,
                            const Policy& policy);

/// obstacle_to for every operation on a call, in the order of the table.
std::vector<Availability> availabilities(const Call& call, const Leg& leg, const Policy& policy);

}  // namespace earshot::core
