#include "engine/call_loop.h"

#include <algorithm>

#include "base/log.h"
#include "core/segments.h"
#include "core/supervision.h"
#include "core/views.h"

namespace earshot::engine {
namespace {

constexpr std::string_view kCallIdAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool begins_conversation(Operation operation) {
  return operation == Operation::InitiateTransfer || operation == Operation::InitiateConference;
}

}  // namespace

CallLoop::CallLoop(const DirectorySnapshot& directory, const core::Policy& policy, Loop& loop,
                   Entropy& entropy, EventSink& sink, CallRecords& records)
    : directory_(directory),
      policy_(policy),
      loop_(loop),
      entropy_(entropy),
      sink_(sink),
      records_(records) {
  for (const Device& device : directory_->devices()) stations_.emplace_back().device = device.id;
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
  while (!calls_.empty()) (void)decide(BridgeId{calls_.begin()->first}, core::ServerEnds{});
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

void CallLoop::tell_line(LineId line, core::Command command) {
  take([this, line, command = std::move(command)] {
    const auto found = lines_.find(line);
    if (found != lines_.end()) (void)decide(BridgeId{found->second.bridge}, command);
  });
}

NamedLine CallLoop::line_offered(IncomingLine offered) {
  core::NewCall call = new_call();
  call.caller = fresh_leg();
  call.from = offered.from;
  call.caller_number = offered.caller_number;
  call.caller_name = offered.caller_name;
  call.dialled = offered.dialled_number;
  const NamedLine named{own_line_of(call.caller), call.id};
  take([this, call = std::move(call)] {
    const LineId line = own_line_of(call.caller);
    if (stopped_) {
      signalling_->release(line, ReleaseCause::Overload);
      return;
    }
    log(LogLevel::Info, "call offered",
        {{"call_id", call.id.value}, {"from", call.caller_number}, {"to", call.dialled}});
    lines_.emplace(line, LiveLine{call.id, call.bridge, call.caller_number});
    name(call);
    const core::Surroundings around = surroundings();
    core::Decision decision = core::begin(call, around);
    if (!decision.call) records_.keep(core::segment_of_failed(call, decision.effects, around));
    commit(call.bridge, std::move(decision));
  });
  return named;
}

void CallLoop::name(const core::NewCall& call) {
  LiveCall& live = calls_[call.bridge];
  live.from = call.caller_number;
  live.to = call.dialled;
}

void CallLoop::line_ringing(LineId line, bool answerable) {
  tell_line(line, core::LineRang{line, answerable});
}
void CallLoop::line_answered(LineId line, RemoteMedia remote) {
  tell_line(line, core::LineAnswered{line, remote});
}
void CallLoop::line_media_changed(LineId line, RemoteMedia remote) {
  tell_line(line, core::LineMediaChanged{line, remote});
}
void CallLoop::line_ended(LineId line, ReleaseCause cause, std::string why) {
  tell_line(line, core::LineEnded{line, cause, std::move(why)});
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

/// Silence alone ends nothing: who holds or is muted may send nothing. They are asked.
void CallLoop::line_silent(LineId line, bool silent) {
  take([this, line, silent] {
    if (!lines_.contains(line)) return;
    if (silent)
      signalling_->probe(line);
    else
      signalling_->call_off_probe(line);
  });
}

void CallLoop::recording_failed(LineId line, const std::string& reason) {
  tell_line(line, core::RecordingFailed{line, reason});
}

void CallLoop::line_closed(LineId line, LineQuality quality) {
  take([this, line, quality] {
    const auto found = lines_.find(line);
    if (found == lines_.end()) return;
    log(LogLevel::Info, "leg closed",
        {{"call_id", found->second.call.value},
         {"leg_id", std::int64_t(line.value)},
         {"number", found->second.number},
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
  core::Surroundings around{*directory_, policy_, full_queues(), {}, {}, std::nullopt, loop_.now()};
  for (const Station& station : stations_)
    if (station.monitoring && !has_its_call(station))
      around.watches.push_back({station.device, *station.monitoring});
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
  const core::Surroundings around{*directory_, policy_, {}, {}, {}, std::nullopt, loop_.now()};
  for (Segment& segment :
       core::follow_segments(live.segments, after, decision.effects, command, around)) {
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
    Barging barging = Barging::No;  // they may be on two calls
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
  log(LogLevel::Info, "call over", {{"call_id", id.value}, {"from", live.from}, {"to", live.to}});
  for (const CallId& each : live.ids) ids_.erase(each);
  calls_.erase(bridge);
}

void CallLoop::publish_applied(LiveCall& live) {
  while (!live.waiting.empty() && live.waiting.front().revision <= live.applied) {
    Waiting& due = live.waiting.front();
    for (const DeviceId& id : due.devices)
      if (const User* owner = directory_->owner_of(id))
        due.events.push_back(DeviceEvent{
            owner->id, core::view_of(*station_of(id), *directory_->device(id), owner), false});
    sink_.publish(due.events);
    live.waiting.pop_front();
  }
}

}  // namespace earshot::engine
