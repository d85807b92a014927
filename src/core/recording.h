#pragma once

#include <vector>

#include "core/command.h"

namespace earshot::core {

/// Name of the current recording of a conversation: its stems are in files that begin so.
std::string recording_name(const Conversation& conversation);

/// Whether the line of a leg of `conversation` is recorded for another conversation: each phone has
/// one stem at a time.
bool is_recorded_elsewhere(const Call& call, const Conversation& conversation);

/// What makes the stems of `before` (null: none) those of `after`. A conversation that is recorded
/// has a stem of each leg that has answered. A stem is silent while its party holds, is muted, or
/// takes part in another conversation, and a supervisor's unless they are barged in: no recording
/// tells more than everybody could hear.
std::vector<Effect> recording_changes(const Call* before, const Call& after);

}  // namespace earshot::core
