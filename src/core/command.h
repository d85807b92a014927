#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "core/policy.h"
#include "model/call.h"
#include "model/directory.h"
#include "model/event.h"
#include "model/requests.h"
#include "model/station.h"

namespace earshot::core {

// What can happen to a call. Commands from the world tell facts and are never refused. They speak
// of lines: all legs on it rang, answered or ended together.

/// The phone rings. May come again.
struct LineRang {
  LineId line;
  bool answerable = false;
};
/// The line is up, and its peer receives there.
struct LineAnswered {
  LineId line;
  RemoteMedia remote;
};
/// The peer receives elsewhere or otherwise now: hold, retrieve, a new address.
struct LineMediaChanged {
  LineId line;
  RemoteMedia remote;
};
/// The far end ended the line, or it could not be made.
struct LineEnded {
  LineId line;
  ReleaseCause cause = ReleaseCause::Normal;
  std::string why{};  ///< what the far end did, for people; "": `cause` tells it all
};
/// Nobody picked up within DialOut::ring_time.
struct RingTimedOut {
  LineId line;
};
/// The API asks, on behalf of the leg's owner.
struct Operate {
  LegId leg;
  CallRequest request;
};
/// A supervisor's device and its subscription.
struct Watch {
  DeviceId supervisor;
  MonitoringSubscription subscription;
  bool operator==(const Watch&) const = default;
};
/// A new subscription wishes to join the running call (intrusion), if it is live still.
struct WatchBegan {
  Watch watch;
};
/// A supervisor's subscription was cancelled, or another took its place: what still rings for it
/// stops, or is answered as the new one says.
struct WatchReplaced {
  DeviceId supervisor;
  std::optional<MonitoringSubscription> by;
};
/// The device is configured no longer: its part in the call ends.
struct DeviceRemoved {
  DeviceId device;
};
/// A supervisor logged out: the silent leg without an owner goes (DD-22).
struct WatcherLeft {
  DeviceId supervisor;
};
/// The conversation waits in a queue, and this agent is next.
struct AgentFound {
  ConversationId conversation;
  DeviceId agent;
};
/// It has waited as long as its queue allows.
struct PatienceEnded {
  ConversationId conversation;
};
/// The stem of `line` cannot be written (any further).
struct RecordingFailed {
  LineId line;
  std::string reason;
};
/// The server ends, and every leg with it.
struct ServerEnds {};
using Command = std::variant<LineRang, LineAnswered, LineMediaChanged, LineEnded, RingTimedOut,
                             Operate, WatchBegan, WatchReplaced, WatcherLeft, DeviceRemoved,
                             AgentFound, PatienceEnded, RecordingFailed, ServerEnds>;

// What the engine carries out, in order. They speak of lines: phones and their media.

/// Open media for the line and call `to`, showing `caller_number`; give up after `ring_time`.
struct DialOut {
  LineId line;
  std::variant<DeviceId, TrunkId> to;
  std::string number;  ///< dialled
  std::string caller_number;
  Duration ring_time{};
  std::string caller_name{};  ///< "" where none is known
  Diversions diverted{};
  bool operator==(const DialOut&) const = default;
};
/// Tell a phone that called us that the other one rings.
struct RingIncoming {
  LineId line;
  bool operator==(const RingIncoming&) const = default;
};
/// Open media for the line and answer its phone.
struct AnswerIncoming {
  LineId line;
  bool operator==(const AnswerIncoming&) const = default;
};
/// Make a ringing phone of ours pick up.
struct MakeAnswer {
  LineId line;
  bool operator==(const MakeAnswer&) const = default;
};
/// Tell the line's media where its peer receives, and stop its ring timer.
struct Connect {
  LineId line;
  RemoteMedia remote;
  bool operator==(const Connect&) const = default;
};
/// Have everybody hear as the plan says.
struct Apply {
  MediaPlan plan;
  bool operator==(const Apply&) const = default;
};
/// Tell `digits` to whoever hears the line.
struct SendDigits {
  LineId line;
  std::string digits;
  bool operator==(const SendDigits&) const = default;
};
/// The line is over: end its dialog unless it `ended_itself`, close its media, stop its ring timer.
struct Drop {
  LineId line;
  ReleaseCause cause = ReleaseCause::Normal;
  bool ended_itself = false;
  bool operator==(const Drop&) const = default;
};
/// A NextCall subscription to `agent` has had its call.
struct UseUp {
  DeviceId supervisor;
  DeviceId agent;
  bool operator==(const UseUp&) const = default;
};
/// An agent's phone did not take the call a queue brought: they get no further one before they
/// say that they are Ready.
struct NotServed {
  DeviceId agent;
  bool operator==(const NotServed&) const = default;
};
/// An agent has done with a queue's call: AfterCallWork for so long.
struct WrapUp {
  DeviceId agent;
  Duration time{};
  bool operator==(const WrapUp&) const = default;
};
/// Write what the line says to `file`, in its place in a recording that began at `since`.
struct Record {
  LineId line;
  std::string file;  ///< made of ids: "<call id>/<recording>-<line>.wav"
  TimePoint since;
  bool operator==(const Record&) const = default;
};
/// Write silence instead, or the voice again.
struct PauseRecording {
  LineId line;
  bool paused = false;
  bool operator==(const PauseRecording&) const = default;
};
/// Finish what is written of the line.
struct StopRecording {
  LineId line;
  bool operator==(const StopRecording&) const = default;
};
using Effect =
    std::variant<DialOut, RingIncoming, AnswerIncoming, MakeAnswer, Connect, Apply, SendDigits,
                 Drop, UseUp, NotServed, WrapUp, Record, PauseRecording, StopRecording>;

/// The ids of a conversation about to exist, drawn by the engine.
struct FreshConversation {
  CallId call;
  std::string conn_id;
};

/// How to look a device up as it is now; null where nothing is known of it.
using StationOf = std::function<const Station*(const DeviceId&)>;

/// All that a rule may know beside the call: brought along, because core fetches nothing.
struct Surroundings {
  const Directory& directory;
  const Policy& policy;
  std::vector<QueueId> full_queues;  ///< as many calls wait there as may
  /// The live subscriptions, in order of their supervisors' device ids; without those to the next
  /// call that have one already.
  std::vector<Watch> watches;
  std::array<LegId, 4> fresh;                           ///< unused ids for legs a decision may add
  std::optional<FreshConversation> fresh_conversation;  ///< with an operation that begins one
  TimePoint now;
  StationOf station_of{};  ///< empty: nothing is known of any
};

/// The next value of a call, what to do, and whom to tell once the plan of that value is applied.
struct Decision {
  std::optional<Call> call;  ///< nothing: the call is over
  std::vector<Effect> effects;
  std::vector<Event> events;
  std::vector<DeviceId> barging;  ///< supervisors' devices whose barging_in() has changed
  bool operator==(const Decision&) const = default;
};

}  // namespace earshot::core
