#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "model/call_view.h"
#include "model/device_view.h"
#include "model/ids.h"
#include "model/refusal.h"
#include "model/requests.h"

namespace earshot {

/// What users may ask of the engine. Control loop only; answers at once: "accepted" or refused.
/// What came of it is told by events. A user sees and acts on the own devices and calls alone.
class VoiceApi {
 public:
  virtual ~VoiceApi() = default;

  virtual Status<Refusal> operate(const UserId& user, const CallId& call,
                                  const CallRequest& request) = 0;
  virtual Status<Refusal> dial(const UserId& user, const DeviceId& device,
                               const DialRequest& request) = 0;
  virtual Status<Refusal> operate(const UserId& user, const DeviceId& device,
                                  const DeviceRequest& request) = 0;
  /// Ready, NotReady, AfterCallWork, AuxWork, Offline.
  virtual Status<Refusal> set_agent_state(const UserId& user, Operation state) = 0;
  /// Logs the user's voice channel in; again is harmless.
  virtual Status<Refusal> start_session(const UserId& user, const SessionRequest& request) = 0;
  virtual void end_session(const UserId& user) = 0;

  virtual std::vector<CallView> calls_of(const UserId& user) const = 0;
  virtual std::optional<CallView> call_of(const UserId& user, const CallId& call) const = 0;
  virtual std::vector<DeviceView> devices_of(const UserId& user) const = 0;
};

}  // namespace earshot
