#include "view/directory_json.h"

#include <algorithm>

#include "base/text.h"
#include "view/service_json.h"
#include "view/user_json.h"

namespace earshot::view {
namespace {

/// `uri` and `path`, with which every resource ends.
void add_place(json::object& resource, const std::string& path, const ViewSettings& settings) {
  resource["uri"] = settings.base + path;
  resource["path"] = path;
}

std::string full_name(const User& user) {
  const std::string name = user.first_name.empty() || user.last_name.empty()
                               ? user.first_name + user.last_name
                               : user.first_name + " " + user.last_name;
  return name.empty() ? user.user_name : name;
}

json::array phone_numbers(const std::string& number, std::string_view description,
                          const json::storage_ptr& memory) {
  json::object each(memory);
  each["phoneNumber"] = number;
  each["description"] = description;
  each["switchName"] = kSwitchName;
  return json::array({std::move(each)}, memory);
}

/// `*` in `pattern` stands for any text. O(pattern + text) but for repeated tries after each `*`.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t at = 0, in = 0, star = std::string_view::npos, tried = 0;
  while (in < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      tried = in;
    } else if (at < pattern.size() && lower(pattern[at]) == lower(text[in])) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++tried;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace

json::object known_device_json(const Device& device, const ViewSettings& settings,
                               const json::storage_ptr& memory) {
  json::object out(memory);
  out["id"] = device.id.value;
  out["type"] = "ACDPosition";
  out["phoneNumber"] = device.phone_number;
  out["e164Number"] = device.phone_number;
  out["description"] = device.description;
  out["telephonyNetwork"] = "Private";
  out["voiceEnvironmentUri"] = voice_environment_uri(settings);
  out["channels"] = json::array({"voice"}, memory);
  add_place(out, "/devices/" + device.id.value, settings);
  return out;
}

json::object group_json(const Group& group, const ViewSettings& settings,
                        const json::storage_ptr& memory) {
  json::object out(memory);
  out["id"] = group.id.value;
  out["name"] = group.name;
  out["type"] = "BusinessUnit";
  out["contains"] = json::array({"users"}, memory);
  add_place(out, "/groups/" + group.id.value, settings);
  return out;
}

json::object skill_json(const Skill& skill, int level, const ViewSettings& settings,
                        const json::storage_ptr& memory) {
  json::object out(memory);
  out["id"] = skill.id.value;
  out["name"] = skill.name;
  out["level"] = std::to_string(level);
  add_place(out, "/skills/" + skill.id.value, settings);
  return out;
}

json::object queue_json(const Queue& queue, const ViewSettings& settings,
                        const json::storage_ptr& memory) {
  const std::string id = api_id_of(queue.id);
  json::object out(memory);
  out["id"] = id;
  out["name"] = queue.id.value;
  out["channel"] = "voice";
  out["phoneNumber"] = queue.phone_number;
  add_place(out, "/queues/" + id, settings);
  return out;
}

json::object contact_json(const User& user, const Device* device,
                          const std::vector<const Group*>& groups, const ViewSettings& settings,
                          const json::storage_ptr& memory) {
  json::object out(memory);
  out["id"] = user.id.value;
  out["name"] = full_name(user);
  out["type"] = "User";
  out["phoneNumbers"] = device ? phone_numbers(device->phone_number, device->description, memory)
                               : json::array(memory);
  out["userName"] = user.user_name;
  out["firstName"] = user.first_name;
  out["lastName"] = user.last_name;
  out["employeeId"] = user.employee_id;
  out["emailAddress"] = user.email_address;
  json::array units(memory);
  for (const Group* group : groups) units.emplace_back(group->name);
  out["businessUnits"] = std::move(units);
  out["roles"] = roles_json(user, memory);
  add_place(out, "/contacts/" + user.id.value, settings);
  return out;
}

json::object contact_json(const Queue& queue, const ViewSettings& settings,
                          const json::storage_ptr& memory) {
  const std::string id = api_id_of(queue.id);
  json::object out(memory);
  out["id"] = id;
  out["name"] = queue.id.value;
  out["type"] = "Queue";
  out["phoneNumbers"] = phone_numbers(queue.phone_number, "", memory);
  add_place(out, "/contacts/" + id, settings);
  return out;
}

bool matches_each(std::string_view arguments, const std::vector<std::string_view>& names) {
  while (true) {
    const std::size_t comma = arguments.find(',');
    const std::string_view wanted = trimmed(arguments.substr(0, comma));
    if (std::none_of(names.begin(), names.end(),
                     [&](std::string_view name) { return matches(wanted, name); }))
      return false;
    if (comma == std::string_view::npos) return true;
    arguments.remove_prefix(comma + 1);
  }
}

}  // namespace earshot::view
