#pragma once

#include <string>
#include <string_view>

#include "app/toml_table.h"
#include "model/directory.h"

namespace earshot::app {

/// Reads [[users]], [[devices]], [[trunks]], [[queues]], [[groups]] and [[agent_states]] of the
/// file's root, and checks them against each other.
DirectoryEntries read_directory(const TomlTable& root, TomlReading& reading);

/// The id of a user for whom none is configured: the same in every run. 32 lower-case hex digits.
UserId derived_user_id(std::string_view user_name);
/// Likewise of a device, from its number. Shaped as a UUID (version 8, RFC 9562 §5.8).
DeviceId derived_device_id(std::string_view phone_number);
/// Likewise of a group, from its name: "2-" and a UUID.
GroupId derived_group_id(std::string_view name);
/// Likewise of a skill, from its name: a UUID.
SkillId derived_skill_id(std::string_view name);

}  // namespace earshot::app
