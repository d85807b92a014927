#include "engine/call_loop.h"

#include <algorithm>

#include "base/log.h"
#include "core/capabilities.h"
#include "core/carry_out.h"
#include "core/distribution.h"
#include "core/segments.h"
#include "core/station.h"
#include "core/supervision.h"
#include "core/views.h"

namespace earshot::engine {
namespace {

constexpr std::string_view kCallIdAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

Refusal no_such_call() { return {RefusalCode::NotFound, "no such call"}; }
Refusal no_such_device() { return {RefusalCode::NotFound, "no such device"}; }

bool begins_conversation(Operation operation) {
  return operation == Operation::InitiateTransfer || operation == Operation::InitiateConference;
}

}  // namespace

CallLoop::CallLoop(const Directory& directory, const core::Policy& policy, Loop& loop,
                   Entropy& entropy, EventSink& sink, CallRecords& records)
    : directory_(directory),
      policy_(policy),
      loop_(loop),
      entropy_(entropy),
      sink_(sink),
      records_(records) {
  for (const Device& device : directory_.devices) stations_.emplace_back().device = device.id;
}

CallLoop::~CallLoop() {
  for (const auto& [id, line] : lines_)
    for (const Segment& segment : line.ended) records_.keep(segment);
}

void CallLoop::connect(Signalling& signalling, Media& media) {
  signalling_ = &signalling;
  media_ = &media;
}

void CallLoop::stop() {
  drain();
  stopped_ = true;
  while (!calls_.empty()) {
    const auto& [bridge, live] = *calls_.begin();
    const LegId first = live.call.legs.front().line;
    for (const Leg& leg : live.call.legs) signalling_->release(leg.line, ReleaseCause::Normal);
    (void)decide(BridgeId{bridge}, core::LegEnded{first, ReleaseCause::Normal});
  }
}

// ---- what the world tells: one queue ----

void CallLoop::take(std::function<void()> fact) {
  facts_.push_back(std::move(fact));
  loop_.post([this] { drain(); });
}

void CallLoop::drain() {
  if (draining_) return;
  draining_ = true;
  while (!facts_.empty()) {
    const auto fact = std::move(facts_.front());
    facts_.pop_front();
    fact();
  }
  draining_ = false;
}

void CallLoop::tell_line(LegId line, core::Command command) {
  take([this, line, command = std::move(command)] {
    const auto found = lines_.find(line);
    if (found != lines_.end()) (void)decide(BridgeId{found->second.bridge}, command);
  });
}

LegId CallLoop::leg_offered(IncomingLeg offered) {
  const LegId leg = fresh_leg();
  take([this, leg, offered = std::move(offered)] {
    if (stopped_) {
      signalling_->release(leg, ReleaseCause::Overload);
      return;
    }
    core::NewCall call = new_call();
    call.caller = leg;
    call.from = offered.from;
    call.caller_number = offered.caller_number;
    call.dialled = offered.dialled_number;
    log(LogLevel::Info, "call offered",
        {{"call_id", call.id.value}, {"from", call.caller_number}, {"to", call.dialled}});
    lines_.emplace(leg, LiveLine{call.id, call.bridge});
    const core::Surroundings around = surroundings();
    core::Decision decision = core::begin(call, around);
    if (!decision.call) records_.keep(core::segment_of_failed(call, decision.effects, around));
    commit(call.bridge, std::move(decision));
  });
  return leg;
}

void CallLoop::leg_ringing(LegId leg, bool answerable) {
  tell_line(leg, core::LegRang{leg, answerable});
}
void CallLoop::leg_answered(LegId leg, RemoteMedia remote) {
  tell_line(leg, core::LegAnswered{leg, remote});
}
void CallLoop::leg_media_changed(LegId leg, RemoteMedia remote) {
  tell_line(leg, core::LegMediaChanged{leg, remote});
}
void CallLoop::leg_ended(LegId leg, ReleaseCause cause) {
  tell_line(leg, core::LegEnded{leg, cause});
}

void CallLoop::device_registered(DeviceId device, bool registered) {
  take([this, device, registered] {
    Station* station = station_of(device);
    if (!station) return;
    Station next = *station;
    next.registered = registered;
    commit(std::move(next));
  });
}

void CallLoop::plan_applied(BridgeId bridge, std::uint64_t revision) {
  take([this, bridge, revision] {
    const auto live = calls_.find(bridge);
    if (live == calls_.end()) return;
    live->second.applied = std::max(live->second.applied, revision);
    publish_applied(live->second);
  });
}

/// A phone that vanished without a word: its leg is over, and told to the phone in case it is not.
void CallLoop::leg_silent(LegId leg) {
  take([this, leg] {
    const auto found = lines_.find(leg);
    if (found == lines_.end()) return;
    log(LogLevel::Warn, "no audio from a leg: released",
        {{"call_id", found->second.call.value}, {"leg_id", std::int64_t(leg.value)}});
    signalling_->release(leg, ReleaseCause::Normal);
    (void)decide(BridgeId{found->second.bridge}, core::LegEnded{leg, ReleaseCause::Failure});
  });
}

void CallLoop::recording_failed(LegId leg, const std::string& reason) {
  tell_line(leg, core::RecordingFailed{leg, reason});
}

void CallLoop::leg_closed(LegId leg, LegQuality quality) {
  take([this, leg, quality] {
    const auto found = lines_.find(leg);
    if (found == lines_.end()) return;
    log(LogLevel::Info, "leg closed",
        {{"call_id", found->second.call.value},
         {"leg_id", std::int64_t(leg.value)},
         {"packets_received", std::int64_t(quality.packets_received)},
         {"packets_sent", std::int64_t(quality.packets_sent)},
         {"packets_lost", std::int64_t(quality.packets_lost)},
         {"packets_refused", std::int64_t(quality.packets_refused)}});
    for (Segment& segment : found->second.ended) {
      segment.quality = quality;
      records_.keep(segment);
    }
    lines_.erase(found);
  });
}

// ---- decide, commit, perform ----

core::Surroundings CallLoop::surroundings() {
  core::Surroundings around{directory_, policy_, full_queues(), {}, {}, std::nullopt, loop_.now()};
  for (const Station& station : stations_)
    if (station.monitoring) around.watches.push_back({station.device, *station.monitoring});
  for (LegId& leg : around.fresh) leg = fresh_leg();
  return around;
}

core::FreshConversation CallLoop::fresh_conversation() {
  return {CallId{entropy_.text(32, kCallIdAlphabet)}, "00" + entropy_.hex(7)};
}

core::NewCall CallLoop::new_call() {
  auto [id, conn_id] = fresh_conversation();
  core::NewCall call;
  call.id = std::move(id);
  call.conn_id = std::move(conn_id);
  call.bridge = BridgeId{++last_bridge_};
  return call;
}

Status<Refusal> CallLoop::decide(BridgeId bridge, const core::Command& command, Run run) {
  const auto found = calls_.find(bridge);
  if (found == calls_.end()) return Error{no_such_call()};
  core::Surroundings around = surroundings();
  if (const auto* operate = std::get_if<core::Operate>(&command);
      operate && begins_conversation(operate->request.operation))
    around.fresh_conversation = run == Run::Real ? fresh_conversation() : core::FreshConversation{};
  auto decision = core::decide(found->second.call, command, around);
  if (!decision) return Error{decision.error()};
  if (run == Run::Dry) return Nothing{};
  commit(bridge, *std::move(decision), &command);
  return Nothing{};
}

/// A segment is recorded when it ends; one that ends with its phone a little later, with what the
/// media loop counted for the phone.
void CallLoop::record(LiveCall& live, const core::Decision& decision,
                      const core::Command* command) {
  const Call* after = decision.call ? &*decision.call : nullptr;
  const core::Surroundings around{directory_, policy_, {}, {}, {}, std::nullopt, loop_.now()};
  for (Segment& segment : core::follow_segments(live.segments, after, decision.effects,
                                                stopped_ ? nullptr : command, around)) {
    const bool phone_stays =
        after && std::any_of(after->legs.begin(), after->legs.end(),
                             [&](const Leg& leg) { return leg.line == segment.line; });
    const auto line = lines_.find(segment.line);
    if (!phone_stays && line != lines_.end() && line->second.media_open)
      line->second.ended.push_back(std::move(segment));
    else
      records_.keep(segment);
  }
}

void CallLoop::commit(BridgeId bridge, core::Decision decision, const core::Command* command) {
  LiveCall& live = calls_[bridge];
  record(live, decision, command);
  const bool over = !decision.call;
  const std::uint64_t revision = over ? live.call.revision : decision.call->revision;
  count_legs(live.call, -1);
  if (over)
    live.call.legs.clear();
  else
    live.call = *std::move(decision.call);
  count_legs(live.call, +1);
  const auto& conversations = live.call.conversations;
  if (!over && std::any_of(conversations.begin(), conversations.end(),
                           [](const Conversation& each) { return each.is_waiting(); }))
    waiting_.insert(bridge);
  else
    waiting_.erase(bridge);
  look_at_queues();
  for (const Conversation& conversation : live.call.conversations)
    if (ids_.try_emplace(conversation.call, bridge).second) live.ids.push_back(conversation.call);
  const CallId id = live.ids.empty() ? CallId{} : live.ids.front();
  for (const Event& event : decision.events)
    if (const auto* told = std::get_if<CallEvent>(&event);
        told && told->call.state == CallViewState::Released)
      released_.note(told->user, told->call.id, loop_.now());
  Waiting waiting{revision, std::move(decision.events), {}};
  for (const DeviceId& supervisor : decision.barging) {
    Barging barging = Barging::No;  // he may be on two calls
    for (const auto& [other, each] : calls_)
      barging = std::max(barging, core::barging_in(each.call, supervisor));
    station_of(supervisor)->barging = barging;
    waiting.devices.push_back(supervisor);
  }
  if (!waiting.events.empty() || !waiting.devices.empty())
    live.waiting.push_back(std::move(waiting));
  for (const core::Effect& effect : decision.effects) perform(id, bridge, effect);
  if (over) live.applied = revision;  // nobody hears anybody any more
  publish_applied(live);
  if (!over) return;
  log(LogLevel::Info, "call over", {{"call_id", id.value}});
  for (const CallId& each : live.ids) ids_.erase(each);
  calls_.erase(bridge);
}

void CallLoop::publish_applied(LiveCall& live) {
  while (!live.waiting.empty() && live.waiting.front().revision <= live.applied) {
    Waiting& due = live.waiting.front();
    for (const DeviceId& id : due.devices)
      if (const User* owner = directory_.owner_of(id))
        due.events.push_back(DeviceEvent{
            owner->id, core::view_of(*station_of(id), *directory_.device(id), owner), false});
    sink_.publish(due.events);
    live.waiting.pop_front();
  }
}

std::optional<LocalMedia> CallLoop::open_media(LiveLine& leg, LegId id) {
  auto local = media_->open(leg.bridge, id);
  if (!local) {
    log(LogLevel::Error, local.error(), {{"call_id", leg.call.value}});
    return std::nullopt;
  }
  leg.media_open = true;
  return *local;
}

void CallLoop::perform(const CallId& call, BridgeId bridge, const core::Effect& effect) {
  struct Performer {
    CallLoop& loop;
    const CallId& call;
    BridgeId bridge;

    void operator()(const core::DialOut& dial) const {
      LiveLine& leg = loop.lines_[dial.leg];
      leg.call = call;
      leg.bridge = bridge;
      const auto local = loop.open_media(leg, dial.leg);
      if (!local) {
        loop.tell_line(dial.leg, core::LegEnded{dial.leg, ReleaseCause::Overload});
        return;
      }
      leg.ring_timer = loop.loop_.wake_in(dial.ring_time, [&engine = loop, id = dial.leg] {
        engine.tell_line(id, core::RingTimedOut{id});
      });
      DialTarget to;
      if (const auto* device = std::get_if<DeviceId>(&dial.to))
        to = *device;
      else
        to = TrunkNumber{std::get<TrunkId>(dial.to), dial.number};
      loop.signalling_->dial({dial.leg, call, std::move(to), dial.caller_number, *local});
    }
    void operator()(const core::RingIncoming& ring) const { loop.signalling_->ring(ring.leg); }
    void operator()(const core::AnswerIncoming& answer) const {
      const auto leg = loop.lines_.find(answer.leg);
      if (leg == loop.lines_.end() || leg->second.media_open) return;
      if (const auto local = loop.open_media(leg->second, answer.leg)) {
        loop.signalling_->answer(answer.leg, *local);
      } else {
        loop.signalling_->release(answer.leg, ReleaseCause::Overload);
        loop.tell_line(answer.leg, core::LegEnded{answer.leg, ReleaseCause::Overload});
      }
    }
    void operator()(const core::MakeAnswer& answer) const {
      loop.signalling_->make_answer(answer.leg);
    }
    void operator()(const core::Connect& connect) const {
      const auto leg = loop.lines_.find(connect.leg);
      if (leg == loop.lines_.end()) return;
      loop.loop_.cancel(leg->second.ring_timer);
      loop.media_->connect(connect.leg, connect.remote);
    }
    void operator()(const core::Apply& apply) const { loop.media_->apply(apply.plan); }
    void operator()(const core::SendDigits& send) const {
      loop.media_->send_digits(send.leg, send.digits);
    }
    void operator()(const core::Record& record) const {
      loop.media_->record(record.leg, {record.file, record.since});
    }
    void operator()(const core::PauseRecording& pause) const {
      loop.media_->pause_recording(pause.leg, pause.paused);
    }
    void operator()(const core::StopRecording& stop) const {
      loop.media_->stop_recording(stop.leg);
    }
    void operator()(const core::Drop& drop) const {
      const auto leg = loop.lines_.find(drop.leg);
      if (leg == loop.lines_.end()) return;
      loop.loop_.cancel(leg->second.ring_timer);
      if (!drop.ended_itself) loop.signalling_->release(drop.leg, drop.cause);
      if (leg->second.media_open)
        loop.media_->close(drop.leg);  // leg_closed forgets it
      else
        loop.lines_.erase(leg);
    }
    void operator()(const core::UseUp& use) const {
      loop.take([&engine = loop, device = use.supervisor] {  // after what was told before
        const Station* station = engine.station_of(device);
        if (!station) return;
        Station next = *station;
        next.monitoring.reset();
        engine.commit(std::move(next));
      });
    }
    void operator()(const core::NotServed& not_served) const {
      loop.take([&engine = loop, device = not_served.agent] {
        Station next = *engine.station_of(device);
        if (next.agent_state == AgentState::Ready) next.agent_state = AgentState::NotReady;
        engine.commit(std::move(next));
      });
    }
    void operator()(const core::WrapUp& wrap_up) const {
      loop.take([&engine = loop, device = wrap_up.agent, time = wrap_up.time] {
        engine.begin_wrap_up(device, time);
      });
    }
  };
  std::visit(Performer{*this, call, bridge}, effect);
}

// ---- queues ----

/// Keeps Station::legs, and since when a phone is idle.
void CallLoop::count_legs(const Call& call, int change) {
  for (const Leg& leg : call.legs) {
    Station* station = leg.device ? station_of(*leg.device) : nullptr;
    if (!station) continue;
    station->legs = std::size_t(std::ptrdiff_t(station->legs) + change);
    if (change < 0) station->idle_since = loop_.now();
  }
}

std::vector<QueueId> CallLoop::full_queues() const {
  std::map<QueueId, std::size_t> lengths;
  for (const BridgeId bridge : waiting_)
    for (const Conversation& conversation : calls_.at(bridge).call.conversations)
      if (conversation.is_waiting()) ++lengths[conversation.queueing->queue];
  std::vector<QueueId> full;
  for (const auto& [id, length] : lengths)
    if (length >= directory_.queue(id)->max_waiting) full.push_back(id);
  return full;
}

void CallLoop::look_at_queues() {
  if (waiting_.empty() || looks_at_queues_) return;
  looks_at_queues_ = true;
  take([this] {
    looks_at_queues_ = false;
    distribute();
  });
}

void CallLoop::distribute() {
  struct Waiter {
    TimePoint since;
    BridgeId bridge;
    ConversationId conversation;
    auto operator<=>(const Waiter&) const = default;
  };
  std::vector<Waiter> waiters;
  for (const BridgeId bridge : waiting_) {
    const Call& call = calls_.at(bridge).call;
    for (const Conversation& conversation : call.conversations)
      if (core::is_offerable(call, conversation))
        waiters.push_back({conversation.queueing->since, bridge, conversation.id});
  }
  std::sort(waiters.begin(), waiters.end());  // first come, first served
  std::optional<TimePoint> again;
  for (const Waiter& waiter : waiters) {
    const auto live = calls_.find(waiter.bridge);
    if (live == calls_.end()) continue;  // ended with another conversation of it
    const Call& call = live->second.call;
    const auto conversation =
        std::find_if(call.conversations.begin(), call.conversations.end(),
                     [&](const Conversation& each) { return each.id == waiter.conversation; });
    if (conversation == call.conversations.end() || !conversation->is_waiting()) continue;
    const Queueing queueing = *conversation->queueing;
    const bool has_room = call.legs.size() < policy_.calls.max_legs;
    const Queue& queue = *directory_.queue(queueing.queue);
    if (loop_.now() >= queueing.since + queue.patience) {
      (void)decide(waiter.bridge, core::PatienceEnded{waiter.conversation});
    } else if (const Station* agent =
                   has_room ? core::next_agent(queueing, queue, stations_, loop_.now()) : nullptr) {
      (void)decide(waiter.bridge, core::AgentFound{waiter.conversation, agent->device});
    } else {
      const TimePoint look = core::next_look(queueing, queue, loop_.now());
      again = again ? std::min(*again, look) : look;
    }
  }
  loop_.cancel(queue_timer_);
  if (again) queue_timer_ = loop_.wake_at(*again, [this] { look_at_queues(); });
}

void CallLoop::begin_wrap_up(const DeviceId& device, Duration time) {
  Station next = *station_of(device);
  if (next.agent_state != AgentState::Ready) return;  // he has said what comes next
  next.agent_state = AgentState::AfterCallWork;
  commit(std::move(next));
  wrap_ups_[device] = loop_.wake_in(time, [this, device] {
    wrap_ups_.erase(device);
    Station ready = *station_of(device);
    if (ready.agent_state != AgentState::AfterCallWork) return;
    ready.agent_state = AgentState::Ready;
    commit(std::move(ready));
  });
}

// ---- stations ----

Station* CallLoop::station_of(const DeviceId& device) {
  const auto found = std::find_if(stations_.begin(), stations_.end(),
                                  [&](const Station& each) { return each.device == device; });
  return found == stations_.end() ? nullptr : &*found;
}

void CallLoop::commit(Station next) {
  Station* station = station_of(next.device);
  if (*station == next) return;
  const Device* device = directory_.device(next.device);
  const User* owner = directory_.owner_of(next.device);
  const DeviceView was = core::view_of(*station, *device, owner);
  const DeviceView is = core::view_of(next, *device, owner);
  if (next.agent_state != station->agent_state) next.idle_since = loop_.now();
  *station = std::move(next);
  look_at_queues();
  if (owner && was != is)
    sink_.publish({DeviceEvent{owner->id, is, was.agent_state != is.agent_state}});
  if (was.agent_state != AgentState::LoggedOut && is.agent_state == AgentState::LoggedOut) {
    for (Station& losing : core::lose_target(stations_, is.id)) commit(std::move(losing));
    std::vector<BridgeId> watched;
    for (const auto& [bridge, live] : calls_) watched.push_back(bridge);
    for (const BridgeId bridge : watched) (void)decide(bridge, core::WatcherLeft{is.id});
  }
}

void CallLoop::tell_intrusion(const Station& supervisor) {
  if (!policy_.supervision.intrusion_enabled) return;
  std::vector<BridgeId> running;
  for (const auto& [bridge, live] : calls_)
    if (std::any_of(live.call.legs.begin(), live.call.legs.end(), [&](const Leg& leg) {
          return leg.device == supervisor.monitoring->target && leg.is_established();
        }))
      running.push_back(bridge);
  for (const BridgeId bridge : running)
    (void)decide(bridge, core::WatchBegan{{supervisor.device, *supervisor.monitoring}});
}

// ---- what the API asks ----

std::pair<const CallLoop::LiveCall*, const Leg*> CallLoop::leg_of(const User& user,
                                                                  const CallId& id) const {
  const auto bridge = ids_.find(id);
  if (bridge == ids_.end()) return {};
  const LiveCall& live = calls_.at(bridge->second);
  const Leg* found = nullptr;
  for (const Leg& leg : live.call.legs) {
    if (!core::is_shown(leg) || leg.device != user.default_device) continue;
    if (leg.known_as == id) return {&live, &leg};
    // A call that took over a consultation answers to both ids (calls.md §8.1).
    if (live.call.conversation_of(leg).call == id) found = &leg;
  }
  return {&live, found};
}

Status<Refusal> CallLoop::operate(const UserId& user, const CallId& id, const CallRequest& request,
                                  Run run) {
  drain();
  const User* asking = directory_.user(user);
  const auto [live, leg] = asking ? leg_of(*asking, id) : std::pair<const LiveCall*, const Leg*>{};
  if (!leg && request.operation == Operation::SetCallDisposition)
    return disposition_after_release(user, id, request, run);
  if (!leg) return Error{no_such_call()};
  if (request.call && leg_of(*asking, *request.call).second != leg)
    return Error{Refusal{RefusalCode::ParameterInvalid, "callUuid: that is another call"}};
  if (run == Run::Real)
    log(LogLevel::Info, "operation",
        {{"call_id", id.value}, {"op", name_of(request.operation)}, {"user_id", user.value}});
  return decide(live->call.bridge, core::Operate{leg->id, request}, run);
}

Status<Refusal> CallLoop::disposition_after_release(const UserId& user, const CallId& call,
                                                    const CallRequest& request, Run run) {
  if (!released_.knows(user, call, loop_.now())) return Error{no_such_call()};
  if (request.call && *request.call != call)
    return Error{Refusal{RefusalCode::ParameterInvalid, "callUuid: that is another call"}};
  if (!request.disposition) return Error{core::missing("disposition")};
  const std::string& key = policy_.calls.disposition_key;
  if (run == Run::Real && request.disposition_key.value_or(key) == key)
    records_.keep(LateDisposition{call, user, loop_.now(), *request.disposition});
  return Nothing{};
}

Status<Refusal> CallLoop::dial(const UserId& user, const DeviceId& device_id,
                               const DialRequest& request, Run run) {
  drain();
  const User* asking = directory_.user(user);
  const Device* device = directory_.device(device_id);
  if (!asking || !device || asking->default_device != device_id) return Error{no_such_device()};
  if (stopped_) return Error{Refusal{RefusalCode::Unavailable, "the server is stopping"}};
  if (!station_of(device_id)->registered)
    return Error{Refusal{RefusalCode::BackendFailure, "Device is not registered"}};
  core::NewCall call = run == Run::Real ? new_call() : core::NewCall{};
  call.caller = fresh_leg();
  call.from = device_id;
  call.caller_number = device->phone_number;
  call.dialled = request.destination;
  call.by_api = true;
  call.user_data = request.user_data;
  core::Decision decision = core::begin(call, surroundings());
  if (!decision.call)
    return Error{
        Refusal{RefusalCode::ParameterInvalid,
                "destination.phoneNumber: nobody can be called at " + request.destination}};
  if (run == Run::Real) commit(call.bridge, std::move(decision));
  return Nothing{};
}

Status<Refusal> CallLoop::operate(const UserId& user, const DeviceId& device_id,
                                  const DeviceRequest& request, Run run) {
  drain();
  const User* asking = directory_.user(user);
  Station* station = station_of(device_id);
  if (!asking || !station || asking->default_device != device_id) return Error{no_such_device()};
  auto next = core::decide(*station, request, {directory_, policy_.supervision, stations_});
  if (!next) return Error{next.error()};
  if (run == Run::Dry) return Nothing{};
  const bool subscribed = next->monitoring.has_value();
  commit(*std::move(next));
  if (subscribed) tell_intrusion(*station);
  return Nothing{};
}

Status<Refusal> CallLoop::set_agent_state(const UserId& user, Operation state, Run run) {
  drain();
  const User* asking = directory_.user(user);
  if (!asking || !asking->default_device) return Error{no_such_device()};
  auto next = core::decide(*station_of(*asking->default_device), state);
  if (!next) return Error{next.error()};
  if (run == Run::Dry) return Nothing{};
  if (const auto wrap_up = wrap_ups_.find(*asking->default_device); wrap_up != wrap_ups_.end()) {
    loop_.cancel(wrap_up->second);  // from now on he says himself when he is Ready
    wrap_ups_.erase(wrap_up);
  }
  commit(*std::move(next));
  return Nothing{};
}

Status<Refusal> CallLoop::start_session(const UserId& user, const SessionRequest& request,
                                        Run run) {
  drain();
  const User* asking = directory_.user(user);
  if (!asking || !asking->default_device ||
      (request.device && *request.device != *asking->default_device))
    return Error{Refusal{RefusalCode::ParameterInvalid, "devicePath: not a device of this user"}};
  auto next = core::log_in(*station_of(*asking->default_device));
  if (!next) return Error{next.error()};
  if (run == Run::Real) commit(*std::move(next));
  return Nothing{};
}

void CallLoop::end_session(const UserId& user) {
  (void)set_agent_state(user, Operation::Offline, Run::Real);
}

std::vector<CallView> CallLoop::calls_of(const UserId& user) const {
  std::vector<CallView> views;
  const User* asking = directory_.user(user);
  if (!asking) return views;
  for (const auto& [bridge, live] : calls_)
    for (const Leg& leg : live.call.legs)
      if (core::is_shown(leg) && leg.device == asking->default_device)
        views.push_back(core::view_of(live.call, leg, policy_, loop_.now()));
  std::sort(views.begin(), views.end(), [](const CallView& a, const CallView& b) {
    return std::pair{b.duration, a.id} < std::pair{a.duration, b.id};  // oldest first
  });
  return views;
}

std::optional<CallView> CallLoop::call_of(const UserId& user, const CallId& call) const {
  const User* asking = directory_.user(user);
  const auto [live, leg] =
      asking ? leg_of(*asking, call) : std::pair<const LiveCall*, const Leg*>{};
  if (!leg) return std::nullopt;
  return core::view_of(live->call, *leg, policy_, loop_.now());
}

std::optional<std::vector<Availability>> CallLoop::availabilities_of(const UserId& user,
                                                                     const CallId& call) const {
  const User* asking = directory_.user(user);
  const auto [live, leg] =
      asking ? leg_of(*asking, call) : std::pair<const LiveCall*, const Leg*>{};
  if (!leg) return std::nullopt;
  return core::availabilities(live->call, *leg, policy_);
}

std::vector<DeviceView> CallLoop::devices_of(const UserId& user) const {
  std::vector<DeviceView> views;
  const User* asking = directory_.user(user);
  if (!asking || !asking->default_device) return views;
  for (const Station& station : stations_)
    if (station.device == *asking->default_device)
      views.push_back(core::view_of(station, *directory_.device(station.device), asking));
  return views;
}

}  // namespace earshot::engine
