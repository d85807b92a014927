#include "edge/state/state_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace earshot::state {
namespace {

constexpr std::string_view kHeading = "earshot state 1";  ///< the format's number behind the words
constexpr std::string_view kAnyHeading = "earshot state ";
/// A longer line is no line of ours; of a longer file the rest is not read.
constexpr std::size_t kLongestLine = 1 << 20;
constexpr std::size_t kLargestFile = 256 << 20;

std::string describe(int error) { return std::generic_category().message(error); }

void close_at(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

std::optional<std::string> write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return describe(errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return std::nullopt;
}

/// The directory's own entries reach the disk: a rename is not safe before.
std::optional<std::string> sync_directory(const std::string& directory) {
  int opened = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return describe(errno);
  const bool synced = fsync(opened) == 0 || errno == EINVAL || errno == EROFS;
  const int refused = errno;
  close_at(opened);
  if (!synced) return describe(refused);
  return std::nullopt;
}

/// What stands in the lock of another server, as far as it can be told: " (process 4711)".
std::string holder_of(int lock) {
  std::array<char, 32> text{};
  const auto size = pread(lock, text.data(), text.size() - 1, 0);
  const std::string_view process =
      trimmed({text.data(), std::size_t(std::max<ssize_t>(size, 0))}, "\n");
  const bool is_number = !process.empty() && std::all_of(process.begin(), process.end(), is_digit);
  return is_number ? " (process " + std::string{process} + ")" : "";
}

/// Cuts a stream into lines, of bounded length each.
class Lines {
 public:
  explicit Lines(const std::function<void(std::string_view)>& each) : each_(each) {}
  void take(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      const std::string_view part = text.substr(0, end);
      line_.append(part.substr(0, kLongestLine - std::min(line_.size(), kLongestLine)));
      if (end == std::string_view::npos) return;
      each_(line_);
      line_.clear();
      text.remove_prefix(end + 1);
    }
  }
  bool is_within_one() const { return !line_.empty(); }

 private:
  const std::function<void(std::string_view)>& each_;
  std::string line_;
};

/// Why a file with that heading is not read.
std::string foreign(std::string_view heading) {
  if (heading.starts_with(kAnyHeading))
    return "it is of another version of Earshot: its heading is \"" +
           std::string{heading.substr(0, 40)} + "\", expected \"" + std::string{kHeading} + "\"";
  return "it is not a state file of Earshot";
}

}  // namespace

StateFile::StateFile(std::string directory)
    : directory_(std::move(directory)), path_(directory_ + "/state") {}

void StateFile::release() {
  close_at(file_);
  close_at(lock_);
}

std::optional<std::string> StateFile::take() {
  std::error_code error;
  if (std::filesystem::create_directories(directory_, error))
    std::filesystem::permissions(directory_, std::filesystem::perms::owner_all, error);
  if (error) return error.message();
  lock_ = ::open((directory_ + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) return describe(errno);
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const int refused = errno;
    const std::string holder = holder_of(lock_);
    close_at(lock_);
    if (refused != EWOULDBLOCK) return describe(refused);
    return "another Earshot" + holder +
           " keeps its state there. Stop it, or give each server a directory of its own.";
  }
  if (ftruncate(lock_, 0) == 0) (void)write_all(lock_, std::to_string(getpid()) + "\n");
  return std::nullopt;
}

StateFile::Reading StateFile::read(const std::function<void(std::string_view)>& each) const {
  Reading reading;
  int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    if (errno != ENOENT) reading.fault = describe(errno);
    return reading;
  }
  struct stat status {};
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
    reading.fault = "it is not a regular file";

  bool has_heading = false;
  const std::function<void(std::string_view)> take_line = [&](std::string_view line) {
    if (reading.fault) return;
    if (std::exchange(has_heading, true)) return each(line);
    if (line != kHeading) reading.fault = foreign(line);
  };
  Lines lines{take_line};
  std::array<char, 64 * 1024> buffer;
  for (std::size_t total = 0; !reading.fault;) {
    const auto got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) reading.fault = describe(errno);
    if (got <= 0) break;
    total += static_cast<std::size_t>(got);
    if (total > kLargestFile)
      reading.fault = "it is larger than 256 MiB, and the rest was not read";
    else
      lines.take({buffer.data(), static_cast<std::size_t>(got)});
  }
  close_at(file);
  if (!reading.fault && lines.is_within_one() && !has_heading) reading.fault = foreign("");
  reading.is_cut = !reading.fault && lines.is_within_one();
  return reading;
}

Result<std::string, std::string> StateFile::set_aside(const std::string& suffix) const {
  std::string aside = path_ + suffix;
  struct stat status {};
  for (int next = 2; lstat(aside.c_str(), &status) == 0; ++next)
    aside = path_ + suffix + "-" + std::to_string(next);
  if (::rename(path_.c_str(), aside.c_str()) != 0) return Error{describe(errno)};
  return aside;
}

std::optional<std::string> StateFile::replace(std::string_view lines) {
  const std::string fresh = path_ + ".new";
  int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return describe(errno);
  auto failed = write_all(file, std::string{kHeading} + "\n");
  if (!failed) failed = write_all(file, lines);
  if (!failed && fdatasync(file) != 0) failed = describe(errno);
  if (!failed && ::rename(fresh.c_str(), path_.c_str()) != 0) failed = describe(errno);
  if (failed) {
    close_at(file);
    ::unlink(fresh.c_str());
    return failed;
  }
  close_at(file_);
  file_ = file;
  return sync_directory(directory_);
}

std::optional<std::string> StateFile::append(std::string_view lines) {
  if (file_ < 0) return describe(EBADF);
  return write_all(file_, lines);
}

std::optional<std::string> StateFile::sync() const {
  if (file_ < 0 || fdatasync(file_) == 0) return std::nullopt;
  return describe(errno);
}

}  // namespace earshot::state
