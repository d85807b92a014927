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

/// A line to be made.
struct OutgoingLine {
  LineId line;
  CallId call;  ///< for the log
  DialTarget to;
  std::string caller_number;  ///< shown in From
  LocalMedia media;           ///< offered; PCMU and PCMA, telephone-event
  std::string caller_name{};  ///< shown beside it; UTF-8, "" where none is known
  Diversions diverted{};      ///< on its way here
};

/// A line somebody asks us to make.
struct IncomingLine {
  std::variant<DeviceId, TrunkId> from;  ///< authenticated
  std::string caller_number;  ///< the device's number; for a trunk P-Asserted-Identity or From
  std::string dialled_number;
  bool has_offer = true;      ///< false: the offer is ours to make, in the 200
  std::string caller_name{};  ///< as the phone or trunk says; UTF-8, "" where it says none
  unsigned diverted = 0;      ///< how often, as it says
};

/// How the engine names a line it was offered, and the call it begins.
struct NamedLine {
  LineId line;
  CallId call;  ///< for the log
};

/// What the engine tells the phones and trunks. Control loop only. Commands for a line that is gone
/// are harmless: its end is on the way.
class Signalling {
 public:
  virtual ~Signalling() = default;
  /// Leads to line_ringing*, then line_answered or line_ended.
  virtual void dial(OutgoingLine line) = 0;
  /// 180 to an incoming line.
  virtual void ring(LineId line) = 0;
  /// 200 to an incoming line; leads to line_answered with what the phone will receive on, or
  /// line_ended.
  virtual void answer(LineId line, LocalMedia media) = 0;
  /// Makes the phone of a ringing outgoing line pick up (decisions A9): NOTIFY Event: talk. Only
  /// after line_ringing said `answerable`; a phone dialled with auto-answer picks up by itself.
  virtual void make_answer(LineId line) = 0;
  /// Asks the far end of an answered line whether it is still there: OPTIONS within the dialog
  /// (RFC 3261 §11, §12.2.1.2). Any answer proves it, 408 (also for none in 64·T1) and 481 do not:
  /// they lead to line_ended with Failure. So does nothing once a request of the far end came
  /// meanwhile. Harmless where it is being asked.
  virtual void probe(LineId line) = 0;
  /// The far end proved otherwise that it is there: no answer to a probe is no news.
  virtual void call_off_probe(LineId line) = 0;
  /// Ends the line whatever its state: CANCEL, BYE, or the final answer that `cause` means.
  /// No line_ended follows.
  virtual void release(LineId line, ReleaseCause cause) = 0;
};

/// What the phones and trunks tell the engine. Control loop only; implementations queue, and do not
/// call back into Signalling before they return.
class SignallingEvents {
 public:
  virtual ~SignallingEvents() = default;
  /// A phone or trunk calls. The engine names the line and later rings, answers or releases it.
  virtual NamedLine line_offered(IncomingLine line) = 0;
  /// The far end of an outgoing line rings. May come again.
  /// @param answerable  make_answer will work: the phone announced `Allow-Events: talk`
  virtual void line_ringing(LineId line, bool answerable) = 0;
  /// The line is up. Incoming: the ACK, or the offer in the INVITE, told where the phone receives.
  virtual void line_answered(LineId line, RemoteMedia remote) = 0;
  /// A re-INVITE changed where or how the peer receives: hold (direction SendOnly or Inactive),
  /// retrieve, a new address. Already answered in the matching direction.
  virtual void line_media_changed(LineId line, RemoteMedia remote) = 0;
  /// The line is over, or could not be made.
  /// @param why  for people, what the far end did where `cause` alone would not tell: `the trunk
  ///             "provider" answered 503`; else ""
  virtual void line_ended(LineId line, ReleaseCause cause, std::string why) = 0;
  /// A phone's first binding came, or its last one went.
  virtual void device_registered(DeviceId device, bool registered) = 0;
};

}  // namespace earshot
