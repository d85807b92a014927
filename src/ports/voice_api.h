#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "model/availability.h"
#include "model/call_view.h"
#include "model/device_view.h"
#include "model/hearing.h"
#include "model/ids.h"
#include "model/refusal.h"
#include "model/requests.h"

namespace earshot {

/// Whether a request is carried out, or only judged: then it has the same answer and no effect.
enum class Run { Real, Dry };

/// What users may ask of the engine. Control loop only; answers at once: "accepted" or refused.
/// What came of it is told by events. A user acts on the own devices and calls alone, but for what
/// says otherwise.
class VoiceApi {
 public:
  virtual ~VoiceApi() = default;

  /// SetCallDisposition is accepted for the user's last released calls too (calls.md §4.3).
  virtual Status<Refusal> operate(const UserId& user, const CallId& call,
                                  const CallRequest& request, Run run) = 0;
  /// Calls the device's own phone, and once that is up the destination. Refused: NotFound for
  /// another's device, BackendFailure while its phone is not registered, ParameterInvalid where
  /// nobody can be called at the destination.
  virtual Status<Refusal> dial(const UserId& user, const DeviceId& device,
                               const DialRequest& request, Run run) = 0;
  /// What users ask at the own device: not to be disturbed; of supervisors, to monitor, and to mute
  /// the agent they are barged in to. Refused: see core/station.h; NotFound for another's device.
  virtual Status<Refusal> operate(const UserId& user, const DeviceId& device,
                                  const DeviceRequest& request, Run run) = 0;
  /// Ready, NotReady, AfterCallWork, AuxWork, Offline, or what an administrator has defined.
  /// Refused: NotAllowedNow while logged out, ParameterInvalid for a state that there is not.
  virtual Status<Refusal> set_agent_state(const UserId& user, const StateRequest& state,
                                          Run run) = 0;
  /// Ready, NotReady or Offline, which `supervisor` asks for `agent`; the agent is told as if they
  /// had asked. Refused: RoleMissing for an agent who is not theirs (model/oversight.h), NotFound
  /// for nobody and for one without a device, NotAllowedNow while the agent is logged out.
  virtual Status<Refusal> set_state_of(const UserId& supervisor, const UserId& agent,
                                       Operation state, Run run) = 0;
  /// Logs the user's voice channel in; again is harmless.
  virtual Status<Refusal> start_session(const UserId& user, const SessionRequest& request,
                                        Run run) = 0;
  /// Logs the user's voice channel out, as Offline does; harmless when it is. Calls go on.
  virtual void end_session(const UserId& user) = 0;

  /// Takes in what the world has told up to now: what is read after it is what an operation judges.
  virtual void catch_up() = 0;
  /// The oldest first; none for a user without a device.
  virtual std::vector<CallView> calls_of(const UserId& user) const = 0;
  /// Nothing where the user has no such call, or has it no longer. After a completed consultation
  /// the call is found by both ids.
  virtual std::optional<CallView> call_of(const UserId& user, const CallId& call) const = 0;
  /// Every operation on the user's leg of `call`, with what is in its way. Nothing: no such call.
  virtual std::optional<std::vector<Availability>> availabilities_of(const UserId& user,
                                                                     const CallId& call) const = 0;
  /// Who hears whom in `call`, as the plan in force has it, for who supervises it. From then on its
  /// changes are told (HearingEvent), and the parties' voices are measured for 15 s: what is known
  /// of them comes with it. Refused: NotFound for a call that is not the user's, NotAllowedNow
  /// where they do not supervise it.
  virtual Result<HeardCall, Refusal> hearing_of(const UserId& user, const CallId& call) = 0;
  /// The user's default device, or none.
  virtual std::vector<DeviceView> devices_of(const UserId& user) const = 0;
  /// Anybody's device, whoever asks; nothing where it is not configured.
  virtual std::optional<DeviceView> device(const DeviceId& device) const = 0;
  /// The call that keeps the user of `device` busy: the one they talk in, else the oldest. Nothing:
  /// they are on none.
  virtual std::optional<CallSummary> active_call_at(const DeviceId& device) const = 0;
};

}  // namespace earshot
