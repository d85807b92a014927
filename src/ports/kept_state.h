#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "base/time.h"
#include "model/ids.h"
#include "model/station.h"
#include "model/supervision.h"

namespace earshot {

/// One place where a phone can be reached (RFC 3261 §10). Times here are the control loop's.
struct KeptBinding {
  std::string contact;     ///< a URI: the Request-URI of calls to it
  Endpoint source;         ///< where its REGISTER came from, and calls are sent to (RFC 3581)
  bool talk = false;       ///< its REGISTER said Allow-Events: talk
  std::string call_id;     ///< of that REGISTER; UTF-8
  std::uint32_t cseq = 0;  ///< likewise (RFC 3261 §10.3, step 7)
  TimePoint expires_at{};
  bool operator==(const KeptBinding&) const = default;
};

/// Where a device's phone can be reached.
struct KeptPhone {
  DeviceId device;
  std::vector<KeptBinding> bindings;  ///< oldest first
  std::string credentials{};          ///< a digest of those it proved to have
  bool operator==(const KeptPhone&) const = default;
};

/// What an agent said of themselves and of calls to them, and what their device monitors.
struct KeptStation {
  DeviceId device;
  AgentState agent_state = AgentState::LoggedOut;
  std::optional<MonitoringSubscription> monitoring{};
  AgentStateId defined{};  ///< the state an administrator has defined; "": the system's own
  std::string reason{};    ///< why they are in it; "": none is given
  std::optional<TimePoint> wrap_up_until{};  ///< then AfterCallWork ends by itself
  bool do_not_disturb = false;
  std::string forward_to{};  ///< "": calls come here
  bool operator==(const KeptStation&) const = default;
};

/// Keeps what outlives the server, so that a restart leaves phones reachable and agents at work.
/// Control loop only; must not wait for a disk. Nothing fails: what cannot be kept is the keeper's
/// to tell, and is only missed after the next start.
class KeptState {
 public:
  virtual ~KeptState() = default;
  /// In place of what was kept of that phone; without bindings nothing is.
  virtual void keep(KeptPhone phone) = 0;
  /// In place of what was kept of that station; where it is as it is without a word of its user's,
  /// logged out, nothing is.
  virtual void keep(KeptStation station) = 0;
};

/// What an earlier life of the server kept, as far as it is still true.
struct RestoredState {
  std::vector<KeptPhone> phones;
  std::vector<KeptStation> stations;
  /// How long there was no server, as the wall clock tells. At most 30 s more than that.
  Duration down{};
};

}  // namespace earshot
