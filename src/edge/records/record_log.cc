#include "edge/records/record_log.h"

#include <mutex>
#include <utility>

#include "base/log.h"
#include "edge/records/record_file.h"
#include "view/record_json.h"

namespace earshot::records {
namespace {

constexpr Duration kSyncEvery = seconds{1};
constexpr Duration kRetryAfter = seconds{1};

}  // namespace

/// The disk loop's part, and the lines on their way to it.
struct RecordLog::Writer : std::enable_shared_from_this<RecordLog::Writer> {
  Writer(Settings given, Loop& disk_loop)
      : settings(std::move(given)), disk(disk_loop), file(settings.file) {}

  // ---- control loop ----

  void add(const std::string& line) {
    bool wake = false;
    {
      std::lock_guard lock{mutex};
      if (waiting.size() + unwritten_size + line.size() > settings.max_waiting) {
        if (lost++ == 0)
          log(LogLevel::Error, "call records are lost: the disk is too slow",
              {{"file", settings.file}});
        return;
      }
      wake = waiting.empty();
      waiting += line;
    }
    if (wake) disk.post([self = shared_from_this()] { self->write(); });
  }

  // ---- disk loop ----

  void write() {
    if (retry != 0 || finished) return;  // the retry looks after what waits
    write_now();
  }

  void write_now() {
    std::size_t told_lost = 0;
    {
      std::lock_guard lock{mutex};
      unwritten += waiting;
      waiting.clear();
      unwritten_size = unwritten.size();
    }
    auto failed = is_open ? std::nullopt : open();
    std::size_t taken = 0;
    const std::string_view rest = std::string_view{unwritten}.substr(written);
    if (!failed && !rest.empty()) failed = file.append(rest, taken);
    written += taken;
    {  // whole lines are done with; of a line begun the beginning is kept
      const std::size_t whole = written == 0 ? 0 : unwritten.rfind('\n', written - 1) + 1;
      unwritten.erase(0, whole);
      written -= whole;
      std::lock_guard lock{mutex};
      unwritten_size = unwritten.size();
      if (!failed) told_lost = std::exchange(lost, 0);
    }
    if (taken > 0) {
      dirty = true;
      sync_soon();
    }
    if (failed) return fail(*failed);
    if (failing || told_lost > 0)
      log(LogLevel::Warn, "call records are written again",
          {{"file", settings.file}, {"lost", std::int64_t(told_lost)}});
    failing = false;
  }

  void fail(const std::string& reason) {
    if (!failing)
      log(LogLevel::Error, "call records cannot be written: " + reason, {{"file", settings.file}});
    failing = true;
    if (finished) return;
    retry = disk.wake_in(kRetryAfter, [self = shared_from_this()] {
      self->retry = 0;
      self->write();
    });
  }

  std::optional<std::string> open() {
    auto failed = file.open();
    is_open = !failed;
    written = 0;  // a line begun in the file before is written whole in this one
    return failed;
  }

  /// Once a second at most: a disk takes milliseconds for it.
  void sync_soon() {
    if (sync != 0 || finished) return;
    sync = disk.wake_at(last_sync + kSyncEvery, [self = shared_from_this()] {
      self->sync = 0;
      if (!self->finished) self->sync_now();
    });
  }

  void sync_now() {
    if (!dirty) return;
    dirty = false;
    if (!finished) last_sync = disk.now();
    if (const auto failed = is_open ? file.sync() : std::nullopt)
      log(LogLevel::Error, "call records may not be on the disk: " + *failed,
          {{"file", settings.file}});
  }

  /// The loop may be gone for good: nothing is asked of it any more.
  void finish() {
    finished = true;
    {
      std::lock_guard lock{mutex};
      if (waiting.empty() && unwritten.empty()) return sync_now();
    }
    write_now();
    sync_now();
    if (!unwritten.empty())
      log(LogLevel::Error, "call records are lost: the server is stopping",
          {{"file", settings.file}, {"octets", std::int64_t(unwritten.size())}});
  }

  const Settings settings;
  Loop& disk;
  std::mutex mutex;
  std::string waiting;             // guarded by mutex
  std::size_t unwritten_size = 0;  // guarded by mutex
  std::size_t lost = 0;            // guarded by mutex
  RecordFile file;                 // from here on the disk loop's
  bool is_open = false;
  std::string unwritten;    ///< begins a line
  std::size_t written = 0;  ///< of `unwritten`, within its first line
  bool failing = false;
  bool dirty = false;  ///< appended and not synced
  bool finished = false;
  TimePoint last_sync{};
  TimerId sync = 0;
  TimerId retry = 0;
};

RecordLog::RecordLog(Settings settings, Loop& control, Loop& disk,
                     std::function<WallTime()> wall_clock)
    : control_(control),
      disk_(disk),
      wall_clock_(std::move(wall_clock)),
      writer_(std::make_shared<Writer>(std::move(settings), disk)) {}

RecordLog::~RecordLog() { writer_->finish(); }

std::optional<std::string> RecordLog::open() { return writer_->open(); }

void RecordLog::reopen() {
  disk_.post([writer = writer_] {
    writer->sync_now();
    writer->is_open = false;
    writer->write();
  });
}

void RecordLog::keep(const Segment& segment) {
  writer_->add(json::serialize(view::record_json(segment, day_time(segment.end))) + '\n');
}
void RecordLog::keep(const LateDisposition& late) {
  writer_->add(json::serialize(view::record_json(late, day_time(late.at))) + '\n');
}

WallTime RecordLog::day_time(TimePoint at) const {
  return wall_clock_() - std::chrono::round<milliseconds>(control_.now() - at);
}

}  // namespace earshot::records
