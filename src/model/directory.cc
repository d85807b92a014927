#include "model/directory.h"

#include <algorithm>

namespace earshot {
namespace {

template <class Range, class Predicate>
auto find(const Range& range, Predicate matches) -> decltype(&*range.begin()) {
  const auto found = std::find_if(range.begin(), range.end(), matches);
  return found == range.end() ? nullptr : &*found;
}

}  // namespace

const User* Directory::user(const UserId& id) const {
  return find(users, [&](const User& user) { return user.id == id; });
}
const User* Directory::user_named(std::string_view user_name) const {
  return find(users, [&](const User& user) { return user.user_name == user_name; });
}
const User* Directory::owner_of(const DeviceId& id) const {
  return find(users, [&](const User& user) { return user.default_device == id; });
}
const Device* Directory::device(const DeviceId& id) const {
  return find(devices, [&](const Device& device) { return device.id == id; });
}
const Device* Directory::device_numbered(std::string_view phone_number) const {
  return find(devices, [&](const Device& device) { return device.phone_number == phone_number; });
}
const Device* Directory::device_of_sip_user(std::string_view sip_user) const {
  return find(devices, [&](const Device& device) { return device.sip_user == sip_user; });
}
const Queue* Directory::queue(const QueueId& id) const {
  return find(queues, [&](const Queue& queue) { return queue.id == id; });
}
const Queue* Directory::queue_numbered(std::string_view phone_number) const {
  return find(queues, [&](const Queue& queue) { return queue.phone_number == phone_number; });
}
const Trunk* Directory::trunk(const TrunkId& id) const {
  return find(trunks, [&](const Trunk& trunk) { return trunk.id == id; });
}

const Trunk* Directory::trunk_for(std::string_view number) const {
  const Trunk* best = nullptr;
  std::size_t longest = 0;
  for (const Trunk& trunk : trunks)
    for (const std::string& prefix : trunk.prefixes)
      if (number.starts_with(prefix) && (!best || prefix.size() > longest)) {
        best = &trunk;
        longest = prefix.size();
      }
  return best;
}

const Trunk* Directory::trunk_at(const Endpoint& source) const {
  return find(trunks,
              [&](const Trunk& trunk) { return trunk.address.octets() == source.octets(); });
}

}  // namespace earshot
