#include "engine/lines.h"

#include "base/log.h"

namespace earshot::engine {
namespace {
constexpr const char* kNoPort = "this server has no free port for its audio";
/// A watched line is read about once a second.
constexpr Duration kFresh = seconds{3};
}  // namespace

Lines::Lines(Loop& loop, CallRecords& records, std::function<void(Fact)> take)
    : loop_(loop), records_(records), take_(std::move(take)) {}

Lines::~Lines() {
  for (const auto& [id, line] : lines_) {
    loop_.cancel(line.ring_timer);
    for (const Segment& segment : line.ended) records_.keep(segment);
  }
}

void Lines::connect(Signalling& signalling, Media& media) {
  signalling_ = &signalling;
  media_ = &media;
}

std::optional<BridgeId> Lines::bridge_of(LineId line) const {
  const auto found = lines_.find(line);
  if (found == lines_.end()) return std::nullopt;
  return found->second.bridge;
}

void Lines::add(LineId line, const CallId& call, BridgeId bridge, std::string number) {
  lines_.emplace(line, Line{call, bridge, std::move(number)});
}

void Lines::turn_away(LineId line) { signalling_->release(line, ReleaseCause::Overload); }

std::optional<LocalMedia> Lines::open_media(Line& line, LineId id) {
  auto local = media_->open(line.bridge, id);
  if (!local) {
    if (no_media_.pass(loop_.now()))
      log(LogLevel::Error, "the audio of a leg could not be opened",
          {{"call_id", line.call.value},
           {"leg_id", std::int64_t(id.value)},
           {"number", line.number},
           {"cause", local.error()},
           {"unlogged", no_media_.take_swallowed()}});
    return std::nullopt;
  }
  line.media_open = true;
  return *local;
}

struct Lines::Performer {
  Lines& lines;
  const CallId& call;
  BridgeId bridge;

  void operator()(const core::DialOut& dial) const {
    Line& line = lines.lines_[dial.line];
    line.call = call;
    line.bridge = bridge;
    line.number = dial.number;
    const auto local = lines.open_media(line, dial.line);
    if (!local)
      return lines.take_(
          LineTold{dial.line, core::LineEnded{dial.line, ReleaseCause::Overload, kNoPort}});
    line.ring_timer = lines.loop_.wake_in(dial.ring_time, [take = lines.take_, id = dial.line] {
      take(LineTold{id, core::RingTimedOut{id}});
    });
    DialTarget to;
    if (const auto* device = std::get_if<DeviceId>(&dial.to))
      to = *device;
    else
      to = TrunkNumber{std::get<TrunkId>(dial.to), dial.number};
    lines.signalling_->dial({dial.line, call, std::move(to), dial.caller_number, *local,
                             dial.caller_name, dial.diverted});
  }
  void operator()(const core::RingIncoming& ring) const { lines.signalling_->ring(ring.line); }
  void operator()(const core::AnswerIncoming& answer) const {
    const auto line = lines.lines_.find(answer.line);
    if (line == lines.lines_.end() || line->second.media_open) return;
    if (const auto local = lines.open_media(line->second, answer.line)) {
      lines.signalling_->answer(answer.line, *local);
    } else {
      lines.turn_away(answer.line);
      lines.take_(
          LineTold{answer.line, core::LineEnded{answer.line, ReleaseCause::Overload, kNoPort}});
    }
  }
  void operator()(const core::MakeAnswer& answer) const {
    lines.signalling_->make_answer(answer.line);
  }
  void operator()(const core::Connect& connect) const {
    const auto line = lines.lines_.find(connect.line);
    if (line == lines.lines_.end()) return;
    lines.loop_.cancel(line->second.ring_timer);
    lines.media_->connect(connect.line, connect.remote);
  }
  void operator()(const core::Apply& apply) const { lines.media_->apply(apply.plan); }
  void operator()(const core::SendDigits& send) const {
    lines.media_->send_digits(send.line, send.digits);
  }
  void operator()(const core::Record& record) const {
    lines.media_->record(record.line, {record.file, record.since});
  }
  void operator()(const core::PauseRecording& pause) const {
    lines.media_->pause_recording(pause.line, pause.paused);
  }
  void operator()(const core::StopRecording& stop) const {
    lines.media_->stop_recording(stop.line);
  }
  void operator()(const core::Drop& drop) const {
    const auto line = lines.lines_.find(drop.line);
    if (line == lines.lines_.end()) return;
    lines.loop_.cancel(line->second.ring_timer);
    if (!drop.ended_itself) lines.signalling_->release(drop.line, drop.cause);
    if (line->second.media_open)
      lines.media_->close(drop.line);  // line_closed forgets it
    else
      lines.lines_.erase(line);
  }
  // The floor's, after what was told before.
  void operator()(const core::UseUp& use_up) const { lines.take_(core::FloorFact{use_up}); }
  void operator()(const core::NotServed& served) const { lines.take_(core::FloorFact{served}); }
  void operator()(const core::WrapUp& wrap_up) const { lines.take_(core::FloorFact{wrap_up}); }
};

void Lines::perform(const CallId& call, BridgeId bridge, const core::Effect& effect) {
  std::visit(Performer{*this, call, bridge}, effect);
}

void Lines::keep(const Segment& segment) {
  const auto line = lines_.find(segment.line);
  if (line != lines_.end() && line->second.media_open)
    line->second.ended.push_back(segment);
  else
    records_.keep(segment);
}

void Lines::on_silent(LineId line, bool silent) {
  if (!lines_.contains(line)) return;
  if (silent)
    signalling_->probe(line);
  else
    signalling_->call_off_probe(line);
}

std::optional<LineReading> Lines::watch(LineId line) {
  const auto found = lines_.find(line);
  if (found == lines_.end() || !found->second.media_open) return std::nullopt;
  media_->watch(line);
  const bool fresh = found->second.reading && loop_.now() - found->second.read_at < kFresh;
  return fresh ? found->second.reading : std::nullopt;
}

void Lines::on_read(LineId line, const LineReading& reading) {
  const auto found = lines_.find(line);
  if (found == lines_.end()) return;
  found->second.reading = reading;
  found->second.read_at = loop_.now();
}

void Lines::on_closed(LineId line, const LineQuality& quality) {
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
}

}  // namespace earshot::engine
