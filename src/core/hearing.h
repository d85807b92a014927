#pragma once

#include "model/call.h"
#include "model/media.h"
#include "model/supervision.h"

namespace earshot::core {

/// Whether `listener` hears `source`, both legs of `call`: only ever within one conversation
/// (supervision-and-devices.md §E.1). The one place that decides it.
bool hears(const Call& call, const Leg& listener, const Leg& source,
           const SupervisionSettings& settings);

/// Who hears whom in `call` now, by lines, and what the bridge plays: music to a party that would
/// hear nobody because the others hold or it waits in a queue, and there to its supervisor too;
/// ringback to who waits for a phone that rings and would hear nobody. Revision: the call's.
MediaPlan plan_of(const Call& call, const SupervisionSettings& settings);

}  // namespace earshot::core
