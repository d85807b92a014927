#include "edge/media/stem_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace earshot::media {
namespace {

constexpr std::uint32_t kHeaderSize = 44;
constexpr std::uint32_t kFrameBytes = rtp::kFrameSamples * 2;
constexpr std::uint32_t kSampleRate = 8000;

std::string describe(int error) { return std::generic_category().message(error); }

void append(Bytes& out, std::uint32_t value, int octets) {  // little endian, as RIFF has it
  for (; octets > 0; --octets, value >>= 8) out.push_back(static_cast<std::uint8_t>(value));
}

void append(Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }

Bytes header_of(std::uint32_t frames) {
  const std::uint32_t size = frames * kFrameBytes;
  Bytes out;
  append(out, "RIFF");
  append(out, kHeaderSize - 8 + size, 4);
  append(out, "WAVEfmt ");
  append(out, 16, 4);  // octets of the format that follow
  append(out, 1, 2);   // linear PCM
  append(out, 1, 2);   // mono
  append(out, kSampleRate, 4);
  append(out, kSampleRate * 2, 4);  // octets a second
  append(out, 2, 2);                // octets a sample
  append(out, 16, 2);               // bits a sample
  append(out, "data");
  append(out, size, 4);
  return out;
}

}  // namespace

StemFile::StemFile(StemFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      frames_(other.frames_),
      frames_in_header_(other.frames_in_header_),
      waiting_(std::move(other.waiting_)) {}

StemFile::~StemFile() {
  if (file_ >= 0) ::close(file_);
}

Result<StemFile, std::string> StemFile::create(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) return Error{error.message()};
  StemFile made;
  made.file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
  if (made.file_ < 0) return Error{describe(errno)};
  made.waiting_.reserve(kBlock * kFrameBytes);
  if (auto failure = made.write_header()) return Error{std::move(*failure)};
  return made;
}

std::optional<std::string> StemFile::write(const PlacedFrame& frame) {
  if (frame.place >= kMostFrames) return "the file is as long as a WAV file can be";
  if (frame.place != frames_ || waiting_.size() >= kBlock * kFrameBytes)
    if (auto failure = flush()) return failure;
  frames_ = frame.place + 1;
  for (const std::int16_t sample : frame.samples)
    append(waiting_, static_cast<std::uint16_t>(sample), 2);
  return std::nullopt;
}

std::optional<std::string> StemFile::sync() {
  if (auto failure = flush()) return failure;
  return frames_ == frames_in_header_ ? std::nullopt : write_header();
}

std::optional<std::string> StemFile::finish(std::uint32_t frames) {
  if (auto failure = flush()) return failure;
  frames_ = std::clamp(frames, frames_, kMostFrames);
  const auto size = static_cast<off_t>(kHeaderSize + std::uint64_t{frames_} * kFrameBytes);
  if (::ftruncate(file_, size) != 0) return describe(errno);
  if (auto failure = write_header()) return failure;
  return ::fdatasync(file_) == 0 ? std::nullopt : std::optional{describe(errno)};
}

std::optional<std::string> StemFile::flush() {
  if (waiting_.empty()) return std::nullopt;
  const std::uint64_t end = kHeaderSize + std::uint64_t{frames_} * kFrameBytes;
  auto failure = put(waiting_, end - waiting_.size());
  waiting_.clear();
  return failure;
}

std::optional<std::string> StemFile::write_header() {
  frames_in_header_ = frames_;
  return put(header_of(frames_), 0);
}

std::optional<std::string> StemFile::put(ByteView bytes, std::uint64_t at) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return describe(written < 0 ? errno : ENOSPC);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    at += static_cast<std::uint64_t>(written);
  }
  return std::nullopt;
}

bool is_stem_name(std::string_view name) {
  constexpr std::string_view kPlain =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-";
  if (!name.ends_with(".wav") || name.size() > 255) return false;
  for (int depth = 0; depth < 4; ++depth) {
    const auto slash = name.find('/');
    const auto part = name.substr(0, slash);
    if (part.empty() || part.front() == '.' || part.find_first_not_of(kPlain) != part.npos)
      return false;
    if (slash == name.npos) return true;
    name.remove_prefix(slash + 1);
  }
  return false;
}

}  // namespace earshot::media
