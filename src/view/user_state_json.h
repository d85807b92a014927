#pragma once

#include <string>

#include "model/user_view.h"
#include "view/settings.h"

namespace earshot::view {

/// Where supervisors and administrators are told what the users they look after do.
inline constexpr const char* kUsersChannel = "/v2/users";

/// UserStateChangeMessage (DD-41): {userId, devices[], channels[], activeCall}, the user whole. The
/// device comes without capabilities; `activeCall` is absent where there is none.
std::string user_state_message(const UserView& user, const ViewSettings& settings);

}  // namespace earshot::view
