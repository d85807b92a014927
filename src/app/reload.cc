#include "app/reload.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>

namespace earshot::app {
namespace {

struct LiveKey {
  std::string_view key;
  void (*take)(Config& to, const Config& from);
};

constexpr LiveKey kLive[] = {
    {"log.level", [](Config& to, const Config& from) { to.log_level = from.log_level; }},
    {"log.format", [](Config& to, const Config& from) { to.log_format = from.log_format; }},
    {"server.stop_grace_s",
     [](Config& to, const Config& from) { to.server.stop_grace = from.server.stop_grace; }},
    {"http.allowed_origins",
     [](Config& to, const Config& from) { to.http.allowed_origins = from.http.allowed_origins; }},
    {"http.csrf_protection",
     [](Config& to, const Config& from) { to.http.csrf_protection = from.http.csrf_protection; }},
    {"calls.ring_timeout_s",
     [](Config& to, const Config& from) { to.calls.ring_time = from.calls.ring_time; }},
    {"supervision.ring_timeout_s", [](Config& to, const Config& from) {
       to.calls.supervisor_ring_time = from.calls.supervisor_ring_time;
     }}};

const LiveKey* live_key(std::string_view key) {
  const auto found = std::find_if(std::begin(kLive), std::end(kLive),
                                  [&](const LiveKey& each) { return each.key == key; });
  return found == std::end(kLive) ? nullptr : found;
}

std::string value_in(const std::map<std::string, std::string>& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? "" : found->second;
}

std::string_view name_of(const User& user) { return user.user_name; }
std::string_view name_of(const Device& device) { return device.phone_number; }
std::string_view name_of(const Trunk& trunk) { return trunk.id.value; }
std::string_view name_of(const Queue& queue) { return queue.id.value; }
std::string_view name_of(const Group& group) { return group.name; }
std::string_view name_of(const DefinedState& state) { return state.operation_name; }

/// In the order of `after`, then what is gone in the order of `before`.
template <class Entry>
void add_changes(std::string_view kind, const std::vector<Entry>& before,
                 const std::vector<Entry>& after, std::vector<EntryChange>& to) {
  std::unordered_map<std::string_view, const Entry*> known;
  for (const Entry& entry : before) known.emplace(entry.id.value, &entry);
  for (const Entry& entry : after) {
    const auto was = known.find(entry.id.value);
    if (was == known.end())
      to.push_back({kind, std::string{name_of(entry)}, "added"});
    else if (*was->second != entry)
      to.push_back({kind, std::string{name_of(entry)}, "changed"});
    known.erase(entry.id.value);
  }
  for (const Entry& entry : before)
    if (known.contains(entry.id.value))
      to.push_back({kind, std::string{name_of(entry)}, "removed"});
}

std::vector<EntryChange> changes_of(const DirectoryEntries& before, const DirectoryEntries& after) {
  std::vector<EntryChange> changes;
  add_changes("device", before.devices, after.devices, changes);
  add_changes("user", before.users, after.users, changes);
  add_changes("trunk", before.trunks, after.trunks, changes);
  add_changes("queue", before.queues, after.queues, changes);
  add_changes("group", before.groups, after.groups, changes);
  add_changes("agent state", before.agent_states, after.agent_states, changes);
  return changes;
}

bool is_of_directory(const std::string& key) { return key.find('[') != key.npos; }

}  // namespace

bool is_live(std::string_view key) { return live_key(key) != nullptr; }

Reload reload(const Config& in_force, const Config& read) {
  Reload out{in_force, {}, changes_of(in_force.directory, read.directory), {}};
  out.config.directory = read.directory;
  std::erase_if(out.config.values, [](const auto& each) { return is_of_directory(each.first); });
  std::set<std::string> keys;
  for (const auto* values : {&in_force.values, &read.values})
    for (const auto& [key, value] : *values) keys.insert(key);
  for (const std::string& key : keys) {
    const std::string from = value_in(in_force.values, key);
    const std::string to = value_in(read.values, key);
    if (is_of_directory(key)) {
      if (read.values.contains(key)) out.config.values[key] = to;
    } else if (from == to) {
      continue;
    } else if (const LiveKey* live = live_key(key)) {
      live->take(out.config, read);
      out.config.values[key] = to;
      out.live.push_back({key, from, to});
    } else {
      out.waiting.push_back({key, from, to});
    }
  }
  return out;
}

}  // namespace earshot::app
