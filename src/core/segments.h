#pragma once

#include <vector>

#include "core/decide.h"
#include "model/segment.h"

namespace earshot::core {

/// Brings the segments of one call up to date with a decision that was committed.
/// @param open     those that have not ended, in order of joining; changed
/// @param after    the call's value by the decision; nothing when it is over
/// @param command  what was decided; null for a call that begins, and when the server ends it
/// @return those that ended
std::vector<Segment> follow_segments(std::vector<Segment>& open, const Call* after,
                                     const std::vector<Effect>& effects, const Command* command,
                                     const Surroundings& around);

/// The segment of a caller whose call could not even begin.
Segment segment_of_failed(const NewCall& call, const std::vector<Effect>& effects,
                          const Surroundings& around);

}  // namespace earshot::core
