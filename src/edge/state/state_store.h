#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/loop.h"
#include "base/result.h"
#include "model/segment.h"
#include "ports/kept_state.h"

namespace earshot::state {

/// Keeps state in a file of a directory of its own (docs/restart.md). What is kept is handed to the
/// disk loop, written there as soon as that comes to it, and is on the disk within a second. The
/// file grows by a line for each change and is written again, short, now and then. While the disk
/// is full or broken the latest of everything waits in memory, which the log tells once. Home: the
/// control loop.
class StateStore final : public KeptState {
 public:
  /// @param disk        may stand still while a disk does
  /// @param wall_clock  tells the time of day; called on both loops
  StateStore(std::string directory, Loop& control, Loop& disk,
             std::function<WallTime()> wall_clock);
  /// Writes what waits. When the disk loop no longer runs, or is the caller's.
  ~StateStore() override;
  StateStore(const StateStore&) = delete;

  /// Takes the directory, and reads what an earlier life kept in it. Before anything is kept. Waits
  /// for the disk. A file that is damaged, of another version or none of ours gives what is good in
  /// it, is told in the log, and stays beside the new one under another name.
  /// @param is_known  devices that are configured; what was kept of others is dropped
  /// @return a sentence where the directory cannot be used, or another server does
  Result<RestoredState, std::string> open(const std::function<bool(const DeviceId&)>& is_known);

  void keep(KeptPhone phone) override;
  void keep(KeptStation station) override;

 private:
  struct Writer;
  Loop& control_;
  const std::function<WallTime()> wall_clock_;
  std::shared_ptr<Writer> writer_;  ///< shared with the work posted to the disk loop
};

}  // namespace earshot::state
