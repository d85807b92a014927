#include "edge/state/state_store.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

#include "base/log.h"
#include "edge/state/state_file.h"
#include "edge/state/state_line.h"

namespace earshot::state {
namespace {

constexpr Duration kSyncEvery = seconds{1};
constexpr Duration kRetryAfter = seconds{5};
constexpr Duration kAliveEvery = seconds{30};  ///< RestoredState::down says so
/// The file is written again once so much of it, and as much as is still true, is out of date.
constexpr std::size_t kMostOutdated = 1 << 20;

using Kept = std::variant<KeptPhone, KeptStation>;

/// Phones and stations of one device have lines of their own.
std::string key_of(const Kept& kept) {
  if (const auto* phone = std::get_if<KeptPhone>(&kept)) return "p" + phone->device.value;
  return "s" + std::get<KeptStation>(kept).device.value;
}

bool is_empty(const Kept& kept) {
  if (const auto* phone = std::get_if<KeptPhone>(&kept)) return phone->bindings.empty();
  const auto& station = std::get<KeptStation>(kept);
  return station == KeptStation{station.device};
}

std::string line_of(const Kept& kept, const Moment& written) {
  return std::visit([&](const auto& one) { return state::line_of(one, written); }, kept);
}

/// The latest of everything, as lines.
class Latest {
 public:
  void put(const std::string& key, std::string line) {
    strike(key);
    octets_ += line.size();
    lines_.emplace(key, std::move(line));
  }
  void strike(const std::string& key) {
    const auto found = lines_.find(key);
    if (found == lines_.end()) return;
    octets_ -= found->second.size();
    lines_.erase(found);
  }
  std::size_t octets() const { return octets_; }
  std::string text() const {
    std::string all;
    all.reserve(octets_);
    for (const auto& [key, line] : lines_) all += line;
    return all;
  }

 private:
  std::map<std::string, std::string> lines_;
  std::size_t octets_ = 0;
};

}  // namespace

/// The disk loop's part, and what is on its way to it.
struct StateStore::Writer : std::enable_shared_from_this<StateStore::Writer> {
  Writer(std::string directory, Loop& disk_loop, std::function<WallTime()> clock)
      : disk(disk_loop), wall_clock(std::move(clock)), file(std::move(directory)) {}

  // ---- control loop ----

  /// Of what waits only the latest counts, so no more waits than there are devices.
  void add(Kept kept, const Moment& now) {
    std::string key = key_of(kept);
    bool wake = false;
    {
      std::lock_guard lock{mutex};
      wake = waiting.empty();
      waiting.insert_or_assign(std::move(key), std::pair{std::move(kept), now});
    }
    if (wake) disk.post([self = shared_from_this()] { self->write(); });
  }

  // ---- disk loop ----

  void write() {
    if (finished || !is_open) return;
    write_now();
    if (failing && retry == 0)
      retry = disk.wake_in(kRetryAfter, [self = shared_from_this()] {
        self->retry = 0;
        self->write();
      });
  }

  void write_now() {
    const std::string fresh = take_waiting();
    if (retry != 0 && !finished) return;  // it writes all that is true by then
    const bool is_long = written > latest.octets() + std::max(latest.octets(), kMostOutdated);
    std::optional<std::string> failed;
    if (failing || is_long) {
      failed = replace();
    } else if (!fresh.empty()) {
      failed = file.append(fresh);
      written += fresh.size();
      dirty = true;
      sync_soon();
    }
    tell(failed);
  }

  /// @return the lines of what waited, in order of their keys
  std::string take_waiting() {
    std::map<std::string, std::pair<Kept, Moment>> taken;
    {
      std::lock_guard lock{mutex};
      taken.swap(waiting);
    }
    std::string fresh;
    for (const auto& [key, value] : taken) {
      std::string line = line_of(value.first, value.second);
      fresh += line;
      if (is_empty(value.first))
        latest.strike(key);
      else
        latest.put(key, std::move(line));
    }
    return fresh;
  }

  std::optional<std::string> replace() {
    const std::string alive = alive_line(wall_clock());
    auto failed = file.replace(latest.text() + alive);
    if (!failed) written = latest.octets() + alive.size();
    return failed;
  }

  void tell(const std::optional<std::string>& failed) {
    if (failed && !failing)
      log(LogLevel::Error,
          "state cannot be kept: " + *failed +
              ". Calls go on; after a restart phones are reachable once they register again.",
          {{"file", file.path()}});
    if (!failed && failing) log(LogLevel::Warn, "state is kept again", {{"file", file.path()}});
    failing = failed.has_value();
  }

  /// Once a second at most: a disk takes milliseconds for it.
  void sync_soon() {
    if (sync != 0 || finished) return;
    sync = disk.wake_in(kSyncEvery, [self = shared_from_this()] {
      self->sync = 0;
      if (!self->finished) self->sync_now();
    });
  }

  void sync_now() {
    if (!std::exchange(dirty, false)) return;
    if (const auto failed = file.sync())
      log(LogLevel::Error, "state may not be on the disk: " + *failed, {{"file", file.path()}});
  }

  /// So that the next life knows how long there was none.
  void stay_alive() {
    if (finished) return;
    if (!failing) {
      const std::string alive = alive_line(wall_clock());
      tell(file.append(alive));
      written += alive.size();
    }
    write();
    disk.wake_in(kAliveEvery, [self = shared_from_this()] { self->stay_alive(); });
  }

  /// The loop may be gone for good: nothing is asked of it any more.
  void finish() {
    if (!is_open) return;
    finished = true;
    (void)take_waiting();
    tell(replace());
    file.release();
  }

  Loop& disk;
  const std::function<WallTime()> wall_clock;
  std::mutex mutex;
  std::map<std::string, std::pair<Kept, Moment>> waiting;  // guarded by mutex
  StateFile file;                                          // from here on the disk loop's
  Latest latest;
  std::size_t written = 0;  ///< octets of the file's lines
  bool is_open = false;
  bool failing = false;  ///< the file may end within a line
  bool dirty = false;    ///< appended and not synced
  bool finished = false;
  TimerId sync = 0;
  TimerId retry = 0;
};

StateStore::StateStore(std::string directory, Loop& control, Loop& disk,
                       std::function<WallTime()> wall_clock)
    : control_(control),
      wall_clock_(wall_clock),
      writer_(std::make_shared<Writer>(std::move(directory), disk, std::move(wall_clock))) {}

StateStore::~StateStore() { writer_->finish(); }

namespace {

/// What was read of a file.
struct Found {
  std::map<DeviceId, KeptPhone> phones;
  std::map<DeviceId, KeptStation> stations;
  std::optional<WallTime> alive;
  std::size_t lines = 0;
  std::size_t damaged = 0;
  std::string first_damage;

  void take(std::string_view text, const Moment& now) {
    ++lines;
    auto line = read_line(text, now);
    if (!line) {
      if (damaged++ == 0) first_damage = "line " + std::to_string(lines + 1) + ": " + line.error();
      return;
    }
    alive = std::max(alive.value_or(line->written), line->written);
    if (auto* phone = std::get_if<KeptPhone>(&line->what))
      phones[phone->device] = std::move(*phone);
    else if (auto* station = std::get_if<KeptStation>(&line->what))
      stations[station->device] = std::move(*station);
  }
};

}  // namespace

Result<RestoredState, std::string> StateStore::open(
    const std::function<bool(const DeviceId&)>& is_known) {
  Writer& writer = *writer_;
  if (const auto failed = writer.file.take()) return Error{*failed};
  const Moment now{control_.now(), wall_clock_()};
  Found found;
  const auto reading = writer.file.read([&](std::string_view line) { found.take(line, now); });
  if (reading.fault || found.damaged > 0) {
    const auto aside =
        writer.file.set_aside("-damaged-" + std::to_string(now.day.time_since_epoch().count()));
    log(LogLevel::Error,
        "the kept state cannot all be read: " + reading.fault.value_or(found.first_damage),
        {{"file", writer.file.path()},
         {"lines", std::int64_t(found.lines)},
         {"damaged", std::int64_t(found.damaged)},
         {"renamed_to", aside ? *aside : "could not be renamed: " + aside.error()}});
  } else if (reading.is_cut) {
    log(LogLevel::Warn, "the last line of the kept state is incomplete and was ignored",
        {{"file", writer.file.path()}});
  }

  RestoredState restored;
  for (auto& [device, phone] : found.phones)
    if (is_known(device) && !phone.bindings.empty()) restored.phones.push_back(std::move(phone));
  for (auto& [device, station] : found.stations)
    if (is_known(device) && !is_empty(station)) restored.stations.push_back(std::move(station));
  if (found.alive) restored.down = std::max(now.day - *found.alive, milliseconds{});
  for (const auto& phone : restored.phones)
    writer.latest.put(key_of(phone), state::line_of(phone, now));
  for (const auto& station : restored.stations)
    writer.latest.put(key_of(station), state::line_of(station, now));
  writer.is_open = true;
  writer.tell(writer.replace());
  writer.disk.post([self = writer_] { self->stay_alive(); });
  return restored;
}

void StateStore::keep(KeptPhone phone) {
  writer_->add(std::move(phone), {control_.now(), wall_clock_()});
}

void StateStore::keep(KeptStation station) {
  writer_->add(std::move(station), {control_.now(), wall_clock_()});
}

}  // namespace earshot::state
