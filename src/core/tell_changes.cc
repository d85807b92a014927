#include <algorithm>

#include "core/decide.h"
#include "core/views.h"

namespace earshot::core {
namespace {

/// Ids of the legs in either value, in the order they are told.
std::vector<LegId> order_of_telling(const Call* before, const Call* after,
                                    const std::vector<LegId>& first) {
  std::vector<const Leg*> legs;
  const auto add_all = [&](const Call* call) {
    if (!call) return;
    for (const Leg& leg : call->legs)
      if (std::none_of(legs.begin(), legs.end(),
                       [&](const Leg* known) { return known->id == leg.id; }))
        legs.push_back(&leg);
  };
  add_all(before);
  add_all(after);
  std::stable_sort(legs.begin(), legs.end(), [&](const Leg* a, const Leg* b) {
    const auto rank = [&](const Leg* leg) {
      const auto place = std::find(first.begin(), first.end(), leg->id) - first.begin();
      return place + (place < std::ssize(first) || leg->monitoring ? 0 : 1);
    };
    return rank(a) < rank(b);
  });
  std::vector<LegId> ids;
  for (const Leg* leg : legs) ids.push_back(leg->id);
  return ids;
}

std::optional<CallView> shown(const Call* call, LegId leg_id, const Surroundings& around) {
  const Leg* leg = call ? call->leg(leg_id) : nullptr;
  if (!leg || !is_shown(*leg)) return std::nullopt;
  return view_of(*call, *leg, around.policy, around.now);
}

/// One notification carries the whole resource, so the most telling of the changes names it
/// (DD-18). Told beside it, because there are clients that look for just these: participants that
/// change with the state of a live call (calls.md §4.2, CompleteConference), and the monitored
/// user's mute (DD-15).
std::vector<CallNotification> types_of_change(const std::optional<CallView>& was,
                                              const CallView& is) {
  using enum CallNotification;
  if (!was) return {StatusChange};
  std::vector<CallNotification> types;
  const bool user_muted = was->monitored_user_muted != is.monitored_user_muted;
  const bool switched = is.monitoring && was->mute != is.mute;
  if (was->state != is.state || (user_muted && switched)) types.push_back(StatusChange);
  if (was->participants != is.participants) types.push_back(ParticipantsUpdated);
  if (user_muted) types.push_back(MonitoredUserMutedStateChange);
  if (!types.empty()) return types;
  if (was->recording != is.recording) return {CallRecordingStateChange};
  CallView same = *was;
  same.duration = is.duration;
  same.user_data = is.user_data;
  if (same != is) return {StatusChange};
  if (was->user_data != is.user_data) return {AttachedDataChanged};
  return {};
}

}  // namespace

std::vector<Event> tell_changes(const Call* before, const Call* after,
                                const std::vector<LegId>& first, const Surroundings& around) {
  std::vector<Event> events;
  for (const LegId id : order_of_telling(before, after, first)) {
    const auto was = shown(before, id, around);
    auto is = shown(after, id, around);
    if (was && !is) is = released_view_of(*before, *before->leg(id), around.policy, around.now);
    if (!is) continue;
    const User* owner = around.directory.owner_of(is->device);
    if (!owner) continue;
    for (const CallNotification type : types_of_change(was, *is))
      events.push_back(CallEvent{owner->id, type, *is, std::nullopt});
  }
  return events;
}

}  // namespace earshot::core
