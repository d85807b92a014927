#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace earshot::state {

/// The file of a state directory, and the lock that makes the directory one server's own. Each
/// function blocks as long as the disk does.
class StateFile {
 public:
  explicit StateFile(std::string directory);
  ~StateFile() { release(); }
  StateFile(const StateFile&) = delete;

  /// Takes the directory, made (mode 0700) where there is none. Before all else.
  /// @return a sentence where it cannot be, or belongs to another server that runs
  std::optional<std::string> take();

  /// How far the file could be read.
  struct Reading {
    std::optional<std::string> fault;  ///< why not all of it was read, or none
    bool is_cut = false;               ///< it ends within a line: the end of an earlier life
  };
  /// Calls `each` with every whole line after the heading, without '\n'. None where there is no
  /// file, or it is not of this format.
  Reading read(const std::function<void(std::string_view line)>& each) const;
  /// Renames the file, so that nothing of it is lost.
  /// @return its new path; a sentence where it could not be
  Result<std::string, std::string> set_aside(const std::string& suffix) const;

  /// Puts a file of these lines in the place of the old one: a crash leaves the one or the other.
  /// @return a sentence where it could not be; then the old one is still there
  std::optional<std::string> replace(std::string_view lines);
  /// Appends lines to what replace() wrote. @return a sentence where not all of them are in it: the
  /// last may be cut then, and only replace() mends that
  std::optional<std::string> append(std::string_view lines);
  /// What was appended is on the disk afterwards.
  std::optional<std::string> sync() const;

  /// Gives the directory back. After all else.
  void release();

  /// Of the file, for the log.
  const std::string& path() const { return path_; }

 private:
  const std::string directory_;
  const std::string path_;
  int lock_ = -1;
  int file_ = -1;
};

}  // namespace earshot::state
