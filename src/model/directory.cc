#include "model/directory.h"

#include <algorithm>

namespace earshot {
namespace {

template <class Map, class Key>
auto find(const Map& map, const Key& key) -> typename Map::mapped_type {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

Directory::Directory(DirectoryEntries entries) : entries_(std::move(entries)) {
  for (const User& user : entries_.users) {
    users_.try_emplace(user.id.value, &user);
    users_by_name_.try_emplace(user.user_name, &user);
    if (user.default_device) owners_.try_emplace(user.default_device->value, &user);
  }
  for (const Device& device : entries_.devices) {
    devices_.try_emplace(device.id.value, &device);
    devices_by_number_.try_emplace(device.phone_number, &device);
    devices_by_sip_user_.try_emplace(device.sip_user, &device);
  }
  for (const Queue& queue : entries_.queues) {
    queues_.try_emplace(queue.id.value, &queue);
    queues_by_number_.try_emplace(queue.phone_number, &queue);
    for (const DeviceId& agent : queue.agents) {
      auto& of_agent = queues_of_[agent.value];
      if (of_agent.empty() || of_agent.back() != &queue) of_agent.push_back(&queue);
    }
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
const Queue* Directory::queue_numbered(std::string_view phone_number) const {
  return find(queues_by_number_, phone_number);
}
const Trunk* Directory::trunk(const TrunkId& id) const {
  return find(trunks_, std::string_view{id.value});
}

const std::vector<const Queue*>& Directory::queues_of(const DeviceId& agent) const {
  static const std::vector<const Queue*> none;
  const auto found = queues_of_.find(agent.value);
  return found == queues_of_.end() ? none : found->second;
}

const Trunk* Directory::trunk_for(std::string_view number) const {
  for (std::size_t length = std::min(number.size(), longest_prefix_) + 1; length-- > 0;)
    if (const Trunk* trunk = find(trunks_by_prefix_, number.substr(0, length))) return trunk;
  return nullptr;
}

const Trunk* Directory::trunk_at(const Endpoint& source) const {
  return find(trunks_by_address_, source.octets());
}

}  // namespace earshot
