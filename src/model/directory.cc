#include "model/directory.h"

#include <algorithm>

#include "base/digest_hash.h"
#include "base/text.h"

namespace earshot {
namespace {

template <class Map, class Key>
auto find(const Map& map, const Key& key) -> typename Map::mapped_type {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

/// What stands under a key, or nothing.
template <class Found>
const std::vector<const Found*>& all_of(
    const std::unordered_map<std::string_view, std::vector<const Found*>>& map,
    std::string_view key) {
  static const std::vector<const Found*> none;
  const auto found = map.find(key);
  return found == map.end() ? none : found->second;
}

}  // namespace

std::string api_id_of(const QueueId& queue) { return uuid_of("queue " + queue.value); }

Directory::Directory(DirectoryEntries entries) : entries_(std::move(entries)) {
  for (const User& user : entries_.users) {
    users_.try_emplace(user.id.value, &user);
    users_by_name_.try_emplace(user.user_name, &user);
    if (user.default_device) owners_.try_emplace(user.default_device->value, &user);
    for (const Role role : {Role::Agent, Role::Supervisor, Role::Admin, Role::ApiUser})
      if (user.has(role)) by_role_[static_cast<std::size_t>(role)].push_back(&user);
    for (const HeldSkill& held : user.skills)
      if (skill_places_.try_emplace(held.skill.id.value, skills_.size()).second)
        skills_.push_back(held.skill);
  }
  for (const Device& device : entries_.devices) {
    devices_.try_emplace(device.id.value, &device);
    devices_by_number_.try_emplace(device.phone_number, &device);
    devices_by_sip_user_.try_emplace(device.sip_user, &device);
  }
  for (const Queue& queue : entries_.queues) {
    queues_.try_emplace(queue.id.value, &queue);
    queues_by_number_.try_emplace(queue.phone_number, &queue);
    queues_by_api_id_.try_emplace(api_id_of(queue.id), &queue);
    for (const DeviceId& agent : queue.agents) {
      auto& of_agent = queues_of_[agent.value];
      if (of_agent.empty() || of_agent.back() != &queue) of_agent.push_back(&queue);
    }
  }
  for (const Group& group : entries_.groups) {
    groups_.try_emplace(group.id.value, &group);
    for (const UserId& user : group.users) groups_of_[user.value].push_back(&group);
    for (const UserId& user : group.supervisors) supervised_by_[user.value].push_back(&group);
  }
  for (const Trunk& trunk : entries_.trunks) {
    trunks_.try_emplace(trunk.id.value, &trunk);
    trunks_by_address_.try_emplace(trunk.address.octets(), &trunk);
    for (const std::string& prefix : trunk.prefixes) {
      trunks_by_prefix_.try_emplace(prefix, &trunk);
      longest_prefix_ = std::max(longest_prefix_, prefix.size());
    }
  }
}

const User* Directory::user(const UserId& id) const {
  return find(users_, std::string_view{id.value});
}
const User* Directory::user_named(std::string_view user_name) const {
  return find(users_by_name_, user_name);
}
const User* Directory::owner_of(const DeviceId& id) const {
  return find(owners_, std::string_view{id.value});
}
const Device* Directory::device(const DeviceId& id) const {
  return find(devices_, std::string_view{id.value});
}
const Device* Directory::device_numbered(std::string_view phone_number) const {
  return find(devices_by_number_, phone_number);
}
const Device* Directory::device_of_sip_user(std::string_view sip_user) const {
  return find(devices_by_sip_user_, sip_user);
}
const Queue* Directory::queue(const QueueId& id) const {
  return find(queues_, std::string_view{id.value});
}
const Queue* Directory::queue_with_api_id(std::string_view id) const {
  return find(queues_by_api_id_, std::string{id});
}
const Queue* Directory::queue_numbered(std::string_view phone_number) const {
  return find(queues_by_number_, phone_number);
}
const Trunk* Directory::trunk(const TrunkId& id) const {
  return find(trunks_, std::string_view{id.value});
}

const std::vector<const Queue*>& Directory::queues_of(const DeviceId& agent) const {
  return all_of(queues_of_, agent.value);
}

const Group* Directory::group(const GroupId& id) const {
  return find(groups_, std::string_view{id.value});
}
const std::vector<const Group*>& Directory::groups_of(const UserId& user) const {
  return all_of(groups_of_, user.value);
}
const std::vector<const Group*>& Directory::groups_supervised_by(const UserId& user) const {
  return all_of(supervised_by_, user.value);
}

const Skill* Directory::skill(const SkillId& id) const {
  const auto found = skill_places_.find(std::string_view{id.value});
  return found == skill_places_.end() ? nullptr : &skills_[found->second];
}

const Trunk* Directory::trunk_for(std::string_view number) const {
  for (std::size_t length = std::min(number.size(), longest_prefix_) + 1; length-- > 0;)
    if (const Trunk* trunk = find(trunks_by_prefix_, number.substr(0, length))) return trunk;
  return nullptr;
}

const Trunk* Directory::trunk_at(const Endpoint& source) const {
  return find(trunks_by_address_, source.octets());
}

const DefinedState* Directory::agent_state_named(std::string_view operation_name) const {
  const auto& all = entries_.agent_states;
  const auto found = std::find_if(all.begin(), all.end(), [&](const DefinedState& each) {
    return each.operation_name == operation_name;
  });
  return found == all.end() ? nullptr : &*found;
}

const DefinedState* Directory::agent_state(const AgentStateId& id) const {
  const auto& all = entries_.agent_states;
  const auto found = std::find_if(all.begin(), all.end(), [&](const DefinedState& each) {
    return equal_without_case(each.id.value, id.value);
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace earshot
