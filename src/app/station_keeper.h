#pragma once

#include <vector>

#include "base/time.h"
#include "engine/call_loop.h"
#include "model/directory.h"
#include "model/ids.h"
#include "ports/kept_state.h"

namespace earshot::app {

/// Logs agents in again, sets their states and subscribes supervisors after a restart, by the same
/// rules as if they asked for it now (docs/restart.md); how calls to devices go is as it was. What
/// is refused is told in the log and kept no more; so are log-ins where there was no server for
/// longer than `grace`. Control loop only.
/// @param kept   where stations are kept from now on
/// @param grace  of an agent whose desktop is gone (DD-21); zero: no limit
/// @return who is logged in again
std::vector<UserId> bring_back(const RestoredState& restored, const Directory& directory,
                               engine::CallLoop& engine, KeptState& kept, Duration grace);

}  // namespace earshot::app
