#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/call.h"
#include "model/operation.h"

namespace earshot {

/// `state` as the API shows it for one leg.
enum class CallViewState { Dialing, Ringing, Established, Held, Released };

/// `recordingState`.
enum class RecordingState { Stopped, Recording, Paused };

/// One of `participants`: another party, as the owner of the view is shown it.
struct Participant {
  std::string number;
  bool internal = true;  ///< a device of ours; e164Number is ""
  bool operator==(const Participant&) const = default;
};

/// One call as one party sees it: everything the API's call resource says (calls.md §1), derived by
/// core from Call and Leg. view makes its JSON.
struct CallView {
  CallId id;
  std::string conn_id;
  DeviceId device;           ///< whose view this is
  std::string phone_number;  ///< that device's number
  CallViewState state = CallViewState::Released;
  CallType type = CallType::Internal;
  std::vector<Participant> participants;  ///< never the owner
  std::string dnis;
  std::optional<std::string> ani;
  std::vector<Operation> capabilities;
  UserData user_data;
  seconds duration{};
  bool mute = false;
  bool supervisor_listening_in = false;
  bool monitored_user_muted = false;
  bool monitoring = false;
  std::optional<RecordingState> recording;  ///< where calls can be recorded
  std::optional<CallId> parent;  ///< the call it was begun from, for who began this consultation
  bool operator==(const CallView&) const = default;
};

/// The call that keeps a user busy, in short, as those see it who look after them (DD-41).
struct CallSummary {
  CallId id;
  CallViewState state = CallViewState::Released;
  CallType type = CallType::Internal;
  bool monitored = false;                   ///< a supervisor is on it, to watch this user
  TimePoint since{};                        ///< of their part in it
  std::vector<Participant> participants{};  ///< as their own resource of the call has them
  std::optional<QueueId> queue{};           ///< that it came by, or waits in
  bool operator==(const CallSummary&) const = default;
};

}  // namespace earshot
