#include "view/user_state_json.h"

#include <array>

#include "view/user_json.h"

namespace earshot::view {

std::string user_state_message(const UserView& user, const ViewSettings& settings) {
  std::array<unsigned char, 4 * 1024> room;
  json::monotonic_resource memory{room.data(), room.size()};
  json::array devices(&memory), channels(&memory);
  if (user.device) {
    devices.push_back(other_device_json(*user.device, settings, &memory));
    channels.push_back(busy_channel_json(*user.device, user.call, &memory));
  }
  json::object data(&memory);
  data["messageType"] = "UserStateChangeMessage";
  data["userId"] = user.user.value;
  data["userUri"] = settings.base + "/users/" + user.user.value;
  data["devices"] = std::move(devices);
  data["channels"] = std::move(channels);
  if (user.call) data["activeCall"] = active_call_json(*user.call, settings, &memory);
  json::object out(&memory);
  out["data"] = std::move(data);
  out["channel"] = kUsersChannel;
  return json::serialize(out);
}

}  // namespace earshot::view
