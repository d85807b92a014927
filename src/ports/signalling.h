#pragma once

#include <string>
#include <variant>

#include "model/call.h"
#include "model/ids.h"
#include "model/media.h"

namespace earshot {

/// A number behind a trunk.
struct TrunkNumber {
  TrunkId trunk;
  std::string number;
  bool operator==(const TrunkNumber&) const = default;
};
using DialTarget = std::variant<DeviceId, TrunkNumber>;

/// A leg to be made.
struct OutgoingLeg {
  LegId leg;
  CallId call;  ///< for the log
  DialTarget to;
  std::string caller_number;  ///< shown in From
  LocalMedia media;           ///< offered; PCMU and PCMA, telephone-event
  std::string caller_name{};  ///< shown beside it; UTF-8, "" where none is known
};

/// A leg somebody asks us to make.
struct IncomingLeg {
  std::variant<DeviceId, TrunkId> from;  ///< authenticated
  std::string caller_number;  ///< the device's number; for a trunk P-Asserted-Identity or From
  std::string dialled_number;
  bool has_offer = true;      ///< false: the offer is ours to make, in the 200
  std::string caller_name{};  ///< as the phone or trunk says; UTF-8, "" where it says none
};

/// How the engine names a leg it was offered, and the call it begins.
struct NamedLeg {
  LegId leg;
  CallId call;  ///< for the log
};

/// What the engine tells the phones and trunks. Control loop only. Commands for a leg that is gone
/// are harmless: its end is on the way.
class Signalling {
 public:
  virtual ~Signalling() = default;
  /// Leads to leg_ringing*, then leg_answered or leg_ended.
  virtual void dial(OutgoingLeg leg) = 0;
  /// 180 to an incoming leg.
  virtual void ring(LegId leg) = 0;
  /// 200 to an incoming leg; leads to leg_answered with what the phone will receive on, or
  /// leg_ended.
  virtual void answer(LegId leg, LocalMedia media) = 0;
  /// Makes the phone of a ringing outgoing leg pick up (decisions A9): NOTIFY Event: talk. Only
  /// after leg_ringing said `answerable`; a phone dialled with auto-answer picks up by itself.
  virtual void make_answer(LegId leg) = 0;
  /// Asks the far end of an answered leg whether it is still there: OPTIONS within the dialog
  /// (RFC 3261 §11, §12.2.1.2). Any answer proves it, 408 (also for none in 64·T1) and 481 do not:
  /// they lead to leg_ended with Failure. So does nothing once a request of the far end came
  /// meanwhile. Harmless where it is being asked.
  virtual void probe(LegId leg) = 0;
  /// The far end proved otherwise that it is there: no answer to a probe is no news.
  virtual void call_off_probe(LegId leg) = 0;
  /// Ends the leg whatever its state: CANCEL, BYE, or the final answer that `cause` means.
  /// No leg_ended follows.
  virtual void release(LegId leg, ReleaseCause cause) = 0;
};

/// What the phones and trunks tell the engine. Control loop only; implementations queue, and do not
/// call back into Signalling before they return.
class SignallingEvents {
 public:
  virtual ~SignallingEvents() = default;
  /// A phone or trunk calls. The engine names the leg and later rings, answers or releases it.
  virtual NamedLeg leg_offered(IncomingLeg leg) = 0;
  /// The far end of an outgoing leg rings. May come again.
  /// @param answerable  make_answer will work: the phone announced `Allow-Events: talk`
  virtual void leg_ringing(LegId leg, bool answerable) = 0;
  /// The leg is up. Incoming: the ACK, or the offer in the INVITE, told where the phone receives.
  virtual void leg_answered(LegId leg, RemoteMedia remote) = 0;
  /// A re-INVITE changed where or how the peer receives: hold (direction SendOnly or Inactive),
  /// retrieve, a new address. Already answered in the matching direction.
  virtual void leg_media_changed(LegId leg, RemoteMedia remote) = 0;
  /// The leg is over, or could not be made.
  /// @param why  for people, what the far end did where `cause` alone would not tell: `the trunk
  ///             "provider" answered 503`; else ""
  virtual void leg_ended(LegId leg, ReleaseCause cause, std::string why) = 0;
  /// A phone's first binding came, or its last one went.
  virtual void device_registered(DeviceId device, bool registered) = 0;
};

}  // namespace earshot
