#pragma once

#include <variant>

#include "core/decide.h"
#include "core/floor.h"
#include "model/ids.h"
#include "model/media.h"

namespace earshot::engine {

// What happens to the centre. Facts are values, so that a history of them can be kept and played
// again: the same facts, at the same times and with the same entropy, give the same centre.

/// A phone or trunk calls.
struct CallOffered {
  core::NewCall call;
};
/// A line has rung, answered, ended…: a command for the call it belongs to.
struct LineTold {
  LineId line;
  core::Command command;
};
/// Everybody hears as the revision says.
struct PlanApplied {
  BridgeId bridge;
  std::uint64_t revision = 0;
  std::uint64_t tick = 0;  ///< of its media loop
};
/// Nothing came from a phone for a while, or something came again.
struct LineSilent {
  LineId line;
  bool silent = false;
};
/// The media of a line is closed; `quality` is final.
struct LineClosed {
  LineId line;
  LineQuality quality;
};
/// The API asks, on behalf of a user. A refusal is an answer, not an error: nothing happened.
struct CallAsked {
  UserId user;
  CallId call;
  CallRequest request;
};
/// POST /me/devices/{id}/calls.
struct DialAsked {
  UserId user;
  DeviceId device;
  DialRequest request;
};
using Fact = std::variant<CallOffered, LineTold, PlanApplied, LineSilent, LineClosed, CallAsked,
                          DialAsked, core::FloorFact>;

}  // namespace earshot::engine
