#include "engine/calls.h"

#include "core/views.h"

namespace earshot::engine {

LiveCall& Calls::add(BridgeId bridge, std::string from, std::string to) {
  LiveCall& live = calls_[bridge];
  live.call.bridge = bridge;
  live.from = std::move(from);
  live.to = std::move(to);
  return live;
}

const LiveCall* Calls::find(BridgeId bridge) const {
  const auto found = calls_.find(bridge);
  return found == calls_.end() ? nullptr : &found->second;
}
LiveCall* Calls::find(BridgeId bridge) {
  return const_cast<LiveCall*>(std::as_const(*this).find(bridge));
}

std::pair<const LiveCall*, const Leg*> Calls::known_as(const CallId& id,
                                                       const DeviceId& device) const {
  const auto bridge = ids_.find(id);
  const LiveCall* live = bridge == ids_.end() ? nullptr : find(bridge->second);
  if (!live) return {};
  const Leg* found = nullptr;
  for (const Leg& leg : live->call.legs) {
    if (!core::is_shown(leg) || leg.device != device) continue;
    if (leg.known_as == id) return {live, &leg};
    // A call that took over a consultation answers to both ids (calls.md §8.1).
    if (live->call.conversation_of(leg).call == id) found = &leg;
  }
  return {live, found};
}
std::pair<LiveCall*, const Leg*> Calls::known_as(const CallId& id, const DeviceId& device) {
  const auto [live, leg] = std::as_const(*this).known_as(id, device);
  return {const_cast<LiveCall*>(live), leg};
}

void Calls::name(LiveCall& live) {
  for (const Conversation& conversation : live.call.conversations)
    if (ids_.try_emplace(conversation.call, live.call.bridge).second)
      live.ids.push_back(conversation.call);
}

void Calls::erase(const LiveCall& live) {
  for (const CallId& id : live.ids) ids_.erase(id);
  calls_.erase(BridgeId{live.call.bridge});
}

}  // namespace earshot::engine
