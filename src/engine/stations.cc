// How the call loop keeps the stations.
#include <algorithm>

#include "core/station.h"
#include "core/views.h"
#include "engine/call_loop.h"

namespace earshot::engine {

void CallLoop::count_legs(const Call& call, int change) {
  for (const Leg& leg : call.legs) {
    Station* station = leg.device ? station_of(*leg.device) : nullptr;
    if (!station) continue;
    station->legs = std::size_t(std::ptrdiff_t(station->legs) + change);
    if (change < 0) station->idle_since = loop_.now();
  }
}

Station* CallLoop::station_of(const DeviceId& device) {
  const auto found = std::find_if(stations_.begin(), stations_.end(),
                                  [&](const Station& each) { return each.device == device; });
  return found == stations_.end() ? nullptr : &*found;
}

void CallLoop::commit(Station next) {
  Station* station = station_of(next.device);
  if (*station == next) return;
  const Device* device = directory_.device(next.device);
  const User* owner = directory_.owner_of(next.device);
  const DeviceView was = core::view_of(*station, *device, owner);
  const DeviceView is = core::view_of(next, *device, owner);
  if (next.agent_state != station->agent_state) next.idle_since = loop_.now();
  *station = std::move(next);
  look_at_queues();
  if (owner && was != is)
    sink_.publish({DeviceEvent{owner->id, is, was.agent_state != is.agent_state}});
  if (was.agent_state != AgentState::LoggedOut && is.agent_state == AgentState::LoggedOut) {
    for (Station& losing : core::lose_target(stations_, is.id)) commit(std::move(losing));
    std::vector<BridgeId> watched;
    for (const auto& [bridge, live] : calls_) watched.push_back(bridge);
    for (const BridgeId bridge : watched) (void)decide(bridge, core::WatcherLeft{is.id});
  }
}

void CallLoop::tell_intrusion(const Station& supervisor) {
  if (!policy_.supervision.intrusion_enabled) return;
  std::vector<BridgeId> running;
  for (const auto& [bridge, live] : calls_)
    if (std::any_of(live.call.legs.begin(), live.call.legs.end(), [&](const Leg& leg) {
          return leg.device == supervisor.monitoring->target && leg.is_established();
        }))
      running.push_back(bridge);
  for (const BridgeId bridge : running)
    (void)decide(bridge, core::WatchBegan{{supervisor.device, *supervisor.monitoring}});
}

void CallLoop::begin_wrap_up(const DeviceId& device, Duration time) {
  Station next = *station_of(device);
  if (next.agent_state != AgentState::Ready) return;  // he has said what comes next
  next.agent_state = AgentState::AfterCallWork;
  commit(std::move(next));
  wrap_ups_[device] = loop_.wake_in(time, [this, device] {
    wrap_ups_.erase(device);
    Station ready = *station_of(device);
    if (ready.agent_state != AgentState::AfterCallWork) return;
    ready.agent_state = AgentState::Ready;
    commit(std::move(ready));
  });
}

}  // namespace earshot::engine
