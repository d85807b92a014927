#pragma once

#include <array>
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

struct LegRang {
  LegId line;
  bool answerable = false;
};
struct LegAnswered {
  LegId line;
  RemoteMedia remote;
};
struct LegMediaChanged {
  LegId line;
  RemoteMedia remote;
};
struct LegEnded {
  LegId line;
  ReleaseCause cause = ReleaseCause::Normal;
  std::string why{};  ///< what the far end did, for people; "": `cause` tells it all
};
struct RingTimedOut {
  LegId line;
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
};
/// A new subscription wishes to join the running call (intrusion).
struct WatchBegan {
  Watch watch;
};
/// A supervisor's subscription was cancelled, or another took its place: what still rings for it
/// stops, or is answered as the new one says.
struct WatchReplaced {
  DeviceId supervisor;
  std::optional<MonitoringSubscription> by;
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
  LegId line;
  std::string reason;
};
/// The server ends, and every leg with it.
struct ServerEnds {};
using Command = std::variant<LegRang, LegAnswered, LegMediaChanged, LegEnded, RingTimedOut, Operate,
                             WatchBegan, WatchReplaced, WatcherLeft, AgentFound, PatienceEnded,
                             RecordingFailed, ServerEnds>;

// What the engine carries out, in order. A leg here is a line: a phone and its media.

/// Open media for the leg and call `to`, showing `caller_number`; give up after `ring_time`.
struct DialOut {
  LegId leg;
  std::variant<DeviceId, TrunkId> to;
  std::string number;  ///< dialled
  std::string caller_number;
  Duration ring_time{};
  std::string caller_name{};  ///< "" where none is known
  bool operator==(const DialOut&) const = default;
};
struct RingIncoming {
  LegId leg;
  bool operator==(const RingIncoming&) const = default;
};
/// Open media for the leg and answer its phone.
struct AnswerIncoming {
  LegId leg;
  bool operator==(const AnswerIncoming&) const = default;
};
/// Make a ringing phone of ours pick up.
struct MakeAnswer {
  LegId leg;
  bool operator==(const MakeAnswer&) const = default;
};
struct Connect {
  LegId leg;
  RemoteMedia remote;
  bool operator==(const Connect&) const = default;
};
struct Apply {
  MediaPlan plan;
  bool operator==(const Apply&) const = default;
};
/// Tell `digits` to whoever hears the leg.
struct SendDigits {
  LegId leg;
  std::string digits;
  bool operator==(const SendDigits&) const = default;
};
/// The leg is over: end its dialog unless it `ended_itself`, close its media, stop its ring timer.
struct Drop {
  LegId leg;
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
/// Write what the leg says to `file`, in its place in a recording that began at `since`.
struct Record {
  LegId leg;
  std::string file;  ///< made of ids: "<call id>/<recording>-<leg>.wav"
  TimePoint since;
  bool operator==(const Record&) const = default;
};
/// Write silence instead, or the voice again.
struct PauseRecording {
  LegId leg;
  bool paused = false;
  bool operator==(const PauseRecording&) const = default;
};
struct StopRecording {
  LegId leg;
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
