#pragma once

#include "base/json.h"
#include "model/hearing.h"
#include "view/settings.h"

namespace earshot::view {

/// Who hears whom (docs/hearing.md tells its members), the same in replies and notifications.
/// @param readings  of the parties, in their order; empty: nothing was measured
json::object hearing_json(const HearingView& hearing,
                          const std::vector<std::optional<LineReading>>& readings,
                          const ViewSettings& settings);

/// What a meter shows of a peak: 0 for silence, up to -60 dB below the loudest there can be, to 100
/// for the loudest, in equal steps of decibels.
int level_of(std::uint16_t peak);

}  // namespace earshot::view
