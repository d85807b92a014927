#pragma once

#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/entropy.h"
#include "base/log_gate.h"
#include "base/loop.h"
#include "core/command.h"
#include "core/decide.h"
#include "engine/released_calls.h"
#include "model/directory.h"
#include "model/segment.h"
#include "ports/call_records.h"
#include "ports/event_sink.h"
#include "ports/media.h"
#include "ports/signalling.h"
#include "ports/voice_api.h"

namespace earshot::engine {

/// Where pure meets impure: holds every call and station, lets core decide, commits the decision,
/// and hands its effects to the ports. Knows no rule. Home: the control loop.
///
/// What the world tells (SignallingEvents, MediaEvents) waits in one queue and is taken in order;
/// what the API asks is judged at once, after that queue. Events of a call are published, in order,
/// once the media loop has applied the plan they were decided with (decisions A7).
class CallLoop final : public VoiceApi, public SignallingEvents, public MediaEvents {
 public:
  /// All references outlive the loop's last call: app stops the edges first. `signalling` and
  /// `media` are given by `connect`, because they need this object to tell their events to.
  CallLoop(const DirectorySnapshot& directory, const core::Policy& policy, Loop& loop,
           Entropy& entropy, EventSink& sink, CallRecords& records);
  void connect(Signalling& signalling, Media& media);
  /// Hands over the records of legs whose media never came to be closed.
  ~CallLoop() override;
  /// Ends every call, with its notifications; new ones are refused. Nothing is left afterwards but
  /// what the ports still have to carry out.
  void stop();

  /// Live calls, and phones whose media is still open; 0 and 0 when all is over.
  std::size_t calls() const { return calls_.size(); }
  std::size_t open_legs() const { return lines_.size(); }

  // VoiceApi
  Status<Refusal> operate(const UserId& user, const CallId& call, const CallRequest& request,
                          Run run) override;
  Status<Refusal> dial(const UserId& user, const DeviceId& device, const DialRequest& request,
                       Run run) override;
  Status<Refusal> operate(const UserId& user, const DeviceId& device, const DeviceRequest& request,
                          Run run) override;
  Status<Refusal> set_agent_state(const UserId& user, Operation state, Run run) override;
  Status<Refusal> start_session(const UserId& user, const SessionRequest& request,
                                Run run) override;
  void end_session(const UserId& user) override;
  void catch_up() override { drain(); }
  std::vector<CallView> calls_of(const UserId& user) const override;
  std::optional<CallView> call_of(const UserId& user, const CallId& call) const override;
  std::optional<std::vector<Availability>> availabilities_of(const UserId& user,
                                                             const CallId& call) const override;
  std::vector<DeviceView> devices_of(const UserId& user) const override;

  // SignallingEvents
  NamedLine line_offered(IncomingLine line) override;
  void line_ringing(LineId line, bool answerable) override;
  void line_answered(LineId line, RemoteMedia remote) override;
  void line_media_changed(LineId line, RemoteMedia remote) override;
  void line_ended(LineId line, ReleaseCause cause, std::string why) override;
  void device_registered(DeviceId device, bool registered) override;

  // MediaEvents
  void plan_applied(BridgeId bridge, std::uint64_t revision) override;
  void line_silent(LineId line, bool silent) override;
  void recording_failed(LineId line, const std::string& reason) override;
  void line_closed(LineId line, LineQuality quality) override;

 private:
  /// What waits for a plan to be told, oldest first.
  struct Waiting {
    std::uint64_t revision;
    std::vector<Event> events;
    std::vector<DeviceId> devices;  ///< told as they are then, after the events
  };
  struct LiveCall {
    Call call;
    std::vector<CallId> ids;  ///< every id it is or was known by
    std::uint64_t applied = 0;
    std::deque<Waiting> waiting;
    std::vector<Segment> segments;  ///< of its legs
    std::string from, to;           ///< its numbers when it began, for the log
  };
  /// A phone and its media: all legs on one line.
  struct LiveLine {
    CallId call;  ///< for the log
    BridgeId bridge;
    std::string number{};  ///< of its party, for the log
    bool media_open = false;
    TimerId ring_timer = 0;
    std::vector<Segment> ended{};  ///< with it; wait for what the media loop counted
  };

  static Refusal no_such_call() { return {RefusalCode::NotFound, "You have no such call."}; }

  // call_loop.cc: what the world tells, and what is decided of it.
  void take(std::function<void()> fact);
  void drain();
  void tell_line(LineId line, core::Command command);
  Status<Refusal> decide(BridgeId bridge, const core::Command& command, Run run = Run::Real);
  /// @param command  what was decided; null for a call that begins
  void commit(BridgeId bridge, core::Decision decision, const core::Command* command = nullptr);
  void record(LiveCall& live, const core::Decision& decision, const core::Command* command);
  void publish_applied(LiveCall& live);
  core::Surroundings surroundings();
  core::FreshConversation fresh_conversation();
  LegId fresh_leg() { return LegId{++last_leg_}; }
  core::NewCall new_call();
  /// For the log, before the call is committed.
  void name(const core::NewCall& call);

  // perform.cc: what was decided, done by the ports.
  void perform(const CallId& call, BridgeId bridge, const core::Effect& effect);
  std::optional<LocalMedia> open_media(LiveLine& line, LineId id);

  // voice_api.cc: what the API asks.
  /// The leg by which `user` knows a call as `id`, and the call.
  std::pair<const LiveCall*, const Leg*> leg_of(const User& user, const CallId& id) const;
  /// SetCallDisposition of a call that is over: for the records alone, nobody is told.
  Status<Refusal> disposition_after_release(const UserId& user, const CallId& call,
                                            const CallRequest& request, Run run);

  // queues.cc
  void look_at_queues();
  /// Offers what waits in queues to agents, and ends what has waited too long.
  void distribute();
  std::vector<QueueId> full_queues() const;

  // stations.cc
  Station* station_of(const DeviceId& device);
  /// Keeps Station::legs, and since when a phone is idle.
  void count_legs(const Call& call, int change);
  void begin_wrap_up(const DeviceId& device, Duration time);
  /// Replaces a station and tells its user what changed.
  void commit(Station next);
  /// Brings the supervisor to what the agent talks in now, where intrusion is allowed.
  void tell_intrusion(const Station& supervisor);
  /// Tells the calls that ring the supervisor's phone that the subscription is another by now.
  void tell_replaced(const Station& supervisor);
  /// Whether the subscription is to the next call, and has it already.
  bool has_its_call(const Station& supervisor) const;
  /// MuteMonitoredUser and UnmuteMonitoredUser at the device: of the call that is barged into.
  Status<Refusal> mute_agent(const Station& supervisor, Operation operation, Run run);

  const DirectorySnapshot& directory_;
  const core::Policy& policy_;
  Loop& loop_;
  Entropy& entropy_;
  EventSink& sink_;
  CallRecords& records_;
  Signalling* signalling_ = nullptr;
  Media* media_ = nullptr;
  std::vector<Station> stations_;  ///< one a device, in the directory's order
  std::unordered_map<BridgeId, LiveCall> calls_;
  std::unordered_map<CallId, BridgeId> ids_;
  std::unordered_map<LineId, LiveLine> lines_;
  std::set<BridgeId> waiting_;  ///< calls of which a conversation waits in a queue
  bool looks_at_queues_ = false;
  TimerId queue_timer_ = 0;
  std::unordered_map<DeviceId, TimerId> wrap_ups_;
  /// Parts in calls that subscriptions to the next call have, by supervisor and agent.
  std::map<std::pair<DeviceId, DeviceId>, std::size_t> next_calls_;
  ReleasedCalls released_;
  LogGate no_media_{1, seconds{1}};
  std::deque<std::function<void()>> facts_;
  bool draining_ = false;
  bool stopped_ = false;
  std::uint64_t last_leg_ = 0;
  std::uint64_t last_bridge_ = 0;
};

}  // namespace earshot::engine
