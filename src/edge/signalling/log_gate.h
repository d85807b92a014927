#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>

#include "base/endpoint.h"
#include "base/time.h"

namespace earshot::signalling {

/// Lets a few log lines through in each window of time: what outsiders cause must not fill the
/// disk.
class LogGate {
 public:
  /// @param lines  in each window of ten seconds
  explicit LogGate(int lines = 10) : lines_(lines) {}
  /// Whether a line may be written now.
  bool pass(TimePoint now) {
    if (now - window_began_ >= kWindow) {
      window_began_ = now;
      written_ = 0;
    }
    if (written_ < lines_) {
      ++written_;
      return true;
    }
    ++swallowed_;
    return false;
  }
  /// Lines not written since this was last asked.
  std::int64_t take_swallowed() { return std::exchange(swallowed_, 0); }

 private:
  static constexpr Duration kWindow = seconds{10};
  int lines_;
  TimePoint window_began_{};
  int written_ = 0;
  std::int64_t swallowed_ = 0;
};

/// A gate for each source, so that what one host causes hides nothing of another's. Remembers at
/// most 1,000 hosts, and begins again when there are more.
class SourceGates {
 public:
  explicit SourceGates(int lines = 10) : lines_(lines) {}
  LogGate& of(const Endpoint& source) {
    if (gates_.size() >= kMost) gates_.clear();
    return gates_.try_emplace(source.with_port(0), lines_).first->second;
  }

 private:
  static constexpr std::size_t kMost = 1000;
  int lines_;
  std::unordered_map<Endpoint, LogGate> gates_;
};

}  // namespace earshot::signalling
