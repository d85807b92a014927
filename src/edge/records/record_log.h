#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/loop.h"
#include "ports/call_records.h"

namespace earshot::records {

/// Call records as JSON lines in a file (docs/call-records.md). A line is handed to the disk loop
/// as soon as it is kept, and is on the disk within a second. While the disk is full, stands still
/// or is broken, lines wait, up to a bound; what is beyond it is lost, counted, and told in the
/// log. Home: the control loop.
class RecordLog final : public CallRecords {
 public:
  /// Where records are written, and how many may wait for a disk.
  struct Settings {
    std::string file;
    std::size_t max_waiting = 8 << 20;  ///< octets
  };
  /// @param disk  may stand still while a disk does
  /// @param wall_clock  tells the time of day
  RecordLog(Settings settings, Loop& control, Loop& disk, std::function<WallTime()> wall_clock);
  /// Writes what waits. When the disk loop no longer runs, or is the caller's.
  ~RecordLog() override;

  /// Before the first record. Waits for the disk.
  /// @return a sentence where the file cannot be written
  std::optional<std::string> open();
  /// The file was renamed, to be kept: from now on a new one of the old name is written.
  void reopen();
  void keep(const Segment& segment) override;
  void keep(const LateDisposition& late) override;

 private:
  /// The time of day of `at`.
  WallTime day_time(TimePoint at) const;

  struct Writer;
  Loop& control_;
  Loop& disk_;
  const std::function<WallTime()> wall_clock_;
  std::shared_ptr<Writer> writer_;  ///< shared with the work posted to the disk loop
};

}  // namespace earshot::records
