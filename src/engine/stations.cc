// How the call loop keeps the stations.
#include <algorithm>

#include "core/station.h"
#include "core/supervision.h"
#include "core/views.h"
#include "engine/call_loop.h"

namespace earshot::engine {

void CallLoop::count_legs(const Call& call, int change) {
  for (const Leg& leg : call.legs) {
    Station* station = leg.device ? station_of(*leg.device) : nullptr;
    if (!station) continue;
    station->legs = std::size_t(std::ptrdiff_t(station->legs) + change);
    if (change < 0) station->idle_since = loop_.now();
    if (!leg.monitoring || leg.monitoring->subscription != MonitoringMode::NextCall) continue;
    const auto next_call = next_calls_.try_emplace({*leg.device, leg.monitoring->agent}).first;
    next_call->second = std::size_t(std::ptrdiff_t(next_call->second) + change);
    if (next_call->second == 0) next_calls_.erase(next_call);
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
  const Device* device = directory_->device(next.device);
  const User* owner = directory_->owner_of(next.device);
  const DeviceView was = core::view_of(*station, *device, owner);
  const DeviceView is = core::view_of(next, *device, owner);
  if (next.agent_state != station->agent_state) next.idle_since = loop_.now();
  const bool replaced = station->monitoring && station->monitoring != next.monitoring;
  *station = std::move(next);
  look_at_queues();
  if (owner && was != is)
    sink_.publish({DeviceEvent{owner->id, is, was.agent_state != is.agent_state}});
  if (replaced) tell_replaced(*station);
  if (was.agent_state != AgentState::LoggedOut && is.agent_state == AgentState::LoggedOut) {
    for (Station& losing : core::lose_target(stations_, is.id)) commit(std::move(losing));
    std::vector<BridgeId> watched;
    for (const auto& [bridge, live] : calls_) watched.push_back(bridge);
    for (const BridgeId bridge : watched) (void)decide(bridge, core::WatcherLeft{is.id});
  }
}

bool CallLoop::has_its_call(const Station& supervisor) const {
  return supervisor.monitoring && supervisor.monitoring->mode == MonitoringMode::NextCall &&
         next_calls_.contains({supervisor.device, supervisor.monitoring->target});
}

void CallLoop::tell_intrusion(const Station& supervisor) {
  if (!policy_.supervision.intrusion_enabled) return;
  const core::Watch watch{supervisor.device, *supervisor.monitoring};
  std::vector<std::pair<bool, BridgeId>> running;  // those the agent takes part in now come first
  for (const auto& [bridge, live] : calls_) {
    bool established = false;
    bool active = false;
    for (const Leg& leg : live.call.legs) {
      if (leg.device != watch.subscription.target) continue;
      established = established || leg.is_established();
      active = active || leg.in_mix();
    }
    if (established) running.push_back({!active, bridge});
  }
  std::sort(running.begin(), running.end());
  for (const auto& [held, bridge] : running) {
    if (has_its_call(*station_of(watch.supervisor))) return;
    (void)decide(bridge, core::WatchBegan{watch});
  }
}

void CallLoop::tell_replaced(const Station& supervisor) {
  if (supervisor.legs == 0) return;
  const core::WatchReplaced replaced{supervisor.device, supervisor.monitoring};
  std::vector<BridgeId> ringing;
  for (const auto& [bridge, live] : calls_)
    if (std::any_of(live.call.legs.begin(), live.call.legs.end(), [&](const Leg& leg) {
          return leg.monitoring && leg.device == replaced.supervisor && !leg.is_established();
        }))
      ringing.push_back(bridge);
  for (const BridgeId bridge : ringing) (void)decide(bridge, replaced);
}

Status<Refusal> CallLoop::mute_agent(const Station& supervisor, Operation operation, Run run) {
  for (const auto& [bridge, live] : calls_) {
    if (core::barging_in(live.call, supervisor.device) == Barging::No) continue;
    for (const Leg& leg : live.call.legs)
      if (leg.device == supervisor.device && leg.monitoring) {
        CallRequest request;
        request.operation = operation;
        return decide(bridge, core::Operate{leg.id, std::move(request)}, run);
      }
  }
  return Error{no_such_call()};
}

void CallLoop::begin_wrap_up(const DeviceId& device, Duration time) {
  Station next = *station_of(device);
  if (next.agent_state != AgentState::Ready) return;  // they have said what comes next
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
