#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/asio_loop.h"

namespace earshot::sim {

/// A program of ours in a process group of its own, so that a Ctrl-C is ours to pass on. It is told
/// to end when we die. Loop thread only, but for construction and `wait`.
class ChildProcess {
 public:
  /// Starts `words[0]` with the rest as arguments. `on_line` gets each line of its standard output;
  /// `on_end` is told when that closes.
  /// @param errors  the file that takes its standard error, emptied first; "": ours does
  ChildProcess(net::AsioLoop& loop, std::vector<std::string> words,
               std::function<void(const std::string& line)> on_line, std::function<void()> on_end,
               const std::string& errors = "");
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;

  /// One line for its standard input.
  void write(const std::string& line);
  /// SIGTERM. Any thread.
  void terminate();
  /// SIGKILL. Any thread.
  void kill();
  /// Blocks until it has ended; kills it after `patience`.
  /// @return its exit status, or 128 plus the signal that ended it
  int wait(Duration patience);
  pid_t pid() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace earshot::sim
