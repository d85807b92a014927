#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/endpoint.h"
#include "base/time.h"
#include "model/ids.h"
#include "model/station.h"

namespace earshot {

/// What a user may do (rest-and-sessions.md §C.3). None implies another; rules ask for Supervisor
/// alone.
enum class Role { Agent, Supervisor, Admin, ApiUser };

/// What a user is good at.
struct Skill {
  SkillId id;
  std::string name;
  bool operator==(const Skill&) const = default;
};

/// A skill that a user has, and how much of it.
struct HeldSkill {
  Skill skill;
  int level = 1;  ///< higher is better
  bool operator==(const HeldSkill&) const = default;
};

/// Somebody who logs in by name and password, and acts by one device, if any.
struct User {
  UserId id;
  std::string user_name;  ///< the login name; any string
  std::string password;   ///< as configured; compared in constant time, never shown
  std::string first_name;
  std::string last_name;
  std::string email_address;
  std::vector<Role> roles;
  std::optional<DeviceId> default_device;
  std::string employee_id;
  std::vector<HeldSkill> skills;  ///< each skill once
  /// Exactly this role.
  bool has(Role role) const {
    for (const Role held : roles)
      if (held == role) return true;
    return false;
  }
  bool operator==(const User&) const = default;
};

/// A phone of ours: the number it is called at, and the SIP account it registers with.
struct Device {
  DeviceId id;
  std::string phone_number;  ///< internal number, as dialled
  std::string sip_user;      ///< digest user name and the user part of its address of record
  std::string sip_password;
  bool auto_answer = false;  ///< INVITE carries answer-after=0 (decisions A9)
  std::string description;   ///< any text, for people
  bool operator==(const Device&) const = default;
};

/// A static peer: calls come in from its address, and go out to it by number prefix.
struct Trunk {
  TrunkId id;
  Endpoint address;  ///< SIP over UDP
  std::vector<std::string>
      prefixes;  ///< dialled numbers it takes; the longest match wins; "" takes all
  /// It is told who forwarded a call to it; else only that somebody did (RFC 5806).
  bool tell_diversions = false;
  bool operator==(const Trunk&) const = default;
};

/// A number behind which calls wait, with music, for the agent of several who has been ready
/// longest.
struct Queue {
  QueueId id;
  std::string phone_number;       ///< internal number, as dialled
  std::vector<DeviceId> agents;   ///< whose users serve it while they are Ready
  seconds ring_time{15};          ///< of an agent's phone, before the call goes back to the queue
  seconds patience{300};          ///< of a call; then it overflows
  std::string overflow;           ///< the number called then; "": the call ends
  std::size_t max_waiting = 100;  ///< further callers find it busy
  seconds wrap_up{};              ///< AfterCallWork of the agent after each call
  bool operator==(const Queue&) const = default;
};

/// Users who work together, and the supervisors who look after them: a business unit
/// (rest-and-sessions.md §E.5). What follows from it stands in model/oversight.h.
struct Group {
  GroupId id;
  std::string name;
  std::vector<UserId> supervisors;  ///< each once; of those alone who have that role
  std::vector<UserId> users;        ///< each once
  bool operator==(const Group&) const = default;
};

/// How the API names a queue: a UUID, the same in every run.
std::string api_id_of(const QueueId& queue);

/// A state for agents to be in that an administrator has defined (rest-and-sessions.md §E.2).
struct DefinedState {
  AgentStateId id;
  std::string operation_name;  ///< by which it is asked for; no name of model/operation.h
  std::string display_name;
  AgentState state = AgentState::NotReady;  ///< what it amounts to; not LoggedOut
  std::string reason_code;                  ///< shown as `userState.reason`; "": none
  bool operator==(const DefinedState&) const = default;
};

/// Everything configured about who and what exists, as it was read.
struct DirectoryEntries {
  std::vector<User> users;
  std::vector<Device> devices;
  std::vector<Trunk> trunks;
  std::vector<Queue> queues;
  std::vector<Group> groups;
  std::vector<DefinedState> agent_states;
  bool operator==(const DirectoryEntries&) const = default;
};

/// The same with indexes: nothing is found by looking at all entries. Immutable; a server that runs
/// is given another one whole (docs/decisions/0009-a-directory-that-changes.md).
class Directory {
 public:
  explicit Directory(DirectoryEntries entries);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  /// As configured, in the order of the file; so are the four below.
  const std::vector<User>& users() const { return entries_.users; }
  /// Their order decides between agents idle equally long (core/distribution.h).
  const std::vector<Device>& devices() const { return entries_.devices; }
  /// Of two with the same prefix, or the same address, the first counts.
  const std::vector<Trunk>& trunks() const { return entries_.trunks; }
  /// Whether or not they have agents.
  const std::vector<Queue>& queues() const { return entries_.queues; }
  /// None at all: every supervisor looks after everybody (model/oversight.h).
  const std::vector<Group>& groups() const { return entries_.groups; }
  /// Those that users have, each once, in the order in which they are first named.
  const std::vector<Skill>& skills() const { return skills_; }
  /// Beside the system's own, which always are.
  const std::vector<DefinedState>& agent_states() const { return entries_.agent_states; }

  /// Null where nobody matches; of several the first.
  const User* user(const UserId& id) const;
  /// Those who have `role`, in the order of the file.
  const std::vector<const User*>& users_with(Role role) const {
    return by_role_[static_cast<std::size_t>(role)];
  }
  /// By login name, in the case written. Null: nobody has it.
  const User* user_named(std::string_view user_name) const;
  /// The user whose default device it is; null: nobody's.
  const User* owner_of(const DeviceId& id) const;
  /// Null where it is not configured, or no longer: ids outlive a reload.
  const Device* device(const DeviceId& id) const;
  /// By the number it is called at, as base/phone_number.h writes it. Null: none.
  const Device* device_numbered(std::string_view phone_number) const;
  /// By digest user name, in the case written. Null: none.
  const Device* device_of_sip_user(std::string_view sip_user) const;
  /// Null where it is not configured, or no longer.
  const Queue* queue(const QueueId& id) const;
  /// By what api_id_of gives. Null: none.
  const Queue* queue_with_api_id(std::string_view id) const;
  /// By the number callers dial. Null: none.
  const Queue* queue_numbered(std::string_view phone_number) const;
  /// By operationName, in the case written. Null: none. Linear: there are few.
  const DefinedState* agent_state_named(std::string_view operation_name) const;
  /// By id, in any case. Null where it is not defined, or no longer.
  const DefinedState* agent_state(const AgentStateId& id) const;
  /// The queues that `agent` serves.
  const std::vector<const Queue*>& queues_of(const DeviceId& agent) const;
  /// Null where it is not configured, or no longer.
  const Group* group(const GroupId& id) const;
  /// The groups of whose users `user` is one, in the order of the file.
  const std::vector<const Group*>& groups_of(const UserId& user) const;
  /// The groups of whose supervisors `user` is one, in the order of the file.
  const std::vector<const Group*>& groups_supervised_by(const UserId& user) const;
  /// Null where no user has it.
  const Skill* skill(const SkillId& id) const;
  /// Null where it is not configured, or no longer.
  const Trunk* trunk(const TrunkId& id) const;
  /// The trunk with the longest prefix of `number`; null where none fits.
  const Trunk* trunk_for(std::string_view number) const;
  /// The trunk whose address (port aside) is `source`'s; null: a stranger.
  const Trunk* trunk_at(const Endpoint& source) const;

 private:
  template <class Entry>
  using ByText = std::unordered_map<std::string_view, const Entry*>;  // views into the entries

  const DirectoryEntries entries_;
  ByText<User> users_, users_by_name_, owners_;
  ByText<Device> devices_, devices_by_number_, devices_by_sip_user_;
  std::array<std::vector<const User*>, 4> by_role_;
  ByText<Queue> queues_, queues_by_number_;
  std::unordered_map<std::string, const Queue*> queues_by_api_id_;
  std::unordered_map<std::string_view, std::vector<const Queue*>> queues_of_;
  ByText<Group> groups_;
  std::unordered_map<std::string_view, std::vector<const Group*>> groups_of_, supervised_by_;
  std::vector<Skill> skills_;
  std::unordered_map<std::string_view, std::size_t> skill_places_;  // keys as in users' skills
  ByText<Trunk> trunks_, trunks_by_prefix_;
  std::size_t longest_prefix_ = 0;
  std::map<std::array<std::uint8_t, 16>, const Trunk*> trunks_by_address_;
};

/// The directory in force, shared by whoever still looks at it. Parts of the server hold a
/// reference to the one snapshot of theirs that app replaces, on the control loop, and keep no
/// pointer into it.
using DirectorySnapshot = std::shared_ptr<const Directory>;

}  // namespace earshot
