#include "edge/media/stem_writer.h"

#include <utility>

#include "base/log.h"

namespace earshot::media {
namespace {

/// What a crash may cost at most, and what a stem's header costs twice a second.
constexpr Duration kInterval = milliseconds{500};

/// Its file is named "<call id>/<recording>-<line>.wav".
std::string_view call_of(const Stem& stem) {
  return std::string_view{stem.order.file}.substr(0, stem.order.file.find('/'));
}

std::int64_t number(LineId leg) { return static_cast<std::int64_t>(leg.value); }

}  // namespace

StemWriter::StemWriter(Loop& home, std::filesystem::path directory, Failed failed)
    : home_(home), directory_(std::move(directory)), failed_(std::move(failed)) {}

StemWriter::~StemWriter() {
  if (!open_.empty()) write();  // else its home may run still, and is left alone
}

void StemWriter::add(std::shared_ptr<Stem> stem) {
  Open& open = open_.emplace_back(Open{std::move(stem), {}});
  if (const auto failure = create(open)) fail(open, *failure);
  keep_writing();
}

std::optional<std::string> StemWriter::create(Open& open) const {
  const std::string& name = open.stem->order.file;
  if (directory_.empty()) return "no directory for recordings is configured";
  if (!is_stem_name(name)) return "not a name for a recording";
  auto file = StemFile::create(directory_ / name);
  if (!file) return file.error();
  open.file.emplace(std::move(*file));
  return std::nullopt;
}

void StemWriter::write() {
  std::erase_if(open_, [this](Open& open) { return serve(open); });
  if (open_.empty()) home_.cancel(std::exchange(timer_, 0));
}

/// @return true once the stem is finished
bool StemWriter::serve(Open& open) {
  // Read first: what was pushed before the end was told is drained below.
  const std::uint32_t length = open.stem->length.load(std::memory_order_acquire);
  const bool ended = length != Stem::kOpen;
  auto failure = drain(open);
  if (open.file && !failure) failure = ended ? open.file->finish(length) : open.file->sync();
  if (failure) fail(open, *failure);
  if (const auto dropped = open.stem->frames.dropped(); dropped != open.dropped_told)
    log(LogLevel::Warn, "the disk is too slow: silence is recorded instead",
        {{"call_id", call_of(*open.stem)},
         {"leg_id", number(open.stem->leg)},
         {"frames",
          static_cast<std::int64_t>(dropped - std::exchange(open.dropped_told, dropped))}});
  return ended;
}

/// Empties the ring, whether there is a file or not.
std::optional<std::string> StemWriter::drain(Open& open) {
  std::optional<std::string> failure;
  FrameRing& frames = open.stem->frames;
  for (std::size_t i = 0; i < FrameRing::kCapacity; ++i, frames.drop_front()) {
    const PlacedFrame* frame = frames.front();
    if (!frame) break;
    if (open.file && !failure) failure = open.file->write(*frame);
  }
  return failure;
}

void StemWriter::fail(Open& open, const std::string& reason) {
  log(LogLevel::Error, "a recording failed",
      {{"call_id", call_of(*open.stem)}, {"leg_id", number(open.stem->leg)}, {"cause", reason}});
  open.file.reset();
  failed_(open.stem->leg, reason);
}

void StemWriter::keep_writing() {
  if (timer_ != 0 || open_.empty()) return;
  timer_ = home_.wake_in(kInterval, [this] {
    timer_ = 0;
    write();
    keep_writing();
  });
}

}  // namespace earshot::media
