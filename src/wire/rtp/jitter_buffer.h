#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace earshot::rtp {

/// 20 ms at 8000 Hz: what a tick takes.
inline constexpr std::size_t kFrameSamples = 160;
using Frame = std::array<std::int16_t, kFrameSamples>;

/// In which of G.711's two ways an octet is coded.
enum class Law { Ulaw, Alaw };

/// Evens out how one G.711 stream arrives, for a reader that takes 20 ms at each tick.
///
/// It waits as little as the stream allows: what has arrived is played at the next tick. When a
/// tick finds nothing and nothing newer has come, the stream is late: the tick is concealed and the
/// place kept, so that the delay grows by what was missing. When newer samples have come, what is
/// missing is lost: it is concealed and passed over. When for two seconds more than a frame was
/// always left over, two frames are faded into one, tick by tick, until it is not.
///
/// Packets are keyed by timestamp and may hold any number of samples (ptime 10, 20, 30, 40…).
/// Reordered ones find their place, duplicates change nothing, those too late are counted and left.
/// A gap in the timestamps as long as the silence on the wire (DTX) costs no delay; a jump, or
/// another SSRC, begins again. Nothing is allocated; one object is about 9 kB. One thread.
class JitterBuffer {
 public:
  /// Longest payload taken, in samples (120 ms).
  static constexpr std::size_t kMaxPayload = 960;

  /// @param payload  G.711 octets, one a sample; empty or longer than kMaxPayload: left
  void insert(std::uint32_t ssrc, std::uint32_t timestamp, ByteView payload, Law law);
  /// The next 20 ms. @return false where `out` is all silence because nothing is there to be heard:
  /// before the stream, and in a pause longer than what is concealed.
  bool read(Frame& out);
  /// Forgets the stream: the next packet begins one.
  void reset();

  std::uint64_t concealed() const { return concealed_; }  ///< ticks, wholly or in part
  std::uint64_t late() const { return late_; }            ///< packets that came after their turn
  /// Samples waiting beyond the place of the next read; the buffer's delay after a tick.
  std::size_t waiting() const;

 private:
  static constexpr std::uint32_t kCapacity = 4096;    ///< samples, a power of two: 512 ms
  static constexpr std::uint32_t kMaxWaiting = 2400;  ///< beyond 300 ms the past is given up
  /// Concealment fades to silence over 60 ms: beyond, a repeated voice sounds like a machine.
  static constexpr std::uint32_t kFade = 3 * kFrameSamples;
  static constexpr std::uint32_t kWindow = 100;  ///< ticks the spare is watched: 2 s

  void begin(std::uint32_t ssrc, std::uint32_t timestamp);
  bool make_room(std::uint32_t timestamp, std::uint32_t size);
  void store(std::uint32_t timestamp, ByteView payload, Law law);
  void settle(std::uint32_t size);
  void pass_over_concealed();
  bool wait(Frame& out);
  bool patch(Frame& out);
  void blend(const Frame& real, Frame& out);
  void take(Frame& out);
  void shrink(Frame& out);
  void watch_spare();
  bool conceal(Frame& out);
  bool has(std::uint32_t timestamp) const;
  void mark(std::uint32_t from, std::uint32_t count, bool present);
  bool all_present(std::uint32_t from, std::uint32_t count) const;
  void skip(std::uint32_t count);

  std::array<std::int16_t, kCapacity> samples_{};
  std::array<std::uint64_t, kCapacity / 64> present_{};
  bool begun_ = false;    ///< a packet came
  bool playing_ = false;  ///< a read was served from it
  std::uint32_t ssrc_ = 0;
  std::uint32_t next_ = 0;  ///< timestamp of the next sample to be read
  std::uint32_t end_ = 0;   ///< one beyond the newest sample that came
  std::uint32_t held_ = 0;  ///< samples concealed while the place was kept
  std::uint32_t late_in_row_ = 0;

  std::uint32_t spare_ = 0;   ///< the least left over after a read, in this window
  std::uint32_t ticks_ = 0;   ///< of this window
  std::uint32_t excess_ = 0;  ///< frames to be faded out

  Frame last_{};                ///< the last real 20 ms, for concealment
  std::uint32_t gone_ = kFade;  ///< samples concealed in a row, up to where it is silent
  std::uint64_t concealed_ = 0;
  std::uint64_t late_ = 0;
};

}  // namespace earshot::rtp
