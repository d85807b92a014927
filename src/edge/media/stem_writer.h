#pragma once

#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "base/loop.h"
#include "edge/media/stem.h"
#include "edge/media/stem_file.h"

namespace earshot::media {

/// Brings stems to files, twice a second. Lives on a loop that may stand still while a disk does.
class StemWriter {
 public:
  /// Told once of a stem that cannot be written (any further), with a sentence why. On `home`.
  using Failed = std::function<void(LineId, const std::string& reason)>;

  /// @param directory  stems lie below it; empty: none is written, each fails
  StemWriter(Loop& home, std::filesystem::path directory, Failed failed);

  /// Writes what waits once more; for a home that no longer runs, or never will.
  ~StemWriter();

  /// Makes the stem's file; where it cannot be made, `failed` is called before this returns.
  void add(std::shared_ptr<Stem> stem);
  /// Writes what waits, and finishes the stems that have ended.
  void write();

 private:
  /// A stem that is being written.
  struct Open {
    std::shared_ptr<Stem> stem;
    std::optional<StemFile> file;  ///< nothing once it failed
    std::uint64_t dropped_told = 0;
  };
  std::optional<std::string> create(Open& open) const;
  bool serve(Open& open);
  std::optional<std::string> drain(Open& open);
  void fail(Open& open, const std::string& reason);
  void keep_writing();

  Loop& home_;  // outlives us: the app stops us first
  const std::filesystem::path directory_;
  const Failed failed_;
  std::list<Open> open_;
  TimerId timer_ = 0;
};

}  // namespace earshot::media
