#include "edge/notify/admission.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace earshot::notify {
namespace {

/// After these a client that was refused may shake hands again.
constexpr Duration kPause = seconds{1};
constexpr Duration kLongPause = seconds{10};

}  // namespace

Admission::Admission(Ground& ground, Dispatch& dispatch)
    : ground_(ground),
      dispatch_(dispatch),
      paces_of_users_(ground.settings.handshakes_per_user),
      paces_of_addresses_(ground.settings.handshakes_per_address) {}

std::optional<Admission::Refusal> Admission::refusal_of(const Caller& caller) {
  const TimePoint now = ground_.loop.now();
  if (!paces_of_users_.allows(caller.user.value, now) ||
      !paces_of_addresses_.allows(caller.address, now))
    return Refusal{"429::too_many_handshakes", kPause};
  if (ground_.roster.count_at(caller.address) >= ground_.settings.max_sessions_per_address)
    return Refusal{"429::too_many_sessions_of_address", kLongPause};
  if (!make_room(caller.user)) return Refusal{"429::too_many_sessions"};
  return std::nullopt;
}

/// At the limit an idle session makes room, one that never connected before others, then the one
/// nearest its end: pages that were reloaded leave such sessions behind. Sessions with a poll are
/// never displaced.
bool Admission::make_room(const UserId& user) {
  const auto& sessions = ground_.roster.of_user(user);
  if (sessions.size() < ground_.settings.max_sessions_per_user) return true;
  const auto rank = [](const Subscriber& each) {
    return std::pair{each.session.has_connected(), *each.session.wake_at()};
  };
  Subscriber* nearest = nullptr;
  for (Subscriber* each : sessions) {
    if (each->session.is_held() || !each->session.wake_at()) continue;
    if (!nearest || rank(*each) < rank(*nearest)) nearest = each;
  }
  if (!nearest) return false;
  dispatch_.end(*nearest, End::Displaced);
  return true;
}

/// Counted each time: a count that is kept could leak, and its pages would poll every two
/// seconds for ever. What waits on a WebSocket takes no connection from the others.
bool Admission::is_crowded(const Subscriber& subscriber) const {
  const auto& all = *subscriber.of_browser;
  const std::size_t most = ground_.settings.max_polls_per_browser;
  if (all.size() <= most) return false;
  const auto held = std::count_if(all.begin(), all.end(), [&](const Subscriber* each) {
    return each != &subscriber && each->session.is_held() && !each->line;
  });
  return static_cast<std::size_t>(held) >= most;
}

}  // namespace earshot::notify
