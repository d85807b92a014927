#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "core/command.h"
#include "core/distribution.h"
#include "core/policy.h"
#include "model/call.h"
#include "model/directory.h"
#include "model/event.h"
#include "model/refusal.h"
#include "model/requests.h"
#include "model/station.h"

namespace earshot::core {

// The floor: who sits where, in which state, who monitors whom, and what waits in queues. Calls
// are values of their own (core/decide.h); the floor knows of each what its rules ask.

/// A phone's part in one call.
struct Part {
  BridgeId bridge;
  LegId leg;
  bool established = false;
  bool in_mix = false;
  std::optional<DeviceId>
      monitors{};                 ///< supervises: the agent of the subscription that brought it
  Barging barging = Barging::No;  ///< of its user as a supervisor, in this call
  bool next_call = false;         ///< that subscription was to the agent's next call alone
  bool operator==(const Part&) const = default;
};

/// A device and all that the floor knows of it.
struct Desk {
  Station station;
  std::vector<Part> parts;                 ///< its phone's, in calls
  std::optional<DeviceId> monitored_by;    ///< the supervisor whose subscription is to this device
  std::optional<TimePoint> state_since;    ///< in this state; nothing: since the server began
  TimePoint idle_since{};                  ///< in this state, and in no call, since then
  std::optional<TimePoint> wrap_up_until;  ///< then AfterCallWork ends by itself
  std::optional<TimePoint> ready_since;    ///< its place among the ready agents of its queues
  bool operator==(const Desk&) const = default;
};

/// A conversation that waits, first come first.
struct Waiter {
  TimePoint since;
  BridgeId bridge;
  ConversationId conversation;
  auto operator<=>(const Waiter&) const = default;
};
/// What the floor knows of a conversation that waits.
struct Waiting {
  Queueing queueing;
  bool offerable = false;  ///< is_offerable, and the call has room for the agent
  TimePoint look_at;       ///< when time alone may change what is to be done
  bool operator==(const Waiting&) const = default;
};
/// One queue: who waits, first come first, and which agents could be offered a call.
struct QueueLine {
  std::map<Waiter, Waiting> waiting;
  std::set<ReadyAgent> ready;
  bool operator==(const QueueLine&) const = default;
};

/// A value. Everything in it is found by id; nothing asks all desks or all calls.
struct Floor {
  DirectorySnapshot directory;
  std::unordered_map<DeviceId, Desk> desks;  ///< one a device of the directory
  std::map<QueueId, QueueLine> queues;       ///< those with anybody in them
  std::vector<QueueId> full;                 ///< as many calls wait there as may
  std::set<QueueId> to_look_at;              ///< changed since LookAtQueues
  /// When time alone may change what is to be done for a waiter.
  struct LookAt {
    TimePoint at;
    QueueId queue;
    Waiter waiter;
    auto operator<=>(const LookAt&) const = default;
  };
  std::set<LookAt> looks;
  std::set<std::pair<TimePoint, DeviceId>> wrap_ups;  ///< that end by themselves

  /// Null where no such device is configured.
  const Desk* desk(const DeviceId& device) const;
  /// The same, for core to change.
  Desk* desk(const DeviceId& device);
  bool operator==(const Floor&) const = default;
};

// ---- what can happen on it ----

/// A phone's first binding came, or its last one went.
struct PhoneRegistered {
  DeviceId device;
  bool registered = false;
};
/// POST /me/devices/{id}: a subscription or its end, or how new calls are to be treated.
struct DeviceAsked {
  UserId user;
  DeviceId device;
  DeviceRequest request;
};
/// Ready, NotReady, AfterCallWork, AuxWork, Offline, or what an administrator has defined.
struct StateAsked {
  UserId user;
  StateRequest state;
};
/// What an earlier life of the server kept of a device (docs/restart.md), beside what its user can
/// be taken to ask for again.
struct StationRestored {
  DeviceId device;
  bool do_not_disturb = false;
  std::string forward_to{};
  std::optional<TimePoint> wrap_up_until{};  ///< of the AfterCallWork its user is in
};
/// Ready, NotReady, Offline, which a supervisor asks for an agent (§C.5).
struct AgentStateAsked {
  UserId supervisor;
  UserId agent;
  Operation state;
};
/// StartContactCenterSession.
struct SessionAsked {
  UserId user;
  SessionRequest request;
};
/// A queue has changed, or the time it waited for has come.
struct LookAtQueues {};
/// Another directory is to be in force. Who is no longer in it is logged out, their calls end, and
/// what waits in a queue that is gone overflows, all by the old directory; then DirectoryInForce.
struct DirectoryChanged {
  DirectorySnapshot to;
};
/// The other directory takes over: desks and queues are its own from now on.
struct DirectoryInForce {
  DirectorySnapshot directory;
};
using FloorFact = std::variant<PhoneRegistered, DeviceAsked, StateAsked, AgentStateAsked,
                               SessionAsked, StationRestored, UseUp, NotServed, WrapUp,
                               LookAtQueues, DirectoryChanged, DirectoryInForce>;

/// What is to be told to a call.
struct Order {
  BridgeId bridge;
  Command command;
};

/// The next value of the floor, and whom to tell of it.
struct FloorDecision {
  Floor floor;
  std::vector<Event> events;      ///< to be told at once, before the orders
  std::vector<Order> orders;      ///< in this order
  std::vector<DeviceId> changed;  ///< whose stations or wrap-ups are not as they were; some twice
};

/// A floor where nobody is logged in and no phone registered.
Floor open_floor(DirectorySnapshot directory);

/// Nothing: `fact` would be taken. Only what the API asks is ever refused.
std::optional<Refusal> refusal_of(const Floor& floor, const FloorFact& fact, const Policy& policy);

/// What becomes of the floor. Pure: the same input gives the same answer; the floor is moved
/// through, not copied. Precondition: refusal_of has nothing against it.
FloorDecision decide(Floor floor, const FloorFact& fact, const Policy& policy, TimePoint now);

/// The floor after a decision about one call. @param before  null, or as `after`: none
Floor follow_call(Floor floor, const Call* before, const Call* after, const Policy& policy,
                  TimePoint now);

/// When LookAtQueues is due though nothing happens: a refusal is forgotten, patience or a wrap-up
/// ends. Nothing: never.
std::optional<TimePoint> next_look(const Floor& floor);

/// The live subscriptions to the devices in `call`, in order of the supervisors' device ids;
/// without those to the next call that have one already.
std::vector<Watch> watches_on(const Floor& floor, const Call& call);

/// The call that MuteMonitoredUser or UnmuteMonitoredUser at a supervisor's device means: the one
/// they are barged in to. Nothing where `asked` is another operation, or there is none.
std::optional<Order> muting(const Floor& floor, const DeviceAsked& asked);

/// The desk at which `user` may act as `device`; null: not theirs.
const Desk* desk_of(const Floor& floor, const UserId& user, const DeviceId& device);
/// The desk of the user's default device; null: they have none.
const Desk* desk_of(const Floor& floor, const UserId& user);

}  // namespace earshot::core
