#pragma once

#include <vector>

#include "model/call.h"
#include "model/directory.h"
#include "model/operation.h"
#include "model/station.h"

namespace earshot::core {

/// The operations valid now on `leg` of `call`: what the API lists is what decide() accepts
/// (calls.md §3, decisions A2). In the order of the tables. Empty for a leg nobody is shown.
std::vector<Operation> capabilities(const Call& call, const Leg& leg,
                                    const SupervisionSettings& settings);

/// The same for a device (supervision-and-devices.md §A.6, §B.3). `owner` may be null.
std::vector<Operation> capabilities(const Station& station, const User* owner);

/// Whether `operation` is accepted on the leg: it is listed, or it is Hangup of a ringing call,
/// which real clients send although it never is (decisions A3).
bool accepts(const Call& call, const Leg& leg, Operation operation,
             const SupervisionSettings& settings);

}  // namespace earshot::core
