#pragma once

#include <cstddef>
#include <unordered_map>

#include "base/endpoint.h"
#include "base/log_gate.h"

namespace earshot::signalling {

/// A gate for each source, so that what one host causes hides nothing of another's. Remembers at
/// most 1,000 hosts, and begins again when there are more.
class SourceGates {
 public:
  /// @param lines  of one host in ten seconds
  explicit SourceGates(int lines = 10) : lines_(lines) {}
  /// The host's gate, whatever the port. Valid until the next call.
  LogGate& of(const Endpoint& source) {
    const Endpoint host = source.with_port(0);
    if (gates_.size() >= kMost && !gates_.contains(host)) gates_.clear();
    return gates_.try_emplace(host, lines_).first->second;
  }

 private:
  static constexpr std::size_t kMost = 1000;
  int lines_;
  std::unordered_map<Endpoint, LogGate> gates_;
};

}  // namespace earshot::signalling
