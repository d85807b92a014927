#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/call.h"
#include "model/ids.h"
#include "model/media.h"
#include "model/supervision.h"

namespace earshot {

/// The time of day, UTC. Only for what is written for people: everything else goes by a Loop.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// One party's part in one call, from its beginning to its end: what a call record tells. The life
/// of one leg. Times are the control loop's.
struct Segment {
  /// `endedBy` of a call record (docs/call-records.md).
  enum class EndedBy {
    Party,   ///< the party itself: hung up, declined, or its phone is gone
    Other,   ///< by what another party did
    Server,  ///< a time limit, or the server's own end
  };
  /// A supervisor's mode since `at`; nothing: a party like any other since then.
  struct ModeSince {
    std::optional<SupervisorMode> mode;
    TimePoint at;
    bool operator==(const ModeSince&) const = default;
  };

  LegId leg;
  LineId line;
  CallId call;  ///< by which the party knew it
  std::string conn_id;
  std::optional<CallId> parent;       ///< of a consultation: the call it was begun from
  std::optional<CallId> merged_into;  ///< the call the consultation became part of
  CallType type = CallType::Internal;
  std::string number;  ///< the party's own
  std::optional<DeviceId> device;
  std::optional<UserId> user;
  std::optional<TrunkId> trunk;
  bool caller = false;  ///< it made the call, or began the consultation
  std::string dnis;
  std::optional<std::string> ani;
  std::vector<std::string> with;         ///< numbers of the other parties, in order of joining
  std::optional<QueueId> queue;          ///< the last one the call waited in
  std::optional<std::string> monitored;  ///< a supervisor's: the agent's number
  std::vector<ModeSince> modes;          ///< a supervisor's, oldest first

  TimePoint start;
  std::optional<TimePoint> ring;    ///< its phone began to ring
  std::optional<TimePoint> answer;  ///< it was connected
  TimePoint end;
  Duration held{};                      ///< in all
  std::optional<TimePoint> held_since;  ///< while it is held

  ReleaseCause cause = ReleaseCause::Normal;
  EndedBy ended_by = EndedBy::Other;
  std::optional<std::string> disposition;
  /// Of the phone; only on the records of the segments that ended with it.
  std::optional<LineQuality> quality;
};

/// A disposition that was set when the party had left, and its record was written.
struct LateDisposition {
  CallId call;  ///< by which the party knew it
  UserId user;
  TimePoint at;
  std::string disposition;
};

}  // namespace earshot
