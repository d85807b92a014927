#include "app/config_directory.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/digest_hash.h"
#include "base/hex.h"
#include "base/number.h"
#include "base/phone_number.h"
#include "model/operation.h"

namespace earshot::app {
namespace {

constexpr Named<Role> kRoles[] = {{"agent", Role::Agent},
                                  {"supervisor", Role::Supervisor},
                                  {"admin", Role::Admin},
                                  {"apiuser", Role::ApiUser}};
constexpr std::string_view kNumber =
    "expected up to 32 digits or '*', with or without a leading '+'";
constexpr std::string_view kPrefixes =
    "expected a list of number prefixes, such as \"+\" and \"00\"";
constexpr std::string_view kSkills =
    "expected a list of skills, each a name and perhaps a level from 0 to 1000: \"German:7\"";
constexpr int kHighestLevel = 1000;
constexpr seconds kDay{86'400};
constexpr Named<AgentState> kStates[] = {{"Ready", AgentState::Ready},
                                         {"NotReady", AgentState::NotReady}};
constexpr Named<AgentState> kWorkModes[] = {{"AuxWork", AgentState::AuxWork},
                                            {"AfterCallWork", AgentState::AfterCallWork}};

bool consists_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_hex(std::string_view text) { return consists_of(text, kHexDigits); }

bool is_user_id(std::string_view id) { return id.size() == 32 && is_hex(id); }

bool is_uuid(std::string_view id) {
  if (id.size() != 36) return false;
  for (std::size_t at = 0; at < id.size(); ++at) {
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    if (dash ? id[at] != '-' : !is_hex(id.substr(at, 1))) return false;
  }
  return true;
}

bool is_number(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  return !number.empty() && number.size() <= 32 && consists_of(number, "0123456789*");
}

bool is_operation_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         consists_of(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
}

bool is_sip_user(std::string_view user) {
  return !user.empty() && user.size() <= 64 &&
         consists_of(user, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*+");
}

/// Values that must differ between tables, and where each stood first.
class Unique {
 public:
  /// @return whether it does; a value that is missing is refused elsewhere
  bool check(const TomlTable& table, std::string_view key, const std::string& value) {
    if (value.empty()) return false;
    const auto [place, is_new] = seen_.try_emplace(value, table.path_of(key));
    if (!is_new) table.refuse(key, "\"" + value + "\" is already used by " + place->second);
    return is_new;
  }

 private:
  std::map<std::string, std::string> seen_;
};

/// "German:7" or "German".
std::optional<HeldSkill> read_skill(const std::string& text) {
  const auto colon = text.rfind(':');
  HeldSkill held;
  held.skill.name = text.substr(0, colon);
  if (colon != std::string::npos) {
    const auto level = whole_number<int>(std::string_view{text}.substr(colon + 1));
    if (!level || *level < 0 || *level > kHighestLevel) return std::nullopt;
    held.level = *level;
  }
  if (held.skill.name.empty()) return std::nullopt;
  held.skill.id = derived_skill_id(held.skill.name);
  return held;
}

std::string indexed(std::string_view name, std::size_t index) {
  return std::string{name} + "[" + std::to_string(index) + "]";
}

class DirectoryReader {
 public:
  DirectoryReader(const TomlTable& root, TomlReading& reading) : root_(root), reading_(reading) {}

  DirectoryEntries read() {
    std::size_t index = 0;
    for (const auto* node : root_.tables("devices")) read_device(node, indexed("devices", index++));
    index = 0;
    for (const auto* node : root_.tables("users")) read_user(node, indexed("users", index++));
    index = 0;
    for (const auto* node : root_.tables("trunks")) read_trunk(node, indexed("trunks", index++));
    index = 0;
    for (const auto* node : root_.tables("queues")) read_queue(node, indexed("queues", index++));
    index = 0;
    for (const auto* node : root_.tables("groups")) read_group(node, indexed("groups", index++));
    index = 0;
    for (const auto* node : root_.tables("agent_states"))
      read_agent_state(node, indexed("agent_states", index++));
    const Directory directory{directory_};
    for (std::size_t queue = 0; queue < queue_tables_.size(); ++queue)
      check_overflow(queue_tables_[queue], directory, directory_.queues[queue].overflow);
    return std::move(directory_);
  }

 private:
  void read_device(const toml::table* node, std::string path) {
    const TomlTable table{reading_, node, std::move(path)};
    Device device;
    device.phone_number = read_number(table);
    device.sip_user = device.phone_number;
    table.text("sip_user", device.sip_user);
    if (table.has("sip_user") && !is_sip_user(device.sip_user))
      table.refuse("sip_user", "expected up to 64 letters, digits or characters of -_.!~*+");
    device.sip_password = table.needed_text("sip_password");
    table.flag("auto_answer", device.auto_answer);
    table.text("description", device.description);
    device.id = derived_device_id(device.phone_number);
    table.text("id", device.id.value);
    if (!is_uuid(device.id.value)) table.refuse("id", "expected a UUID in lower case, with dashes");
    const bool is_new = numbers_.check(table, "number", device.phone_number);
    if (is_new || table.has("sip_user")) sip_users_.check(table, "sip_user", device.sip_user);
    if (is_new || table.has("id")) device_ids_.check(table, "id", device.id.value);
    devices_by_number_.try_emplace(device.phone_number, device.id);
    directory_.devices.push_back(std::move(device));
  }

  void read_user(const toml::table* node, std::string path) {
    const TomlTable table{reading_, node, std::move(path)};
    User user;
    user.user_name = table.needed_text("name");
    if (user.user_name.find(':') != std::string::npos)
      table.refuse("name", "must not contain a colon: HTTP Basic ends the name there");
    user.password = table.needed_text("password");
    user.roles = {Role::Agent};
    table.choices("roles", user.roles, kRoles);
    user.default_device = device_of(table);
    table.text("first_name", user.first_name);
    table.text("last_name", user.last_name);
    table.text("email", user.email_address);
    user.employee_id = user.user_name;
    table.text("employee_id", user.employee_id);
    read_skills(table, user.skills);
    user.id = derived_user_id(user.user_name);
    table.text("id", user.id.value);
    if (!is_user_id(user.id.value)) table.refuse("id", "expected 32 lower-case hex digits");
    const bool is_new = user_names_.check(table, "name", user.user_name);
    if (is_new || table.has("id")) user_ids_.check(table, "id", user.id.value);
    user_places_.try_emplace(user.user_name, directory_.users.size());
    directory_.users.push_back(std::move(user));
  }

  static void read_skills(const TomlTable& table, std::vector<HeldSkill>& into) {
    table.list("skills", into, kSkills, read_skill);
    for (auto each = into.begin(); each != into.end(); ++each)
      if (std::any_of(into.begin(), each,
                      [&](const HeldSkill& other) { return other.skill == each->skill; }))
        table.refuse("skills", "\"" + each->skill.name + "\" is named twice");
  }

  std::optional<DeviceId> device_of(const TomlTable& table) {
    if (!table.has("device")) return std::nullopt;
    const std::string number = dialled_number(table.needed_text("device"));
    const auto device = devices_by_number_.find(number);
    if (device == devices_by_number_.end()) {
      table.refuse("device", "no device has the number \"" + number + "\"");
      return std::nullopt;
    }
    owned_.check(table, "device", number);
    return device->second;
  }

  void read_trunk(const toml::table* node, std::string path) {
    const TomlTable table{reading_, node, std::move(path)};
    Trunk trunk;
    trunk.id = {table.needed_text("name")};
    if (!table.has("address")) table.refuse("address", "is missing");
    trunk.address = Endpoint::v4({192, 0, 2, 1}, 5060);  // shown as an example
    table.endpoint("address", trunk.address, 1);
    if (trunk.address.is_unspecified())
      table.refuse("address", "expected the address of one machine");
    table.list("prefixes", trunk.prefixes, kPrefixes,
               [](const std::string& text) -> std::optional<std::string> {
                 const std::string prefix = dialled_number(text);
                 if (!prefix.empty() && prefix != "+" && !is_number(prefix)) return std::nullopt;
                 return prefix;
               });
    table.flag("tell_diversions", trunk.tell_diversions);
    trunk_names_.check(table, "name", trunk.id.value);
    trunk_addresses_.check(table, "address", trunk.address.address());
    directory_.trunks.push_back(std::move(trunk));
  }

  void read_queue(const toml::table* node, std::string path) {
    const TomlTable table{reading_, node, std::move(path)};
    Queue queue;
    queue.id = {table.needed_text("name")};
    queue.phone_number = read_number(table);
    read_agents(table, queue.agents);
    table.span("ring_timeout_s", queue.ring_time, seconds{1}, seconds{600});
    table.span("patience_s", queue.patience, seconds{1}, kDay);
    queue.overflow = dialled_number(table.text("overflow"));
    if (!queue.overflow.empty() &&
        (!is_number(queue.overflow) || queue.overflow == queue.phone_number))
      table.refuse("overflow", "must not be the number of the queue itself");
    table.number("max_waiting", queue.max_waiting, 1, 10'000);
    table.span("wrap_up_time_s", queue.wrap_up, seconds{0}, kDay);
    queue_names_.check(table, "name", queue.id.value);
    numbers_.check(table, "number", queue.phone_number);
    directory_.queues.push_back(std::move(queue));
    queue_tables_.push_back(table);
  }

  void read_group(const toml::table* node, std::string path) {
    const TomlTable table{reading_, node, std::move(path)};
    Group group;
    group.name = table.needed_text("name");
    group.id = derived_group_id(group.name);
    read_members(table, "supervisors", group.supervisors);
    read_members(table, "users", group.users);
    group_names_.check(table, "name", group.name);
    directory_.groups.push_back(std::move(group));
  }

  /// Login names. Who is named twice counts once.
  void read_members(const TomlTable& table, std::string_view key, std::vector<UserId>& into) const {
    std::vector<std::string> names;
    table.list(key, names, "expected a list of users' names",
               [](const std::string& text) { return std::optional{text}; });
    std::unordered_set<std::string_view> seen;
    for (const std::string& name : names) {
      const auto place = user_places_.find(name);
      if (place == user_places_.end()) {
        table.refuse(key, "there is no user \"" + name + "\"");
        continue;
      }
      const User& user = directory_.users[place->second];
      if (key == "supervisors" && !user.has(Role::Supervisor))
        table.refuse(key, "the user \"" + name + "\" does not have the role supervisor");
      if (seen.insert(name).second) into.push_back(user.id);
    }
  }

  void read_agent_state(const toml::table* node, std::string path) {
    const TomlTable table{reading_, node, std::move(path)};
    DefinedState state;
    state.operation_name = table.needed_text("operation");
    if (!is_operation_name(state.operation_name))
      table.refuse("operation", "expected up to 64 letters, digits or characters of -_.");
    else if (operation_named(state.operation_name))
      table.refuse("operation", "\"" + state.operation_name +
                                    "\" is an operation of the API already; choose another name");
    state.display_name = state.operation_name;
    table.text("display_name", state.display_name);
    table.choice("state", state.state, kStates);
    AgentState work_mode = AgentState::NotReady;
    table.choice("work_mode", work_mode, kWorkModes);
    if (table.has("work_mode") && state.state == AgentState::Ready)
      table.refuse("work_mode", "goes with state = \"NotReady\" alone");
    if (state.state != AgentState::Ready) state.state = work_mode;
    table.text("reason_code", state.reason_code);
    state.id = {uuid_of("agent state " + state.operation_name)};
    table.text("id", state.id.value);
    if (!is_uuid(state.id.value)) table.refuse("id", "expected a UUID in lower case, with dashes");
    const bool is_new = state_names_.check(table, "operation", state.operation_name);
    if (is_new || table.has("id")) state_ids_.check(table, "id", state.id.value);
    directory_.agent_states.push_back(std::move(state));
  }

  static std::string read_number(const TomlTable& table) {
    std::string number = dialled_number(table.needed_text("number"));
    if (!is_number(number)) table.refuse("number", kNumber);
    return number;
  }

  void read_agents(const TomlTable& table, std::vector<DeviceId>& into) const {
    std::vector<std::string> numbers;
    table.list("agents", numbers, "expected a list of devices' numbers",
               [](const std::string& text) { return std::optional{text}; });
    for (const std::string& number : numbers)
      if (const auto device = devices_by_number_.find(dialled_number(number));
          device != devices_by_number_.end())
        into.push_back(device->second);
      else
        table.refuse("agents", "no device has the number \"" + number + "\"");
  }

  /// Once all numbers are known.
  static void check_overflow(const TomlTable& table, const Directory& directory,
                             const std::string& number) {
    if (number.empty() || directory.device_numbered(number) || directory.queue_numbered(number) ||
        directory.trunk_for(number))
      return;
    table.refuse("overflow", "nobody can be called at \"" + number +
                                 "\": no device or queue has this number, and no trunk takes it");
  }

  const TomlTable& root_;
  TomlReading& reading_;
  DirectoryEntries directory_;
  std::unordered_map<std::string, DeviceId> devices_by_number_;
  std::unordered_map<std::string, std::size_t> user_places_;  ///< in the directory, by login name
  std::vector<TomlTable> queue_tables_;                       ///< of the directory's queues
  Unique queue_names_;
  Unique numbers_, sip_users_, device_ids_;
  Unique user_names_, user_ids_, owned_;
  Unique trunk_names_, trunk_addresses_;
  Unique group_names_;
  Unique state_names_, state_ids_;
};

}  // namespace

UserId derived_user_id(std::string_view user_name) { return {sha256_hex(user_name).substr(0, 32)}; }

DeviceId derived_device_id(std::string_view phone_number) { return {uuid_of(phone_number)}; }

GroupId derived_group_id(std::string_view name) {
  return {"2-" + uuid_of("group " + std::string{name})};
}

SkillId derived_skill_id(std::string_view name) { return {uuid_of("skill " + std::string{name})}; }

DirectoryEntries read_directory(const TomlTable& root, TomlReading& reading) {
  return DirectoryReader{root, reading}.read();
}

}  // namespace earshot::app
