#pragma once

#include "base/ids.h"

namespace earshot {

/// 32 characters [0-9A-Z], as the API shows it (calls.md §1.1): one conversation. The same for
/// every party it began with.
using CallId = TextId<struct CallIdTag>;
/// One party's part in one conversation. Inside the server only; the API never shows it.
using LegId = NumberId<struct LegIdTag>;
/// One phone's connection, or that of somebody behind a trunk: its SIP dialog and its media. The
/// legs of an agent who consults are on one line. Inside the server only.
using LineId = NumberId<struct LineIdTag>;
/// The line a leg that is not on another's comes to exist with.
constexpr LineId own_line_of(LegId leg) { return {leg.value}; }
/// One conversation of a call, for as long as the call lives.
using ConversationId = NumberId<struct ConversationIdTag>;
/// The mix of one call.
using BridgeId = NumberId<struct BridgeIdTag>;
/// A dashed UUID, as the API shows it.
using DeviceId = TextId<struct DeviceIdTag>;
/// 32 lower-case hex digits, as the API shows it.
using UserId = TextId<struct UserIdTag>;
/// The configured name of a trunk.
using TrunkId = TextId<struct TrunkIdTag>;
/// A digit for the kind, a dash and a UUID, as the API shows it: "2-…" for a business unit.
using GroupId = TextId<struct GroupIdTag>;
/// A dashed UUID, as the API shows it.
using SkillId = TextId<struct SkillIdTag>;
/// The configured name of a queue.
using QueueId = TextId<struct QueueIdTag>;

/// A dashed UUID, as the API shows it.
using AgentStateId = TextId<struct AgentStateIdTag>;

}  // namespace earshot
