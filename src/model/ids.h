#pragma once

#include "base/ids.h"

namespace earshot {

/// 32 characters [0-9A-Z], as the API shows it (calls.md §1.1). The same for every party of a call.
using CallId = TextId<struct CallIdTag>;
/// One party's connection to one call. Inside the server only; the API never shows it.
using LegId = NumberId<struct LegIdTag>;
/// The mix of one call.
using BridgeId = NumberId<struct BridgeIdTag>;
/// A dashed UUID, as the API shows it.
using DeviceId = TextId<struct DeviceIdTag>;
/// 32 lower-case hex digits, as the API shows it.
using UserId = TextId<struct UserIdTag>;
/// The configured name of a trunk.
using TrunkId = TextId<struct TrunkIdTag>;

}  // namespace earshot
