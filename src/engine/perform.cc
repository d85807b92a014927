// How the call loop has the ports do what was decided.
#include "base/log.h"
#include "engine/call_loop.h"

namespace earshot::engine {
namespace {
constexpr const char* kNoPort = "this server has no free port for its audio";
}

std::optional<LocalMedia> CallLoop::open_media(LiveLine& leg, LegId id) {
  auto local = media_->open(leg.bridge, id);
  if (!local) {
    if (no_media_.pass(loop_.now()))
      log(LogLevel::Error, "the audio of a leg could not be opened",
          {{"call_id", leg.call.value},
           {"leg_id", std::int64_t(id.value)},
           {"number", leg.number},
           {"cause", local.error()},
           {"unlogged", no_media_.take_swallowed()}});
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
      leg.number = dial.number;
      const auto local = loop.open_media(leg, dial.leg);
      if (!local) {
        loop.tell_line(dial.leg, core::LegEnded{dial.leg, ReleaseCause::Overload, kNoPort});
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
      loop.signalling_->dial(
          {dial.leg, call, std::move(to), dial.caller_number, *local, dial.caller_name});
    }
    void operator()(const core::RingIncoming& ring) const { loop.signalling_->ring(ring.leg); }
    void operator()(const core::AnswerIncoming& answer) const {
      const auto leg = loop.lines_.find(answer.leg);
      if (leg == loop.lines_.end() || leg->second.media_open) return;
      if (const auto local = loop.open_media(leg->second, answer.leg)) {
        loop.signalling_->answer(answer.leg, *local);
      } else {
        loop.signalling_->release(answer.leg, ReleaseCause::Overload);
        loop.tell_line(answer.leg, core::LegEnded{answer.leg, ReleaseCause::Overload, kNoPort});
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
