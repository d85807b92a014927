#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "base/time.h"
#include "model/ids.h"

namespace earshot {

enum class Role { Agent, Supervisor, Admin, ApiUser };

struct User {
  UserId id;
  std::string user_name;  ///< the login name; any string
  std::string password;   ///< as configured; compared in constant time, never shown
  std::string first_name;
  std::string last_name;
  std::string email_address;
  std::vector<Role> roles;
  std::optional<DeviceId> default_device;
  bool has(Role role) const {
    for (const Role held : roles)
      if (held == role) return true;
    return false;
  }
};

struct Device {
  DeviceId id;
  std::string phone_number;  ///< internal number, as dialled
  std::string sip_user;      ///< digest user name and the user part of its address of record
  std::string sip_password;
  bool auto_answer = false;  ///< INVITE carries answer-after=0 (decisions A9)
};

/// A static peer: calls come in from its address, and go out to it by number prefix.
struct Trunk {
  TrunkId id;
  Endpoint address;  ///< SIP over UDP
  std::vector<std::string>
      prefixes;  ///< dialled numbers it takes; the longest match wins; "" takes all
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
};

/// Everything configured about who and what exists. Immutable while the server runs.
struct Directory {
  std::vector<User> users;
  std::vector<Device> devices;
  std::vector<Trunk> trunks;
  std::vector<Queue> queues;

  /// Null where nobody matches. Linear: a directory has hundreds of entries, not millions.
  const User* user(const UserId& id) const;
  const User* user_named(std::string_view user_name) const;
  /// The user whose default device it is.
  const User* owner_of(const DeviceId& id) const;
  const Device* device(const DeviceId& id) const;
  const Device* device_numbered(std::string_view phone_number) const;
  const Device* device_of_sip_user(std::string_view sip_user) const;
  const Queue* queue(const QueueId& id) const;
  const Queue* queue_numbered(std::string_view phone_number) const;
  const Trunk* trunk(const TrunkId& id) const;
  /// The trunk with the longest prefix of `number`.
  const Trunk* trunk_for(std::string_view number) const;
  /// The trunk whose address (port aside) is `source`'s.
  const Trunk* trunk_at(const Endpoint& source) const;
};

}  // namespace earshot
