#include "edge/records/record_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace earshot::records {
namespace {

std::string describe(int error) { return std::generic_category().message(error); }

/// Whether the file ends within a line.
bool is_cut(int descriptor) {
  struct stat status {};
  char last = '\n';
  return fstat(descriptor, &status) == 0 && status.st_size > 0 &&
         pread(descriptor, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

}  // namespace

RecordFile::~RecordFile() { close(); }

void RecordFile::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

std::optional<std::string> RecordFile::open() {
  close();
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor_ < 0) return describe(errno);
  std::size_t taken = 0;
  if (!is_cut(descriptor_)) return std::nullopt;
  auto failed = append("\n", taken);
  if (failed) close();
  return failed;
}

std::optional<std::string> RecordFile::append(std::string_view lines, std::size_t& taken) {
  taken = 0;
  while (taken < lines.size()) {
    const auto written = ::write(descriptor_, lines.data() + taken, lines.size() - taken);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return describe(errno);
    taken += std::size_t(written);
  }
  return std::nullopt;
}

std::optional<std::string> RecordFile::sync() {
  // A pipe or a device has nothing to bring to a disk.
  if (fdatasync(descriptor_) == 0 || errno == EINVAL || errno == EROFS) return std::nullopt;
  return describe(errno);
}

}  // namespace earshot::records
