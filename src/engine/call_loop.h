#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "base/entropy.h"
#include "base/loop.h"
#include "core/decide.h"
#include "core/floor.h"
#include "engine/calls.h"
#include "engine/fact.h"
#include "engine/lines.h"
#include "engine/released_calls.h"
#include "model/directory.h"
#include "ports/call_records.h"
#include "ports/event_sink.h"
#include "ports/kept_state.h"
#include "ports/media.h"
#include "ports/signalling.h"
#include "ports/voice_api.h"

namespace earshot::engine {

/// Where pure meets impure: takes facts in order, loads what they are about, lets core decide,
/// commits the decision, and has its effects performed. Knows no rule. Home: the control loop.
///
/// What the world tells (SignallingEvents, MediaEvents) waits in one queue; what the API asks is
/// taken at once, after that queue. Events of a call are published, in order, once the media loop
/// has applied the plan they were decided with (decisions A7).
class CallLoop final : public VoiceApi, public SignallingEvents, public MediaEvents {
 public:
  /// All references outlive the loop's last call: app stops the edges first. The ports are given by
  /// `connect`, because they need this object to tell their events to.
  CallLoop(DirectorySnapshot directory, const core::Policy& policy, Loop& loop, Entropy& entropy,
           EventSink& sink, CallRecords& records);
  /// Once, before anything is asked or told. Both outlive the loop's last call.
  void connect(Signalling& signalling, Media& media);
  ~CallLoop() override;
  /// Once, before anything is asked or told: stations are kept there as they change from then on.
  /// It outlives the loop's last call.
  void keep_stations_in(KeptState& kept) { kept_ = &kept; }
  /// What was kept of a device beside what its user can be taken to ask for again: how calls to it
  /// go, and when the AfterCallWork that they are in ends. Refused: NotFound for a device that is
  /// not configured, ParameterInvalid where calls cannot be forwarded to that number any more.
  Status<Refusal> restore(const KeptStation& station);
  /// Another directory is in force from now on. Calls of devices that are gone have ended, who is
  /// gone is logged out, and all of it is told.
  void change_directory(const DirectorySnapshot& to);
  /// Ends every call, with its notifications; new ones are refused. Nothing is left afterwards but
  /// what the ports still have to carry out.
  void stop();

  /// Live calls, and lines whose media is still open; 0 and 0 when all is over.
  std::size_t calls() const { return calls_.size(); }
  /// Lines whose call or media lives.
  std::size_t open_lines() const { return lines_.size(); }

  // VoiceApi
  Status<Refusal> operate(const UserId& user, const CallId& call, const CallRequest& request,
                          Run run) override;
  Status<Refusal> dial(const UserId& user, const DeviceId& device, const DialRequest& request,
                       Run run) override;
  Status<Refusal> operate(const UserId& user, const DeviceId& device, const DeviceRequest& request,
                          Run run) override;
  Status<Refusal> set_agent_state(const UserId& user, const StateRequest& state, Run run) override;
  Status<Refusal> set_state_of(const UserId& supervisor, const UserId& agent, Operation state,
                               Run run) override;
  Status<Refusal> start_session(const UserId& user, const SessionRequest& request,
                                Run run) override;
  void end_session(const UserId& user) override;
  void catch_up() override { drain(); }
  std::vector<CallView> calls_of(const UserId& user) const override;
  std::optional<CallView> call_of(const UserId& user, const CallId& call) const override;
  std::optional<std::vector<Availability>> availabilities_of(const UserId& user,
                                                             const CallId& call) const override;
  std::vector<DeviceView> devices_of(const UserId& user) const override;
  Result<HeardCall, Refusal> hearing_of(const UserId& user, const CallId& call) override;
  std::optional<DeviceView> device(const DeviceId& device) const override;
  std::optional<CallSummary> active_call_at(const DeviceId& device) const override;

  // SignallingEvents
  NamedLine line_offered(IncomingLine line) override;
  void line_ringing(LineId line, bool answerable) override;
  void line_answered(LineId line, RemoteMedia remote) override;
  void line_media_changed(LineId line, RemoteMedia remote) override;
  void line_ended(LineId line, ReleaseCause cause, std::string why) override;
  void device_registered(DeviceId device, bool registered) override;

  // MediaEvents
  void plan_applied(BridgeId bridge, std::uint64_t revision, std::uint64_t tick) override;
  void line_silent(LineId line, bool silent) override;
  void line_read(LineId line, const LineReading& reading) override;
  void recording_failed(LineId line, const std::string& reason) override;
  void line_closed(LineId line, LineQuality quality) override;

 private:
  // call_loop.cc
  void take(Fact fact);
  void drain();
  /// Takes what the API asks. @return its answer
  Status<Refusal> ask(const Fact& fact, Run run);
  Status<Refusal> handle(const CallOffered& offered, Run run);
  Status<Refusal> handle(const LineTold& told, Run run);
  Status<Refusal> handle(const PlanApplied& applied, Run run);
  Status<Refusal> handle(const LineSilent& silent, Run run);
  Status<Refusal> handle(const LineClosed& closed, Run run);
  Status<Refusal> handle(const CallAsked& asked, Run run);
  Status<Refusal> handle(const DialAsked& asked, Run run);
  Status<Refusal> handle(const core::FloorFact& fact, Run run);

  Status<Refusal> decide(LiveCall& live, const core::Command& command, Run run = Run::Real);
  /// @param command  what was decided; null for a call that begins
  void commit(LiveCall& live, core::Decision decision, const core::Command* command = nullptr);
  void record(LiveCall& live, const core::Decision& decision, const core::Command* command);
  void publish_applied(LiveCall& live);
  /// Who hears whom by the plan that came into force; those who look are told what differs.
  void tell_hearing(LiveCall& live, std::vector<HearingView> heard, std::vector<Event>& events);
  /// SetCallDisposition of a call that is over: for the records alone, nobody is told.
  Status<Refusal> disposition_after_release(const CallAsked& asked, Run run);
  void keep(const DeviceId& device);
  /// Has queues looked at that have changed, and at the time at which they would.
  void look_at_queues();

  core::Surroundings surroundings(const Call& call);
  core::FreshConversation fresh_conversation();
  core::NewCall new_call();

  const core::Policy& policy_;
  Loop& loop_;
  Entropy& entropy_;
  EventSink& sink_;
  CallRecords& records_;
  KeptState* kept_ = nullptr;
  core::Floor floor_;
  Calls calls_;
  Lines lines_;
  ReleasedCalls released_;
  std::deque<Fact> facts_;
  bool drain_is_due_ = false;
  bool draining_ = false;
  bool look_is_due_ = false;
  std::optional<TimePoint> look_at_;
  TimerId look_timer_ = 0;
  bool stopped_ = false;
  std::uint64_t last_leg_ = 0;
  std::uint64_t last_bridge_ = 0;
};

}  // namespace earshot::engine
