#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "model/ids.h"
#include "model/media.h"
#include "model/supervision.h"
#include "model/user_data.h"

namespace earshot {

/// `callType` (calls.md §1.1): how a conversation began. Kept when another party takes a place in
/// it; who was consulted has the first call's once the consultation is completed.
enum class CallType { Internal, Inbound, Outbound, Consult };

/// Why a leg ended or could not be made. edge/signalling turns it into SIP and back.
enum class ReleaseCause {
  Normal,     ///< somebody hung up
  Cancelled,  ///< the caller gave up while it rang
  Rejected,   ///< the called party declined
  Busy,
  NoAnswer,
  Unreachable,  ///< no registered phone, or it does not respond
  WrongNumber,
  NotAcceptable,    ///< no common codec
  ForwardingLoop,   ///< forwarded numbers lead back to one another
  TooManyForwards,  ///< forwarded more often than is allowed
  Overload,         ///< this server has no room for it
  PeerOverload,     ///< the phone or trunk called said that it has none (SIP 503)
  Failure,          ///< anything else, a server error among them
};

// The states of a leg; each carries only what is true in it. Released legs leave the call.

/// The caller waits for the called party. A phone that called is not yet answered; the phone of an
/// owner who dialled by API is called first, and is `phone_up` once it picked up.
struct Dialing {
  bool phone_up = false;
  bool asked_to_answer = false;  ///< the own phone, which was called first, was told to pick up
  bool operator==(const Dialing&) const = default;
};
/// Invited, but the phone has not rung yet. Nobody is shown such a leg's own view.
struct Offered {
  bool operator==(const Offered&) const = default;
};
/// The phone rings. Its owner is shown the call, and may answer or reject it.
struct Ringing {
  bool answerable = false;  ///< its phone can be made to answer (decisions A9)
  bool operator==(const Ringing&) const = default;
};
/// Its phone has answered, and it has reached the other side.
struct Established {
  bool held = false;  ///< by operation; the phone may hold beside it
  bool operator==(const Established&) const = default;
};
using LegState = std::variant<Dialing, Offered, Ringing, Established>;

/// What makes a leg a supervisor's: it exists because its owner monitors `target`.
struct Monitoring {
  SupervisorMode mode = SupervisorMode::ListenIn;
  MonitoringScope scope = MonitoringScope::Call;
  MonitoringMode subscription = MonitoringMode::AllCalls;
  DeviceId agent{};  ///< the device of the subscription that brought this leg
  /// The monitored party's leg, the only one a coach is heard by. It may be gone: then nobody is
  /// monitored until somebody serves the customer again (core/supervision.h).
  LegId target;
  /// While the supervisor is with the agent's consultation: the agent's leg in the call they came
  /// from, to which they return (DD-28).
  std::optional<LegId> home{};
  bool target_muted = false;  ///< MuteMonitoredUser, in BargeIn only
  bool guest = false;         ///< brought along by a supervisor without being one: changes no mode
  bool operator==(const Monitoring&) const = default;
};

/// Which end of a conversation a party is at. Whoever a party brings in (an invitation, a transfer,
/// a consultation, a queue's agent) comes to the same side; a supervisor is at the monitored
/// party's. So the side opposite to a monitored agent is the customer's, whoever that is.
enum class Side { Caller, Called };

/// The other of the two ends.
constexpr Side opposite(Side side) { return side == Side::Caller ? Side::Called : Side::Caller; }

/// How a call came to be at a device or trunk it was not made to (RFC 5806).
struct Diversions {
  std::vector<std::string> by{};  ///< the numbers of our devices that forwarded it, in that order
  unsigned earlier = 0;           ///< how often it had been diverted before
  std::size_t count() const { return earlier + by.size(); }
  bool operator==(const Diversions&) const = default;
};

/// Brought into a standing call by a party of it: SingleStepConference, or SingleStepTransfer,
/// after whose answer `by` leaves. Others are not shown such a leg before it has answered.
struct Invitation {
  LegId by;
  bool is_transfer = false;
  bool operator==(const Invitation&) const = default;
};

/// One party's part in one conversation. A party is a device of ours or, without one, somebody
/// behind a trunk. An agent who consults has a leg in each of the two conversations, and one phone:
/// both legs are on one line, and they take part in one of them at a time.
struct Leg {
  LegId id;
  LineId line;        ///< its phone's dialog and media
  ConversationId in;  ///< changes when a consultation is completed
  CallId known_as;    ///< the owner knows the call by this id for the life of the leg
  Side side = Side::Caller;
  std::optional<DeviceId> device;
  std::optional<TrunkId> trunk;
  std::string number;     ///< the party's own
  std::string name{};     ///< display name, as its phone or trunk said when it called; or ""
  bool incoming = false;  ///< its phone or trunk called us, and is answered by us
  LegState state;
  TimePoint since;           ///< came to exist; `duration` counts from here (calls.md §1.1)
  bool phone_holds = false;  ///< of the line: its phone has stopped listening by itself
  bool muted = false;        ///< the owner's own mute
  std::optional<QueueId> from_queue;  ///< that brought it to an agent: not answered, it goes back
  Diversions diverted{};              ///< on the way from the number that was called
  std::optional<Invitation> invited;  ///< into a standing call
  std::optional<Monitoring> monitoring;
  bool operator==(const Leg&) const = default;

  /// Has answered and reached somebody, held or not.
  bool is_established() const { return std::holds_alternative<Established>(state); }
  /// By operation or by its own phone. Only an established leg can be.
  bool is_held() const {
    const auto* established = std::get_if<Established>(&state);
    return established && (established->held || phone_holds);
  }
  /// Hears and is heard, as far as its own state goes.
  bool in_mix() const { return is_established() && !is_held(); }
};

/// What makes a conversation a consultation: the owner of the leg `from`, which is held meanwhile,
/// asks somebody before they transfer or confer. An ordinary call once that leg is gone.
struct Consultation {
  LegId from;
  bool for_transfer = false;  ///< InitiateTransfer; else InitiateConference. Either completes it
  UserData copied{};          ///< the first call's data as the consultation began
  bool operator==(const Consultation&) const = default;
};

/// How a queue brought a conversation to its agent, or will. While it is `waiting`, the
/// conversation needs no second party; its callers hear music, and an agent's phone may ring.
struct Queueing {
  QueueId queue;
  std::string number;        ///< the queue's; shown to the caller as the number called
  TimePoint since;           ///< entered this queue
  Side side = Side::Called;  ///< of the agents it brings
  bool waiting = true;
  /// An agent who was offered the call and did not take it.
  struct Declined {
    DeviceId agent;
    TimePoint until;  ///< the call is not offered to them before
    bool operator==(const Declined&) const = default;
  };
  std::vector<Declined> declined;
  bool operator==(const Queueing&) const = default;
};

/// A recording of a conversation that is under way: one stem a party.
struct CallRecording {
  TimePoint since;
  bool paused = false;
  bool operator==(const CallRecording&) const = default;
};

/// What the API shows as one call resource.
struct Conversation {
  ConversationId id;
  CallId call;          ///< the `id` of who began it
  std::string conn_id;  ///< 16 lower-case hex digits, starts "00"
  CallType type = CallType::Internal;
  std::string dnis;                ///< number dialled by the caller
  std::optional<std::string> ani;  ///< the external caller's number, where there is one
  std::size_t diverted = 0;        ///< how often, when it began: elsewhere, and by devices of ours
  UserData user_data;
  std::optional<LegId> owner;  ///< who made a conference of it, and may remove parties
  std::optional<Consultation> consultation;
  std::optional<Queueing> queueing;
  std::optional<CallRecording> recording;
  unsigned recordings = 0;  ///< how many have begun
  /// In its queue still; false also where it never was in one.
  bool is_waiting() const { return queueing && queueing->waiting; }
  bool operator==(const Conversation&) const = default;
};

/// A call: a value. core decides its next value; nothing else changes one. It begins as one
/// conversation; consultations stand beside it in the same bridge, so that completing one moves
/// nobody: who hears whom is all that changes.
struct Call {
  BridgeId bridge;
  std::vector<Conversation> conversations;  ///< oldest first; each has legs
  std::vector<Leg> legs;                    ///< in order of joining
  std::vector<DeviceId> watched_by;  ///< supervisors' devices this call was brought to, once each
  std::uint64_t revision = 0;        ///< of the media plan; grows with each plan that differs
  bool operator==(const Call&) const = default;

  /// Null where it has left the call. Linear: a call has few legs (calls.max_legs).
  const Leg* leg(LegId id) const {
    for (const Leg& candidate : legs)
      if (candidate.id == id) return &candidate;
    return nullptr;
  }
  /// The same, for core to change.
  Leg* leg(LegId id) { return const_cast<Leg*>(std::as_const(*this).leg(id)); }
  /// The leg that has been on the line the longest: the only one until its phone has answered.
  /// Null where no leg of this call is on it.
  const Leg* first_on(LineId line) const {
    for (const Leg& candidate : legs)
      if (candidate.line == line) return &candidate;
    return nullptr;
  }
  /// The same, for core to change.
  Leg* first_on(LineId line) { return const_cast<Leg*>(std::as_const(*this).first_on(line)); }
  /// Precondition: there is one of that id, as there is for every leg's `in`.
  const Conversation& conversation(ConversationId id) const {
    return *std::find_if(conversations.begin(), conversations.end(),
                         [&](const Conversation& each) { return each.id == id; });
  }
  /// The same, for core to change.
  Conversation& conversation(ConversationId id) {
    return const_cast<Conversation&>(std::as_const(*this).conversation(id));
  }
  /// The one that `leg`, a leg of this call, is in now.
  const Conversation& conversation_of(const Leg& leg) const { return conversation(leg.in); }
  /// The same, for core to change.
  Conversation& conversation_of(const Leg& leg) { return conversation(leg.in); }
};

}  // namespace earshot
