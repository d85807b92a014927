#pragma once

#include <optional>

#include "base/json.h"
#include "model/user_data.h"

namespace earshot::view {

/// `userData` of a call; parse_user_data reads it back.
json::object user_data_json(const UserData& data);

/// Nothing where a value is null, which user data does not have.
std::optional<UserData> parse_user_data(const json::object& object);

}  // namespace earshot::view
