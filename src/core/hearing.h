#pragma once

#include <vector>

#include "core/policy.h"
#include "model/call.h"
#include "model/directory.h"
#include "model/hearing.h"
#include "model/media.h"
#include "model/supervision.h"

namespace earshot::core {

/// Why `listener` hears `source`, or does not (supervision-and-devices.md §E.1). The one place that
/// decides it. Precondition: two legs of one conversation of `call`.
HearingRule hearing_rule(const Call& call, const Leg& listener, const Leg& source,
                         const SupervisionSettings& settings);

/// Whether `listener` hears `source`, both legs of `call`: only ever within one conversation.
bool hears(const Call& call, const Leg& listener, const Leg& source,
           const SupervisionSettings& settings);

/// Who hears whom in `call` now, by lines, and what the bridge plays: music to a party that would
/// hear nobody because the others hold or it waits in a queue, and there to its supervisor too;
/// ringback to who waits for a phone that rings and would hear nobody. Revision: the call's.
MediaPlan plan_of(const Call& call, const SupervisionSettings& settings);

/// What the supervisors of `call` are shown of who hears whom, each of their own conversation: the
/// parties that are shown to them otherwise, with every way between two of these. `since` and
/// `tick` are left to whoever knows when `plan` came into force.
/// @param plan  the one that goes with `call`
std::vector<HearingView> hearing_views(const Call& call, const MediaPlan& plan,
                                       const SupervisionSettings& settings,
                                       const Directory& directory);

/// Fills in since when each way of `view` has been open or closed.
/// @param before  what was in force until `now`; null: nothing
void date_ways(HearingView& view, const HearingView* before, TimePoint now);

}  // namespace earshot::core
