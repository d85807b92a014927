// How the call loop has the ports do what was decided.
#include "base/log.h"
#include "engine/call_loop.h"

namespace earshot::engine {
namespace {
constexpr const char* kNoPort = "this server has no free port for its audio";
}

std::optional<LocalMedia> CallLoop::open_media(LiveLine& line, LineId id) {
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

void CallLoop::perform(const CallId& call, BridgeId bridge, const core::Effect& effect) {
  struct Performer {
    CallLoop& loop;
    const CallId& call;
    BridgeId bridge;

    void operator()(const core::DialOut& dial) const {
      LiveLine& line = loop.lines_[dial.line];
      line.call = call;
      line.bridge = bridge;
      line.number = dial.number;
      const auto local = loop.open_media(line, dial.line);
      if (!local) {
        loop.tell_line(dial.line, core::LineEnded{dial.line, ReleaseCause::Overload, kNoPort});
        return;
      }
      line.ring_timer = loop.loop_.wake_in(dial.ring_time, [&engine = loop, id = dial.line] {
        engine.tell_line(id, core::RingTimedOut{id});
      });
      DialTarget to;
      if (const auto* device = std::get_if<DeviceId>(&dial.to))
        to = *device;
      else
        to = TrunkNumber{std::get<TrunkId>(dial.to), dial.number};
      loop.signalling_->dial(
          {dial.line, call, std::move(to), dial.caller_number, *local, dial.caller_name});
    }
    void operator()(const core::RingIncoming& ring) const { loop.signalling_->ring(ring.line); }
    void operator()(const core::AnswerIncoming& answer) const {
      const auto line = loop.lines_.find(answer.line);
      if (line == loop.lines_.end() || line->second.media_open) return;
      if (const auto local = loop.open_media(line->second, answer.line)) {
        loop.signalling_->answer(answer.line, *local);
      } else {
        loop.signalling_->release(answer.line, ReleaseCause::Overload);
        loop.tell_line(answer.line, core::LineEnded{answer.line, ReleaseCause::Overload, kNoPort});
      }
    }
    void operator()(const core::MakeAnswer& answer) const {
      loop.signalling_->make_answer(answer.line);
    }
    void operator()(const core::Connect& connect) const {
      const auto line = loop.lines_.find(connect.line);
      if (line == loop.lines_.end()) return;
      loop.loop_.cancel(line->second.ring_timer);
      loop.media_->connect(connect.line, connect.remote);
    }
    void operator()(const core::Apply& apply) const { loop.media_->apply(apply.plan); }
    void operator()(const core::SendDigits& send) const {
      loop.media_->send_digits(send.line, send.digits);
    }
    void operator()(const core::Record& record) const {
      loop.media_->record(record.line, {record.file, record.since});
    }
    void operator()(const core::PauseRecording& pause) const {
      loop.media_->pause_recording(pause.line, pause.paused);
    }
    void operator()(const core::StopRecording& stop) const {
      loop.media_->stop_recording(stop.line);
    }
    void operator()(const core::Drop& drop) const {
      const auto line = loop.lines_.find(drop.line);
      if (line == loop.lines_.end()) return;
      loop.loop_.cancel(line->second.ring_timer);
      if (!drop.ended_itself) loop.signalling_->release(drop.line, drop.cause);
      if (line->second.media_open)
        loop.media_->close(drop.line);  // line_closed forgets it
      else
        loop.lines_.erase(line);
    }
    void operator()(const core::UseUp& use) const {
      loop.take([&engine = loop, use] {  // after what was told before
        const Station* station = engine.station_of(use.supervisor);
        if (!station || !station->monitoring || station->monitoring->target != use.agent ||
            station->monitoring->mode != MonitoringMode::NextCall)
          return;  // another subscription by now
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

}  // namespace earshot::engine
