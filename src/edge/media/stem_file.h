#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "edge/media/frame_ring.h"

namespace earshot::media {

/// One WAV file: linear 16 bit, 8000 Hz, mono. Linear, though twice as long as G.711, because then
/// silence is zeroes and need not be written (the file system keeps no blocks for it), lines of
/// both laws get one format, concealed frames are not companded once more, and every player takes
/// it.
///
/// The header never promises what is not there: a crash leaves a file that plays up to the last
/// sync(). Errors are sentences ("No space left on device").
class StemFile {
 public:
  /// 37 h: what a WAV file's 32 bits hold, less a margin.
  static constexpr std::uint32_t kMostFrames = 0x7FFF0000u / 320;

  StemFile() = default;
  StemFile(StemFile&& other) noexcept;
  StemFile& operator=(StemFile&&) = delete;
  ~StemFile();

  /// Makes a new file and the directories above it; what exists is never written over.
  static Result<StemFile, std::string> create(const std::filesystem::path& path);
  /// Puts a frame in its place; places grow. In memory until enough of them follow on each other.
  std::optional<std::string> write(const PlacedFrame& frame);
  /// Everything written so far can be played.
  std::optional<std::string> sync();
  /// Silence up to `frames`, and the whole to the disk itself.
  std::optional<std::string> finish(std::uint32_t frames);

 private:
  std::optional<std::string> flush();
  std::optional<std::string> put(ByteView bytes, std::uint64_t at);
  std::optional<std::string> write_header();

  static constexpr std::size_t kBlock = 64;  ///< frames written at once

  int file_ = -1;
  std::uint32_t frames_ = 0;            ///< the length, with what waits
  std::uint32_t frames_in_header_ = 0;  ///< what the header promises
  Bytes waiting_;                       ///< consecutive frames that end at frames_
};

/// Whether `name` is a relative path of at most four plain names, [0-9A-Za-z._-] each and none
/// beginning with a dot, that ends in .wav. The engine builds names; this is the second lock.
bool is_stem_name(std::string_view name);

}  // namespace earshot::media
