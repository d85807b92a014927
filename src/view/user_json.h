#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/call_view.h"
#include "model/device_view.h"
#include "model/directory.h"
#include "view/settings.h"

namespace earshot::view {

/// The user resource (rest-and-sessions.md §E.1), without subresources.
/// @param memory  of the object, and all below it
json::object user_json(const User& user, const ViewSettings& settings,
                       const json::storage_ptr& memory = {});
/// `roles`.
json::array roles_json(const User& user, const json::storage_ptr& memory = {});
/// `skills`, each with its level.
json::array skills_json(const User& user, const ViewSettings& settings,
                        const json::storage_ptr& memory = {});
/// `groups`.
json::array groups_json(const std::vector<const Group*>& groups, const ViewSettings& settings,
                        const json::storage_ptr& memory = {});
/// The voice channel, with what its user is busy with (supervision-and-devices.md §C.4, DD-38).
json::object busy_channel_json(const DeviceView& device, const std::optional<CallSummary>& call,
                               const json::storage_ptr& memory = {});

/// What may be inlined into one's own user by `subresources=`.
struct UserSubresources {
  std::vector<DeviceView> devices;
  std::vector<CallView> calls;
  std::optional<CallSummary> busy;  ///< with one of them
  std::vector<const Group*> groups;
};

/// Adds the children named in `wanted`, a comma list or "*". What a user has none of comes as an
/// empty list, because clients look it up unchecked (DD-7); unknown names are passed over (DD-6).
void add_subresources(json::object& to, const User& user, const UserSubresources& children,
                      std::string_view wanted, const ViewSettings& settings);

/// What others are shown of a user. What they do now is for those alone who may see it
/// (model/oversight.h); the rest stands in the directory.
struct OtherUser {
  const User& user;
  const Device* device = nullptr;   ///< null: they have none
  std::optional<DeviceView> now;    ///< where it may be seen
  std::optional<CallSummary> busy;  ///< likewise
  const std::vector<const Group*>& groups;
};

/// `activeCall` (DD-41): {id, state, callType, monitored, since, participants, queue}.
json::object active_call_json(const CallSummary& call, const ViewSettings& settings,
                              const json::storage_ptr& memory = {});
/// `devices` of another: as they are now, without capabilities; else what is known of them.
json::array devices_json(const OtherUser& other, const ViewSettings& settings,
                         const json::storage_ptr& memory = {});
/// One device as it is now, as others are shown it: without what its own user may do by it.
json::object other_device_json(const DeviceView& device, const ViewSettings& settings,
                               const json::storage_ptr& memory = {});
/// `channels` of another; none where what they do may not be seen.
json::array channels_json(const OtherUser& other, const json::storage_ptr& memory = {});
/// Adds devices, channels, skills, groups and `activeCall` (DD-41), which is absent where there is
/// none, as named in `wanted`.
void add_subresources(json::object& to, const OtherUser& other, std::string_view wanted,
                      const ViewSettings& settings);

/// Whether `list`, the value of `fields` or `subresources`, asks for `name`: "*" asks for all.
bool asks_for(std::string_view list, std::string_view name);

/// The members of `resource` named in the comma list `fields`; all of them for "*".
json::object with_fields(const json::object& resource, std::string_view fields);

}  // namespace earshot::view
