#pragma once

#include <string>
#include <vector>

#include "model/event.h"
#include "view/settings.h"

namespace earshot::view {

/// One Bayeux message, ready to send: {"data":{…},"channel":…}.
struct Notification {
  std::string channel;
  std::string message_json;
};

/// What an event is told as, in order (calls.md §5.1, supervision-and-devices.md §B.4, §C.4): one
/// message, or two where a change of the voice state is told on /v2/me/channels as well.
std::vector<Notification> notifications_of(const Event& event, const ViewSettings& settings);

}  // namespace earshot::view
