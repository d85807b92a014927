#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/directory.h"
#include "view/settings.h"

namespace earshot::view {

// What is configured, as read-only resources of the API (rest-and-sessions.md §E). `memory` is that
// of the object, and of all below it.

/// A device without what it does now: id, number, description.
json::object known_device_json(const Device& device, const ViewSettings& settings,
                               const json::storage_ptr& memory = {});
/// A business unit. Who is in it is asked for beside (/groups/{id}/users).
json::object group_json(const Group& group, const ViewSettings& settings,
                        const json::storage_ptr& memory = {});
/// @param level  0 on the skill itself
json::object skill_json(const Skill& skill, int level, const ViewSettings& settings,
                        const json::storage_ptr& memory = {});
/// Its static part: id, name, channel, number.
json::object queue_json(const Queue& queue, const ViewSettings& settings,
                        const json::storage_ptr& memory = {});

/// Who or what can be called, and by which number.
/// @param groups  those of whose users they are one
json::object contact_json(const User& user, const Device* device,
                          const std::vector<const Group*>& groups, const ViewSettings& settings,
                          const json::storage_ptr& memory = {});
/// The same of a queue.
json::object contact_json(const Queue& queue, const ViewSettings& settings,
                          const json::storage_ptr& memory = {});

/// What a contact is to be like: NamesOrPhoneNumberMatches. Each argument of the comma list matches
/// a first, last or login name or a number; `*` stands for any text, case of ASCII letters counts
/// not.
/// @param names  of the contact: names and number
bool matches_each(std::string_view arguments, const std::vector<std::string_view>& names);

/// `switchName`: there is one switch.
inline constexpr std::string_view kSwitchName = "earshot";

}  // namespace earshot::view
