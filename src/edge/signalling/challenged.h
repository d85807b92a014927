#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/endpoint.h"
#include "base/loop.h"
#include "edge/signalling/source_gates.h"

namespace earshot::signalling {

/// Who was challenged and has not answered yet. After five seconds that is logged, and the same
/// user at the same host is offered less next time. Says nothing of who exists: a number nobody has
/// is remembered like any other. At most 250 at a time; an hour's memory of at most 1,000.
class Challenged {
 public:
  explicit Challenged(Loop& loop) : loop_(loop) {}
  ~Challenged() { loop_.cancel(alarm_); }
  Challenged(const Challenged&) = delete;
  Challenged& operator=(const Challenged&) = delete;

  /// A challenge went out. Beyond 250 that wait, and for one that waits already, nothing is noted.
  void add(const Endpoint& source, std::string_view number, std::string_view user_agent);
  /// They came back with an answer, right or wrong.
  void answered(const Endpoint& source, std::string_view number);
  /// Whether an earlier challenge went unanswered.
  bool gave_up(const Endpoint& source, std::string_view number) const;

 private:
  /// Somebody from whom an answer is due.
  struct Waiting {
    Endpoint source;
    std::string number;
    std::string user_agent;
    TimePoint due;
  };
  void look();

  Loop& loop_;
  TimerId alarm_ = 0;
  std::unordered_map<std::string, Waiting> waiting_;
  std::unordered_map<std::string, TimePoint> gave_up_;  ///< until when that is remembered
  SourceGates gates_;
};

}  // namespace earshot::signalling
