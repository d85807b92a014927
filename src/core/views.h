#pragma once

#include "core/policy.h"
#include "model/call_view.h"
#include "model/device_view.h"
#include "model/directory.h"

namespace earshot::core {

/// `state` of a leg, as its owner is shown it.
CallViewState shown_state(const Leg& leg);

/// What the owner of `leg` sees of `call` at `now`. Precondition: the leg has a device and is not
/// Offered.
CallView view_of(const Call& call, const Leg& leg, const Policy& policy, TimePoint now);

/// The same for a leg that has just left: state Released, no capabilities.
CallView released_view_of(const Call& before, const Leg& leg, const Policy& policy, TimePoint now);

/// The same in short, for those who look after its owner.
CallSummary summary_of(const Call& call, const Leg& leg);

/// Whether the API shows the leg to its owner at all.
bool is_shown(const Leg& leg);

/// Whether the others in its conversation are shown the leg among the participants.
bool is_shown_to_others(const Leg& leg);

/// What the owner is shown of their device.
/// @param owner  null: nobody's, without capabilities
DeviceView view_of(const Station& station, const Device& device, const User* owner);

}  // namespace earshot::core
