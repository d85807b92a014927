#include <algorithm>

#include "core/decide.h"
#include "core/views.h"

namespace earshot::core {
namespace {

/// Ids of the legs in either value, in the order they are told.
std::vector<LegId> order_of_telling(const Call* before, const Call* after, LegId first) {
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
      return leg->id == first ? 0 : leg->monitoring.has_value() ? 1 : 2;
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
  return view_of(*call, *leg, around.supervision, around.now);
}

/// One notification carries the whole resource, so the most telling of the changes names it
/// (DD-18).
std::optional<CallNotification> type_of_change(const std::optional<CallView>& was,
                                               const CallView& is) {
  if (!was || was->state != is.state) return CallNotification::StatusChange;
  if (was->monitored_user_muted != is.monitored_user_muted)
    return CallNotification::MonitoredUserMutedStateChange;
  if (was->participants != is.participants) return CallNotification::ParticipantsUpdated;
  CallView same = *was;
  same.duration = is.duration;
  same.user_data = is.user_data;
  if (same != is) return CallNotification::StatusChange;
  if (was->user_data != is.user_data) return CallNotification::AttachedDataChanged;
  return std::nullopt;
}

}  // namespace

std::vector<Event> tell_changes(const Call* before, const Call* after, LegId first,
                                const Surroundings& around) {
  std::vector<Event> events;
  for (const LegId id : order_of_telling(before, after, first)) {
    const auto was = shown(before, id, around);
    auto is = shown(after, id, around);
    if (was && !is)
      is = released_view_of(*before, *before->leg(id), around.supervision, around.now);
    if (!is) continue;
    const User* owner = around.directory.owner_of(is->device);
    const auto type = type_of_change(was, *is);
    if (owner && type) events.push_back(CallEvent{owner->id, *type, std::move(*is), std::nullopt});
  }
  return events;
}

}  // namespace earshot::core
