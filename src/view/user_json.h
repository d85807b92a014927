#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/call_view.h"
#include "model/device_view.h"
#include "model/directory.h"
#include "view/settings.h"

namespace earshot::view {

/// The user resource (rest-and-sessions.md §E.1), without subresources.
json::object user_json(const User& user, const ViewSettings& settings);

/// What may be inlined into a user by `subresources=`.
struct UserSubresources {
  std::vector<DeviceView> devices;
  std::vector<CallView> calls;
};

/// Adds the children named in `wanted`, a comma list or "*". What a user has none of comes as an
/// empty list, because clients look it up unchecked (DD-7); unknown names are passed over (DD-6).
void add_subresources(json::object& user, const UserSubresources& children, std::string_view wanted,
                      const ViewSettings& settings);

/// The members of `resource` named in the comma list `fields`; all of them for "*".
json::object with_fields(const json::object& resource, std::string_view fields);

}  // namespace earshot::view
