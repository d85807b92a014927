#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/call.h"
#include "model/event.h"
#include "model/hearing.h"
#include "model/segment.h"

namespace earshot::engine {

/// What waits for a plan to be told.
struct Telling {
  std::uint64_t revision = 0;  ///< of the plan
  std::vector<Event> events;
  std::vector<DeviceId> devices;     ///< told as they are then, after the events
  std::vector<HearingView> hearing;  ///< by that plan
};

/// A call and what the engine keeps beside its value.
struct LiveCall {
  Call call;
  std::vector<CallId> ids;  ///< every id it is or was known by
  MediaPlan plan;           ///< the last one sent to the bridge
  std::uint64_t applied = 0;
  std::uint64_t applied_at_tick = 0;
  std::deque<Telling> telling;       ///< oldest first
  std::vector<HearingView> hearing;  ///< of each of its supervisors, by the plan in force
  std::vector<LegId> lookers;        ///< those who asked for it, and are told of changes
  std::vector<Segment> segments;     ///< of its legs
  std::string from, to;              ///< its numbers when it began, for the log

  /// How the log names it.
  CallId id() const { return ids.empty() ? CallId{} : ids.front(); }
};

/// The calls that live. Home: the control loop.
class Calls {
 public:
  /// Calls that live.
  std::size_t size() const { return calls_.size(); }
  /// A call without a value yet: commit gives it one.
  LiveCall& add(BridgeId bridge, std::string from, std::string to);
  /// Null: there is none, or no longer.
  LiveCall* find(BridgeId bridge);
  /// Null: there is none, or no longer.
  const LiveCall* find(BridgeId bridge) const;
  /// Some call; null where none is left.
  LiveCall* any() { return calls_.empty() ? nullptr : &calls_.begin()->second; }
  /// The leg by which the owner of `device` knows a call as `id`, and the call; null and null.
  std::pair<LiveCall*, const Leg*> known_as(const CallId& id, const DeviceId& device);
  std::pair<const LiveCall*, const Leg*> known_as(const CallId& id, const DeviceId& device) const;
  /// Has `live` found by the ids of its conversations, those of earlier ones too.
  void name(LiveCall& live);
  /// The call is over: neither its bridge nor any of its ids finds it any more.
  void erase(const LiveCall& live);

 private:
  std::unordered_map<BridgeId, LiveCall> calls_;
  std::unordered_map<CallId, BridgeId> ids_;
};

}  // namespace earshot::engine
