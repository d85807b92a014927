#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "model/ids.h"
#include "model/media.h"
#include "model/supervision.h"
#include "model/user_data.h"

namespace earshot {

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
  NotAcceptable,  ///< no common codec
  Overload,
  Failure,  ///< anything else, a server error among them
};

// The states of a leg; each carries only what is true in it. Released legs leave the call.

/// The caller waits for the called party. A phone that called is not yet answered; the phone of an
/// owner who dialled by API is called first, and is `phone_up` once it picked up.
struct Dialing {
  bool phone_up = false;
  bool operator==(const Dialing&) const = default;
};
/// Invited, but the phone has not rung yet. Nobody is shown such a leg's own view.
struct Offered {
  bool operator==(const Offered&) const = default;
};
struct Ringing {
  bool answerable = false;  ///< its phone can be made to answer (decisions A9)
  bool operator==(const Ringing&) const = default;
};
enum class HeldBy { Api, Phone };  ///< what may retrieve it: the operation, or the phone alone
struct Established {
  std::optional<HeldBy> held;  ///< shown as state Held
  bool operator==(const Established&) const = default;
};
using LegState = std::variant<Dialing, Offered, Ringing, Established>;

/// What makes a leg a supervisor's: it exists because its owner monitors `target`.
struct Monitoring {
  SupervisorMode mode = SupervisorMode::ListenIn;
  MonitoringScope scope = MonitoringScope::Call;
  MonitoringMode subscription = MonitoringMode::AllCalls;
  LegId target;               ///< the monitored agent's leg; the only one a coach is heard by
  bool target_muted = false;  ///< MuteMonitoredUser, in BargeIn only
  bool operator==(const Monitoring&) const = default;
};

/// Brought into a standing call by a party of it: SingleStepConference, or SingleStepTransfer,
/// after whose answer `by` leaves. Others are not shown such a leg before it has answered.
struct Invitation {
  LegId by;
  bool is_transfer = false;
  bool operator==(const Invitation&) const = default;
};

/// One party's connection to the call. A party is a device of ours or, without one, somebody
/// behind a trunk.
struct Leg {
  LegId id;
  std::optional<DeviceId> device;
  std::optional<TrunkId> trunk;
  std::string number;     ///< the party's own
  bool incoming = false;  ///< its phone or trunk called us, and is answered by us
  LegState state;
  TimePoint since;     ///< came to exist; `duration` counts from here (calls.md §1.1)
  bool muted = false;  ///< the owner's own mute
  std::optional<Invitation> invited;  ///< into a standing call
  std::optional<Monitoring> monitoring;
  bool operator==(const Leg&) const = default;

  bool is_established() const { return std::holds_alternative<Established>(state); }
  bool is_held() const {
    const auto* established = std::get_if<Established>(&state);
    return established && established->held.has_value();
  }
  /// Hears and is heard, as far as its own state goes.
  bool in_mix() const { return is_established() && !is_held(); }
};

/// A call: a value. core decides its next value; nothing else changes one.
struct Call {
  CallId id;
  std::string conn_id;  ///< 16 lower-case hex digits, starts "00"
  CallType type = CallType::Internal;
  BridgeId bridge;
  std::string dnis;                ///< number dialled by the caller
  std::optional<std::string> ani;  ///< the external caller's number, where there is one
  UserData user_data;
  std::vector<Leg> legs;             ///< in order of joining
  std::optional<LegId> owner;        ///< who made a conference of it, and may remove parties
  std::vector<DeviceId> watched_by;  ///< supervisors' devices this call was brought to, once each
  std::uint64_t revision = 0;        ///< of the media plan; grows with each plan that differs
  bool operator==(const Call&) const = default;

  const Leg* leg(LegId id_) const {
    for (const Leg& candidate : legs)
      if (candidate.id == id_) return &candidate;
    return nullptr;
  }
  Leg* leg(LegId id_) {
    for (Leg& candidate : legs)
      if (candidate.id == id_) return &candidate;
    return nullptr;
  }
};

}  // namespace earshot
