#pragma once

#include <string>
#include <string_view>

#include "model/told_events.h"

namespace earshot::view {

/// What to read where events are gone: a user's whole state, as a URL path.
inline constexpr std::string_view kSnapshotPath = "/api/v2/me?subresources=*";

/// {"statusCode":0,"events":[{"sequence":17,"data":{…},"channel":"/v2/me/calls"},…],
///  "newest":19,"cursor":17}, and where events are gone "gap":{"snapshot":kSnapshotPath} besides.
std::string events_json(const ToldEvents& told);

}  // namespace earshot::view
