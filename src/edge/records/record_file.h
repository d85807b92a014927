#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace earshot::records {

/// A file of lines, only ever appended to. Blocks as long as the disk does.
class RecordFile {
 public:
  explicit RecordFile(std::string path) : path_(std::move(path)) {}
  ~RecordFile();
  RecordFile(const RecordFile&) = delete;

  /// Opens it, made where there is none (mode 0640); opened before, it is opened again, because it
  /// may have been renamed. A last line that a crash cut is ended, so that the next begins a line.
  /// @return a sentence where it cannot be
  std::optional<std::string> open();
  /// Appends all of `lines`, which end in '\n', or as much as goes.
  /// @param taken  the octets written
  /// @return a sentence where it was not all
  std::optional<std::string> append(std::string_view lines, std::size_t& taken);
  /// What was appended is on the disk afterwards.
  std::optional<std::string> sync();

 private:
  void close();

  const std::string path_;
  int descriptor_ = -1;
};

}  // namespace earshot::records
