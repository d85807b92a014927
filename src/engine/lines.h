#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/log_gate.h"
#include "base/loop.h"
#include "core/command.h"
#include "engine/fact.h"
#include "model/hearing.h"
#include "model/segment.h"
#include "ports/call_records.h"
#include "ports/media.h"
#include "ports/signalling.h"

namespace earshot::engine {

/// Every line there is, and the way in which the ports do what was decided of it. Home: the control
/// loop.
class Lines {
 public:
  /// @param take  queues a fact; may not handle it at once
  Lines(Loop& loop, CallRecords& records, std::function<void(Fact)> take);
  /// Hands over the records of lines whose media never came to be closed; no timer runs on.
  ~Lines();
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  /// Once, before the first line. Both outlive the lines.
  void connect(Signalling& signalling, Media& media);

  /// Those whose call or media lives.
  std::size_t size() const { return lines_.size(); }
  /// The call a line belongs to; nothing for one that is gone.
  std::optional<BridgeId> bridge_of(LineId line) const;

  /// A line that called us. @param number  of its party, for the log
  void add(LineId line, const CallId& call, BridgeId bridge, std::string number);
  /// A line that called us and is not let in.
  void turn_away(LineId line);
  /// Carries `effect` out; what concerns the floor comes back as a fact.
  void perform(const CallId& call, BridgeId bridge, const core::Effect& effect);
  /// Keeps the record of a leg whose line is over until its media has counted; at once where there
  /// is none.
  void keep(const Segment& segment);
  /// Silence alone ends nothing: who holds or is muted may send nothing. They are asked.
  void on_silent(LineId line, bool silent);
  /// Has the line measured from now on (Media::watch). @return what was measured of it within the
  /// last seconds, if anything
  std::optional<LineReading> watch(LineId line);
  /// What was measured.
  void on_read(LineId line, const LineReading& reading);
  /// Completes the records that waited for it, and forgets the line.
  void on_closed(LineId line, const LineQuality& quality);

 private:
  /// One line, until its call and its media are over.
  struct Line {
    CallId call;  ///< for the log
    BridgeId bridge;
    std::string number{};  ///< of its party, for the log
    bool media_open = false;
    TimerId ring_timer = 0;
    std::optional<LineReading> reading{};  ///< the last one
    TimePoint read_at{};
    std::vector<Segment> ended{};  ///< with it; wait for what the media loop counted
  };
  struct Performer;

  std::optional<LocalMedia> open_media(Line& line, LineId id);

  Loop& loop_;
  CallRecords& records_;
  const std::function<void(Fact)> take_;
  Signalling* signalling_ = nullptr;
  Media* media_ = nullptr;
  std::unordered_map<LineId, Line> lines_;
  LogGate no_media_{1, seconds{1}};
};

}  // namespace earshot::engine
