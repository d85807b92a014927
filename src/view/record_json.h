#pragma once

#include <string>

#include "base/json.h"
#include "model/segment.h"

namespace earshot::view {

/// "2026-11-22T09:30:00.250Z"
std::string iso_time(WallTime time);

/// One call record (docs/call-records.md tells its members). What does not apply is left out.
/// @param ended  the time of day of `segment.end`; all others are counted back from it by the
///               server's own clock, so that they fit together when the system's is set
json::object record_json(const Segment& segment, WallTime ended);
/// @param at  the time of day of `late.at`
json::object record_json(const LateDisposition& late, WallTime at);

}  // namespace earshot::view
